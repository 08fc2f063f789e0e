// Finding in real Chromium: names and folders as they are typed, the filter panel, orders, views and places. Wants what
// `npm run build` makes.

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { photo } from '../fixtures/photos.ts';
import { askMain, expectNoViolations, openApp, shoot, temporaryFolder } from './harness.ts';
import type { RunningApp } from './harness.ts';

const temporary = temporaryFolder();
const [photos, dataDir] = [join(temporary.path, 'holiday'), join(temporary.path, 'data')];
let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];

/** Path, and the day on which it was taken. */
const files: [string, string | null][] = [
  ...Array.from({ length: 18 }, (_, i): [string, string] => [
    `summer-2019/IMG_${1200 + i}.jpg`,
    `2019:07:${String(i + 1).padStart(2, '0')}`,
  ]),
  ...Array.from({ length: 12 }, (_, i): [string, string] => [
    `winter/mountain day/DSC0${10 + i}.jpg`,
    `2018:01:${String(28 - i).padStart(2, '0')}`,
  ]),
  ['🐱 party/כלב 7.jpg', null],
  ['🐱 party/cat "NOT" dog.png', null],
];

beforeAll(async () => {
  for (const [i, [path, day]] of files.entries()) {
    const file = join(photos, path);
    mkdirSync(dirname(file), { recursive: true });
    const picture = photo({ width: 160 + 16 * (i % 5), height: 120, seed: i });
    const bytes = path.endsWith('.png')
      ? await picture.png().toBuffer()
      : await picture
          .withExif(day ? { IFD2: { DateTimeOriginal: `${day} 10:00:00` } } : {})
          .jpeg()
          .toBuffer();
    writeFileSync(file, bytes);
  }
  mkdirSync(join(photos, 'copies'));
  copyFileSync(join(photos, 'summer-2019/IMG_1203.jpg'), join(photos, 'copies/best.jpg'));
  ({ app, browser, page, complaints } = await openApp(dataDir));
  page.setDefaultTimeout(6000);
  await page.setViewportSize({ width: 1280, height: 800 });
  await askMain(page, 'library.open', { folder: photos });
  const isThere = async () => (await askMain(page, 'library.state'))?.scan.phase === 'done';
  await vi.waitUntil(isThere, { timeout: 60_000, interval: 200 });
  for (const name of ['Cat', 'Dog']) await askMain(page, 'classes.create', { name });
  await grid().waitFor();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

const grid = () => page.getByRole('listbox', { name: /, \d+ photos?$/ });
const field = () => page.getByRole('textbox', { name: 'Find by file or folder' });
const names = async () =>
  (await page.getByRole('option').evaluateAll((options) => options.map((one) => one.getAttribute('aria-label')))).map(
    (label) => label!.split(',')[0],
  );
/** The grid renders what is near the screen. */
async function shows(wanted: string[]) {
  await expect
    .poll(async () => Number(await page.getByRole('option').first().getAttribute('aria-setsize')))
    .toBe(wanted.length);
  await expect.poll(async () => (await names()).slice(0, 12)).toEqual(wanted.slice(0, 12));
}
const found = (count: number) => page.getByRole('search').getByText(`${count} found`, { exact: true }).waitFor();

test('what is typed finds by parts of names and folders, and keeps to itself until Esc', async () => {
  await page.keyboard.press('Control+f');
  await page.keyboard.type('summer 120');
  await found(10);
  expect(new URL(page.url()).hash).toBe('#name=summer+120');
  await page.keyboard.type('3');
  // Its first place is the copy, by which it is called.
  await shows(['best.jpg']);
  for (const odd of ['"NOT" dog', 'כלב', '🐱 cat', '-- cat.']) {
    await field().fill(odd);
    await found(1);
  }
  await field().fill('"*(');
  await shows(await askMain(page, 'photos.list', { filter: { kind: 'all' } }).then((all) => all.names));
  await field().fill('mountain');
  await found(12);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+a');
  await page.getByText('12 selected').waitFor();
  await page.keyboard.press('2');
  await expect.poll(async () => (await askMain(page, 'library.state'))!.counts.byClass[2]).toBe(12);
  await page.reload();
  await found(12);
  expect(await field().inputValue()).toBe('mountain');
  await field().focus();
  await page.keyboard.press('Escape');
  await grid().and(page.locator(':focus')).waitFor();
  expect(new URL(page.url()).hash).toBe('');
  expect(complaints).toEqual([]);
});

test('the panel adds conditions, each a chip that can be taken away', async () => {
  await page.getByRole('button', { name: /^Filter/ }).click();
  const panel = page.getByRole('dialog', { name: 'Filter' });
  await panel.getByLabel('Label', { exact: true }).click();
  await page.getByRole('option', { name: 'No label' }).click();
  await found(20);
  await panel.getByRole('combobox', { name: 'Folder' }).fill('summer-2019/');
  await panel.getByLabel('Taken from').fill('2019-07-05');
  await panel.getByLabel('Taken until').fill('2019-07-08');
  await panel.getByLabel('Taken until').press('Tab');
  await found(4);
  await shoot(page, 'find-panel-light');
  await expectNoViolations(page);
  await shoot(page, 'find-panel-dark');
  await page.setViewportSize({ width: 720, height: 480 });
  await shoot(page, 'find-panel-720');
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  await shoot(page, 'find-chips-720');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
  await shoot(page, 'find-chips-light');
  await page.getByRole('button', { name: 'Without in summer-2019' }).click();
  await found(4);
  await page.getByRole('button', { name: 'Without taken 2019-07-05 to 2019-07-08' }).click();
  await found(20);
  await page.getByRole('button', { name: 'Clear all' }).click();
  await field().fill('unicorn');
  await page.getByText('No photo is found').waitFor();
  await shoot(page, 'find-nothing-light');
  await expectNoViolations(page);
  await page.locator('.photos').getByRole('button', { name: 'Clear all' }).click();
  await page.emulateMedia({ colorScheme: 'light' });
  expect(complaints).toEqual([]);
});

test('the grid follows an order, ranges too, and a view brings search and order back', async () => {
  await page.getByLabel('Order', { exact: true }).click();
  await page.getByRole('option', { name: 'Date taken' }).click();
  const byDate = await askMain(page, 'photos.find', { search: {}, sort: { by: 'taken', descending: false } });
  const all = await askMain(page, 'photos.list', { filter: { kind: 'all' } });
  const nameOf = (id: number) => all.names[all.ids.findIndex((one) => one === id)]!;
  await shows(byDate.map(nameOf));
  expect(nameOf(byDate[0]!)).toBe('DSC021.jpg');
  expect(byDate.slice(-2).map(nameOf).sort()).toEqual(['cat "NOT" dog.png', 'כלב 7.jpg'].sort());
  await page.getByRole('button', { name: 'Oldest first: turn around' }).click();
  await expect.poll(async () => (await names())[0]).toBe('IMG_1217.jpg');
  await page.getByRole('option').nth(1).click();
  await page
    .getByRole('option')
    .nth(3)
    .click({ modifiers: ['Shift'] });
  await page.getByText('3 selected').waitFor();
  await page.keyboard.press('Escape');

  await field().fill('summer');
  await found(18);
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Summer, newest first');
  await shoot(page, 'find-save-view');
  await page.keyboard.press('Enter');
  const view = page.getByRole('button', { name: /^Summer, newest first/ });
  await view.getByText('18').waitFor();
  await field().press('Escape');
  await page.getByRole('button', { name: 'Newest first: turn around' }).click();
  await view.click();
  await found(18);
  await expect.poll(async () => (await names())[0]).toBe('IMG_1217.jpg');
  await shoot(page, 'find-view-light');
  await expectNoViolations(page);
  await shoot(page, 'find-view-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByRole('button', { name: 'More for Summer, newest first' }).click({ force: true });
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await view.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await view.waitFor();
  expect(complaints).toEqual([]);
});

test('the pointer and the large view tell where a photo lies', async () => {
  await field().fill('1203');
  await found(1);
  await page.getByRole('option').hover();
  await page.getByText('copies, and 1 more').waitFor();
  await shoot(page, 'find-hover');
  await page.getByRole('option').dblclick();
  await page.getByRole('button', { name: 'found in 2 places' }).click();
  const places = page.getByRole('dialog', { name: 'Places of this photo' });
  expect(await places.getByRole('listitem').allTextContents()).toEqual(['copies/best.jpg', 'summer-2019/IMG_1203.jpg']);
  // A browser can't show a folder.
  expect(await places.getByRole('button').count()).toBe(0);
  await shoot(page, 'find-places');
  expect(complaints).toEqual([]);
});
