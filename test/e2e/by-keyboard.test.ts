// The whole job without a pointer and without eyes: every step goes by Tab and keys alone, and is known by what the
// browser tells a screen reader, its tree of roles, names and states.

import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test, vi } from 'vitest';
import type { Calls } from '../../src/shared/contract.ts';
import { writeImageNetwork } from '../fixtures/image-network.ts';
import { drawPets } from '../fixtures/pets.ts';
import { askMain, openApp, type RunningApp, temporaryFolder } from './harness.ts';
import '../fixtures/needs-tensorflow.ts';

const EACH = 30;
const temporary = temporaryFolder();
const photos = join(temporary.path, 'pets');
const network = writeImageNetwork(join(temporary.path, 'drawn-network'));

let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];
let tree: CDPSession;

const ask = <K extends keyof Calls>(name: K, input?: Calls[K]['input']) => askMain(page, name, input);
const press = async (...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};

/** What a screen reader hears of where the focus is: of a list, its active option. */
async function heard(): Promise<string> {
  const { result } = await tree.send('Runtime.evaluate', {
    expression: `(() => {
      const at = document.activeElement;
      return document.getElementById(at?.getAttribute('aria-activedescendant') ?? '') ?? at;
    })()`,
  });
  const { nodes } = await tree.send('Accessibility.getPartialAXTree', {
    objectId: result.objectId!,
    fetchRelatives: false,
  });
  const [node] = nodes;
  return `${node?.role?.value} ${node?.name?.value ?? ''}`;
}

/** Goes on with Tab until that is heard. */
async function tabTo(wanted: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < 60; stop++) {
    const now = await heard();
    if (wanted.test(now)) return;
    passed.push(now);
    await press('Tab');
  }
  throw new Error(`Tab never reaches ${wanted}. It passes: ${[...new Set(passed)].join(' | ')}.`);
}

async function tabToAndPress(wanted: RegExp): Promise<void> {
  await tabTo(wanted);
  await press('Enter');
}

beforeAll(async () => {
  await drawPets(photos, EACH);
  ({ app, browser, page, complaints } = await openApp(join(temporary.path, 'data')));
  tree = await page.context().newCDPSession(page);
  await tree.send('Accessibility.enable');
  await ask('backbone.choose', { path: network.folder, inputRange: null });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

// Each step stands on the one before: after a failure the rest would only repeat it.
let broken = false;
beforeEach(({ skip }) => skip(broken, 'an earlier step failed'));
afterEach(({ task }) => {
  broken ||= task.result?.state === 'fail';
});

test('a folder is typed and opened', async () => {
  await tabToAndPress(/^button Open a folder of photos$/);
  await page.getByRole('dialog', { name: 'Open a folder of photos' }).waitFor();
  await tabTo(/^textbox Folder$/);
  await press('ControlOrMeta+a');
  await page.keyboard.type(photos);
  await tabToAndPress(/^button Open this folder$/);
  await page.getByRole('listbox', { name: `All photos, ${2 * EACH} photos` }).waitFor({ timeout: 60_000 });
  const isLookedAt = async () => {
    const looked = await ask('features.state');
    return looked.status === 'ready' && looked.photos === 2 * EACH;
  };
  await vi.waitUntil(isLookedAt, { timeout: 60_000, interval: 200 });
});

test('two piles get their names, each told with how sure it is and with its photos', async () => {
  await tabToAndPress(/^button Piles/);
  await page.getByRole('article').nth(1).waitFor({ timeout: 60_000 });
  expect(await page.getByRole('article').first().ariaSnapshot()).toMatch(
    /heading "Pile 1"[^]*about \d+ photos, surely one pile[^]*listbox "Typical photos of pile 1"[^]*option "\w+\.\d+\.jpg"/,
  );
  await tabTo(/^combobox Name of pile 1$/);
  // The focus goes to the next that wants a name, and stays with the last.
  for (const [name, next] of [
    ['Cat', 'combobox Name of pile 2'],
    ['Dog', 'article Dog'],
  ] as const) {
    await page.keyboard.type(name);
    await press('Escape', 'Enter');
    await page.getByRole('article', { name, exact: true }).waitFor();
    await expect.poll(heard).toBe(next);
  }
  await page.getByRole('status').filter({ hasText: 'photos labelled Dog.' }).waitFor();
});

test('a photo is found by its name, its guess and its place, and labelled', async () => {
  await tabToAndPress(/^button All photos/);
  await tabTo(/^listbox /);
  expect(await heard()).toBe(`listbox All photos, ${2 * EACH} photos`);
  await press('Home', 'ArrowRight');
  await expect.poll(heard).toMatch(/^option cat\.001\.jpg, unlabelled, looks like \w+$/);
  const option = page.getByRole('option', { name: /^cat\.001\.jpg/ });
  expect(await option.getAttribute('aria-posinset')).toBe('2');
  expect(await option.getAttribute('aria-setsize')).toBe(String(2 * EACH));
  await press('1');
  await page.getByRole('option', { name: 'cat.001.jpg, Cat' }).waitFor();
  await page.getByRole('status').filter({ hasText: '1 photo labelled Cat.' }).waitFor();
});

test('it trains, says how far it is, and what came of it', async () => {
  await tabToAndPress(/^button Train$/);
  await page.getByRole('heading', { name: 'Train', exact: true }).waitFor();
  // The step of that name has the focus; the button that begins comes later.
  await press('Tab');
  await tabToAndPress(/^button Train$/);
  await page.getByRole('progressbar', { name: 'Training' }).waitFor();
  await page.getByRole('button', { name: 'Review now' }).waitFor({ timeout: 240_000 });
  // A person who waited at the button hears what came of it.
  expect(await heard()).toMatch(/^heading Sorted \d+ photos: \d+ \w+, \d+ \w+\.$/);
  const matrix = await page.getByRole('table', { name: 'What each class is taken for' }).ariaSnapshot();
  expect(matrix).toMatch(/rowheader "Cat"[^]*button "\d+ photos of Cat, rightly called so(, \d+ selected)?"/);
});

test('three photos are reviewed: right, corrected, taken back', async () => {
  await tabToAndPress(/^button Review now$/);
  await page.locator('img.photo.loaded').waitFor();
  expect(await heard()).toBe('region Photo under review');
  const named = () => page.getByRole('region', { name: 'Photo under review' }).getByRole('img').getAttribute('alt');
  expect(await named()).toMatch(/^\w+\.\d+\.jpg, predicted (Cat|Dog), (sure|unsure|\d+ % sure)$/);
  const like = page.getByRole('region', { name: 'Labelled photos like this one' });
  await expect.poll(() => like.ariaSnapshot()).toMatch(/img "\w+\.\d+\.jpg, (Cat|Dog)"/);
  const labelled = async () => (await ask('library.state'))!.counts.labelled;
  const before = await labelled();
  for (const [i, key] of ['Enter', '1', '2'].entries()) {
    const last = await named();
    await press(key);
    await expect.poll(labelled).toBe(before + i + 1);
    await expect.poll(named).not.toBe(last);
  }
  await press('ControlOrMeta+z');
  await expect.poll(labelled).toBe(before + 2);
});

test('the labels are taken away, and nothing was complained of', async () => {
  await tabToAndPress(/^button Export$/);
  await expect.poll(heard).toMatch(/^radio Folders by class/);
  for (let i = 0; i < 9 && !(await heard()).startsWith('radio CSV'); i++) await press('ArrowDown');
  expect(await heard()).toMatch(/^radio CSV/);
  const download = page.waitForEvent('download');
  await tabToAndPress(/^button Download$/);
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
  await expect.poll(heard).toBe('button Export');
  expect(complaints).toEqual([]);
});
