// U, N and X in the grid, large and in review, and the history of all that was done: jumps, one step taken back, the
// photos of a step, and all of it there after a restart. Wants what `npm run build` makes.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listPhotos } from '../../src/main/db/photos.ts';
import { createEngine } from '../../src/main/engine-host/engine.ts';
import { createEventBus } from '../../src/main/events.ts';
import { createClass } from '../../src/main/labels/classes.ts';
import { createLibraryService } from '../../src/main/library/library.ts';
import { photo } from '../fixtures/photos.ts';
import { addRun } from '../main/db/sample-photos.ts';
import { askMain, expectNoViolations, openPage, shoot, startApp, startBrowser, temporaryFolder } from './harness.ts';
import type { RunningApp } from './harness.ts';

const PHOTOS = 24;
const temporary = temporaryFolder();
const [photos, dataDir] = [join(temporary.path, 'pets'), join(temporary.path, 'data')];
const env = { WHISKER_CACHE_DIR: join(temporary.path, 'cache') };
let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];

const counts = async () => (await askMain(page, 'library.state'))!.counts;
const undoable = async () => (await askMain(page, 'library.state'))!.undo.undo;
const panel = () => page.getByRole('complementary', { name: 'History' });
const steps = () => panel().getByRole('listitem');
const current = () => panel().locator('[aria-current="step"]');
const step = (description: string) => steps().filter({ hasText: description });
const goTo = (view: string) =>
  page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: view }).click();

async function start(): Promise<void> {
  app = await startApp(dataDir, env);
  ({ page, complaints } = await openPage(browser));
  page.setDefaultTimeout(8000);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(app.url);
  await page.getByRole('button', { name: 'Try the sample library' }).waitFor();
  await askMain(page, 'library.open', { folder: photos });
  await page.getByRole('option').first().waitFor();
}

beforeAll(async () => {
  mkdirSync(photos);
  for (let i = 0; i < PHOTOS; i++) {
    const drawn = photo({ width: 150 + 20 * (i % 4), height: 120, seed: i });
    writeFileSync(join(photos, `pet-${String(i).padStart(2, '0')}.jpg`), await drawn.jpeg().toBuffer());
  }
  const engine = { node: process.execPath, entry: join(import.meta.dirname, '../../src/engine/entry.ts') };
  const imaging = createEngine({ role: 'imaging', ...engine });
  const library = createLibraryService({ options: { dataDir, engine }, events: createEventBus(), imaging });
  const { db } = await library.open(photos);
  await library.scanFinished();
  const [cat] = ['Cat', 'Dog'].map((name) => createClass(db, { name }).id);
  const { ids } = listPhotos(db, { kind: 'all' }, null);
  addRun(
    db,
    ids.map((photoId, i) => ({ photoId, classId: cat!, confidence: 0.99 - i / 100 })),
  );
  await library.close();
  browser = await startBrowser();
  await start();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

test('in the grid N, U and X mark what is selected, each in its place of the side bar, and the same key takes it back', async () => {
  const option = (place: number) => page.getByRole('option').nth(place);
  await option(0).click();
  await page.keyboard.press('n');
  await page.getByRole('option', { name: /pet-00\.jpg, none of these/ }).waitFor();
  await option(1).click();
  await page.keyboard.press('u');
  await page.getByRole('option', { name: /pet-01\.jpg, unsure/ }).waitFor();
  await option(2).click();
  await page.keyboard.press('x');
  await page.getByRole('option', { name: /pet-02\.jpg, excluded/ }).waitFor();
  expect(await counts()).toMatchObject({ none: 1, unsure: 1, excluded: 1, unlabelled: PHOTOS - 3, labelled: 0 });
  await shoot(page, 'meanings-grid');
  await page
    .getByRole('button', { name: /^Unsure/ })
    .first()
    .click();
  await page.getByRole('listbox', { name: 'Unsure, 1 photo' }).waitFor();
  await page.getByRole('option').first().click();
  await page.keyboard.press('u');
  await expect.poll(counts).toMatchObject({ unsure: 0, unlabelled: PHOTOS - 2 });
  await page.getByText('You are unsure of nothing').waitFor();
  await page.keyboard.press('Control+z');
  await expect.poll(counts).toMatchObject({ unsure: 1 });
  await page
    .getByRole('button', { name: /^All photos/ })
    .first()
    .click();
  // The same over a photo shown large.
  await option(3).dblclick();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('n');
  await expect.poll(counts).toMatchObject({ none: 2 });
  await page.getByRole('dialog').getByText('None of these').first().waitFor();
  await page.keyboard.press('n');
  await expect.poll(counts).toMatchObject({ none: 1 });
  await page.keyboard.press('Escape');
  await expectNoViolations(page);
}, 60_000);

test('in review N, U and W are three answers; the unsure come back when nothing else is left', async () => {
  await goTo('Review');
  await page.getByRole('complementary', { name: 'Decision' }).waitFor();
  await page.keyboard.press('n');
  await expect.poll(counts).toMatchObject({ none: 2 });
  await page.keyboard.press('u');
  await expect.poll(counts).toMatchObject({ unsure: 2 });
  await page.keyboard.press('w');
  await expect.poll(undoable).toBe('Say 1 photo is not Cat');
  await shoot(page, 'meanings-review');
  await expectNoViolations(page);
  for (let left = PHOTOS - 6; left > 0; left--) {
    await page.keyboard.press('Enter');
    await expect.poll(counts).toMatchObject({ labelled: PHOTOS - 5 - left });
  }
  await page.getByText('You were unsure: is this right?').waitFor();
  await page.keyboard.press('u');
  await page.keyboard.press('Enter');
  await expect.poll(counts).toMatchObject({ unsure: 1, labelled: PHOTOS - 5 });
  await page.getByText('Nothing left to review').waitFor();
  await goTo('Label');
}, 60_000);

test('the history lists what was done, shows the photos of a step, and takes one back by itself, or says why not', async () => {
  await page.keyboard.press('h');
  await steps().first().waitFor();
  await shoot(page, 'history-newest');
  // Only what is near the screen is in the page.
  expect(await step('Exclude 1 photo').count()).toBe(0);
  await page.keyboard.press('End');
  await step('Exclude 1 photo').waitFor();
  await step('Exclude 1 photo')
    .getByRole('button', { name: /^Exclude/ })
    .click();
  await page.getByRole('listbox', { name: 'All photos, 1 photo' }).waitFor();
  await page.getByRole('option', { name: /pet-02\.jpg/ }).waitFor();
  await shoot(page, 'history');
  await step('Exclude 1 photo')
    .getByRole('button', { name: /^Take back/ })
    .click();
  await expect.poll(counts).toMatchObject({ excluded: 0 });
  expect(await undoable()).toBe('Take back: Exclude 1 photo');
  await step('Exclude 1 photo').filter({ hasText: 'taken back' }).waitFor();
  await step('Create class Cat')
    .getByRole('button', { name: /^Take back/ })
    .click();
  await page.getByText(/“Create class Cat” can’t be taken back by itself: “.+”, which came later/).waitFor();
  await page.keyboard.press('Control+z');
  await expect.poll(counts).toMatchObject({ excluded: 1 });
  await page.getByRole('button', { name: 'Clear all' }).click();
}, 60_000);

test('a jump undoes or redoes all between, is announced once, and a restart finds the history as it was', async () => {
  const before = await counts();
  await step('Create class Dog').getByRole('button', { name: /^Jump/ }).click();
  await expect.poll(counts).toMatchObject({ unlabelled: PHOTOS });
  expect(await undoable()).toBe('Create class Dog');
  await expect.poll(() => current().textContent()).toContain('Create class Dog');
  await shoot(page, 'history-jumped');
  await expectNoViolations(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, 'history-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 720, height: 480 });
  await shoot(page, 'history-small');
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(complaints).toEqual([]);
  await page.context().close();
  await app.stop();
  await start();
  await page.keyboard.press('h');
  await expect.poll(() => current().textContent()).toContain('Create class Dog');
  await page.keyboard.press('Home');
  // The first is the taking back that was undone: that stays so.
  await steps().nth(1).getByRole('button', { name: /^Jump/ }).click();
  await expect.poll(counts).toEqual(before);
  await page.keyboard.press('h');
  await panel().waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
}, 60_000);
