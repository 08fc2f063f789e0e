// Real runs on a real backbone: every photo is looked at once, what was learned is known from run to run, and newcomers
// are judged.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../../src/main/app.ts';
import type { OpenedApp } from '../../../src/main/app.ts';
import { prepare } from '../../../src/main/db/open.ts';
import { importLabels } from '../../../src/main/labels/import-labels.ts';
import { defaultOptions } from '../../../src/shared/defaults.ts';
import { readNote } from '../../../src/main/runs/run-folder.ts';
import type { RunSummary, TrainingOptions, TrainingProgress } from '../../../src/shared/training.ts';
import { writeImageNetwork } from '../../fixtures/image-network.ts';
import { jpeg } from '../../fixtures/photos.ts';
import { cool, drawPhotos, warm } from '../photo-folder.ts';
import '../../fixtures/needs-tensorflow.ts';

const engine = { node: process.execPath, entry: join(import.meta.dirname, '../../../src/engine/entry.ts') };
const options: TrainingOptions = {
  ...defaultOptions('quick'),
  startFrom: 'scratch',
  features: 'backbone',
  minutes: 0.05,
};

describe('on a backbone', () => {
  let dir: string;
  let photos: string;
  let backbone: string;
  let app: OpenedApp;
  let heard: TrainingProgress[] = [];

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'whisker-backbone-run-'));
    photos = join(dir, 'photos');
    backbone = writeImageNetwork(join(dir, 'drawn')).folder;
    await drawPhotos(photos, 0, 24);
    writeFileSync(join(photos, 'half.png'), readFileSync(join(photos, warm(0))).subarray(0, 100));
    app = createApp({ host: 'web', dataDir: join(dir, 'data'), engine, offers: [] });
    app.subscribe(({ name, payload }) => {
      if (name === 'training.state' && payload.status !== 'idle') heard.push(payload.progress);
    });
    await app.services.library.open(photos);
    await app.services.library.scanFinished();
    label(0, 21);
  });
  afterAll(async () => {
    await app.close();
    rmSync(dir, { recursive: true });
  });
  beforeEach(() => void (heard = []));

  function label(from: number, to: number): void {
    const rows = Array.from({ length: to - from }, (_, i) => from + i).flatMap((i) => [
      { row: 2 * i, file: warm(i), class: 'Warm' },
      { row: 2 * i + 1, file: cool(i), class: 'Cool' },
    ]);
    importLabels(app.services.library.require().db, rows);
  }
  async function run(changes: Partial<TrainingOptions> = {}): Promise<RunSummary> {
    const minutes = changes.features === 'pixels' ? 0.15 : options.minutes;
    await app.services.training.start({ ...options, minutes, ...changes });
    return (await app.services.training.ended())!;
  }
  /** Photos that the last run had to look at. */
  const lookedAt = () => Math.max(0, ...heard.map(({ photos: read }) => read?.total ?? 0));
  const note = ({ id }: RunSummary) => readNote(app.services.library.require().dir, id)!;

  test('nothing begins while none is set up', async () => {
    await expect(app.services.training.start(options)).rejects.toMatchObject({ code: 'not-found' });
    expect(app.services.training.runs()).toEqual([]);
    await app.services.backbones.choose(backbone, null);
  });

  test('a run looks at every photo once, measures, judges all of them, and says on what it learned', async () => {
    const first = await run();
    expect(first).toMatchObject({
      status: 'finished',
      photos: 48,
      labelled: 42,
      backbone: { features: 256, name: 'drawn' },
      receipt: { measuredBy: expect.any(String), logistic: { n: expect.any(Number) }, active: expect.any(String) },
    });
    expect(heard.map(({ stage }) => stage)).toContain('extracting');
    expect(lookedAt()).toBe(48);
    const { db } = app.services.library.require();
    expect(prepare<{ n: number }>(db, `SELECT count(*) AS n FROM prediction`).get()!.n).toBe(48);
    expect(app.services.training.active()?.id).toBe(first.id);
    const features = join(app.services.library.require().dir, 'features');
    expect(
      readdirSync(features)
        .map((name) => name.replace(/^[0-9a-f]{32}-/, ''))
        .sort(),
    ).toEqual(['minus-one-to-one-2.f32', 'minus-one-to-one-2.index']);
  });

  test('the next one looks at no photo again, and what was held out stays held out and unlearned', async () => {
    const [first] = app.services.training.runs();
    label(21, 23);
    const second = await run({ startFrom: 'last-model', seed: 2 });
    expect(lookedAt()).toBe(0);
    expect(second).toMatchObject({ status: 'finished', startedFrom: first!.id, labelled: 46 });
    const before = note(first!).trainedOn;
    expect(before.length).toBeLessThan(42);
    expect(before.length).toBeGreaterThan(20);
    const now = note(second).trainedOn;
    expect(now).toEqual(expect.arrayContaining(before));
    expect(now.length).toBeLessThan(46);
  });

  test('a run from pixels never starts from a model of features', async () => {
    const pixels = await run({ features: 'pixels', startFrom: 'last-model' });
    expect(pixels).toMatchObject({ status: 'finished', startedFrom: null, backbone: null });
    // Whether it takes the other's place by itself depends on what both had right.
    await app.services.training.use(pixels.id);
    expect((await run({ startFrom: 'last-model' })).startedFrom).toBeNull();
  });

  test('photos that came later are looked at and judged', async () => {
    await drawPhotos(photos, 24, 26);
    app.services.library.rescan();
    await app.services.library.scanFinished();
    const { added } = await app.services.training.predict();
    expect(added).toBe(4);
    expect((await app.services.training.predict()).added).toBe(0);
  });

  test('a photo that has vanished is left out, and the run says so', async () => {
    await drawPhotos(photos, 27, 28);
    app.services.library.rescan();
    await app.services.library.scanFinished();
    rmSync(join(photos, warm(27)));
    const leftOut = ['1 photo was left out: its file was moved, changed, deleted or damaged.'];
    for (const features of ['pixels', 'backbone'] as const) {
      expect(await run({ features })).toMatchObject({ status: 'finished', notices: leftOut });
    }
    app.services.library.rescan();
    await app.services.library.scanFinished();
  });

  test('a photo whose file holds another picture now is left out, and no cache ever takes the one for the other', async () => {
    const file = join(photos, warm(28));
    await drawPhotos(photos, 28, 29);
    app.services.library.rescan();
    await app.services.library.scanFinished();
    const [real, other] = [readFileSync(file), await jpeg({ seed: 999 })];
    writeFileSync(file, other);
    const leftOut = ['1 photo was left out: its file was moved, changed, deleted or damaged.'];
    for (const features of ['pixels', 'backbone'] as const) {
      expect(await run({ features })).toMatchObject({
        status: 'finished',
        error: null,
        notices: leftOut,
      });
    }
    writeFileSync(file, real);
    app.services.library.rescan();
    await app.services.library.scanFinished();
    for (const features of ['pixels', 'backbone'] as const) {
      heard = [];
      expect(await run({ features })).toMatchObject({ status: 'finished', error: null, notices: [] });
      expect(lookedAt()).toBe(1);
    }
  });

  test('where the backbone has gone, that is said, and it is no end of the labels', async () => {
    rmSync(join(backbone, 'model.json'));
    await drawPhotos(photos, 26, 27);
    app.services.library.rescan();
    await app.services.library.scanFinished();
    await expect(app.services.training.predict()).rejects.toMatchObject({
      code: 'bad-input',
      message: `The backbone drawn is no longer in "${backbone}".`,
    });
    await expect(app.services.training.start(options)).rejects.toMatchObject({ code: 'bad-input' });
    writeImageNetwork(backbone);
    expect((await app.services.training.predict()).added).toBe(2);
  });

  test('stopping while photos are looked at ends the run before all were, and keeps what was done', async () => {
    for (let seed = 0; seed < 600; seed++) writeFileSync(join(photos, `${seed}.jpg`), await jpeg({ seed }));
    app.services.library.rescan();
    await app.services.library.scanFinished();
    await app.services.training.start(options);
    await expect.poll(() => heard.some(({ photos: read }) => (read?.done ?? 0) > 64), { timeout: 30_000 }).toBe(true);
    app.services.training.stop();
    expect(await app.services.training.ended()).toMatchObject({ status: 'stopped', receipt: null });
    const missing = lookedAt();
    heard = [];
    expect(await run()).toMatchObject({ status: 'finished' });
    expect(lookedAt()).toBeLessThanOrEqual(missing - 64);
    expect(lookedAt()).toBeGreaterThan(0);
  });
});
