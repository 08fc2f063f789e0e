// Every screen of the sample library, in light and dark, holds to what axe-core can check of WCAG.

import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, type RunningApp, startApp, startBrowser, temporaryFolder } from './harness.ts';

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

async function expectNoViolations(): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(400); // Colours fade from one theme to the other.
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<AxeResults>('axe.run()');
    const found = violations.map(
      ({ id, nodes }) => `${colorScheme}: ${id} at ${nodes.map(({ html }) => html).join(' ')}`,
    );
    expect(found).toEqual([]);
  }
}

test('the Open screen', async () => {
  await page.getByRole('button', { name: 'Try the sample library' }).waitFor();
  await expectNoViolations();
});

test('the Label screen, with photos selected', async () => {
  await page.getByRole('button', { name: 'Try the sample library' }).click();
  await page.getByRole('option').nth(3).waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'New class' }).first().click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Cat');
  await expectNoViolations();
  await page.getByRole('button', { name: 'Make class' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('option').nth(2).click();
  await page.keyboard.press('1');
  await expectNoViolations();
});

test('the Train and Review screens before the first run', async () => {
  const steps = page.getByRole('navigation', { name: 'Steps' });
  await steps.getByRole('button', { name: 'Train' }).click();
  await page.getByRole('heading', { name: 'Train' }).waitFor();
  await expectNoViolations();
  await steps.getByRole('button', { name: 'Review' }).click();
  await expectNoViolations();
});
