// The screens over the fake main in a real Chromium: what only a layout engine can tell, in small windows and at 200 %.

import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectNoViolations, openPage, startBrowser, temporaryFolder } from './harness.ts';

const stage = resolve(import.meta.dirname, '../renderer/dev');
const temporary = temporaryFolder();
let server: ViteDevServer;
let browser: Browser;
let page: Page;
let origin: string;

beforeAll(async () => {
  server = await createServer({
    configFile: join(stage, 'vite.config.ts'),
    cacheDir: join(temporary.path, 'vite'),
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0, watch: null, hmr: false },
  });
  await server.listen();
  origin = new URL(server.resolvedUrls!.local[0]!).origin;
  browser = await startBrowser();
  ({ page } = await openPage(browser));
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  temporary.remove();
});

const breeds = 'Siamese,Birman,Persian,Ragdoll,Bengal,Pug,Boxer,Beagle,Havanese,Samoyed,Shiba Inu,Terrier';
/** 1360 × 860 at 200 % is 680 × 430. */
const windows = [
  { width: 720, height: 480 },
  { width: 640, height: 430 },
];

/** See test/renderer/dev/cut-off.ts. */
const cutOff = () => page.evaluate<string[]>('cutOff()');

async function atEachSize(): Promise<void> {
  for (const size of windows) {
    await page.setViewportSize(size);
    await expect.poll(cutOff, { message: `${size.width} × ${size.height}` }).toEqual([]);
  }
}

async function open(path: string): Promise<void> {
  await page.setViewportSize({ width: 1360, height: 860 });
  await page.goto(`${origin}${path}`);
  await page.getByRole('listbox', { name: /^All photos/ }).waitFor({ timeout: 60_000 });
}

test('labelling with twelve classes fits a small window', async () => {
  await open(`/?photos=60&labelled=12&classes=${breeds}`);
  await page.getByRole('option').first().click();
  await page.getByRole('button', { name: 'Label as Siamese' }).waitFor();
  await atEachSize();
});

test('piles fit a small window, named or not, with the photo shown large, and pass axe-core', async () => {
  await open('/?photos=400&piles=120,80,40&classes=Siamese,Birman,Persian,Ragdoll,Bengal&since=40');
  await page.keyboard.press('p');
  await page.getByRole('article', { name: 'Pile 3' }).waitFor();
  await page.getByRole('option').nth(1).click();
  await atEachSize();
  await expectNoViolations(page);
  await page.getByRole('article', { name: 'Pile 1' }).getByRole('button', { name: 'Birman' }).click();
  await page.getByRole('article', { name: 'Birman' }).waitFor();
  await atEachSize();
  await expectNoViolations(page);
  await page.getByRole('option').first().dblclick();
  await page.getByRole('dialog').waitFor();
  await atEachSize();
  await expectNoViolations(page);
});

test('both ways of reviewing fit a small window, with every answer in sight', async () => {
  await open('/learning.html?runs=3&labelled=60&photos=4000&checks=60&wrong=2');
  await page.getByRole('button', { name: 'Review' }).click();
  const panel = page.getByRole('complementary', { name: 'Decision' });
  await panel.waitFor();
  await atEachSize();
  for (const name of [/^Accept/, /^Unsure/, /Cat$/, /Dog$/, /^Exclude/]) {
    const box = await panel.getByRole('button', { name }).last().boundingBox();
    expect(box && box.y + box.height, String(name)).toBeLessThanOrEqual(430);
  }
  await page.getByRole('button', { name: /are still wrong$/ }).click();
  await page.getByRole('dialog', { name: 'How many are still wrong' }).waitFor();
  await atEachSize();
  await expectNoViolations(page);
  await page.keyboard.press('Escape');
  await page.getByText('By class').click();
  await page.getByRole('option').first().click();
  await page.getByRole('button', { name: 'Clear selection' }).waitFor();
  await atEachSize();
});

test('an open menu holds to what axe-core can check', async () => {
  await open('/?photos=12&labelled=3');
  for (const name of [/^Export/, /^Theme/, /^Library/, 'More for Rose']) {
    await page.getByRole('button', { name }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await expectNoViolations(page);
    await page.keyboard.press('Escape');
  }
});

test('the sheet of keyboard shortcuts fits a small window, scrolls by keys and passes axe-core', async () => {
  await open('/?photos=12&labelled=3&host=desktop');
  await page.keyboard.press('Shift+?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.waitFor();
  await expectNoViolations(page);
  await atEachSize();
  const last = sheet.getByText('Select none').last();
  const isInSight = async () => {
    const box = await last.boundingBox();
    return box !== null && box.y + box.height <= 430;
  };
  expect(await isInSight()).toBe(false);
  await page.keyboard.press('End');
  await expect.poll(isInSight).toBe(true);
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
});

test('where the system gives the colours, what lies in front has an edge and a pressed key can be read', async () => {
  await page.emulateMedia({ forcedColors: 'active' });
  await open('/?photos=12&labelled=3');
  const style = (selector: string, name: string) =>
    page.evaluate<string>(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${name}`);
  await page.getByRole('option').first().click();
  expect(await style('[aria-pressed="true"] kbd', 'backgroundColor')).toBe('rgba(0, 0, 0, 0)');
  expect(await style('[aria-pressed="true"] kbd', 'color')).not.toBe(
    await style('[aria-pressed="true"]', 'backgroundColor'),
  );
  await page.getByRole('button', { name: /^Library: / }).click();
  expect(await style('[role="menu"]', 'borderTopWidth')).toBe('1px');
  await page.emulateMedia({ forcedColors: 'none' });
});
