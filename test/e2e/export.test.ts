// Taking photos away in the Export dialog, in real Chromium: chosen, looked at, written, downloaded, moved and moved
// back. Wants what `npm run build` makes.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { listPhotos } from '../../src/main/db/photos.ts';
import { createEngine } from '../../src/main/engine-host/engine.ts';
import { createEventBus } from '../../src/main/events.ts';
import { createClass } from '../../src/main/labels/classes.ts';
import { setLabels } from '../../src/main/labels/set-labels.ts';
import { createLibraryService } from '../../src/main/library/library.ts';
import { photo } from '../fixtures/photos.ts';
import { addRun } from '../main/db/sample-photos.ts';
import { by } from '../main/labels/origins.ts';
import { askMain, expectNoViolations, openPage, shoot, startApp, startBrowser, type RunningApp } from './harness.ts';

const dir = realpathSync(mkdtempSync(join(tmpdir(), 'whisker-export-')));
const [photos, dataDir, out] = [join(dir, 'zoo'), join(dir, 'data'), join(dir, 'out')];
let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];

const dialog = () => page.getByRole('dialog', { name: 'Export' });
const picker = () => page.getByRole('dialog', { name: 'Choose where to export to' });
const format = (name: string) => dialog().getByRole('radio', { name: new RegExp(`^${name}`) });

beforeAll(async () => {
  mkdirSync(photos);
  mkdirSync(out);
  for (let i = 0; i < 40; i++) {
    await photo({ width: 160 + 16 * (i % 5), height: 120, seed: i }).toFile(join(photos, `zoo-${10 + i}.jpg`));
  }
  await labelSome();
  [browser, app] = [await startBrowser(), await startApp(dataDir)];
  ({ page, complaints } = await openPage(browser));
  page.setDefaultTimeout(10_000);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(app.url);
  await askMain(page, 'library.open', { folder: photos });
  const isThere = async () => (await askMain(page, 'library.state'))?.scan.phase === 'done';
  await vi.waitUntil(isThere, { timeout: 60_000, interval: 200 });
  await page.getByRole('option').nth(13).waitFor();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** Ten cats and six dogs, and a run that says Cat of all others, the first of them the surest. */
async function labelSome(): Promise<void> {
  const engine = { node: process.execPath, entry: join(import.meta.dirname, '../../src/engine/entry.ts') };
  const imaging = createEngine({ role: 'imaging', ...engine });
  const library = createLibraryService({ options: { dataDir, engine }, events: createEventBus(() => {}), imaging });
  const { db } = await library.open(photos);
  await library.scanFinished();
  const { ids } = listPhotos(db, { kind: 'all' }, null);
  const [cat, dog] = [createClass(db, { name: 'Cat' }).id, createClass(db, { name: 'Dog' }).id];
  setLabels(db, ids.slice(0, 10), cat, by.person);
  setLabels(db, ids.slice(10, 16), dog, by.person);
  addRun(
    db,
    ids.slice(16).map((photoId, i) => ({ photoId, classId: cat, confidence: 1 - i / 40 })),
  );
  await library.close();
  await imaging.kill();
}

async function chooseFolder(folder: string): Promise<void> {
  await picker().getByLabel('Folder', { exact: true }).fill(folder);
  await picker().getByRole('button', { name: 'Use this folder' }).click();
  await picker().waitFor({ state: 'detached' });
}

test('the dialog says what would be written before anything is: formats, counts, three rows, what is left out', async () => {
  await page.keyboard.press('Control+e');
  await dialog().getByText('40 photos: Cat 34, Dog 6').waitFor();
  expect(await dialog().getByRole('listitem').allTextContents()).toHaveLength(3);
  await expectNoViolations(page);
  await shoot(page, 'export-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await shoot(page, 'export');
  await dialog().getByRole('radio', { name: 'Labels', exact: true }).click();
  await dialog().getByText('16 photos: Cat 10, Dog 6').waitFor();
  await dialog().getByRole('button', { name: '24 photos left out' }).click();
  await dialog().getByText('It has no label.').waitFor();
  await dialog().getByRole('radio', { name: 'Predictions', exact: true }).click();
  await dialog().getByText('24 photos: Cat 24').waitFor();
  // By keys alone: the slider from "however sure" up.
  await dialog().getByRole('slider', { name: 'Least confidence' }).focus();
  await page.keyboard.press('End');
  await dialog().getByText('At least 99% sure').waitFor();
  await dialog().getByText('1 photo: Cat 1').waitFor();
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
}, 60_000);

test('photos are copied into folders by class in a folder that is chosen, and the report says where', async () => {
  await page.getByRole('button', { name: 'Export' }).click();
  await dialog().getByRole('radio', { name: 'Labels', exact: true }).click();
  await format('Folders by class').click();
  await dialog().getByText('16 photos: Cat 10, Dog 6').waitFor();
  await dialog().getByRole('button', { name: 'Choose a folder…' }).click();
  await shoot(page, 'export-folder');
  await chooseFolder(out);
  await dialog().getByLabel('Name of what is written').fill('my zoo');
  await shoot(page, 'export-ready');
  await dialog().getByRole('button', { name: 'Export 16 photos' }).click();
  await dialog().getByText('16 photos exported.').waitFor();
  await dialog().getByText(join(out, 'my zoo')).waitFor();
  await shoot(page, 'export-done');
  await expectNoViolations(page);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(readdirSync(join(out, 'my zoo'))).toEqual(['Cat', 'Dog']);
  expect(readdirSync(join(out, 'my zoo', 'Cat'))).toHaveLength(10);
  await dialog().getByRole('button', { name: 'Export more' }).click();
  // The same name again: nothing is overwritten, and it says so.
  await dialog().getByLabel('Name of what is written').fill('my zoo');
  await dialog().getByRole('button', { name: 'Export 16 photos' }).click();
  await dialog().getByRole('alert').getByText('is there already.').waitFor();
  await shoot(page, 'export-taken');
  await page.keyboard.press('Escape');
}, 60_000);

test('a table is downloaded: of the photos that the grid shows', async () => {
  await page.getByRole('button', { name: /^Dog/ }).first().click();
  await page.getByRole('button', { name: 'Export' }).click();
  await format('CSV').click();
  await dialog().getByRole('radio', { name: 'As shown: 6' }).waitFor();
  await dialog().getByText('6 photos: Dog 6').waitFor();
  const downloads = page.waitForEvent('download');
  await dialog().getByRole('button', { name: 'Download' }).click();
  const download = await downloads;
  expect(download.suggestedFilename()).toBe('zoo labels.csv');
  const lines = readFileSync(await download.path(), 'utf8')
    .trimEnd()
    .split('\r\n');
  expect(lines.slice(1).map((line) => line.split(',')[2])).toEqual(Array(6).fill('Dog'));
  await dialog().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^All photos/ }).click();
}, 60_000);

test('photos are moved with a word of where they go, and moved back from the list of moves', async () => {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('export');
  await page.keyboard.press('Enter');
  await format('Folders by class').click();
  await dialog().getByRole('radio', { name: 'Labels', exact: true }).click();
  await dialog().getByRole('radio', { name: 'Move', exact: true }).click();
  await dialog()
    .getByText(/outside of this library, so the photos leave it/)
    .waitFor();
  await dialog().getByLabel('Name of what is written').fill('moved');
  await shoot(page, 'export-move');
  await dialog().getByRole('button', { name: 'Move 16 photos' }).click();
  await dialog().getByText('16 photos exported.').waitFor();
  expect(readdirSync(photos)).toHaveLength(24);
  await dialog().getByRole('button', { name: 'Done' }).click();
  await vi.waitUntil(async () => (await askMain(page, 'library.state'))?.counts.photos === 24, { timeout: 20_000 });

  await page.reload();
  await page.getByRole('option').nth(13).waitFor();
  await page.getByRole('button', { name: 'Export' }).click();
  await dialog().getByRole('button', { name: 'Moved before' }).click();
  await dialog().getByText(join(out, 'moved')).waitFor();
  await shoot(page, 'export-moved-before');
  await dialog().getByRole('button', { name: 'Revert' }).click();
  await dialog().getByText('16 files moved back.').waitFor();
  expect(readdirSync(photos)).toHaveLength(40);
  expect(readdirSync(out)).toEqual(['my zoo']);
  await dialog().getByRole('button', { name: 'Done' }).click();
  await vi.waitUntil(async () => (await askMain(page, 'library.state'))?.counts.labelled === 16, { timeout: 20_000 });
}, 60_000);

test('it fits a small window, and the page has complained of nothing', async () => {
  await page.setViewportSize({ width: 720, height: 480 });
  await page.keyboard.press('Control+e');
  await dialog().getByText('40 photos: Cat 34, Dog 6').waitFor();
  await shoot(page, 'export-720');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, 'export-720-dark');
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  expect(await dialog().getByRole('button', { name: 'Choose a folder…' }).isVisible()).toBe(true);
  expect(complaints).toEqual([]);
}, 60_000);
