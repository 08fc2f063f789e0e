// Whisker in more tabs than a browser allows connections to one host.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askMain, openPage, type RunningApp, startApp, startBrowser, temporaryFolder } from './harness.ts';

const TABS = 8;
const temporary = temporaryFolder();
let app: RunningApp;
let browser: Browser;
let tabs: Page[];
let complaints: string[];

beforeAll(async () => {
  app = await startApp(temporary.path);
  browser = await startBrowser();
  const first = await openPage(browser);
  complaints = first.complaints;
  await first.page.goto(app.url);
  await first.page.getByRole('button', { name: 'Try the sample library' }).click();
  await first.page.getByRole('option').nth(3).waitFor({ timeout: 60_000 });
  tabs = [first.page];
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

const shows = (tab: Page, className: string) =>
  tab.getByLabel('Photos and classes').getByText(className, { exact: true }).waitFor({ timeout: 15_000 });

test('eight tabs all show the library, and what one does the others show', { timeout: 120_000 }, async () => {
  while (tabs.length < TABS) {
    const tab = await tabs[0]!.context().newPage();
    await tab.goto(new URL('/', app.url).href, { timeout: 15_000 });
    tabs.push(tab);
  }
  for (const tab of tabs) await tab.getByRole('option').nth(3).waitFor({ timeout: 15_000 });
  await askMain(tabs.at(-1)!, 'classes.create', { name: 'Tabby' });
  for (const tab of tabs) await shows(tab, 'Tabby');
});

test('when the tab that has the stream is closed, another takes over and nothing is missed', async () => {
  const [first, second] = tabs;
  await first!.close();
  await askMain(second!, 'classes.create', { name: 'Calico' });
  for (const tab of tabs.slice(1)) await shows(tab, 'Calico');
  expect(complaints).toEqual([]);
});
