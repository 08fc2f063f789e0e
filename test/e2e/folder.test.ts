// The folder lives, in real Chromium over a real folder: photos come and go while the page is open, the folder is
// renamed and found again, labels that are there already are offered, taken and taken back. Wants what `npm run build`
// makes.

import { mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { photo } from '../fixtures/photos.ts';
import { withIptc } from '../fixtures/keywords.ts';
import { askMain, expectNoViolations, openPage, shoot, startApp, startBrowser, temporaryFolder } from './harness.ts';
import type { RunningApp } from './harness.ts';
import { startOnFakes } from './desktop/on-fakes.ts';
import { askThroughBridge } from './hosts.ts';

const temporary = temporaryFolder();
const home = realpathSync(temporary.path);
const [photos, dataDir] = [join(home, 'pets'), join(home, 'data')];
let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];

const draw = (seed: number) =>
  photo({ width: 160 + 16 * (seed % 5), height: 120, seed })
    .jpeg()
    .toBuffer();

async function write(path: string, seed: number, keywords: string[] = []): Promise<void> {
  const file = join(photos, path);
  mkdirSync(dirname(file), { recursive: true });
  const bytes = await draw(seed);
  writeFileSync(file, keywords.length > 0 ? withIptc(bytes, keywords) : bytes);
}

beforeAll(async () => {
  for (let i = 0; i < 14; i++) await write(`cat/${i}.jpg`, i, i < 4 ? ['pet', 'sofa'] : ['pet']);
  for (let i = 0; i < 9; i++) await write(`dog/${i}.jpg`, 20 + i, ['pet']);
  await write('blurred/x.jpg', 40);
  await write('blurred/y.jpg', 41);
  app = await startApp(dataDir);
  browser = await startBrowser();
  ({ page, complaints } = await openPage(browser));
  page.setDefaultTimeout(15_000);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(app.url);
  await page.getByRole('button', { name: 'Try the sample library' }).waitFor();
  await askMain(page, 'library.open', { folder: photos });
  const isThere = async () => (await askMain(page, 'library.state'))?.scan.phase === 'done';
  await vi.waitUntil(isThere, { timeout: 60_000, interval: 200 });
  await grid().waitFor();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

const grid = () => page.getByRole('listbox', { name: /, \d+ photos?$/ });
const bar = () => page.getByRole('complementary', { name: 'Labels already there' });
const dialog = () => page.getByRole('dialog', { name: 'Import labels' });
const state = async () => (await askMain(page, 'library.state'))!;
const photosThere = async () => (await askMain(page, 'photos.list', { filter: { kind: 'all' } })).ids.length;

test('labels that lie in folders are offered, previewed, taken without what is no class, and taken back', async () => {
  await bar()
    .getByText(/folders that look like classes: cat, dog and blurred/)
    .waitFor();
  await shoot(page, 'import-offer-light');
  await expectNoViolations(page);
  await shoot(page, 'import-offer-dark');
  await page.setViewportSize({ width: 720, height: 480 });
  await shoot(page, 'import-offer-720');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
  await bar().getByRole('button', { name: 'Look at them…' }).click();
  await dialog().getByText('25 photos get a label.').waitFor();
  await dialog()
    .getByRole('checkbox', { name: /^blurred/ })
    .uncheck();
  await dialog().getByText('23 photos get a label.').waitFor();
  await shoot(page, 'import-folders-light');
  await expectNoViolations(page);
  await shoot(page, 'import-folders-dark');
  await page.setViewportSize({ width: 720, height: 480 });
  await shoot(page, 'import-folders-720');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
  await dialog().getByRole('button', { name: 'Label 23 photos' }).click();
  await dialog().waitFor({ state: 'detached' });
  await bar().waitFor({ state: 'detached' });
  expect((await state()).counts).toMatchObject({ labelled: 23, unlabelled: 2 });
  expect((await state()).undo.undo).toBe('Label 23 photos by folder');
  await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await state()).counts.labelled).toBe(0);
  expect((await state()).classes).toEqual([]);
  expect(complaints).toEqual([]);
});

test('keywords are read with a tick each, and a CSV is chosen from the menu', async () => {
  await page.getByRole('button', { name: 'Library: pets' }).click();
  await page.getByRole('menuitem', { name: /^Import labels/ }).click();
  await dialog().getByRole('radio', { name: 'Keywords' }).click();
  await dialog().getByRole('row', { name: /pet/ }).getByText('23').waitFor();
  await shoot(page, 'import-keywords');
  await expectNoViolations(page);
  await page.emulateMedia({ colorScheme: 'light' });
  const chooser = page.waitForEvent('filechooser');
  await dialog().getByRole('radio', { name: 'A table' }).click();
  const rows = ['file,label', 'cat/0.jpg,Tabby', 'cat/1.jpg,Tabby', 'dog/0.jpg,Poodle', 'gone.jpg,Poodle', 'x.jpg,'];
  const buffer = Buffer.from(rows.join('\n'));
  await (await chooser).setFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer });
  await dialog().getByText('3 photos get a label.').waitFor();
  await dialog().getByRole('button', { name: '2 rows without effect' }).click();
  await dialog().getByText('No such file in the folder.').waitFor();
  await shoot(page, 'import-table');
  await dialog().getByRole('button', { name: 'Label 3 photos' }).click();
  await expect.poll(async () => (await state()).counts.labelled).toBe(3);
  await page.keyboard.press('Control+z');
  await expect.poll(async () => (await state()).counts.labelled).toBe(0);
  expect(complaints).toEqual([]);
});

test('a photo that is put into the folder appears, one that is taken out goes, and a line says so', async () => {
  expect(await photosThere()).toBe(25);
  const began = performance.now();
  await write('cat/new.jpg', 60);
  await page.getByText('1 new photo.').waitFor();
  process.stderr.write(`a new photo is there after ${Math.round(performance.now() - began)} ms\n`);
  await expect.poll(photosThere).toBe(26);
  await shoot(page, 'folder-news');
  await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Show' }).click();
  await expect
    .poll(async () => (await page.getByRole('option').first().getAttribute('aria-label'))?.split(',')[0])
    .toBe('new.jpg');
  rmSync(join(photos, 'cat/new.jpg'));
  await page.getByText('1 photo gone.').waitFor();
  await expect.poll(photosThere).toBe(25);
  expect(complaints).toEqual([]);
});

test('a folder that is renamed leaves a banner and its photos; it is found by its content and used again', async () => {
  const { id: label } = await askMain(page, 'classes.create', { name: 'Cat' });
  const { ids } = await askMain(page, 'photos.list', { filter: { kind: 'all' } });
  const photoIds = ids.slice(0, 3);
  await askMain(page, 'labels.set', { photoIds, label, source: 'person', chosen: 'hand' });
  renameSync(photos, join(home, 'animals'));
  await page.getByText('This folder isn’t there now. Your labels are kept.').waitFor();
  await page.getByText(`It seems to be at ${join(home, 'animals')} now.`).waitFor();
  expect(await page.getByRole('option').count()).toBeGreaterThan(10);
  await shoot(page, 'folder-missing-light');
  await expectNoViolations(page);
  await shoot(page, 'folder-missing-dark');
  await page.setViewportSize({ width: 720, height: 480 });
  await shoot(page, 'folder-missing-720');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });

  await page.getByRole('button', { name: 'Locate…' }).click();
  const picker = page.getByRole('dialog', { name: 'Locate “pets”' });
  mkdirSync(join(home, 'other'));
  await picker.getByRole('button', { name: 'animals' }).waitFor();
  await picker.getByRole('textbox', { name: 'Folder' }).fill(join(home, 'other'));
  await picker.getByRole('button', { name: 'Open this folder' }).click();
  await page.getByText(/doesn't hold the photos/).waitFor();
  await page.keyboard.press('Escape');
  await picker.waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Use it' }).click();
  await page.getByRole('button', { name: 'Library: animals' }).waitFor();
  await expect.poll(async () => (await state()).scan.phase).toBe('done');
  expect((await state()).counts).toMatchObject({ photos: 25, labelled: 3 });
  expect(await page.getByText('This folder isn’t there now.').count()).toBe(0);

  // Away and back by itself: the banner goes without a click.
  renameSync(join(home, 'animals'), join(home, 'data', 'hidden away'));
  await page.getByText('This folder isn’t there now.').waitFor();
  renameSync(join(home, 'data', 'hidden away'), join(home, 'animals'));
  await page.getByText('This folder isn’t there now.').waitFor({ state: 'detached' });
  expect((await state()).counts).toMatchObject({ photos: 25, labelled: 3 });
  expect(complaints).toEqual([]);
});

test('the desktop app follows its folder, too, and asks in the system’s dialog where it is now', async () => {
  const desktop = await startOnFakes(browser, { dataDir: join(home, 'desktop data') });
  const window = desktop.page;
  const there = async () => (await askThroughBridge(window, 'photos.list', { filter: { kind: 'all' } })).ids.length;
  const folder = join(home, 'desktop pets');
  const put = async (name: string, seed: number) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), await draw(seed));
  };
  await put('a.jpg', 70);
  await desktop.answerFolderDialog(folder);
  await window.getByRole('button', { name: 'Open a folder of photos' }).click();
  await expect.poll(there).toBe(1);
  await expect.poll(async () => (await askThroughBridge(window, 'library.state'))?.scan.phase).toBe('done');
  await put('b.jpg', 71);
  await window.getByText('1 new photo.').waitFor();
  await expect.poll(there).toBe(2);
  const now = join(home, 'cat', 'far', 'away');
  mkdirSync(now, { recursive: true });
  renameSync(folder, join(now, 'moved'));
  await window.getByText('This folder isn’t there now. Your labels are kept.').waitFor();
  await desktop.answerFolderDialog(join(now, 'moved'));
  await window.getByRole('button', { name: 'Locate…' }).click();
  await window.getByRole('button', { name: 'Library: moved' }).waitFor();
  await expect.poll(there).toBe(2);
  expect(desktop.complaints).toEqual([]);
  await desktop.quit();
  await desktop.ended;
});
