// What the desktop app promises of its window, told once: on the fakes here, in the real Electron and in the packed
// app where those can run.

import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Calls } from '../../../src/shared/contract.ts';
import { hasTensorflow } from '../../fixtures/tensorflow.ts';
import { drawPhotos } from '../../main/photo-folder.ts';
import { askThroughBridge } from '../hosts.ts';

/** The app as a person has it before them, and what only the system around it can do. */
export interface DesktopWindow {
  readonly page: Page;
  /** Uncaught errors, console errors and refused content. */
  readonly complaints: string[];
  /** What the next folder dialog brings. */
  answerFolderDialog(folder: string): Promise<void>;
  /** The questions to come are answered by the button of that name. */
  answerQuestions(button: string): Promise<void>;
  /** What has been asked so far. */
  questions(): Promise<string[]>;
  /** Chooses the menu's item of that label. */
  choose(label: string): Promise<void>;
  /** Starts the app a second time, with a folder; ends when that start has ended. */
  startAgain(folder: string): Promise<void>;
  /** What the file holds that `act` has saved. */
  saved(act: () => Promise<unknown>): Promise<string>;
  /** Asks it to quit, as the menu does. */
  quit(): Promise<void>;
  /** Exit code, once it has ended. */
  readonly ended: Promise<number>;
}

/** Places of one telling: the app's data, a folder of 40 photos and one of 6; all go with the last test. */
export function storyPlaces() {
  const path = join(tmpdir(), `whisker-desktop-${randomUUID()}`);
  const places = { data: join(path, 'data'), photos: join(path, 'pets'), others: join(path, 'others') };
  beforeAll(async () => {
    mkdirSync(places.data, { recursive: true });
    await drawPhotos(places.photos, 0, 20);
    await drawPhotos(places.others, 20, 23);
  });
  afterAll(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return places;
}
export type StoryPlaces = ReturnType<typeof storyPlaces>;

const ask = <K extends keyof Calls>(page: Page, name: K, input?: Calls[K]['input']) =>
  askThroughBridge(page, name, input);
const patiently = { timeout: 60_000 };

/** Every photo of the grid that is on the screen. Pictures of a library that is left before they came are refused. */
export async function allDrawn(page: Page): Promise<void> {
  const drawn = `[...document.querySelectorAll('[role=option] img')].map((image) => image.naturalWidth > 0)`;
  await expect.poll(async () => new Set(await page.evaluate<boolean[]>(drawn)), patiently).toEqual(new Set([true]));
}

/** What needs the page alone, with the folder of photos open. What runs in the page is text: no DOM is known here. */
export function tellOfPage(page: () => Page): void {
  test('the page has the contract’s bridge and no Node', async () => {
    const system = ['chooseFolder', 'chooseNetwork', 'pathForFile', 'revealPhoto', 'showExported', 'showSaved'];
    const members = ['call', ...system, 'subscribe'];
    expect(await page().evaluate('Object.keys(whisker).sort()')).toEqual(members);
    const nodeNames = `['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron']`;
    expect(await page().evaluate(`${nodeNames}.filter((name) => name in window)`)).toEqual([]);
    expect(await ask(page(), 'app.info')).toMatchObject({ host: 'desktop' });
  });

  test('every photo of the folder is counted, and what is on the screen is drawn', async () => {
    await page().getByRole('option').first().waitFor(patiently);
    await expect.poll(async () => (await ask(page(), 'library.state'))?.counts.photos, patiently).toBe(40);
    await allDrawn(page());
  });

  test('a label set by a key is stored', async () => {
    for (const name of ['Cool', 'Warm']) await ask(page(), 'classes.create', { name });
    // The page must have heard of them before a digit means one.
    await page().getByText('Warm', { exact: true }).first().waitFor(patiently);
    const labelled = async () => (await ask(page(), 'library.state'))?.counts.labelled;
    const { ids } = await ask(page(), 'photos.list', { filter: { kind: 'all' } });
    // In the order of their names the cool ones come first.
    for (const [i, id] of [...ids.slice(0, 3), ...ids.slice(-3)].entries()) {
      await page().locator(`#photo-${id}`).click();
      await page().keyboard.press(i < 3 ? '1' : '2');
      await expect.poll(labelled, patiently).toBe(i + 1);
    }
  });

  test.skipIf(!hasTensorflow)('it trains', async () => {
    await startTraining(page());
    await ask(page(), 'training.stop', { keep: true });
    const status = async () => (await ask(page(), 'library.state'))?.training.status;
    await expect.poll(status, { timeout: 120_000 }).toBe('idle');
    expect((await ask(page(), 'runs.list'))[0]).toMatchObject({ status: 'stopped', usable: true });
  });
}

/** What goes through the system as well. Comes after `tellOfPage`, whose six labels it saves. */
export function tellOfWindow(app: () => DesktopWindow, { others, photos }: StoryPlaces): void {
  const folder = async () => (await ask(app().page, 'library.state'))?.library.folder;

  test('a second start hands its folder over to the open window', async () => {
    await app().startAgain(others);
    await expect.poll(folder, patiently).toBe(others);
    await allDrawn(app().page);
    await app().startAgain(photos);
    await expect.poll(folder, patiently).toBe(photos);
  });

  test('Export in the menu and the button in the window open one dialog, which writes the labels into a file', async () => {
    const dialog = app().page.getByRole('dialog', { name: 'Export' });
    const inMenu = await app().saved(async () => {
      await app().choose('Export…');
      await dialog.getByRole('radio', { name: /^CSV/ }).click();
      await dialog.getByRole('button', { name: 'Save as…' }).click();
    });
    const rows: { source: string }[] = parse(inMenu, { columns: true, bom: true });
    expect(rows.filter(({ source }) => source === 'person')).toHaveLength(6);
    const byButton = await app().saved(async () => {
      await app().page.getByRole('button', { name: 'Export' }).click();
      await dialog.getByRole('radio', { name: /^JSON(?! Lines)/ }).click();
      await dialog.getByRole('button', { name: 'Save as…' }).click();
    });
    expect(JSON.parse(byButton).photos).toHaveLength(rows.length);
  });
}

/** What must not have happened until now, and can't be made to. */
export function tellOfLimits(app: () => Pick<DesktopWindow, 'page' | 'complaints'>): void {
  test('nothing went wrong behind the screen: no error, no refused content', () => {
    expect(app().complaints).toEqual([]);
  });

  test('the page can’t turn a string into markup, reach the network or leave', async () => {
    const { page } = app();
    const markup = `(() => { try { document.body.innerHTML = '<b>'; } catch ({ name }) { return name; } })()`;
    expect(await page.evaluate(markup)).toBe('TypeError');
    expect(await page.evaluate(`fetch('https://example.com/').then(() => true, () => false)`)).toBe(false);
    const before = page.url();
    await page.evaluate(`location.href = 'https://example.com/', null`);
    expect(await ask(page, 'app.info')).toMatchObject({ host: 'desktop' });
    expect(page.url()).toBe(before);
  });
}

/** The last that is told of a window, with its folder of photos open. */
export function tellOfQuitting(app: () => DesktopWindow): void {
  test.skipIf(!hasTensorflow)('quitting while it learns asks first; cancelled, it goes on learning', async () => {
    await startTraining(app().page);
    await app().answerQuestions('Cancel');
    await app().quit();
    await expect.poll(() => app().questions()).toEqual(['Whisker is training.']);
    expect((await ask(app().page, 'library.state'))?.training.status).toBe('running');
  });

  test('told to close, it ends by itself', async () => {
    await app().answerQuestions('Pause and quit');
    await app().quit();
    expect(await app().ended).toBe(0);
  });
}

/** What the next start finds. */
export function tellOfNextStart(page: () => Page): void {
  test('the next start finds every label, and the run that can go on', async () => {
    await page().getByRole('option').first().waitFor(patiently);
    expect((await ask(page(), 'library.state'))?.counts.labelled).toBe(6);
    if (hasTensorflow) expect((await ask(page(), 'runs.list'))[0]).toMatchObject({ status: 'interrupted' });
  });
}

/** Twenty steps of a run that would go on for long. */
async function startTraining(page: Page): Promise<void> {
  await ask(page, 'training.start', {
    features: 'pixels',
    preset: 'quick',
    minutes: 30,
    seed: 1,
    device: 'cpu',
    startFrom: 'scratch',
    colour: 'auto',
    mirror: true,
    accepted: 'leave-out',
  });
  const steps = async () => {
    const training = (await ask(page, 'library.state'))?.training;
    return training === undefined || training.status === 'idle' ? -1 : training.progress.step;
  };
  await expect.poll(steps, { timeout: 240_000, interval: 500 }).toBeGreaterThanOrEqual(20);
}
