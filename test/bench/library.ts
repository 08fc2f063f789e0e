// npm run bench:library [-- 1000 10000 100000 1000000]: one library after another, made without an import, opened as a
// person does in real Chromium: to the grid, scrolled in every way, searched, labelled, and how much memory that takes.
// Wants what `npm run build` makes. --cache DIR keeps the libraries for the next time. What an import takes is
// `npm run bench:import`.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { askMain, startApp, startBrowser } from '../e2e/harness.ts';
import { framesInThePage, scrolling, ways } from './library/frames.ts';
import { found, makeLibrary, type MadeLibrary } from './library/made-library.ts';
import { drawNewFolder, firstThumbnails, largePictures } from './library/new-folder.ts';
import { descendants, ownMbOf, peakMbOf, processorMsOf } from './process-tree.ts';
import { awaitAfter, inThePage } from './waiting.ts';

const { values, positionals } = parseArgs({
  options: { cache: { type: 'string' }, json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
/** A label is set and taken back so often. */
const TIMES = 5;
const sizes = positionals.length > 0 ? positionals.map(Number) : [1000, 10_000, 100_000];

/** What was measured -> milliseconds, seconds or MB for each size in turn; null where it could not be. */
const table = new Map<string, (number | null)[]>();
let column = 0;

function note(what: string, value: number): void {
  const row = table.get(what) ?? sizes.map(() => null);
  row[column] = value;
  table.set(what, row);
}

interface Opened {
  page: Page;
  /** Process id of main. */
  main: number;
  /** Processor time of the page's main thread and of main so far, in milliseconds. */
  processor(): Promise<{ page: number; main: number }>;
}

async function inBrowser(dataDir: string, act: (opened: Opened) => Promise<void>): Promise<void> {
  const app = await startApp(dataDir);
  let browser: Browser | null = null;
  try {
    browser = await startBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(app.url);
    await page.evaluate(inThePage + framesInThePage);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    async function processor() {
      const { metrics } = await session.send('Performance.getMetrics');
      const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
      return { page: 1000 * seconds, main: processorMsOf(app.pid) };
    }
    await act({ page, main: app.pid, processor });
  } finally {
    await browser?.close();
    await app.stop();
  }
}

const measure = (count: number, { folder, dataDir }: MadeLibrary): Promise<void> =>
  inBrowser(dataDir, async (opened) => {
    await reopen(opened, count, folder);
    // The files are not what their rows say, so that a network would refuse one after the other all the while.
    await askMain(opened.page, 'features.pause');
    await rest(opened);
    await scroll(opened);
    await find(opened);
    await label(opened, count);
    await memory(opened);
  });

interface Step {
  ms: number;
  /** Of the processor, in milliseconds. */
  page: number;
  main: number;
}

/** How long a person waits, and what of it the processor works for the page and for main. */
async function timed({ page, processor }: Opened, act: () => Promise<void>, isThere: string): Promise<Step> {
  const before = await processor();
  const { shown } = await awaitAfter(page, act, isThere);
  const after = await processor();
  return { ms: shown, page: after.page - before.page, main: after.main - before.main };
}

function noteStep(what: string, { ms, page, main }: Step): void {
  note(`${what}, ms`, ms);
  note(`${what}, ms of the processor, page`, page);
  note(`${what}, ms of the processor, main`, main);
}

const step = async (opened: Opened, what: string, act: () => Promise<void>, isThere: string): Promise<void> =>
  noteStep(what, await timed(opened, act, isThere));

/** The one in the middle, by the clock. */
const middle = (steps: Step[]): Step => steps.sort((a, b) => a.ms - b.ms)[steps.length >> 1]!;

async function measureNewFolder(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'whisker-library-'));
  try {
    await drawNewFolder(join(dir, 'photos'));
    await inBrowser(join(dir, 'data'), async ({ page }) => {
      const first = await firstThumbnails(page, join(dir, 'photos'));
      const turns = (await largePictures(page)).sort((a, b) => a - b);
      const p95 = turns[Math.floor(0.95 * turns.length)]!;
      const large = `large view: a key to the next picture ${Math.round(p95)} ms at the 95th percentile`;
      console.log(`New folder of 12-megapixel photos: first in the grid after ${Math.round(first)} ms; ${large}.\n`);
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function reopen(opened: Opened, count: number, folder: string): Promise<void> {
  const { page, processor } = opened;
  const recent = page.getByRole('button', { name: folder });
  const [began, before] = [performance.now(), await processor()];
  await step(opened, 'reopen: grid with pictures', () => recent.click(), `listed('^All photos')`);
  await page.getByRole('listbox', { name: `, ${count.toLocaleString('en')} photos` }).waitFor({ timeout: 120_000 });
  note('reopen: every photo in the grid, ms', performance.now() - began);
  const after = await processor();
  note('reopen: every photo in the grid, ms of the processor, page', after.page - before.page);
  note('reopen: every photo in the grid, ms of the processor, main', after.main - before.main);
  for (;;) {
    const state = await askMain(page, 'library.state');
    if (state?.scan.phase === 'done') break;
    if (state?.scan.phase === 'failed') throw new Error(`The scan failed: ${state.scan.error}`);
    await page.waitForTimeout(100);
  }
  note('reopen: folder looked through, ms', performance.now() - began);
  const { counts } = (await askMain(page, 'library.state'))!;
  if (counts.photos !== count) throw new Error(`${counts.photos} photos are there, not ${count}.`);
}

/** Until main has had next to nothing to do for a second: by then the folder is watched. */
async function rest({ page, processor }: Opened): Promise<void> {
  const began = performance.now();
  let worked = Infinity;
  while (worked > 50) {
    const before = await processor();
    await page.waitForTimeout(1000);
    worked = (await processor()).main - before.main;
  }
  note('folder watched and main at rest, s', (performance.now() - began) / 1000);
}

async function scroll({ page, processor }: Opened): Promise<void> {
  await page.getByRole('option').first().click();
  for (const [way, act] of Object.entries(ways)) {
    const before = await processor();
    const { frames, frameP95, frameMost, task, blank } = await scrolling(page, () => act(page));
    note(`${way}: a frame, ms of the processor, page`, ((await processor()).page - before.page) / frames);
    note(`${way}: 95 % of frames within, ms`, frameP95);
    note(`${way}: longest frame, ms`, frameMost);
    note(`${way}: longest task (0: under 50), ms`, task);
    note(`${way}: no picture in view for, ms`, blank);
  }
}

async function find(opened: Opened): Promise<void> {
  const { page } = opened;
  const field = page.getByRole('textbox', { name: 'Find by file or folder' });
  await page.keyboard.press('Control+f');
  await field.fill(`${found[5_000]} img_000012`);
  const isFound = `listed('^All photos, 1 photo$')`;
  await step(opened, 'find by name', () => field.press('3'), isFound);
  await page.keyboard.press('Escape');
  const filter = (name: RegExp) => page.getByRole('complementary').getByRole('button', { name }).first();
  for (const [what, name] of [
    ['Unlabelled', /^Unlabelled/],
    ['All photos', /^All photos/],
  ] as const) {
    const isShown = `document.querySelector('section[aria-label^="${what}"]') !== null`;
    await step(opened, `filter ${what}`, () => filter(name).click(), isShown);
  }
  const questions = {
    'counts of the library': ['library.state', null],
    '20,000 unlabelled photos': [
      'photos.list',
      { filter: { kind: 'unlabelled' }, span: { after: null, most: 20_000 } },
    ],
    'all by date': ['photos.find', { search: {}, sort: { by: 'taken', descending: true } }],
    'all by path': ['photos.find', { search: {}, sort: { by: 'path', descending: false } }],
  } as const;
  for (const [what, [name, input]] of Object.entries(questions)) {
    const waits: number[] = [];
    for (let i = 0; i < TIMES; i++) waits.push(await answerOf(page, name, input));
    note(`main answers: ${what}, ms`, waits.sort((a, b) => a - b)[TIMES >> 1]!);
  }
}

/** How long the page waits for all of an answer, in milliseconds. */
const answerOf = (page: Page, name: string, input: unknown): Promise<number> =>
  page.evaluate(
    async ({ path, body }) => {
      const began = performance.now();
      const response = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
      await response.json();
      return performance.now() - began;
    },
    { path: `/call/${name}`, body: JSON.stringify(input) },
  );

async function label(opened: Opened, count: number): Promise<void> {
  const { page } = opened;
  const known = (await askMain(page, 'library.state'))?.classes.find(({ name }) => name === 'Rose');
  const { id } = known ?? (await askMain(page, 'classes.create', { name: 'Rose' }));
  const field = page.getByRole('textbox', { name: 'Find by file or folder' });
  for (const many of [1, 5_000, 100_000] as const) {
    if (many > count) continue;
    const words = many === 1 ? '' : found[many];
    await page.keyboard.press('Control+f');
    await field.fill(words);
    await field.press('Enter');
    const shown = (many === 1 ? count : many).toLocaleString('en');
    await page.getByRole('listbox', { name: `All photos, ${shown} photos` }).waitFor();
    await page.getByRole('option').first().click();
    if (many > 1) await page.keyboard.press('Control+a');
    const all = (name: string) =>
      `inView().every((one) => one.getAttribute('aria-selected') === 'false' || ${name}.test(one.ariaLabel))`;
    const steps: Record<'shown' | 'stored' | 'taken back', Step[]> = { shown: [], stored: [], 'taken back': [] };
    for (let i = 0; i < 2 * TIMES; i++) {
      const [what, isLabelled] = i % 2 === 0 ? (['shown', '/ Rose/'] as const) : (['stored', '/ Rose$/'] as const);
      steps[what].push(await timed(opened, () => page.keyboard.press('1'), all(isLabelled)));
      while (!(await page.evaluate(all('/ Rose$/')))) await page.waitForTimeout(20);
      const { counts } = (await askMain(page, 'library.state'))!;
      if (counts.byClass[id] !== many) throw new Error(`${counts.byClass[id]} photos are labelled, not ${many}.`);
      const undone = `inView().every((one) => !/ Rose/.test(one.ariaLabel))`;
      steps['taken back'].push(await timed(opened, () => page.keyboard.press('Control+z'), undone));
    }
    for (const [what, all] of Object.entries(steps))
      noteStep(`label ${many.toLocaleString('en')}: ${what}`, middle(all));
  }
  await page.keyboard.press('Control+f');
  await field.fill('');
  await field.press('Enter');
}

async function memory({ page, main }: Opened): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const renderers = descendants(process.pid).filter(({ command }) => command.includes('--type=renderer'));
  note('renderer: heap, MB', usedSize / 2 ** 20);
  note('renderer: memory of its own, MB', Math.max(...renderers.map(({ pid }) => ownMbOf(pid))));
  note('main: memory of its own, MB', ownMbOf(main));
  note('main: resident at most, MB', peakMbOf(main));
}

function print(): void {
  if (values.json) return console.log(JSON.stringify({ sizes, load: loadavg()[0], rows: Object.fromEntries(table) }));
  const first = sizes.length > 1 ? ['most to least'] : [];
  console.log(`load ${loadavg()[0]?.toFixed(1)}\n`);
  console.log(`| | ${[...sizes.map((size) => size.toLocaleString('en')), ...first].join(' | ')} |`);
  console.log(`| --- |${' --: |'.repeat(sizes.length + first.length)}`);
  for (const [what, cells] of table) {
    const known = cells.filter((cell) => cell !== null);
    const growth = known[0] && known.length > 1 ? `${(known.at(-1)! / known[0]).toFixed(1)} ×` : '';
    const written = cells.map((cell) =>
      cell === null ? '' : String(cell < 10 ? Math.round(10 * cell) / 10 : Math.round(cell)),
    );
    console.log(`| ${[what, ...written, ...(sizes.length > 1 ? [growth] : [])].join(' | ')} |`);
  }
}

await measureNewFolder();
for (const [at, count] of sizes.entries()) {
  column = at;
  const dir = values.cache
    ? resolve(values.cache, `library-${count}`)
    : mkdtempSync(join(tmpdir(), 'whisker-library-'));
  try {
    const isMade = existsSync(join(dir, 'data'));
    const library = isMade
      ? { folder: join(dir, `photos-${count}`), dataDir: join(dir, 'data') }
      : await makeLibrary(dir, count);
    await measure(count, library);
  } finally {
    if (!values.cache) rmSync(dir, { recursive: true, force: true });
  }
}
print();
