// The page that serve hands to the browser, opened in a real one.

import { pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import { startTestHost } from '../main/hosts/web/web-host.ts';
import { openPage, startBrowser } from './harness.ts';

const opened = vi.hoisted(() => ({ path: '' }));
vi.mock('open', () => ({ default: async (path: string) => void (opened.path = path) }));

test('it leads to the front page, let in, at an address without the token', async () => {
  const host = await startTestHost({ openBrowser: true });
  const browser = await startBrowser();
  try {
    const { page } = await openPage(browser);
    await page.goto(pathToFileURL(opened.path).href);
    await page.waitForURL(`${host.origin}/`);
    await expect.poll(() => page.title()).toBe('Whisker');
    expect(await page.evaluate(() => fetch('/').then((reply) => reply.status))).toBe(200);
  } finally {
    await browser.close();
    await host.close();
  }
});
