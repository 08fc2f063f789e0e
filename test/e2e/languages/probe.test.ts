import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { afterAll, expect, test, vi } from 'vitest';
import { createApp } from '../../../src/main/app.ts';
import { startWebHost } from '../../../src/main/hosts/web/server.ts';
import { writeImageNetwork } from '../../fixtures/image-network.ts';
import { drawPets } from '../../fixtures/pets.ts';
import { askMain, openLookedAt, shoot, startBrowser, temporaryFolder, complaintsOf } from '../harness.ts';
import { defaultOptions } from '../../../src/shared/defaults.ts';
import '../../fixtures/needs-tensorflow.ts';
const temporary = temporaryFolder();
afterAll(() => temporary.remove());
const root = join(import.meta.dirname, '../../..');
test('walk', async () => {
  const rendererDir = await (await import('./pseudo.ts')).buildPseudo(join(root, 'test-results/pseudo'));
  const engine = { node: process.execPath, entry: join(root, 'out/main/engine.js') };
  const app = createApp({ host: 'web', dataDir: join(temporary.path, 'data'), engine, offers: [], looksAhead: true });
  const host = await startWebHost({ app, rendererDir, port: 0 });
  const browser = await startBrowser();
  const context = await browser.newContext({ locale: 'ar', viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  const seen = new Map<string, string>();
  const look = async (screen: string) => {
    await page.waitForTimeout(400);
    const texts = await page.evaluate(() => {
      const found: string[] = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.parentElement?.closest('script, style')) continue;
        found.push(node.textContent ?? '');
      }
      for (const element of document.querySelectorAll('*'))
        for (const name of ['aria-label', 'aria-description', 'title', 'alt', 'placeholder', 'aria-roledescription', 'aria-valuetext'])
          if (element.hasAttribute(name)) found.push(`[${name}] ${element.getAttribute(name)}`);
      return found;
    });
    for (const text of texts) { const t = text.replace(/^\[.*?\] /, ''); if (/[a-z]/i.test(t.replaceAll(/\w+\.\d+\.jpg/g, '')) && !seen.has(text.replaceAll(/\d+/g, '0'))) seen.set(text.replaceAll(/\d+/g, '0'), screen); }
    await shoot(page, `pseudo-${screen}`);
  };
  try {
    await page.goto(host.url);
    await page.locator('button').nth(1).waitFor();
    await look('open');
    const photos = join(temporary.path, '000');
    await drawPets(photos, 20);
    const network = writeImageNetwork(join(temporary.path, 'net'));
    await openLookedAt(page, photos, network.folder);
    const { ids } = await askMain(page, 'photos.list', { filter: { kind: 'all' } });
    for (const [name, photoIds] of [['111', ids.slice(0, 6)], ['222', ids.slice(-6)]] as const) {
      const { id } = await askMain(page, 'classes.create', { name });
      await askMain(page, 'labels.set', { photoIds, label: id, source: 'person', chosen: 'hand' });
    }
    await page.reload();
    await page.locator('[role=option]').nth(3).waitFor();
    await look('label');
    await page.locator('[role=option]').nth(3).click();
    await look('label-selected');
    await page.keyboard.press('Space');
    await page.getByRole('dialog').waitFor();
    await look('viewer');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await look('keys');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('p');
    await page.getByRole('article').first().waitFor({ timeout: 30_000 });
    await look('piles');
    await page.keyboard.press('p');
    const nav = page.locator('header nav, nav').first().locator('button');
    await nav.nth(1).click();
    await page.waitForTimeout(1500);
    await look('train');
    const options = { ...defaultOptions('quick'), features: 'backbone', startFrom: 'scratch', minutes: 1 } as const;
    await askMain(page, 'training.start', options);
    await page.waitForTimeout(2500);
    await look('training');
    await vi.waitUntil(async () => (await askMain(page, 'library.state'))?.training.status === 'idle', { timeout: 120_000, interval: 300 });
    await page.waitForTimeout(1500);
    await look('run');
    await nav.nth(2).click();
    await page.waitForTimeout(1500);
    await look('review');
    const ways = page.locator('main [role=radiogroup] [role=radio]');
    await ways.nth(1).click();
    await look('by-class');
    await ways.nth(2).click();
    await page.waitForTimeout(1500);
    await look('own-labels');
  } finally {
    for (const [text, screen] of seen) console.log(`${screen}: ${text}`);
    console.log(complaints);
    await browser.close();
    await host.close();
    await app.close();
  }
});
