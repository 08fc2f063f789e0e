// A picture that is dropped, pasted or taken with the camera, and a folder that is sorted, in a real browser.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { OpenedApp } from '../../src/main/app.ts';
import { startWebHost } from '../../src/main/hosts/web/server.ts';
import type { WebHost } from '../../src/main/hosts/web/server.ts';
import { ADDED_FOLDER } from '../../src/shared/handed-in.ts';
import { cool, drawPhotos, warm } from '../main/photo-folder.ts';
import { openLibrary, trainQuickly } from '../main/predictions/trained-library.ts';
import { askMain, expectNoViolations, openPage, shoot, startBrowser, temporaryFolder } from './harness.ts';
import '../fixtures/needs-tensorflow.ts';

const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
const folder = temporaryFolder();
let app: OpenedApp;
let photos: string;
let elsewhere: string;
let host: WebHost;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  ({ app, photos } = await openLibrary(folder.path));
  elsewhere = join(folder.path, 'elsewhere');
  await drawPhotos(elsewhere, 30, 60);
  writeFileSync(join(elsewhere, 'broken.jpg'), 'not a picture');
  host = await startWebHost({ app, rendererDir: join(import.meta.dirname, '../../out/renderer'), port: 0 });
  browser = await startBrowser(camera);
  ({ page, complaints } = await openPage(browser));
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(host.url).origin });
  await page.goto(host.url);
  await page.getByRole('button', { name: /^Library:/ }).waitFor();
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
  await app?.close();
  folder.remove();
});
afterEach(async () => {
  expect(complaints.splice(0).filter((one) => !one.includes('/brought/'))).toEqual([]);
});

/** Of what it shows, in pixels; 0 as long as it shows nothing. */
const widthOf = (picture: Locator): Promise<number> =>
  picture.evaluate((shown) => {
    const { naturalWidth = 0, videoWidth = naturalWidth } = shown as { naturalWidth?: number; videoWidth?: number };
    return videoWidth;
  });
const dialog = () => page.getByRole('dialog');
const closeDialog = async () => {
  await dialog().getByRole('button', { name: 'Close' }).last().click();
  await dialog().waitFor({ state: 'detached' });
};
/** As the system drops files on the window. */
async function drop(...names: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: names.map((name) => join(elsewhere, name)), dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data });
  }
  await session.detach();
}
const added = () => (existsSync(join(photos, ADDED_FOLDER)) ? readdirSync(join(photos, ADDED_FOLDER)) : []);
const allPhotos = async () => (await askMain(page, 'photos.list', { filter: { kind: 'all' } })).ids.length;

test('before anything is trained a dropped picture is shown, and one sentence says why nothing is said of it', async () => {
  await drop(warm(30));
  await dialog().getByText('Nothing has been trained on these photos yet.').waitFor();
  await expect.poll(() => widthOf(dialog().locator('img'))).toBe(44);
  await shoot(page, 'brought-no-model');
  await closeDialog();
  await trainQuickly(app);
  await page.reload();
  await page.getByRole('button', { name: /^Library:/ }).waitFor();
});

test('a dropped picture is shown with its class, how sure, and the others', async () => {
  await drop(cool(30));
  await dialog().getByRole('status').getByText('Cool').waitFor();
  await dialog().getByRole('list', { name: 'Other classes' }).getByText('Warm').waitFor();
  await shoot(page, 'brought-dropped');
  await expectNoViolations(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, 'brought-dropped-dark');
  await page.setViewportSize({ width: 720, height: 480 });
  await shoot(page, 'brought-dropped-small');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  await closeDialog();
});

test('the class that is picked adds it, after one question the first time, and undo takes the label back', async () => {
  const before = await allPhotos();
  await drop(cool(31));
  await dialog().getByRole('button', { name: 'Add as Cool' }).click();
  await dialog().getByText(`A copy goes into a new folder, “${ADDED_FOLDER}”`).waitFor();
  await shoot(page, 'brought-agree');
  expect(added()).toEqual([]);
  await dialog().getByRole('button', { name: 'Not now' }).click();
  await dialog().getByRole('button', { name: 'Add as Cool' }).click();
  await dialog().getByRole('button', { name: 'Add as Cool' }).click();
  await page.getByText(`Added as Cool, in the folder “${ADDED_FOLDER}”.`).waitFor();
  const [name = ''] = added();
  expect(readFileSync(join(photos, ADDED_FOLDER, name))).toEqual(readFileSync(join(elsewhere, cool(31))));
  expect(await allPhotos()).toBe(before + 1);
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect.poll(async () => (await askMain(page, 'library.state'))?.counts.unlabelled).toBe(5);
  // Not asked again.
  await drop(cool(32));
  await dialog().getByRole('button', { name: 'Add as Warm' }).click();
  await expect.poll(() => added().length).toBe(2);
  await dialog().waitFor({ state: 'detached' });
});

test('a broken picture is one sentence, other files keep their own, and of several the first is shown', async () => {
  await drop('broken.jpg');
  await dialog().getByRole('alert').waitFor();
  expect(
    await dialog()
      .getByRole('button', { name: /^Add as/ })
      .count(),
  ).toBe(0);
  await shoot(page, 'brought-broken');
  await closeDialog();
  writeFileSync(join(elsewhere, 'notes.txt'), 'notes');
  await drop('notes.txt');
  await page.getByText('“notes.txt” is a file, and Whisker opens folders.').waitFor();
  await drop(warm(33), warm(34));
  await page.getByText('The first of 2 pictures is shown.').waitFor();
  await dialog().getByRole('status').getByText('Warm').waitFor();
  await closeDialog();
});

test('a folder that is dropped still means: open it', async () => {
  await drop('.');
  await dialog().getByText('A browser doesn’t say where a dropped folder lies.', { exact: false }).waitFor();
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
});

test('a picture on the clipboard is pasted anywhere; text in a field stays text', async () => {
  const put = (text: string | null) =>
    page.evaluate(`(async (words) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 60, height: 40 });
      const context = canvas.getContext('2d');
      context.fillStyle = 'rgb(20 40 220)';
      context.fillRect(0, 0, 60, 40);
      const png = await new Promise((done) => canvas.toBlob(done, 'image/png'));
      const kinds = { 'image/png': png, ...(words && { 'text/plain': new Blob([words], { type: 'text/plain' }) }) };
      await navigator.clipboard.write([new ClipboardItem(kinds)]);
    })(${JSON.stringify(text)})`);
  await put(null);
  await page.keyboard.press('Control+V');
  await dialog().getByText('A pasted picture').waitFor();
  await dialog().getByRole('status').getByText('Cool').waitFor();
  await closeDialog();
  await put('warm');
  await page.keyboard.press('Control+F');
  await page.keyboard.press('Control+V');
  await expect.poll(() => page.locator('input:focus').inputValue()).toBe('warm');
  expect(await dialog().count()).toBe(0);
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Escape');
});

test('the camera is live with a prediction, Space holds a frame, and picking a class adds it; then it is off', async () => {
  const before = added().length;
  await page.getByRole('button', { name: /^Library:/ }).click();
  await page.getByRole('menuitem', { name: 'Ask about what the camera sees' }).click();
  const video = dialog().locator('video');
  await expect.poll(() => widthOf(video)).toBeGreaterThan(0);
  const said = dialog().getByRole('status');
  await expect.poll(() => said.textContent()).toMatch(/Warm|Cool/);
  await shoot(page, 'brought-camera');
  const asked = () =>
    page.evaluate<number>('performance.getEntriesByName(`${location.origin}/call/pictures.predict`).length');
  const first = await asked();
  await page.waitForTimeout(3000);
  const perSecond = ((await asked()) - first) / 3;
  process.stderr.write(`The camera was asked about ${perSecond.toFixed(1)} times a second.\n`);
  expect(perSecond).toBeGreaterThan(1);
  await page.keyboard.press('Space');
  await dialog().locator('img').waitFor();
  expect(await video.count()).toBe(0);
  await dialog().getByRole('button', { name: 'Add as Warm' }).click();
  await expect.poll(() => added().length).toBe(before + 1);
  expect(added().some((name) => name.endsWith('.jpg'))).toBe(true);
  await video.waitFor();
  // The picture comes a moment after its frame.
  await page.waitForFunction(`document.querySelector('video')?.srcObject != null`);
  await page.evaluate(`window.filmed = document.querySelector('video').srcObject.getTracks()`);
  await closeDialog();
  expect(await page.evaluate('window.filmed.map(({ readyState, kind }) => [kind, readyState])')).toEqual([
    ['video', 'ended'],
  ]);
});

test('where there is no camera, or it is refused, one sentence says so', async () => {
  for (const [name, sentence] of [
    ['NotAllowedError', 'Whisker may not use the camera.'],
    ['NotFoundError', 'No camera was found.'],
  ] as const) {
    const refuse = `() => Promise.reject(new DOMException('', '${name}'))`;
    await page.evaluate(`navigator.mediaDevices.getUserMedia = ${refuse}`);
    await page.keyboard.press('Control+K');
    await page.keyboard.type('camera');
    await page.keyboard.press('Enter');
    await dialog().getByText(sentence).waitFor();
    await closeDialog();
  }
  await page.reload();
  await page.getByRole('button', { name: /^Library:/ }).waitFor();
});

test('another folder is sorted into a list with its classes, and saved as a table; nothing is written there', async () => {
  const before = readdirSync(elsewhere, { recursive: true }).sort();
  await page.getByRole('button', { name: /^Library:/ }).click();
  await page.getByRole('menuitem', { name: 'Sort another folder…' }).click();
  await page.getByRole('textbox', { name: 'Folder', exact: true }).fill(elsewhere);
  await page.getByRole('textbox', { name: 'Folder', exact: true }).press('Enter');
  await page.getByRole('button', { name: 'Sort this folder' }).click();
  await dialog().getByText('60 pictures sorted.', { exact: false }).waitFor({ timeout: 60_000 });
  const tiles = dialog().getByRole('list', { name: 'Pictures, the least sure first' }).getByRole('listitem');
  await expect.poll(() => tiles.count()).toBe(60);
  await expect.poll(() => widthOf(tiles.first().locator('img'))).toBeGreaterThan(0);
  await shoot(page, 'sorted-folder');
  await expectNoViolations(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 720, height: 480 });
  await shoot(page, 'sorted-folder-small-dark');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  await dialog().getByRole('button', { name: /^Cool/ }).click();
  await expect.poll(() => tiles.count()).toBe(30);
  await dialog().getByRole('button', { name: '2 files left out' }).click();
  await dialog().getByText('broken.jpg').waitFor();
  const saving = page.waitForEvent('download');
  await dialog().getByRole('link', { name: 'Save as CSV' }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe('elsewhere predictions.csv');
  expect(
    readFileSync(await saved.path(), 'utf8')
      .trim()
      .split('\r\n'),
  ).toHaveLength(61);
  await page.keyboard.press('Escape');
  expect(readdirSync(elsewhere, { recursive: true }).sort()).toEqual(before);
  // It is still there for whoever comes back to it.
  await page.keyboard.press('Control+K');
  await page.keyboard.type('sort another');
  await page.keyboard.press('Enter');
  await expect.poll(() => tiles.count()).toBeGreaterThan(0);
  await page.keyboard.press('Escape');
});
