// What a newcomer gets who touches no option, with 400 real photos and with the sample library: the network that set-up
// has brought, two names, a few corrections, a model, and the result taken away. Nothing is asked of any machine but
// this one.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sampleName, samplePets } from '../../src/engine/imaging/sample/draw-sample.ts';
import { cacheFolder } from '../../src/files/cache-folder.ts';
import type { Calls } from '../../src/shared/contract.ts';
import type { ClassId, PhotoId } from '../../src/shared/types.ts';
import { testData, unpack } from '../fixtures/test-data.ts';
import { askMain, openPage, type RunningApp, shoot, startApp, startBrowser, temporaryFolder } from './harness.ts';

const data = testData('photos-400.tar');
const hasNetwork = existsSync(join(cacheFolder(), 'networks', 'efficientnet-lite2', 'network.json'));

type Kind = 'Cat' | 'Dog';

interface Case {
  what: string;
  id: string;
  isHere: boolean;
  photos: number;
  open: () => Promise<unknown>;
  /** What a person would see in the photo of that name. */
  kindOf: (name: string) => Kind;
}

const samples = new Map(samplePets.map((pet, i) => [sampleName(i), pet === 'cat' ? 'Cat' : 'Dog'] as const));
const cases: Case[] = [
  {
    ...{ what: '400 real photos', id: 'first-answer', isHere: data !== null, photos: 400 },
    open() {
      unpack(data ?? '', photos);
      return ask('library.open', { folder: photos });
    },
    kindOf: (name) => (name.startsWith('cat') ? 'Cat' : 'Dog'),
  },
  {
    ...{ what: 'the sample library', id: 'first-answer-sample', isHere: true, photos: samples.size },
    open: () => page.getByRole('button', { name: 'Try the sample library' }).click(),
    kindOf: (name) => samples.get(name) ?? 'Cat',
  },
];

const temporary = temporaryFolder();
const photos = join(temporary.path, 'photos');
let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];
const elsewhere: string[] = [];

const ask = <K extends keyof Calls>(name: K, input?: Calls[K]['input']) => askMain(page, name, input);
const pile = (name: string) => page.getByRole('article', { name, exact: true });
const idOf = async (option: Locator) => Number(await option.getAttribute('data-id')) as PhotoId;
const tab = (name: string) => page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name });

afterAll(() => temporary.remove());

describe.skipIf(!hasNetwork).each(cases.filter(({ isHere }) => isHere))(
  'the first answer on $what, with no option touched',
  ({ id: shot, photos: count, open, kindOf }) => {
    /** What a person would see in each photo. */
    let kinds: ReadonlyMap<PhotoId, Kind>;

    /** Share of the photos that are of the class that is said. */
    async function shareRight(ids: readonly PhotoId[], classIds: readonly ClassId[]): Promise<number> {
      const names = new Map((await ask('library.state'))?.classes.map(({ id, name }) => [id, name]));
      const right = ids.filter((id, i) => names.get(classIds[i] ?? (0 as ClassId)) === kinds.get(id));
      return right.length / ids.length;
    }

    /** Names a pile after what most of its photos show, and takes the others out. */
    async function namePile(number: number): Promise<void> {
      const shown = pile(`Pile ${number}`).getByRole('option', { selected: true });
      const seen = async () =>
        (await shown.all()).map(async (option) => ({ option, kind: kinds.get(await idOf(option)) }));
      const first = await Promise.all(await seen());
      const kind = 2 * first.filter((photo) => photo.kind === 'Cat').length > first.length ? 'Cat' : 'Dog';
      for (let left = 12; left > 0; left--) {
        const strange = (await Promise.all(await seen())).find((photo) => photo.kind !== kind);
        if (!strange) break;
        await strange.option.click();
      }
      await page.getByRole('combobox', { name: `Name of pile ${number}` }).fill(kind);
      await page.keyboard.press('Enter');
    }

    beforeAll(async () => {
      elsewhere.length = 0;
      app = await startApp(join(temporary.path, shot), { WHISKER_NETWORKS: undefined });
      browser = await startBrowser();
      ({ page, complaints } = await openPage(browser));
      page.on('request', (request) => {
        if (new URL(request.url()).origin !== new URL(app.url).origin) elsewhere.push(request.url());
      });
      await page.goto(app.url);
      await page.getByRole('button', { name: 'Try the sample library' }).waitFor();
    });
    afterAll(async () => {
      await browser?.close();
      await app?.stop();
    });

    // Each step stands on the one before: after a failure the rest would only repeat it.
    let broken = false;
    beforeEach(({ skip }) => skip(broken, 'an earlier step failed'));
    afterEach(({ task }) => {
      broken ||= task.result?.state === 'fail';
    });

    test('the folder is sorted before anything has a name', async () => {
      await open();
      await page.getByRole('button', { name: /^Show piles/ }).click({ timeout: 120_000 });
      await expect.poll(() => ask('features.state'), { timeout: 120_000 }).toEqual({ status: 'ready', photos: count });
      await expect.poll(() => ask('piles.state'), { timeout: 60_000 }).toMatchObject({ status: 'ready', since: 0 });
      await pile('Pile 2').waitFor({ timeout: 60_000 });
      expect(await page.getByRole('article').count()).toBe(2);
      await shoot(page, `${shot}-piles`);
      const all = await ask('photos.list', { filter: { kind: 'all' } });
      kinds = new Map(all.ids.map((id, i) => [id, kindOf(all.names[i] ?? '')]));
    });

    test('two names label what was shown, and the other photos are predicted at once', async () => {
      for (const number of [1, 2]) {
        await namePile(number);
        await expect.poll(async () => (await ask('library.state'))?.counts.labelled).toBe(12 * number);
      }
      await expect
        .poll(async () => (await ask('live.state')).predictions?.ids.length, { timeout: 60_000 })
        .toBe(count - 24);
      const { predictions } = await ask('live.state');
      expect(await shareRight(predictions?.ids ?? [], predictions?.classIds ?? [])).toBeGreaterThan(0.95);
      await page.getByRole('button', { name: /^All photos/ }).click();
      await page
        .getByRole('option', { name: /unlabelled, looks like Cat$/ })
        .first()
        .waitFor();
      await page.getByText(/ right \(\d+–\d+\), from 24 labels\.$/).waitFor({ timeout: 60_000 });
      await shoot(page, `${shot}-guesses`);
    });

    test('the photos that are worth a label say why, and the next one moves in', async () => {
      await page.getByRole('button', { name: 'Label these 12' }).click();
      const list = page.getByRole('listbox', { name: /^Label these, 12/ });
      await list.waitFor();
      await list
        .getByText(/typical|unlike what you labelled|not sure|a random check/)
        .first()
        .waitFor();
      await shoot(page, `${shot}-suggested`);
      const option = list.getByRole('option').first();
      const kind = kinds.get(await idOf(option));
      await option.click();
      await page.keyboard.press((await ask('library.state'))?.classes[0]?.name === kind ? '1' : '2');
      await expect.poll(async () => (await ask('library.state'))?.counts.labelled).toBe(25);
      await expect.poll(() => list.getByRole('option').count()).toBe(12);
    });

    test('trains in the way that is recommended, and the result comes in words with a number', async () => {
      await tab('Train').click();
      const way = page.getByRole('radio', { name: 'Knows everyday things by sight (recommended)' });
      expect(await way.getAttribute('aria-checked')).toBe('true');
      await page.getByRole('main').getByRole('button', { name: 'Train', exact: true }).click();
      await page.getByRole('region', { name: 'What it takes some of your photos for' }).waitFor({ timeout: 120_000 });
      await page.getByRole('button', { name: /^Review (now|those)$/ }).waitFor({ timeout: 240_000 });
      await page
        .getByRole('heading', { name: new RegExp(`^Sorted ${count - 25} photos: \\d+ (Cat|Dog), \\d+ (Cat|Dog)\\.$`) })
        .waitFor();
      await page.getByText(/ right \(\d+–\d+\), measured on 25 labels/).waitFor();
      await shoot(page, `${shot}-result`);
      const [run] = await ask('runs.list');
      expect(run).toMatchObject({ status: 'finished', labelled: 25, backbone: { name: 'EfficientNet-Lite2' } });
      const found = await ask('review.list', { order: 'suspicion' });
      const share = await shareRight(
        found.map(({ photoId }) => photoId),
        found.map(({ predicted }) => predicted),
      );
      expect(share).toBeGreaterThan(0.95);
    });

    test('three are corrected by a key each, and everything is taken away', async () => {
      await page.getByRole('button', { name: /^Review (now|those)$/ }).click();
      await page.getByRole('region', { name: 'Photo under review' }).waitFor();
      const queue = await ask('review.list', { order: 'suspicion' });
      const first = (await ask('library.state'))?.classes[0]?.name;
      for (const [i, { photoId }] of queue.slice(0, 3).entries()) {
        await page.keyboard.press(kinds.get(photoId) === first ? '1' : '2');
        await expect.poll(async () => (await ask('library.state'))?.counts.labelled).toBe(26 + i);
      }
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('radio', { name: /^CSV/ }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download' }).click(),
      ]);
      const rows: Record<string, string>[] = parse(readFileSync(await download.path()), { columns: true, bom: true });
      expect(rows).toHaveLength(count);
      const chosen = (how: string) => rows.filter((row) => row['chosen'] === how).length;
      expect(chosen('pile')).toBe(24);
      expect(chosen('review')).toBe(3);
      expect(chosen('suggested') + chosen('audit')).toBe(1);
    });

    test('nothing went wrong behind the screen, and nothing was asked of another machine', () => {
      expect({ complaints, elsewhere }).toEqual({ complaints: [], elsewhere: [] });
    });
  },
);
