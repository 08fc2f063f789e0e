// npm run bench:journey -- 10000: how long a person waits after each click in Review, Runs and the lists, in real
// Chromium, on a library of so many photos with three runs and 600 labels between them. Wants what `npm run build`
// makes. --times 20 says how often each way is gone; --cache DIR keeps the library for the next time.

import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Locator, Page } from 'playwright-core';
import { createApp } from '../../src/main/app.ts';
import { listClasses } from '../../src/main/db/classes.ts';
import { compareRuns } from '../../src/main/db/compare-runs.ts';
import { openDatabase, prepare } from '../../src/main/db/open.ts';
import { listPhotos } from '../../src/main/db/photos.ts';
import { sortedPhotos } from '../../src/main/db/predictions.ts';
import { writePredictions } from '../../src/main/db/predictions-write.ts';
import { endRun, insertRun, listRuns, putInUse } from '../../src/main/db/runs.ts';
import { createClass } from '../../src/main/labels/classes.ts';
import { setLabels } from '../../src/main/labels/set-labels.ts';
import { countErrorsLeft, listReview, listWithChecks } from '../../src/main/review/review.ts';
import { correctionReceipt } from '../../src/main/runs/correction-receipt.ts';
import { runFolder, writeNote } from '../../src/main/runs/run-folder.ts';
import { defaultOptions } from '../../src/shared/defaults.ts';
import { wilson } from '../../src/shared/statistics.ts';
import type { Receipt } from '../../src/shared/training.ts';
import type { ClassId, PhotoId, RunId } from '../../src/shared/types.ts';
import { askMain, startApp, startBrowser } from '../e2e/harness.ts';
import { writeImageNetwork } from '../fixtures/image-network.ts';
import { photo } from '../fixtures/photos.ts';
import { awaitAfter, inThePage, type Waited } from './waiting.ts';

const { values, positionals } = parseArgs({
  options: { times: { type: 'string', default: '20' }, cache: { type: 'string' }, json: { type: 'boolean' } },
  allowPositionals: true,
});
const count = Number(positionals[0] ?? 10_000);
const times = Number(values.times);
const dir = values.cache ? resolve(values.cache, `journey-${count}`) : mkdtempSync(join(tmpdir(), 'whisker-journey-'));
const [photos, dataDir, fresh] = [join(dir, 'photos'), join(dir, 'data'), join(dir, 'fresh.sqlite')];
const DRAWINGS = 200;
const LABELS = { atFirst: 300, between: 300 };

/** Each file is a photo of its own: a drawing, with a number behind its last byte. */
async function drawPhotos(): Promise<void> {
  mkdirSync(photos, { recursive: true });
  const drawings: Buffer[] = [];
  for (let seed = 0; seed < DRAWINGS; seed++) {
    drawings.push(await photo({ width: 240, height: 160, seed }).jpeg({ quality: 80 }).toBuffer());
  }
  for (let i = 0; i < count; i++) {
    const name = String(i).padStart(6, '0');
    writeFileSync(join(photos, `${name}.jpg`), Buffer.concat([drawings[i % DRAWINGS]!, Buffer.from(name)]));
  }
}

/** Imports the folder, has it looked at, and gives it labels and three runs that disagree of one photo in nine. */
async function makeLibrary(): Promise<void> {
  const engine = { node: process.execPath, entry: join(import.meta.dirname, '../../out/main/engine.js') };
  const app = createApp({ host: 'web', dataDir, engine, offers: [], looksAhead: true });
  const { library, backbones, features } = app.services;
  await backbones.choose(writeImageNetwork(join(dir, 'network')).folder, null);
  const open = await library.open(photos);
  await library.scanFinished();
  for (;;) {
    const looked = features.state();
    if (looked.status === 'ready' && looked.photos >= count) break;
    await new Promise((done) => setTimeout(done, 500));
  }
  const { db } = open;
  const { ids } = listPhotos(db, { kind: 'all' }, null);
  const classes = ['Cat', 'Dog'].map((name) => createClass(db, { name }));
  const classAt = (k: number): ClassId => classes[k % 2]!.id;
  const label = (some: PhotoId[], chosen: 'hand' | 'review' | 'audit') => {
    for (const k of [0, 1]) {
      const mine = some.filter((_, i) => i % 2 === k);
      setLabels(db, mine, classAt(k), { source: 'person', chosen });
    }
  };
  const learn = async (run: number) => {
    const id = insertRun(db, {
      options: defaultOptions(),
      ...{ startedFrom: null, labelled: LABELS.atFirst + (run === 0 ? 0 : LABELS.between), photos: ids.length },
      ...{ classes, backbone: null },
    });
    const says = (i: number) => (i + (i % 9 === run ? 1 : 0)) % 2;
    await writePredictions(
      db,
      id,
      ids.map((photoId, i) => {
        const confidence = 0.5 + (i % 499) / 1000;
        return {
          ...{ photoId, classId: classAt(says(i)), confidence, runnerUp: classAt(says(i) + 1) },
          ...{ margin: 2 * confidence - 1, suspicion: 1 - confidence, reason: 'uncertain', otherClass: null },
        };
      }),
    );
    const accuracy = wilson(80 + run, 100);
    const receipt: Receipt = {
      ...{ ssgan: accuracy, labelsOnly: accuracy, logistic: null, propagation: null, gain: null },
      measuredBy: 'held-out',
      active: 'ssgan',
      ...{ temperature: 1.2, note: null },
    };
    endRun(db, id, { status: 'finished', seconds: 30, steps: 900, device: null, receipt, error: null });
    putInUse(db, id);
    mkdirSync(runFolder(open.dir, id), { recursive: true });
    const learned = ids.slice(0, LABELS.atFirst);
    const classIds = classes.map(({ id: one }) => one);
    writeNote(open.dir, id, { features: 'pixels', sizePx: 32, channels: 3, classIds, trainedOn: learned });
    await new Promise((done) => setTimeout(done, 5));
  };
  label(ids.slice(0, LABELS.atFirst), 'hand');
  await learn(0);
  label(ids.slice(LABELS.atFirst, LABELS.atFirst + LABELS.between - 40), 'review');
  label(ids.slice(LABELS.atFirst + LABELS.between - 40, LABELS.atFirst + LABELS.between), 'audit');
  await learn(1);
  await learn(2);
  prepare(db, `PRAGMA wal_checkpoint(TRUNCATE)`).all();
  await app.close();
  cpSync(databaseFile(), fresh);
}

function databaseFile(): string {
  const [id] = readdirSync(join(dataDir, 'libraries'));
  return join(dataDir, 'libraries', id ?? '', 'library.sqlite');
}

const waits = new Map<string, Waited[]>();

/** What a person needs at least to see what is there and to aim at the next, in milliseconds. */
const LOOKS = 250;

/** Does it, and notes under `what` how long the person waited; null: only the way to the next place. */
async function step(page: Page, what: string | null, act: () => Promise<void>, isThere: string): Promise<void> {
  await page.waitForTimeout(LOOKS);
  const waited = await awaitAfter(page, act, isThere);
  if (what !== null) waits.set(what, [...(waits.get(what) ?? []), waited]);
}

async function walk(page: Page): Promise<void> {
  const nav = (name: string) => page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name });
  const main = page.getByRole('main');
  const go = (what: string | null, target: Locator, isThere: string) => step(page, what, () => target.click(), isThere);
  const way = (name: RegExp) => main.getByRole('radio', { name });
  const filter = (name: RegExp) => main.getByRole('complementary').getByRole('button', { name }).first();

  for (let i = 0; i < times; i++) {
    await go('open Review', nav('Review'), 'photoShown() !== null');
    for (const key of ['Enter', '2', 'n', '1', 'Enter']) {
      const before = await page.evaluate<string>('photoShown()');
      const isNext = `photoShown() !== null && photoShown() !== '${before}'`;
      await step(page, 'next photo after a decision', () => page.keyboard.press(key), isNext);
    }
    const labels = i === 0 ? 'Your labels, looked through' : 'open Your labels';
    await go(labels, way(/^Your labels/), `says('looks? wrong')`);
    await go(null, way(/^Most suspicious/), 'photoShown() !== null');
    await go('a class as a grid', way(/^By class/), `listed('Photos taken for')`);
    await go(null, way(/^Most suspicious/), 'photoShown() !== null');

    await go(null, nav('Train'), `says('Run 2')`);
    const receipt = `document.querySelector('[aria-label="What your labels changed"]') !== null`;
    const page2 = i % 2 === 0 ? 'a run’s page' : 'a run’s page with its receipt';
    const sorted = `says('Sorted [0-9,]+ photos')`;
    await go(page2, main.getByRole('button', { name: /^Run 2,/ }), i % 2 === 0 ? sorted : `${sorted} && ${receipt}`);
    await main.getByRole('region', { name: 'What your labels changed' }).waitFor();
    const [from, to] = [1, 3];
    for (const rival of [to, from]) {
      await main.getByLabel('Run to compare with').click();
      const option = page.getByRole('option', { name: new RegExp(`^Run ${rival},`) });
      await option.waitFor();
      await go('two runs compared', option, `says('Run ${rival} was measured')`);
    }
    const changed = main.getByRole('region', { name: 'What your labels changed' }).getByRole('button').nth(2);
    await go('a list from a number', changed, `listed('^Sorted differently')`);

    await go('another filter', filter(/^Unlabelled/), `listed('^Unlabelled')`);
    await go('another filter', filter(/^Cat/), `listed('^Cat,')`);
    await go('another filter', filter(/^All photos/), `listed('^All photos')`);
    await go(
      'another filter',
      main.getByRole('list', { name: 'Predicted' }).getByRole('button').last(),
      `listed('^Predicted')`,
    );
    await go(null, nav('Train'), `says('Train')`);
  }
}

/** What main is asked on these ways, each five times on a copy of the library: the median of its processor time. */
function printQuestions(): void {
  const copy = join(dir, 'questions.sqlite');
  cpSync(fresh, copy);
  const db = openDatabase(copy);
  const [newest, before, first] = listRuns(db).map(({ id }) => id) as [RunId, RunId, RunId];
  const classId = listClasses(db)[0]!.id;
  const questions: Record<string, () => unknown> = {
    'the review list': () => listWithChecks(db, newest),
    'a class as a grid': () => listReview(db, newest, { order: 'class', classId }),
    'errors left': () => countErrorsLeft(db, newest),
    'a run’s sorted photos': () => sortedPhotos(db, newest),
    'two runs compared': () => compareRuns(db, first, newest),
    'the receipt of a run': () => correctionReceipt({ db, dir }, before),
    'all photos': () => listPhotos(db, { kind: 'all' }, newest),
    'photos predicted as a class': () => listPhotos(db, { kind: 'predicted', classId }, newest),
  };
  for (const [what, ask] of Object.entries(questions)) {
    const took = Array.from({ length: 5 }, () => {
      const begun = process.cpuUsage();
      ask();
      const { user, system } = process.cpuUsage(begun);
      return (user + system) / 1000;
    });
    console.log(`${what}: ${Math.round(took.sort((a, b) => a - b)[2] ?? NaN)} ms of processor time`);
  }
  db.close();
}

function print(): void {
  const at = (sorted: number[], share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? NaN);
  const rows = [...waits].map(([what, each]) => {
    const [answers, shown] = (['answer', 'shown'] as const).map((key) =>
      each.map((one) => one[key]).sort((a, b) => a - b),
    );
    const of = (sorted: number[] = []) => ({ p50: at(sorted, 0.5), p95: at(sorted, 0.95) });
    return { what, n: each.length, answer: of(answers), shown: of(shown) };
  });
  if (values.json) return console.log(JSON.stringify({ photos: count, load: loadavg()[0], rows }));
  console.log(`${count} photos, load ${loadavg()[0]?.toFixed(1)}; milliseconds from the click: p50, p95`);
  for (const { what, n, answer, shown } of rows) {
    const columns = [what, n, `${answer.p50}, ${answer.p95}`, `${shown.p50}, ${shown.p95}`];
    console.log(`| ${columns.join(' | ')} |`);
  }
}

if (!existsSync(fresh)) {
  rmSync(dir, { recursive: true, force: true });
  await drawPhotos();
  await makeLibrary();
}
// What was decided the last time is forgotten.
for (const end of ['-wal', '-shm']) rmSync(databaseFile() + end, { force: true });
cpSync(fresh, databaseFile());
const app = await startApp(dataDir);
let browser: Browser | null = null;
try {
  browser = await startBrowser();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(app.url);
  await askMain(page, 'library.open', { folder: photos });
  await page.reload();
  await page.getByRole('listbox', { name: /^All photos/ }).waitFor();
  await page.evaluate(inThePage);
  await walk(page);
  print();
  if (!values.json) printQuestions();
} finally {
  await browser?.close();
  await app.stop();
  if (!values.cache) rmSync(dir, { recursive: true, force: true });
}
