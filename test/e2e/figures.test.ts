// The figures of a run in a real browser: a cell, a bar and a point each open exactly the photos that they count.

import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Calls } from '../../src/shared/contract.ts';
import { defaultOptions } from '../../src/shared/defaults.ts';
import type { RunDetail } from '../../src/shared/training.ts';
import type { PhotoFilter } from '../../src/shared/types.ts';
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

const EACH = 80;
/** Every so many photos have the other label, so that some are mistaken. */
const WRONG = 9;
const temporary = temporaryFolder();
const photos = join(temporary.path, 'pets');

let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];
let run: RunDetail;

const ask = <K extends keyof Calls>(name: K, input?: Calls[K]['input']) => askMain(page, name, input);

beforeAll(async () => {
  await drawPets(photos, EACH);
  const network = writeImageNetwork(join(temporary.path, 'drawn-network'));
  ({ app, browser, page, complaints } = await openApp(join(temporary.path, 'data')));
  await openLookedAt(page, photos, network.folder);
  const { ids } = await ask('photos.list', { filter: { kind: 'all' } });
  // Five are left to be sorted. In the order of their names the cats come first.
  const labelled = ids.slice(0, -5);
  const isCat = (i: number) => (i % WRONG === 0 ? i >= EACH : i < EACH);
  for (const [name, photoIds] of [
    ['Cat', labelled.filter((_, i) => isCat(i))],
    ['Dog', labelled.filter((_, i) => !isCat(i))],
  ] as const) {
    const { id } = await ask('classes.create', { name });
    await ask('labels.set', { photoIds, label: id, source: 'person', chosen: 'hand' });
  }
  const options = { ...defaultOptions('quick'), features: 'backbone', startFrom: 'scratch', minutes: 2 } as const;
  const { id } = await ask('training.start', options);
  const isOver = async () => (await ask('runs.get', { id })).status !== 'running';
  await vi.waitUntil(isOver, { timeout: 200_000, interval: 500 });
  run = await ask('runs.get', { id });
  await page.reload();
  await page.getByRole('listbox', { name: /^All photos/ }).waitFor();
  await page.getByRole('button', { name: 'Train', exact: true }).first().click();
}, 400_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

/** The photos in the grid of that name, top to bottom. */
async function shown(title: string): Promise<number[]> {
  const grid = page.getByRole('listbox', { name: title });
  await grid.waitFor();
  const options = grid.locator('[role=option]');
  await options.first().waitFor();
  const ids = await options.evaluateAll((all) => all.map((one) => Number(one.getAttribute('data-id'))));
  return ids.sort((a, b) => a - b);
}

async function listed(filter: PhotoFilter): Promise<number[]> {
  return (await ask('photos.list', { filter })).ids;
}

/** At each size and in both themes. */
async function shootAll(name: string): Promise<void> {
  for (const size of [
    { width: 1280, height: 800 },
    { width: 720, height: 480 },
  ]) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await shoot(page, `${name}-${size.width}-${colorScheme}`);
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}

test('a cell of the confusion matrix opens exactly the photos that it counts, and leads back to the run', async () => {
  expect(run).toMatchObject({ status: 'finished', receipt: { measuredBy: 'held-out' }, repeatable: true });
  await page.getByRole('button', { name: `Run ${run.id}, ` }).click();
  const matrix = page.getByRole('table', { name: 'What each class is taken for' });
  await matrix.waitFor();
  await matrix.scrollIntoViewIfNeeded();
  await shootAll('figures-matrix');
  const [cat, dog] = run.classes;
  const cell = matrix.getByRole('button', { name: 'of Cat, taken for Dog' });
  const count = Number(await cell.textContent());
  expect(count).toBeGreaterThan(0);
  await cell.click();
  const ids = await shown(`Run ${run.id}: Cat taken for Dog, `);
  expect(ids).toHaveLength(count);
  expect(ids).toEqual(await listed({ kind: 'confusion', runId: run.id, truth: cat!.id, predicted: dog!.id }));
  // What they are labelled, and what they look like by the folder they lie in.
  for (const id of ids) expect(await ask('photos.get', { id: id as never })).toMatchObject({ label: cat!.id });

  await page.getByRole('button', { name: `Run ${run.id}`, exact: true }).click();
  await matrix.waitFor();
  const all = page.getByRole('button', { name: /called Cat, show them/ }).first();
  const called = Number(await all.textContent());
  await all.click();
  expect(await shown(`Run ${run.id}: called Cat, `)).toHaveLength(called);
  await page.getByRole('button', { name: `Run ${run.id}`, exact: true }).click();
});

test('beside the map a cell’s photos stand out, and those selected in the grid are selected there', async () => {
  await page.getByRole('table', { name: 'What each class is taken for' }).waitFor();
  await page.getByRole('button', { name: 'of Cat, taken for Dog' }).click();
  const ids = await shown(`Run ${run.id}: Cat taken for Dog, `);
  await page.keyboard.press('g');
  const map = (selected: number) =>
    page.getByRole('img', { name: `Map of ${2 * EACH} photos, ${selected} selected, ${ids.length} in the grid` });
  await map(0).waitFor({ timeout: 60_000 });
  await shoot(page, 'figures-cell-on-map');
  await page.keyboard.press('Control+a');
  await map(ids.length).waitFor();
  await page.keyboard.press('g');
  // And back: the matrix marks the cells of what is selected.
  await page.getByRole('button', { name: `Run ${run.id}`, exact: true }).click();
  const matrix = page.getByRole('table', { name: 'What each class is taken for' });
  await matrix.getByRole('button', { name: `of Cat, taken for Dog, ${ids.length} selected` }).waitFor();
  expect(await matrix.getByRole('button', { name: /selected$/ }).count()).toBe(1);
  await matrix.scrollIntoViewIfNeeded();
  await shootAll('figures-matrix-selected');
});

test('a bar of the reliability diagram opens exactly the photos that were so sure', async () => {
  await page.getByRole('button', { name: 'Does its confidence mean what it says?' }).click();
  const bars = page.getByRole('button', { name: /% sure: \d+ photos?, / });
  await bars.first().waitFor();
  await bars.first().scrollIntoViewIfNeeded();
  await shootAll('figures-reliability');
  await expectNoViolations(page);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  const names = await bars.evaluateAll((all) => all.map((bar) => bar.getAttribute('aria-label') ?? ''));
  const counts = names.map((name) => Number(/sure: (\d+) photo/.exec(name)?.[1]));
  const measured = await ask('runs.measured', { id: run.id });
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(measured.truth.length);
  const last = names.length - 1;
  await bars.nth(last).click();
  const bin = /^(\d+)–(\d+)%/.exec(names[last]!)!;
  const ids = await shown(`Run ${run.id}: ${bin[0]} sure, `);
  expect(ids).toHaveLength(counts[last]!);
  const [from, to] = [Number(bin[1]) / 100, Number(bin[2]) / 100];
  const inBin = measured.photoIds.filter((_, i) => {
    const confidence = measured.confidences[i]!;
    return confidence >= from && (confidence < to || to === 1);
  });
  expect(ids).toEqual(inBin);
});

test('a point of the learning curve opens the labels that it has learned from', async () => {
  await page.getByRole('button', { name: 'Train', exact: true }).first().click();
  await page.getByRole('button', { name: 'Would more labels help?' }).click();
  const points = page.getByRole('button', { name: /labels: .* right .*, show the labels/ });
  await points.first().waitFor({ timeout: 60_000 });
  await page.getByText(/With your 155 labels a quick learner gets about/).waitFor();
  await shootAll('figures-curve');
  await expectNoViolations(page);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  const first = points.first();
  const count = Number(/^(\d+) labels/.exec((await first.getAttribute('aria-label'))!)![1]);
  await first.click();
  const ids = await shown(`${count} labels of the learning curve, `);
  expect(ids).toHaveLength(count);
  for (const id of ids) expect((await ask('photos.get', { id: id as never })).label).toEqual(expect.any(Number));
  await page.getByRole('main').getByRole('button', { name: 'Train', exact: true }).first().click();
  await page.getByRole('heading', { name: 'Train', exact: true }).waitFor();
});

test('a run is trained again exactly from its page, and says the same', async () => {
  await page.getByRole('button', { name: `Run ${run.id}, ` }).click();
  const open = page.getByRole('button', { name: 'Train this again exactly' });
  await open.click();
  const recipe = page.getByRole('button', { name: 'Train this again exactly' }).nth(1);
  await recipe.scrollIntoViewIfNeeded();
  await shoot(page, 'figures-recipe');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Its labels as CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`pets labels of run ${run.id}.csv`);
  await recipe.click();
  await page.getByText(`Run ${run.id + 1}: finished`).waitFor({ timeout: 200_000 });
  const again = run.id + 1;
  const compared = await ask('runs.compare', { earlier: run.id, later: again as never });
  expect(compared).toEqual({ photos: 5, changes: [] });
  expect(await ask('runs.measured', { id: again as never })).toEqual(await ask('runs.measured', { id: run.id }));
  await page.getByRole('button', { name: 'What each mixes up, side by side' }).click();
  await page.getByRole('table', { name: `What each class is taken for by run ${run.id}` }).waitFor();
  await page.getByText(`this one is right as often as run ${run.id}`).waitFor();
  await shoot(page, 'figures-side-by-side');
  expect(complaints).toEqual([]);
}, 240_000);
