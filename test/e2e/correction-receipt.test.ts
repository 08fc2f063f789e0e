// A folder of pets, trained twice with five corrections and three confirmations between: the receipt counts them and
// what they changed, each number opens its photos, and the old model can be kept.

import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Calls } from '../../src/shared/contract.ts';
import { checkPhrases, inOneLine } from '../../src/shared/correction-receipt.ts';
import { defaultOptions } from '../../src/shared/defaults.ts';
import type { PhotoId, RunId } from '../../src/shared/types.ts';
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

const EACH = 60;
const LABELLED = 3;
const temporary = temporaryFolder();
const photos = join(temporary.path, 'pets');
const network = writeImageNetwork(join(temporary.path, 'drawn-network'));

let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];

const ask = <K extends keyof Calls>(name: K, input?: Calls[K]['input']) => askMain(page, name, input);
const step = (name: string) => page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name });
const receipt = () => page.getByRole('region', { name: 'What your labels changed' });
const said = async () => (await receipt().innerText()).replaceAll(/\s+/g, ' ');
const inUse = async () => (await ask('library.state'))!.activeRun!.id;
/** The photos that are shown, once it is so many. */
async function shownPhotos(title: string, many: number): Promise<PhotoId[]> {
  await page.getByRole('listbox', { name: new RegExp(`^${title}, ${many} photos?$`) }).waitFor();
  const ids = await page
    .locator('[role=option]')
    .evaluateAll((all) => all.map((one) => Number(one.getAttribute('data-id'))));
  return ids.sort((a, b) => a - b) as PhotoId[];
}

/** Of each photo that measured a run, whether it was told rightly. */
async function measuredIn(id: RunId): Promise<Map<PhotoId, boolean>> {
  const { photoIds, truth, predicted } = await ask('runs.measured', { id });
  return new Map(photoIds.map((photoId, i) => [photoId, truth[i] === predicted[i]]));
}

beforeAll(async () => {
  await drawPets(photos, EACH);
  ({ app, browser, page, complaints } = await openApp(join(temporary.path, 'data')));
  await openLookedAt(page, photos, network.folder);
  const { ids } = await ask('photos.list', { filter: { kind: 'all' } });
  // All of them cats, so that there is much to learn from the corrections.
  for (const [name, from] of [
    ['Cat', 0],
    ['Dog', LABELLED],
  ] as const) {
    const { id } = await ask('classes.create', { name });
    const photoIds = ids.slice(from, from + LABELLED);
    await ask('labels.set', { photoIds, label: id, source: 'person', chosen: 'hand' });
  }
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

async function train(seed: number): Promise<RunId> {
  const { id } = await ask('training.start', { ...defaultOptions(), features: 'backbone', minutes: 0.1, seed });
  const ended = async () => (await ask('runs.list')).find((run) => run.id === id)?.status === 'finished';
  await vi.waitUntil(ended, { timeout: 90_000, interval: 200 });
  return id;
}

test('corrections made in Review are counted with what they changed, and the old model can be kept', async () => {
  const first = await train(1);
  await page.reload();
  await step('Review').click();
  await page.locator('img.photo.loaded').waitFor();
  expect(await receipt().count()).toBe(0);

  // Five photos are said to be of the other class, three are accepted: some of them are random checks.
  const decided = (await ask('review.list', { order: 'suspicion' })).slice(0, 8);
  const { classes } = (await ask('library.state'))!;
  for (const [i, { predicted }] of decided.entries()) {
    const other = 1 + classes.findIndex(({ id }) => id !== predicted);
    await page.keyboard.press(i < 5 ? String(other) : 'Enter');
    await vi.waitUntil(async () => (await ask('library.state'))!.counts.labelled === 2 * LABELLED + i + 1);
  }
  const fixed = decided.slice(0, 5).map(({ photoId }) => photoId);
  const checks = decided.filter(({ isCheck }) => isCheck).length;
  expect(checks).toBe(1);

  const second = await train(2);
  const { photos: judged, changes } = await ask('runs.compare', { earlier: first, later: second });
  const changed = changes.reduce((sum, change) => sum + change.photos, 0);
  const receiptNow = (await ask('runs.receipt', { id: second }))!;
  expect(receiptNow).toMatchObject({
    ...{ earlier: first, later: second, fixes: 5, confirmed: 3, added: 0, judged, changed, sameWay: true },
  });
  // Under 40 labels all of them are learned from, and cross-validation says of each what it looks like without it: of
  // the random check in the second run, of the labels before both in both.
  const [before, after] = [await measuredIn(first), await measuredIn(second)];
  const check = decided.findIndex(({ isCheck }) => isCheck);
  const [wasRight, isRight] = [check >= 5, after.get(decided[check]!.photoId)!];
  const becameRight = Number(isRight && !wasRight);
  const becameWrong = Number(!isRight && wasRight);
  expect(receiptNow.checks).toEqual({ fair: 1, becameRight, becameWrong, learnedFrom: 0 });
  const known = [...before.keys()];
  expect(known).toHaveLength(2 * LABELLED);
  const right = (marks: boolean[]) => marks.filter(Boolean).length / marks.length;
  expect(receiptNow.measured).toMatchObject({
    before: { accuracy: right([...before.values(), wasRight]), n: known.length + 1 },
    after: { accuracy: right([...known.map((id) => after.get(id)!), isRight]), n: known.length + 1 },
  });
  const checksSentence = inOneLine(checkPhrases(receiptNow));
  expect(checksSentence).toContain('Of 1 random check');
  expect(judged).toBe(2 * (EACH - LABELLED) - 8);
  expect(changed).toBeGreaterThan(0);

  await receipt().waitFor();
  const sentence = `Your 5 fixes and 3 confirmed labels changed ${changed} of ${judged} photos.`;
  expect(await said()).toContain(sentence);
  expect(await said()).toContain(checksSentence);
  for (const [width, height] of [
    [1280, 800],
    [720, 480],
  ] as const) {
    await page.setViewportSize({ width, height });
    await shoot(page, `receipt-review-${width}`);
  }
  // What a low window has no room for is a click away.
  await page.getByRole('button', { name: 'More' }).click();
  const all = page.getByRole('dialog', { name: 'What your labels changed' });
  await all.getByRole('button', { name: 'Keep the new one' }).waitFor();
  await all.getByRole('button', { name: 'Keep the old one' }).waitFor();
  expect((await all.innerText()).replaceAll(/\s+/g, ' ')).toContain(checksSentence);
  await shoot(page, 'receipt-review-720-more');
  await page.keyboard.press('Escape');
  await all.waitFor({ state: 'detached' });
  await page.setViewportSize({ width: 1280, height: 800 });

  await receipt().getByRole('button', { name: '5 fixes' }).click();
  expect(await shownPhotos(`What you fixed before run ${second}`, 5)).toEqual([...fixed].sort((a, b) => a - b));
  await shoot(page, 'receipt-fixes');
  await step('Review').click();
  await receipt()
    .getByRole('button', { name: String(changed), exact: true })
    .click();
  await page.getByRole('listbox', { name: `Sorted differently by run ${second}, ${changed} photo` }).waitFor();

  // On the run's page it stands as well; what is kept there is in use everywhere.
  await step('Train').click();
  await receipt().waitFor();
  expect(await said()).toContain(sentence);
  expect(await said()).toContain(checksSentence);
  expect(await said()).toContain('On 7 labelled photos, each judged without its label');
  await shoot(page, 'receipt-run-light');
  await expectNoViolations(page);
  await shoot(page, 'receipt-run-dark');
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  await page.setViewportSize({ width: 720, height: 480 });
  await shoot(page, 'receipt-run-720');
  await page.setViewportSize({ width: 1280, height: 800 });

  // What it learned from can't be drawn, which its details say.
  await page.getByRole('button', { name: 'Details' }).click();
  await page.getByText(/^There are no drawings: this run learned from what a pretrained network sees/).waitFor();
  await shoot(page, 'run-without-drawings');

  const [kept, other] = (await inUse()) === second ? [first, second] : [second, first];
  await receipt()
    .getByRole('button', { name: kept === first ? 'Keep the old one' : 'Keep the new one' })
    .click();
  await vi.waitUntil(async () => (await inUse()) === kept, { timeout: 60_000 });
  await expect.poll(said).toContain(`(run ${kept}) is in use.`);
  await step('Review').click();
  await expect.poll(said).toContain(`(run ${kept}) is in use.`);
  // And it can be chosen otherwise later.
  await receipt()
    .getByRole('button', { name: other === first ? 'Keep the old one' : 'Keep the new one' })
    .click();
  await expect.poll(said).toContain(`(run ${other}) is in use.`);
  await expectNoViolations(page);
  await shoot(page, 'receipt-review-dark');
  expect(complaints).toEqual([]);
}, 240_000);
