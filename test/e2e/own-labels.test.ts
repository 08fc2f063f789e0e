// A folder of pets in which three labels were given to the wrong kind: Review names them without any run, one is
// corrected, one is kept for good, and undo asks again.

import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Calls } from '../../src/shared/contract.ts';
import type { PhotoId } from '../../src/shared/types.ts';
import { writeImageNetwork } from '../fixtures/image-network.ts';
import { drawPets } from '../fixtures/pets.ts';
import {
  askMain,
  expectNoViolations,
  openApp,
  openLookedAt,
  type RunningApp,
  shoot,
  temporaryFolder,
} from './harness.ts';
import '../fixtures/needs-tensorflow.ts';

const EACH = 30;
const temporary = temporaryFolder();
const photos = join(temporary.path, 'pets');
const network = writeImageNetwork(join(temporary.path, 'drawn-network'));

let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];
/** Two cats that are labelled Dog, and a dog that is labelled Cat. */
let wrong: PhotoId[];

const ask = <K extends keyof Calls>(name: K, input?: Calls[K]['input']) => askMain(page, name, input);
const heading = (words: string) => page.getByText(words, { exact: false }).first();
const labelOf = async (id: PhotoId) => (await ask('photos.get', { id })).label;

beforeAll(async () => {
  await drawPets(photos, EACH);
  ({ app, browser, page, complaints } = await openApp(join(temporary.path, 'data')));
  await openLookedAt(page, photos, network.folder);
  const { ids } = await ask('photos.list', { filter: { kind: 'all' } });
  // In the order of their names the cats come first.
  const [cats, dogs] = [ids.slice(0, EACH), ids.slice(EACH)];
  wrong = [cats[3]!, cats[11]!, dogs[5]!];
  const swap = (from: PhotoId[], other: PhotoId[]) => [
    ...from.filter((id) => !wrong.includes(id)),
    ...other.filter((id) => wrong.includes(id)),
  ];
  for (const [name, photoIds] of [
    ['Cat', swap(cats, dogs)],
    ['Dog', swap(dogs, cats)],
  ] as const) {
    const { id } = await ask('classes.create', { name });
    await ask('labels.set', { photoIds, label: id, source: 'person', chosen: 'hand' });
  }
  await page.reload();
  await page.getByRole('listbox', { name: /^All photos/ }).waitFor();
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

test('three wrong labels are named, corrected or kept by key, and undo asks again', async () => {
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Check your labels' }).click();
  await heading('3 of 60 labels look wrong').waitFor({ timeout: 60_000 });
  const check = await ask('review.doubtfulLabels');
  const items = check.status === 'checked' ? check.items : [];
  expect(items.map(({ photoId }) => photoId).sort((a, b) => a - b)).toEqual([...wrong].sort((a, b) => a - b));
  await shoot(page, 'own-labels-light');
  await expectNoViolations(page);
  await shoot(page, 'own-labels-dark');
  for (const size of [
    { width: 1280, height: 800 },
    { width: 720, height: 480 },
  ]) {
    await page.setViewportSize(size);
    await shoot(page, `own-labels-${size.width}`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });

  const [first, second, third] = items;
  await page.keyboard.press('Enter');
  await heading('2 of 60 labels look wrong').waitFor();
  expect(await labelOf(first!.photoId)).toBe(first!.label);
  const { classes } = (await ask('library.state'))!;
  await page.keyboard.press(String(1 + classes.findIndex(({ id }) => id === second!.looksLike)));
  await heading('1 of 60 labels looks wrong').waitFor();
  expect(await labelOf(second!.photoId)).toBe(second!.looksLike);
  await page.keyboard.press('Control+z');
  await heading('2 of 60 labels look wrong').waitFor();
  expect(await labelOf(second!.photoId)).toBe(second!.label);
  await page.keyboard.press('Control+Shift+z');
  await heading('1 of 60 labels looks wrong').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('x');
  await page.getByRole('heading', { name: 'No label looks wrong.' }).waitFor();
  expect(await labelOf(third!.photoId)).toBe('excluded');
  await page.getByRole('button', { name: 'Look back' }).waitFor();
  await shoot(page, 'own-labels-none');

  // What was kept is not named again, also by another start of the page.
  await page.reload();
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Check your labels' }).click();
  await page.getByRole('heading', { name: 'No label looks wrong.' }).waitFor();
  expect(complaints).toEqual([]);
});
