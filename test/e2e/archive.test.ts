// A library goes away as one file and comes back, in real Chromium: saved from the window, opened for another folder
// under other names with nothing lost, and merged into labels of one's own. Wants what `npm run build` makes.

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { PhotoId } from '../../src/shared/types.ts';
import { photo } from '../fixtures/photos.ts';
import { askMain, expectNoViolations, openPage, shoot, startApp, startBrowser, temporaryFolder } from './harness.ts';
import type { RunningApp } from './harness.ts';

const PHOTOS = 12;
const temporary = temporaryFolder();
const folderOf = (name: string) => join(temporary.path, name);
const archive = join(temporary.path, 'archives', 'pets.whisker');
let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  for (const name of ['pets', 'holiday', 'mine', 'archives']) mkdirSync(folderOf(name));
  for (let i = 0; i < PHOTOS; i++) {
    const file = join(folderOf('pets'), `pet-${i}.jpg`);
    writeFileSync(file, await photo({ width: 160, height: 120, seed: i }).jpeg().toBuffer());
    copyFileSync(file, join(folderOf('holiday'), `DSC_${900 - i}.JPG`));
    copyFileSync(file, join(folderOf('mine'), `${String.fromCharCode(97 + i)}.jpg`));
  }
  app = await startApp(join(temporary.path, 'data'));
  browser = await startBrowser();
  ({ page, complaints } = await openPage(browser));
  page.setDefaultTimeout(15_000);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(app.url);
  await page.getByRole('button', { name: 'Try the sample library' }).waitFor();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

async function scanned(): Promise<void> {
  const isThere = async () => (await askMain(page, 'library.state'))?.scan.phase === 'done';
  await vi.waitUntil(isThere, { timeout: 90_000, interval: 200 });
}

async function open(name: string): Promise<void> {
  await askMain(page, 'library.open', { folder: folderOf(name) });
  await scanned();
  // Whoever opens it beside the window has taken away what that showed.
  await page.reload();
  await page.getByRole('button', { name: `Library: ${name}` }).waitFor();
}

/** What each class has, and what is undone next. */
async function said() {
  const { classes, counts, undo } = (await askMain(page, 'library.state'))!;
  const byClass = Object.fromEntries(classes.map(({ id, name }) => [name, counts.byClass[id] ?? 0]));
  return { ...byClass, excluded: counts.excluded, unsure: counts.unsure, undo: undo.undo };
}

async function label(ids: readonly PhotoId[], name: string): Promise<void> {
  const known = (await askMain(page, 'library.state'))!.classes.find((one) => one.name === name);
  const { id } = known ?? (await askMain(page, 'classes.create', { name }));
  await askMain(page, 'labels.set', { photoIds: [...ids], label: id, source: 'person', chosen: 'hand' });
}

async function shootAll(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await shoot(page, `${name}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 720, height: 480 });
  await shoot(page, `${name}-720`);
  await page.setViewportSize({ width: 1280, height: 800 });
}

/** From the library's menu to the question what opening would do. */
async function chooseArchive(folder: string): Promise<void> {
  await page.getByRole('button', { name: /^Library:/ }).click();
  await page.getByRole('menuitem', { name: 'Open an archive…' }).click();
  const field = page.getByRole('textbox', { name: 'Folder or file' });
  await field.fill(folderOf('archives'));
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'pets.whisker' }).click();
  await page.getByRole('button', { name: 'Choose this archive' }).click();
  await page.getByRole('dialog', { name: 'Where are the photos of “pets”?' }).waitFor();
  await page.getByRole('textbox', { name: 'Folder', exact: true }).fill(folder);
  await page.getByRole('button', { name: 'Choose this folder' }).click();
  await page.getByRole('dialog', { name: 'Open the archive “pets”' }).waitFor();
}

let before: Awaited<ReturnType<typeof said>>;

test('it is saved from the window, with what it takes said before', async () => {
  await open('pets');
  const { ids } = await askMain(page, 'photos.list', { filter: { kind: 'all' } });
  await label(ids.slice(0, 4), 'Cat');
  await label(ids.slice(4, 7), 'Dog');
  await askMain(page, 'labels.set', { photoIds: [ids[7]!], label: 'excluded', source: 'person', chosen: 'hand' });
  before = await said();
  await page.getByRole('button', { name: /^Library:/ }).click();
  await page.getByRole('menuitem', { name: /^Archive this library/ }).click();
  await page.getByRole('switch', { name: /^Thumbnails, / }).click();
  await page.getByText(/^The file has about/).waitFor();
  await expectNoViolations(page);
  await shootAll('archive-save');
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save the archive' }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe('pets.whisker');
  await saved.saveAs(archive);
  expect(await saved.failure()).toBeNull();
}, 60_000);

test('opened for another folder under other names, everything is there again, and undo goes on', async () => {
  await chooseArchive(folderOf('holiday'));
  await page.getByText(/^7 labels and 2 classes for 12 photos, made on/).waitFor();
  await page.getByText('The photos are found by what is in them').waitFor();
  await expectNoViolations(page);
  await shootAll('archive-open');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('button', { name: 'Library: holiday' }).waitFor();
  await scanned();
  expect(await said()).toEqual(before);
  await page.getByRole('listbox', { name: 'All photos, 12 photos' }).waitFor();
  // Each label lies on the photo that it was given to: `pet-0` is `DSC_900` here.
  await page.getByRole('option', { name: /^DSC_900\.JPG.*Cat/ }).waitFor();
  await page.getByRole('option', { name: /^DSC_893\.JPG.*excluded/i }).waitFor();
  await page.getByRole('listbox').focus();
  await page.keyboard.press('Control+z');
  await expect.poll(said).toMatchObject({ excluded: 0 });
}, 60_000);

test('merged into labels of one’s own, what says otherwise is shown and decided, and one undo takes it back', async () => {
  await open('mine');
  const { ids, names } = await askMain(page, 'photos.list', { filter: { kind: 'all' } });
  const photoOf = (name: string) => ids[names.indexOf(name)]!;
  // The first four are cats in the archive.
  await label([photoOf('a.jpg'), photoOf('b.jpg')], 'dog');
  await label([photoOf('c.jpg')], 'Cat');
  const mine = await said();
  await chooseArchive(folderOf('mine'));
  await page.getByText('5 labels would come. 1 label is here already.', { exact: false }).waitFor();
  await page.getByText('2 photos are labelled otherwise here:').waitFor();
  expect(await page.getByRole('row').allInnerTexts()).toEqual(
    expect.arrayContaining([expect.stringMatching(/a\.jpg\s+dog\s+Cat/), expect.stringMatching(/b\.jpg\s+dog\s+Cat/)]),
  );
  await page.getByRole('radio', { name: 'Leave unsure' }).click();
  await expectNoViolations(page);
  await shootAll('archive-merge');
  await page.getByRole('button', { name: 'Merge', exact: true }).click();
  await page.getByText('5 labels came with the archive. 2 are left unsure.').waitFor();
  expect(await said()).toEqual({
    ...{ dog: 3, Cat: 2, excluded: 1, unsure: 2 },
    undo: 'Merge 7 labels of the archive pets',
  });
  await page.getByRole('listbox').focus();
  await page.keyboard.press('Control+z');
  await expect.poll(said).toEqual(mine);
  expect(complaints).toEqual([]);
}, 60_000);

test('what is no archive is refused in a sentence, and the library that is open stays', async () => {
  writeFileSync(archive, 'not an archive at all');
  await chooseArchive(folderOf('mine'));
  await page.getByText(/is no archive of Whisker/).waitFor();
  expect(await page.getByRole('button', { name: 'Open', exact: true }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Library: mine' }).waitFor();
  expect(complaints).toEqual([]);
}, 60_000);
