// Every screen of the sample library, in light and dark, holds to what axe-core can check of WCAG.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { expectNoViolations, openPage, type RunningApp, startApp, startBrowser, temporaryFolder } from './harness.ts';

const temporary = temporaryFolder();
let app: RunningApp;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  app = await startApp(temporary.path);
  browser = await startBrowser();
  ({ page } = await openPage(browser));
  await page.goto(app.url);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

test('the Open screen', async () => {
  await page.getByRole('button', { name: 'Try the sample library' }).waitFor();
  await expectNoViolations(page);
});

test('the Label screen, with photos selected', async () => {
  await page.getByRole('button', { name: 'Try the sample library' }).click();
  await page.getByRole('option').nth(3).waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'New class' }).first().click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Cat');
  await expectNoViolations(page);
  await page.getByRole('button', { name: 'Make class' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('option').nth(2).click();
  await page.keyboard.press('1');
  await expectNoViolations(page);
});

test('the Train and Review screens before the first run', async () => {
  const steps = page.getByRole('navigation', { name: 'Steps' });
  await steps.getByRole('button', { name: 'Train' }).click();
  await page.getByRole('heading', { name: 'Train' }).waitFor();
  await expectNoViolations(page);
  await page.getByRole('radio', { name: /^Knows everyday things by sight/ }).click();
  await page.getByRole('button', { name: 'Choose a folder' }).waitFor();
  await page.getByRole('button', { name: 'Advanced' }).click();
  await expectNoViolations(page);
  await steps.getByRole('button', { name: 'Review' }).click();
  await expectNoViolations(page);
});
