// The whole job as a person does it, in a real browser and in both hosts: open, label, train, review, train again, take
// away, reopen.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Calls } from '../../src/shared/contract.ts';
import type { PhotoId } from '../../src/shared/types.ts';
import { drawPets } from '../fixtures/pets.ts';
import { shoot as keepScreenshot, startBrowser, temporaryFolder } from './harness.ts';
import { type HostedApp, hosts } from './hosts.ts';
import '../fixtures/needs-tensorflow.ts';

const temporary = temporaryFolder();
const photos = join(temporary.path, 'pets');

let browser: Browser;
let app: HostedApp;
let page: Page;
const complaints: string[] = [];
let host: keyof typeof hosts;

const shoot = (name: string) => keepScreenshot(page, host === 'web' ? name : `${host}-${name}`);
/** In light and dark, which are the same in every host. */
async function shootThemes(name: string): Promise<void> {
  await shoot(`${name}-light`);
  if (host !== 'web') return;
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(`${name}-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
}
const ask = <K extends keyof Calls>(name: K, input?: Calls[K]['input']) => app.ask(name, input);
const counts = async () => (await ask('library.state'))!.counts;
const tab = (name: string) => page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name });

/** What a person would see in the photo: the folder it came from. */
const kindOf = async (id: number): Promise<'Cat' | 'Dog'> => {
  const { paths } = await ask('photos.get', { id: id as PhotoId });
  return paths[0]!.startsWith('cats/') ? 'Cat' : 'Dog';
};

/** The grid's photos on screen, in their order, with what they show. */
async function onScreen(): Promise<{ option: Locator; kind: 'Cat' | 'Dog' }[]> {
  const ids = await page
    .getByRole('listbox')
    .locator('[role=option]')
    .evaluateAll((options) => options.map((option) => Number(option.getAttribute('data-id'))));
  return Promise.all(ids.map(async (id) => ({ option: page.locator(`#photo-${id}`), kind: await kindOf(id) })));
}

async function makeClass(name: string): Promise<void> {
  await page.getByRole('button', { name: 'New class' }).first().click();
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('button', { name: 'Make class' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

async function trainFor(minutes: number, button: 'Train' | 'Train again', onLive?: () => Promise<void>): Promise<void> {
  await page.getByRole('radio', { name: 'Custom' }).click();
  await page.getByRole('textbox', { name: 'Minutes' }).fill(String(minutes));
  await page.getByRole('main').getByRole('button', { name: button, exact: true }).click();
  await page.getByRole('progressbar', { name: 'Training' }).waitFor();
  await onLive?.();
  await page.getByRole('button', { name: /^Review (now|those)$/ }).waitFor({ timeout: 240_000 });
}

beforeAll(async () => {
  await drawPets(photos, 200);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  temporary.remove();
});

describe.each([
  { name: 'web', minutes: 0.5, minutesAgain: 0.2 },
  { name: 'desktop', minutes: 0.5, minutesAgain: 0.2 },
] as const)('the whole loop on 400 photos, in the host $name', ({ name, minutes, minutesAgain }) => {
  async function start(): Promise<void> {
    app = await hosts[host](browser, join(temporary.path, host));
    page = app.page;
  }
  async function stop(): Promise<void> {
    complaints.push(...app.complaints);
    await app.stop();
  }
  beforeAll(async () => {
    host = name;
    complaints.length = 0;
    await start();
  });
  afterAll(() => app?.stop());

  // Each step stands on the one before: after a failure the rest would only repeat it.
  let broken = false;
  beforeEach(({ skip }) => skip(broken, 'an earlier step failed'));
  afterEach(({ task }) => {
    broken ||= task.result?.state === 'fail';
  });

  test('opens a folder that is picked and fills the grid', async () => {
    await page.getByRole('button', { name: 'Open a folder of photos' }).waitFor();
    await shootThemes('01-open');

    await app.openFolder(photos);
    await page.getByRole('listbox').waitFor();
    await expect.poll(async () => (await counts()).photos, { timeout: 60_000 }).toBe(400);
    await expect
      .poll(() =>
        page
          .locator('[role=option] img')
          .evaluateAll((all) => all.every((image) => 'complete' in image && image.complete)),
      )
      .toBe(true);
    expect((await counts()).problems).toBe(0);
  });

  test('labels 20 photos by mouse and keyboard; each is stored before the screen says so', async () => {
    await makeClass('Cat');
    await makeClass('Dog');
    // The grid is in the order of the folder: cats first, dogs last.
    const byMouse = (await onScreen()).filter(({ kind }) => kind === 'Cat').slice(0, 10);
    expect(byMouse).toHaveLength(10);
    for (const [i, { option }] of byMouse.entries())
      await option.click(i === 0 ? {} : { modifiers: ['ControlOrMeta'] });
    await shoot('03-selected');
    const toolbar = page.getByRole('toolbar', { name: 'Label the selected photos' });
    await toolbar.getByRole('button', { name: 'Label as Cat' }).click();
    await expect.poll(async () => (await counts()).labelled).toBe(10);

    await page.keyboard.press('End');
    await page.locator('[role="option"][aria-posinset="400"]').waitFor();
    const byKeys = (await onScreen()).filter(({ kind }) => kind === 'Dog').slice(-10);
    expect(byKeys).toHaveLength(10);
    for (const { option } of byKeys) {
      await option.click();
      await page.keyboard.press('2');
      await page.getByRole('listbox').locator('[aria-selected=true][aria-label$="Dog"]').waitFor();
    }
    const now = await counts();
    expect(now.labelled).toBe(20);
    expect(now.unlabelled).toBe(380);
    await shootThemes('04-labelled');
  });

  test('shows a photo large, and problems when there are none', async () => {
    await page.keyboard.press('Space');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('ArrowRight');
    await shoot('05-viewer');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('trains while the charts move and the other screens open', async () => {
    await tab('Train').click();
    await shoot('06-train-idle');
    const losses = page.getByRole('img', { name: /^Losses:/ });
    await trainFor(minutes, 'Train', async () => {
      await page.getByRole('region', { name: 'What it takes some of your photos for' }).waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Details' }).click();
      await expect.poll(() => losses.getAttribute('aria-label'), { timeout: 60_000 }).toMatch(/\d\.\d\d/);
      const first = await losses.getAttribute('aria-label');
      await page.getByRole('img', { name: /pictures drawn by the generator/ }).waitFor({ timeout: 60_000 });
      await expect.poll(() => losses.getAttribute('aria-label'), { timeout: 30_000 }).not.toBe(first);
      await shootThemes('07-training');
      await tab('Label').click();
      await page.getByRole('listbox').waitFor();
      await tab('Train').click();
    });
    await shoot('08-train-done');
    const [run] = await ask('runs.list');
    expect(run).toMatchObject({ status: 'finished', labelled: 20, photos: 400 });
    expect(run!.steps).toBeGreaterThan(20);
    // The budget in minutes holds; packing the photos comes on top of it.
    expect(run!.seconds).toBeLessThan(60 * minutes + 36);
    const predicted = Object.values((await counts()).predictedByClass).reduce((sum, n) => sum + n, 0);
    expect(predicted).toBe(380);
  });

  test('reviews 5 photos, corrects 2 of them, takes 1 back', async () => {
    await page.getByRole('button', { name: /^Review (now|those)$/ }).click();
    const stage = page.getByRole('region', { name: 'Photo under review' });
    await stage.waitFor();
    await page.waitForTimeout(500);
    await shootThemes('09-review');

    const before = (await counts()).labelled;
    for (const [i, key] of ['Enter', '1', 'Enter', '2', 'Enter'].entries()) {
      await page.keyboard.press(key);
      await expect.poll(async () => (await counts()).labelled).toBe(before + i + 1);
    }
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(async () => (await counts()).labelled).toBe(before + 4);
    await page.keyboard.press('u');
    await expect.poll(async () => (await counts()).unsure).toBe(1);
    await shoot('10-reviewed');

    // Five are decided, so the eighth is two further on: a random check, by which the errors left are counted.
    const queue = await ask('review.list', { order: 'suspicion' });
    expect(queue[2]).toMatchObject({ isCheck: true, reason: 'A random check.' });
    expect(await ask('review.errorsLeft')).toMatchObject({ left: 375 });
    await page.getByRole('status', { name: 'Errors left' }).waitFor();

    await page.getByRole('radio', { name: 'By class' }).click();
    await page.getByRole('listbox', { name: /Photos taken for/ }).waitFor();
    await page.waitForTimeout(500);
    await shoot('11-review-by-class');
  });

  test('trains again from the last model with the corrections', async () => {
    await page.getByRole('button', { name: 'Train again' }).click();
    await trainFor(minutesAgain, 'Train again');
    const [second, first] = await ask('runs.list');
    expect(second).toMatchObject({ status: 'finished', labelled: 24, startedFrom: first!.id });
  });

  test('takes the labels and predictions away as CSV and JSON', async () => {
    for (const format of ['CSV', 'JSON']) {
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('radio', { name: new RegExp(`^${format}(?! Lines)`) }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: /^(Download|Save as…)$/ }).click(),
      ]);
      const text = readFileSync(await download.path(), 'utf8');
      if (format === 'CSV') {
        const rows: { path: string; class: string; source: string }[] = parse(text, { columns: true, bom: true });
        expect(rows).toHaveLength(400);
        expect(rows.filter(({ source }) => ['person', 'suggestion'].includes(source))).toHaveLength(24);
        const asSeen = rows.filter(
          ({ path, class: name, source }) => source === 'person' && path.startsWith(`${name.toLowerCase()}s/`),
        );
        expect(asSeen.length).toBeGreaterThanOrEqual(20);
      } else {
        expect(JSON.parse(text).photos).toHaveLength(400);
      }
    }
  });

  test('finds everything again after the app was closed and started anew', async () => {
    await stop();
    await start();
    await page.getByText('400 photos').first().waitFor();
    await shoot('12-open-returning');
    await page.getByRole('button', { name: /^pets/ }).first().click();
    await page.getByRole('listbox').locator('[role=option]').first().waitFor();
    const state = await ask('library.state');
    expect(state!.classes.map(({ name }) => name)).toEqual(['Cat', 'Dog']);
    expect(state!.counts.labelled).toBe(24);
    expect(state!.activeRun?.labelled).toBe(24);
    await page.setViewportSize({ width: 900, height: 600 });
    await shoot('13-small-window');
  });

  test('nothing went wrong behind the screen: no error, no refused content', () => {
    expect([...complaints, ...app.complaints]).toEqual([]);
  });
});
