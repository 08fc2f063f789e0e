// The screens as people see them who set their system up otherwise: colours that the system forces, everything twice as
// large, no motion.

import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Calls } from '../../src/shared/contract.ts';
import { defaultOptions } from '../../src/shared/defaults.ts';
import { writeImageNetwork } from '../fixtures/image-network.ts';
import { drawPets } from '../fixtures/pets.ts';
import {
  askMain,
  expectNoViolations,
  openApp,
  openLookedAt,
  type RunningApp,
  shoot,
  temporaryFolder,
} from './harness.ts';
import '../fixtures/needs-tensorflow.ts';

const EACH = 30;
const temporary = temporaryFolder();
const photos = join(temporary.path, 'pets');
const network = writeImageNetwork(join(temporary.path, 'drawn-network'));

let app: RunningApp;
let browser: Browser;
let page: Page;

const ask = <K extends keyof Calls>(name: K, input?: Calls[K]['input']) => askMain(page, name, input);
const step = (name: string) => page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name });
const main = () => page.getByRole('main');

beforeAll(async () => {
  await drawPets(photos, EACH);
  ({ app, browser, page } = await openApp(join(temporary.path, 'data')));
  await openLookedAt(page, photos, network.folder);
  const { ids } = await ask('photos.list', { filter: { kind: 'all' } });
  for (const [name, photoIds] of [
    ['Cat', ids.slice(0, 6)],
    ['Dog', ids.slice(-6)],
  ] as const) {
    const { id } = await ask('classes.create', { name });
    await ask('labels.set', { photoIds, label: id, source: 'person', chosen: 'hand' });
  }
  const options = { ...defaultOptions('quick'), features: 'backbone', startFrom: 'scratch', minutes: 1 } as const;
  await ask('training.start', options);
  const isOver = async () => (await ask('library.state'))?.training.status === 'idle';
  await vi.waitUntil(isOver, { timeout: 120_000, interval: 200 });
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

/** Each screen, with what shows that it is there. */
const screens: Record<string, () => Promise<void>> = {
  label: async () => {
    await step('Label').click();
    await page.getByRole('button', { name: /^All photos/ }).click();
    await page.getByRole('option').nth(3).click();
  },
  piles: async () => {
    await step('Label').click();
    await page.getByRole('button', { name: /^Piles/ }).click();
    await page.getByRole('article').first().waitFor({ timeout: 30_000 });
  },
  train: async () => {
    await step('Train').click();
    await page.getByRole('heading', { name: 'Train', exact: true }).waitFor();
  },
  run: async () => {
    await main()
      .getByRole('button', { name: /^Run 1,/ })
      .click();
    await page.getByRole('heading', { name: /^Sorted/ }).waitFor();
  },
  review: async () => {
    await step('Review').click();
    await main().getByRole('radio', { name: 'Most suspicious' }).click();
    await page.locator('img.photo.loaded').waitFor();
  },
  'by-class': async () => {
    await main().getByRole('radio', { name: 'By class' }).click();
    await page.getByRole('listbox').first().waitFor();
  },
};

describe.each([
  { name: 'forced-colours', look: { forcedColors: 'active' } as const, size: { width: 1280, height: 800 } },
  // A window of 1280 by 800 at 200 %.
  { name: 'twice-as-large', look: {}, size: { width: 640, height: 400 } },
])('$name', ({ name, look, size }) => {
  beforeAll(async () => {
    await page.setViewportSize(size);
    await page.emulateMedia({ forcedColors: null, ...look });
    await page.reload();
  });

  test.each(Object.keys(screens))('%s fits, and passes axe-core', async (screen) => {
    await screens[screen]!();
    await shoot(page, `${name}-${screen}`);
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(wide).toBeLessThanOrEqual(0);
    await expectNoViolations(page);
  });
});

test('in forced colours the screen that is shown stands out', async () => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'light' });
  await screens['label']!();
  const [shown, ...others] = await page.evaluate<string[]>(
    `[...document.querySelectorAll('nav[aria-label=Steps] button')].map((one) => getComputedStyle(one).backgroundColor)`,
  );
  expect(others).not.toContain(shown);
});

test('without motion nothing moves: screens, dialogs and the large view are there at once', async () => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ forcedColors: null, reducedMotion: 'reduce' });
  await page.reload();
  const moving = () =>
    page.evaluate<number[]>(`document.getAnimations()
      .map(({ effect }) => effect.getComputedTiming().activeDuration)
      .filter((milliseconds) => milliseconds > 20)`);
  for (const show of Object.values(screens)) {
    await show();
    expect(await moving()).toEqual([]);
  }
  await screens['label']!();
  for (const key of ['Space', '?']) {
    await page.keyboard.press(key);
    await page.getByRole('dialog').waitFor();
    expect(await moving()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
});
