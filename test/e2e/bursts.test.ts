// A folder in which one photo lies four times, hardly changed: Review shows it once, and one key labels the others like
// it. Wants what `npm run build` makes.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listPhotos } from '../../src/main/db/photos.ts';
import { createEngine } from '../../src/main/engine-host/engine.ts';
import { createEventBus } from '../../src/main/events.ts';
import { createClass } from '../../src/main/labels/classes.ts';
import { createLibraryService } from '../../src/main/library/library.ts';
import { writeImageNetwork } from '../fixtures/image-network.ts';
import { drawPets } from '../fixtures/pets.ts';
import { addRun } from '../main/db/sample-photos.ts';
import { askMain, expectNoViolations, openApp, openLookedAt, shoot, temporaryFolder } from './harness.ts';
import type { RunningApp } from './harness.ts';
import '../fixtures/needs-tensorflow.ts';

const EACH = 12;
const REPEATED = 3;
const REPEATED_NAME = 'cat.000.jpg';
const temporary = temporaryFolder();
const [photos, dataDir] = [join(temporary.path, 'pets'), join(temporary.path, 'data')];
const network = writeImageNetwork(join(temporary.path, 'drawn-network'));
let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  await drawPets(photos, EACH);
  const bytes = readFileSync(join(photos, 'cats', REPEATED_NAME));
  // What follows the picture in its file is none of it, but makes it a photo of its own.
  for (let i = 0; i < REPEATED; i++)
    writeFileSync(join(photos, `again-${i}.jpg`), Buffer.concat([bytes, Buffer.of(i)]));
  await importWithRun();
  ({ app, browser, page, complaints } = await openApp(dataDir));
  await openLookedAt(page, photos, network.folder);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.reload();
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: 'Review' }).click();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

test('the list is there before it is known which photos are nearly the same, and the photo looked at stays', async () => {
  const shown = page.locator('img.photo.loaded');
  await shown.waitFor();
  const looked = await shown.getAttribute('src');
  // The engine that compares them has to start first, for which the list does not wait.
  await expect
    .poll(async () => (await askMain(page, 'review.list', { order: 'suspicion' })).some((one) => one.burst), {
      timeout: 60_000,
    })
    .toBe(true);
  expect(await shown.getAttribute('src')).toBe(looked);
}, 90_000);

test('of four that are nearly the same one is asked about, and a key labels the others like it', async () => {
  const list = await askMain(page, 'review.list', { order: 'suspicion' });
  const one = list.find(({ burst }) => burst)!;
  const { ids, names } = await askMain(page, 'photos.list', { filter: { kind: 'all' } });
  const again = ids.filter((_, i) => names[i]!.startsWith('again'));
  expect(again).toHaveLength(REPEATED);
  // To a network that never learned, another cat may look much the same.
  expect(one.burst).toEqual(expect.arrayContaining(again));
  const others = one.burst!.length;
  expect(list[0]!.photoId).toBe(one.photoId);
  await page.getByText(`1 of ${list.length}`).waitFor();
  await page.keyboard.press('2');
  const offer = page.getByRole('group', { name: 'Nearly the same as the last one' });
  await offer.getByText(`${others} are nearly the same as the last one`).waitFor();
  await shoot(page, 'bursts-light');
  await expectNoViolations(page);
  await shoot(page, 'bursts-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 720, height: 480 });
  await shoot(page, 'bursts-720');
  await page.keyboard.press('a');
  await offer.waitFor({ state: 'detached' });
  const { counts, undo } = (await askMain(page, 'library.state'))!;
  expect(counts.labelled).toBe(1 + others);
  expect(undo.undo).toBe(`Label ${others} photos as Dog`);
  await page.keyboard.press('Control+z');
  await expect.poll(async () => (await askMain(page, 'library.state'))!.counts.labelled).toBe(1);
  expect(complaints).toEqual([]);
}, 60_000);

/** The folder in the library, and a run that doubts the repeated photo most. */
async function importWithRun(): Promise<void> {
  const engine = { node: process.execPath, entry: join(import.meta.dirname, '../../src/engine/entry.ts') };
  const imaging = createEngine({ role: 'imaging', ...engine });
  const library = createLibraryService({ options: { dataDir, engine }, events: createEventBus(), imaging });
  const { db } = await library.open(photos);
  await library.scanFinished();
  const [cat, dog] = [createClass(db, { name: 'Cat' }).id, createClass(db, { name: 'Dog' }).id];
  const { ids, names } = listPhotos(db, { kind: 'all' }, null);
  expect(ids).toHaveLength(2 * EACH + REPEATED);
  const doubtOf = (name = '', i: number) =>
    name === REPEATED_NAME ? 0.49 : name.startsWith('again') ? 0.45 : 0.4 - i / 1000;
  addRun(
    db,
    ids.map((photoId, i) => {
      const doubt = doubtOf(names[i], i);
      return { photoId, classId: cat, runnerUp: dog, confidence: 1 - doubt, suspicion: doubt };
    }),
  );
  await library.close();
}
