// npm run bench:endurance [-- --minutes 30 --photos 100000 --seed 1 --growth 20]: one page in real Chromium that a
// script labels, scrolls, filters, undoes and opens photos in without a rest. What the page and main hold, and what a
// frame costs, before and after; fails where any of it has grown by more than so many percent, or the page complained.
// Wants what `npm run build` makes. --cache DIR keeps the library for the next time.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright-core';
import { randomStream } from '../../src/shared/random.ts';
import { askMain, complaintsOf, startApp, startBrowser } from '../e2e/harness.ts';
import { acts, atRest, type Hand } from './endurance/acts.ts';
import { framesInThePage, scrolling, ways } from './library/frames.ts';
import { makeLibrary, type MadeLibrary } from './library/made-library.ts';
import { ownMbOf } from './process-tree.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    photos: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    growth: { type: 'string', default: '20' },
    cache: { type: 'string' },
  },
});
const [minutes, photos, seed, growth] = [values.minutes, values.photos, values.seed, values.growth].map(Number) as [
  ...[number, number, number, number],
];
/** What is there from the first minutes on (code, caches that are bounded) is no growth. */
const WARM_UP = 0.15;

/** Name -> what it is at one moment. */
type Moment = Map<string, number>;
/** Moves with other work on the machine, so that it is shown and fails nothing. */
const shownOnly = new Set(['95 % of frames within, ms']);

async function measure(page: Page, session: CDPSession, main: number): Promise<Moment> {
  await atRest(page);
  // What is told passes by itself, and main writes down what is left.
  await after(8000);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const counts = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (name: string) => metrics.find((metric) => metric.name === name)?.value ?? NaN;
  };
  const held = await counts();
  const mains: number[] = [];
  for (let i = 0; i < 10; i++) {
    mains.push(ownMbOf(main));
    await after(300);
  }
  await page.getByRole('option').first().click();
  await page.keyboard.press('Home');
  await after(1000);
  const [from, worked] = [await page.evaluate('grid().scrollTop'), (await counts())('TaskDuration')];
  const { frames, frameP95 } = await scrolling(page, () => ways['wheel']!(page));
  const scrolled = (await counts())('TaskDuration') - worked;
  if ((await page.evaluate('grid().scrollTop')) === from) throw new Error('The grid did not scroll.');
  return new Map([
    ['page: heap after a collection, MB', usedSize / 2 ** 20],
    ['page: DOM nodes', held('Nodes')],
    ['page: event listeners', held('JSEventListeners')],
    ['main: memory of its own, MB', Math.min(...mains)],
    ['a frame of scrolling, ms of the processor', (1000 * scrolled) / frames],
    ['95 % of frames within, ms', frameP95],
  ]);
}

/** Does one thing after the other, whatever the dice say, until the time is over; how often each was done. */
async function work(hand: Hand, until: number): Promise<Map<string, number>> {
  const done = new Map<string, number>();
  const names = Object.keys(acts);
  while (performance.now() < until) {
    const name = names[Math.floor(hand.random() * names.length)]!;
    await acts[name]!(hand);
    done.set(name, (done.get(name) ?? 0) + 1);
  }
  return done;
}

async function endure({ folder, dataDir }: MadeLibrary): Promise<boolean> {
  const app = await startApp(dataDir);
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const complaints = complaintsOf(page);
    await page.goto(app.url);
    await page.evaluate(framesInThePage);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.getByRole('button', { name: folder }).click();
    const all = page.getByRole('listbox', { name: `All photos, ${photos.toLocaleString('en')} photos` });
    await all.waitFor({ timeout: 120_000 });
    while ((await askMain(page, 'library.state'))?.scan.phase !== 'done') await after(200);
    for (const name of ['Rose', 'Tulip', 'Aster']) await askMain(page, 'classes.create', { name }).catch(() => {});
    const hand = { page, random: randomStream(seed) };

    const [began, ms] = [performance.now(), 60_000 * minutes];
    await work(hand, began + WARM_UP * ms);
    const first = await measure(page, session, app.pid);
    const done = await work(hand, began + ms);
    const last = await measure(page, session, app.pid);
    const { counts } = (await askMain(page, 'library.state'))!;
    if (counts.photos !== photos) complaints.push(`${counts.photos} photos are there, not ${photos}.`);
    return print({ first, last, done, complaints });
  } finally {
    await browser.close();
    await app.stop();
  }
}

interface Outcome {
  first: Moment;
  last: Moment;
  done: Map<string, number>;
  complaints: string[];
}

/** Whether nothing has grown by too much. */
function print({ first, last, done, complaints }: Outcome): boolean {
  const short = (value: number) => (value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));
  const said = [...done].map(([name, times]) => `${name} ${times}`).join(', ');
  console.log(
    `${photos.toLocaleString('en')} photos, ${minutes} minutes, load ${loadavg()[0]?.toFixed(1)}: ${said}.\n`,
  );
  console.log(
    `| | after ${(100 * WARM_UP).toFixed(0)} % of the time | at the end | growth |\n| --- | --: | --: | --: |`,
  );
  const grown = [...first].filter(([what, before]) => {
    const now = last.get(what) ?? NaN;
    const percent = 100 * (now / before - 1);
    const isMuch = !shownOnly.has(what) && !(percent <= growth);
    console.log(`| ${what} | ${short(before)} | ${short(now)} | ${percent.toFixed(1)} %${isMuch ? ' (!)' : ''} |`);
    return isMuch;
  });
  for (const complaint of complaints) console.log(`\nThe page complained: ${complaint}`);
  return grown.length === 0 && complaints.length === 0;
}

const dir = values.cache
  ? resolve(values.cache, `library-${photos}`)
  : mkdtempSync(join(tmpdir(), 'whisker-endurance-'));
try {
  const isMade = existsSync(join(dir, 'data'));
  const made = { folder: join(dir, `photos-${photos}`), dataDir: join(dir, 'data') };
  process.exitCode = (await endure(isMade ? made : await makeLibrary(dir, photos))) ? 0 : 1;
} finally {
  if (!values.cache) rmSync(dir, { recursive: true, force: true });
}
