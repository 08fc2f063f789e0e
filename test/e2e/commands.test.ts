// The command palette, own keys, the order of the classes and going on after a label, in real Chromium. Wants what
// `npm run build` makes.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { photo } from '../fixtures/photos.ts';
import { askMain, expectNoViolations, openPage, shoot, startApp, startBrowser, temporaryFolder } from './harness.ts';
import type { RunningApp } from './harness.ts';

const temporary = temporaryFolder();
const [photos, dataDir] = [join(temporary.path, 'zoo'), join(temporary.path, 'data')];
let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  mkdirSync(photos);
  for (let i = 0; i < 14; i++) {
    await photo({ width: 160 + 16 * (i % 5), height: 120, seed: i }).toFile(join(photos, `zoo-${10 + i}.jpg`));
  }
  app = await startApp(dataDir);
  browser = await startBrowser();
  ({ page, complaints } = await openPage(browser));
  page.setDefaultTimeout(8000);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(app.url);
  await page.getByRole('button', { name: 'Try the sample library' }).waitFor();
  await askMain(page, 'library.open', { folder: photos });
  const isThere = async () => (await askMain(page, 'library.state'))?.scan.phase === 'done';
  await vi.waitUntil(isThere, { timeout: 60_000, interval: 200 });
  for (const name of ['Ant', 'Bee', 'Cat', 'Dog']) await askMain(page, 'classes.create', { name });
  await page.getByRole('option').nth(13).waitFor();
  await row('Dog').waitFor();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

const palette = () => page.getByRole('dialog', { name: 'Commands' });
const sheet = () => page.getByRole('dialog', { name: 'Keyboard shortcuts' });
const state = async () => (await askMain(page, 'library.state'))!;
const order = async () => (await state()).classes.map(({ name }) => name);
const shownOrder = () => page.locator('.classes > .class .name').allTextContents();
const row = (name: string) => page.locator('.classes > .class', { hasText: name }).locator('[data-class]');
const labelled = async (name: string) => {
  const { classes, counts } = await state();
  return counts.byClass[classes.find((entry) => entry.name === name)!.id] ?? 0;
};
const focused = () => page.locator(':focus').textContent();

test('the palette lists what can be done here and does it, for the photo that was selected', async () => {
  await page.getByRole('option').first().click();
  await page.keyboard.press('Control+k');
  await palette().getByRole('option', { name: 'Label with Cat' }).waitFor();
  await expectNoViolations(page);
  await shoot(page, 'palette-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await shoot(page, 'palette');
  await page.keyboard.type('cat label');
  await shoot(page, 'palette-typed');
  await page.keyboard.press('Enter');
  await palette().waitFor({ state: 'detached' });
  await expect.poll(() => labelled('Cat')).toBe(1);
  // The keyboard is where it was: the next key is the grid's.
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('1');
  await expect.poll(() => labelled('Ant')).toBe(1);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('undo');
  await page.keyboard.press('Enter');
  await expect.poll(() => labelled('Ant')).toBe(0);
});

test('the palette opens dialogs and screens, and over a photo shown large', async () => {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('new cla');
  await page.keyboard.press('Enter');
  await page
    .getByRole('dialog', { name: 'New class' })
    .getByRole('textbox', { name: 'Name' })
    .and(page.locator(':focus'))
    .waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('option').first().click();
  await page.keyboard.press('Enter');
  await page.getByText('1 of 14').waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('next ph');
  await page.keyboard.press('Enter');
  await page.getByText('2 of 14').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.getByText('3 of 14').waitFor();
  await page.keyboard.press('Control+k');
  await palette().waitFor();
  await shoot(page, 'palette-over-viewer');
  await page.keyboard.press('Escape');
  await palette().waitFor({ state: 'detached' });
  await page.getByText('3 of 14').waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('train');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Train' }).waitFor();
  await page.getByRole('button', { name: /^Library:/ }).click();
  await page.getByRole('menuitem', { name: /^Commands/ }).click();
  await palette().getByRole('combobox').and(page.locator(':focus')).waitFor();
  await page.keyboard.type('all photos');
  await page.keyboard.press('Enter');
  await page.getByRole('option').nth(13).waitFor();
});

test('a class is dragged to another place; digits follow, and undo takes it back', async () => {
  const [from, to] = [(await row('Dog').boundingBox())!, (await row('Ant').boundingBox())!];
  await page.mouse.move(from.x + 60, from.y + 15);
  await page.mouse.down();
  await page.mouse.move(from.x + 60, from.y - 20, { steps: 4 });
  await page.mouse.move(to.x + 60, to.y + 10, { steps: 6 });
  await expect.poll(shownOrder).toEqual(['Dog', 'Ant', 'Bee', 'Cat']);
  await shoot(page, 'class-dragged');
  expect(await order()).toEqual(['Ant', 'Bee', 'Cat', 'Dog']);
  await page.mouse.up();
  await expect.poll(order).toEqual(['Dog', 'Ant', 'Bee', 'Cat']);
  expect(await shownOrder()).toEqual(['Dog', 'Ant', 'Bee', 'Cat']);
  // The click that ended it has opened nothing.
  expect(await page.getByRole('option').count()).toBe(14);
  await page.getByRole('option').nth(4).click();
  await page.keyboard.press('1');
  await expect.poll(() => labelled('Dog')).toBe(1);
  await page.keyboard.press('Control+z');
  await expect.poll(() => labelled('Dog')).toBe(0);
  await page.keyboard.press('Control+z');
  await expect.poll(shownOrder).toEqual(['Ant', 'Bee', 'Cat', 'Dog']);
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(order).toEqual(['Dog', 'Ant', 'Bee', 'Cat']);
});

test('Esc lets go of a dragged class where it was', async () => {
  const box = (await row('Cat').boundingBox())!;
  await page.mouse.move(box.x + 60, box.y + 15);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y - 70, { steps: 6 });
  await expect.poll(shownOrder).not.toEqual(['Dog', 'Ant', 'Bee', 'Cat']);
  await page.keyboard.press('Escape');
  await page.mouse.up();
  expect(await shownOrder()).toEqual(['Dog', 'Ant', 'Bee', 'Cat']);
  expect(await order()).toEqual(['Dog', 'Ant', 'Bee', 'Cat']);
});

test('by key a class moves up and down, and keeps the focus', async () => {
  await row('Dog').focus();
  await page.keyboard.press('Alt+ArrowDown');
  await expect.poll(shownOrder).toEqual(['Ant', 'Dog', 'Bee', 'Cat']);
  await page.keyboard.press('Alt+ArrowDown');
  await expect.poll(order).toEqual(['Ant', 'Bee', 'Dog', 'Cat']);
  expect(await focused()).toContain('Dog');
  await page.getByText('Dog is class 3 of 4.').waitFor();
  await page.keyboard.press('Alt+ArrowUp');
  await page.keyboard.press('Alt+ArrowUp');
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(order).toEqual(['Dog', 'Ant', 'Bee', 'Cat']);
  await page.reload();
  await expect.poll(shownOrder).toEqual(['Dog', 'Ant', 'Bee', 'Cat']);
});

test('the quick field makes classes; one with an own key shows it', async () => {
  const field = page.getByRole('textbox', { name: 'Add a class' });
  await field.fill('Emu');
  await page.keyboard.press('Enter');
  await expect.poll(order).toEqual(['Dog', 'Ant', 'Bee', 'Cat', 'Emu']);
  await row('Emu').hover();
  await page.getByRole('button', { name: 'More for Emu' }).click();
  await page.getByRole('menuitem', { name: 'Edit…' }).click();
  await page.getByRole('textbox', { name: 'Own key' }).fill('e');
  await shoot(page, 'class-key');
  await expectNoViolations(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('option').nth(5).click();
  await page.keyboard.press('e');
  await expect.poll(() => labelled('Emu')).toBe(1);
  await shoot(page, 'class-list');
  await expectNoViolations(page);
  await page.emulateMedia({ colorScheme: 'light' });
});

test('a command is given another key, which is named everywhere and kept for the next visit', async () => {
  await page.keyboard.press('?');
  await sheet().getByRole('button', { name: 'Change keys' }).click();
  const label = sheet().getByRole('region', { name: 'Label', exact: true });
  await label.getByRole('button', { name: /^Change the keys of Exclude/ }).click();
  await page.keyboard.press('m');
  await sheet().getByRole('alert').getByText('M is “More like this”').waitFor();
  await shoot(page, 'keys-clash');
  await expectNoViolations(page);
  await shoot(page, 'keys-clash-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await sheet().getByRole('button', { name: 'Take it over' }).click();
  await label.getByRole('button', { name: 'Change the keys of Exclude, or take back: M' }).waitFor();
  await label.getByRole('button', { name: /^Change the keys of Find photos/ }).click();
  await page.keyboard.press('Control+c');
  await sheet().getByText('Ctrl C belongs to the editing of text.').waitFor();
  await sheet().getByRole('button', { name: 'Done', exact: true }).click();
  await shoot(page, 'keys');
  await page.keyboard.press('Escape');
  await sheet().waitFor({ state: 'detached' });
  await page.getByRole('option').nth(7).click();
  await page.keyboard.press('x');
  await page.keyboard.press('m');
  await expect.poll(async () => (await state()).counts.excluded).toBe(1);
  expect(await page.getByRole('button', { name: 'Exclude' }).last().innerText()).toContain('M');

  // Another browser of the same person, after a restart of the app.
  await app.stop();
  app = await startApp(dataDir);
  const other = await openPage(browser);
  await other.page.goto(app.url);
  await askMain(other.page, 'library.open', { folder: photos });
  await other.page.getByRole('option').nth(13).waitFor();
  expect(await askMain(other.page, 'keys.state')).toEqual({ exclude: ['M'], 'more-alike': [] });
  await other.page.getByRole('option').nth(8).click();
  await other.page.keyboard.press('m');
  await expect.poll(async () => (await askMain(other.page, 'library.state'))!.counts.excluded).toBe(2);
  await other.page.keyboard.press('?');
  await other.page.getByRole('button', { name: 'Change keys' }).click();
  await other.page.getByRole('button', { name: 'Reset all' }).click();
  await expect.poll(() => askMain(other.page, 'keys.state')).toEqual({});
  await other.page.keyboard.press('Escape');
  page = other.page;
  page.setDefaultTimeout(8000);
  complaints = [...complaints.filter((one) => !/ERR_|events/.test(one)), ...other.complaints];
});

test('going on after a label is switched on, and remembered', async () => {
  await page.setViewportSize({ width: 1280, height: 800 });
  const lever = page.getByRole('button', { name: 'Go on after a label' }).first();
  await lever.click();
  await page.getByRole('option').nth(9).click();
  const before = await labelled('Ant');
  for (let i = 0; i < 3; i++) await page.keyboard.press('2');
  await expect.poll(() => labelled('Ant')).toBe(before + 3);
  await expect
    .poll(() => page.locator('[role="option"][aria-selected="true"]').getAttribute('aria-posinset'))
    .toBe('13');
  await page.keyboard.press('Enter');
  await page.getByText('13 of 14').waitFor();
  await page.keyboard.press('2');
  await page.getByText('14 of 14').waitFor();
  await shoot(page, 'auto-advance-viewer');
  await page.keyboard.press('Escape');
  await page.reload();
  await expect.poll(() => lever.getAttribute('aria-pressed')).toBe('true');
});

test('with sixty classes the field stays in sight while arrows go to the last, also in a small window', async () => {
  for (let i = 6; i <= 60; i++) await askMain(page, 'classes.create', { name: `Kind ${i}` });
  await page.setViewportSize({ width: 720, height: 480 });
  await page.getByRole('option').nth(1).click();
  await page.keyboard.press('/');
  const chooser = page.getByRole('dialog', { name: 'Label as' });
  await chooser.waitFor();
  await page.keyboard.press('ArrowUp');
  const last = chooser.getByRole('option', { name: 'Kind 60' });
  await expect.poll(() => last.getAttribute('aria-selected')).toBe('true');
  for (const shown of [last, chooser.getByRole('combobox')]) {
    const box = (await shown.boundingBox())!;
    expect(box.y).toBeGreaterThan(0);
    expect(box.y + box.height).toBeLessThan(480);
  }
  await shoot(page, 'sixty-classes');
  await page.keyboard.type('37');
  await page.keyboard.press('Enter');
  await expect.poll(() => labelled('Kind 37')).toBe(1);
  await shoot(page, 'sixty-classes-side-bar');
  const field = (await page.getByRole('textbox', { name: 'Add a class' }).boundingBox())!;
  expect(field.y + field.height).toBeLessThanOrEqual(480);
  await page.keyboard.press('Control+k');
  await palette().waitFor();
  await shoot(page, 'palette-small');
  await expectNoViolations(page);
  await shoot(page, 'palette-small-dark');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await sheet().getByRole('button', { name: 'Change keys' }).click();
  await shoot(page, 'keys-small-dark');
  expect(complaints).toEqual([]);
});
