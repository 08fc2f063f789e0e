// The window in a language that nobody speaks and that runs from right to left: what it says is in the catalogue, and
// its screens fit.

import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createApp, type App } from '../../src/main/app.ts';
import { startWebHost, type WebHost } from '../../src/main/hosts/web/server.ts';
import type { Calls } from '../../src/shared/contract.ts';
import { defaultOptions } from '../../src/shared/defaults.ts';
import { writeImageNetwork } from '../fixtures/image-network.ts';
import { drawPets } from '../fixtures/pets.ts';
import { askMain, complaintsOf, openLookedAt, shoot, startBrowser, temporaryFolder } from './harness.ts';
import { buildPseudo, outsideCatalogue } from './pseudo-language.ts';
import '../fixtures/needs-tensorflow.ts';

const root = join(import.meta.dirname, '../..');
const temporary = temporaryFolder();

let app: App;
let host: WebHost;
let browser: Browser;
let page: Page;
let complaints: string[];

const ask = <K extends keyof Calls>(name: K, input?: Calls[K]['input']) => askMain(page, name, input);
/** Their names are in the catalogue's language: their places are what is known of them. */
const step = (at: number) => page.locator('header nav button').nth(at);

/** What is said on the page, to eyes and to screen readers; keys keep their names. */
const textsOnPage = () =>
  page.evaluate<string[]>(`(() => {
    const said = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.parentElement.closest('kbd, code, script, style, .selectable')) said.push(node.textContent);
    }
    const names = ['aria-label', 'aria-description', 'aria-valuetext', 'aria-roledescription', 'title', 'alt', 'placeholder'];
    for (const element of document.querySelectorAll('*')) {
      for (const name of names) if (element.hasAttribute(name)) said.push(element.getAttribute(name));
    }
    return said;
  })()`);

async function expectSaidAndFitting(screen: string): Promise<void> {
  await shoot(page, `other-language-${screen}`);
  expect([...new Set(outsideCatalogue(await textsOnPage()))]).toEqual([]);
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  expect(wide).toBeLessThanOrEqual(0);
}

beforeAll(async () => {
  const rendererDir = await buildPseudo(join(root, 'test-results/pseudo-language'));
  const engine = { node: process.execPath, entry: join(root, 'out/main/engine.js') };
  app = createApp({ host: 'web', dataDir: join(temporary.path, 'data'), engine, offers: [], looksAhead: true });
  host = await startWebHost({ app, rendererDir, port: 0 });
  browser = await startBrowser();
  const context = await browser.newContext({ locale: 'ar', viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  complaints = complaintsOf(page);
  await page.goto(host.url);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await host?.close();
  await app?.close();
  temporary.remove();
});

test('the first screen', async () => {
  await page.locator('button').nth(1).waitFor();
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
  await expectSaidAndFitting('open');
});

test('a library with labels: grid, large view, keys, piles', async () => {
  const photos = join(temporary.path, '000');
  await drawPets(photos, 20);
  await openLookedAt(page, photos, writeImageNetwork(join(temporary.path, '111')).folder);
  const { ids } = await ask('photos.list', { filter: { kind: 'all' } });
  for (const [name, photoIds] of [
    ['111', ids.slice(0, 6)],
    ['222', ids.slice(-6)],
  ] as const) {
    const { id } = await ask('classes.create', { name });
    await ask('labels.set', { photoIds, label: id, source: 'person', chosen: 'hand' });
  }
  await page.reload();
  await page.getByRole('option').nth(3).click();
  await expectSaidAndFitting('grid');
  for (const [key, name] of [
    ['Space', 'large'],
    ['?', 'keys'],
    ['Control+e', 'export'],
  ] as const) {
    await page.keyboard.press(key);
    await page.getByRole('dialog').waitFor();
    await expectSaidAndFitting(name);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  await page.keyboard.press('p');
  await page.getByRole('article').first().waitFor({ timeout: 30_000 });
  await expectSaidAndFitting('piles');
  await page.keyboard.press('p');
});

test('training, and what came of it', async () => {
  await step(1).click();
  await page.getByRole('heading', { level: 2 }).first().waitFor();
  await expectSaidAndFitting('train');
  await ask('training.start', { ...defaultOptions('quick'), features: 'backbone', startFrom: 'scratch', minutes: 1 });
  const isOver = async () => (await ask('library.state'))?.training.status === 'idle';
  await vi.waitUntil(isOver, { timeout: 120_000, interval: 200 });
  await page.getByRole('table').first().waitFor();
  await expectSaidAndFitting('run');
});

test('review, in its three ways', async () => {
  await step(2).click();
  await page.locator('img.photo.loaded').waitFor();
  await expectSaidAndFitting('review');
  const ways = page.locator('main [role=radiogroup]').first().getByRole('radio');
  await ways.nth(1).click();
  await page.getByRole('listbox').first().waitFor();
  await expectSaidAndFitting('by-class');
  await ways.nth(2).click();
  await page.waitForTimeout(1000);
  await expectSaidAndFitting('own-labels');
  expect(complaints).toEqual([]);
});
