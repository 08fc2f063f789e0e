// Real runs, taken away in every format by the app itself: what lies in the folder, that it says what the app says, and
// that nothing stays of an export that failed. Python's own readers have the last word where they are installed.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp, type OpenedApp } from '../../../src/main/app.ts';
import { createEngine, type Engine } from '../../../src/main/engine-host/engine.ts';
import { createModelExporter } from '../../../src/main/export/model/service.ts';
import { createEventBus } from '../../../src/main/events.ts';
import { exportedPhotos } from '../../../src/main/export/rows.ts';
import { importLabels } from '../../../src/main/labels/import-labels.ts';
import { defaultOptions } from '../../../src/shared/defaults.ts';
import { AGREEMENT, modelFormats, type ModelFormat } from '../../../src/shared/model-export.ts';
import type { RunSummary } from '../../../src/shared/training.ts';
import { writeOnnx } from '../../fixtures/onnx-networks.ts';
import { drawnNetwork } from '../../fixtures/onnx-image-network.ts';
import { lacksPython, python } from '../../fixtures/python.ts';
import { cool, drawPhotos, warm } from '../photo-folder.ts';
import '../../fixtures/needs-tensorflow.ts';

const engine = { node: process.execPath, entry: join(import.meta.dirname, '../../../src/engine/entry.ts') };
const LABELLED = 21;

let dir: string;
let photos: string;
let out: string;
let app: OpenedApp;
const runs: Partial<Record<'pixels' | 'backbone', RunSummary>> = {};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'whisker-models-'));
  photos = join(dir, 'photos');
  out = join(dir, 'out');
  mkdirSync(out);
  await drawPhotos(photos, 0, 24);
  const network = writeOnnx(join(dir, 'network', 'drawn.onnx'), drawnNetwork());
  writeFileSync(join(dir, 'network', 'LICENSE'), 'Do as you like.\n');
  app = createApp({ host: 'web', dataDir: join(dir, 'data'), engine, offers: [] });
  const { library, backbones, training } = app.services;
  await backbones.choose(network, null);
  await library.open(photos);
  await library.scanFinished();
  const rows = Array.from({ length: LABELLED }, (_, i) => [
    { row: 2 * i, file: warm(i), class: 'Warm' },
    { row: 2 * i + 1, file: cool(i), class: 'Cool | *icy*' },
  ]).flat();
  importLabels(library.require().db, rows);
  for (const features of ['pixels', 'backbone'] as const) {
    const options = { ...defaultOptions('quick'), features, startFrom: 'scratch', minutes: 0.15 } as const;
    await training.start(options);
    runs[features] = (await training.ended())!;
  }
}, 120_000);
afterAll(async () => {
  await app.close();
  rmSync(dir, { recursive: true });
});

const idOf = (features: 'pixels' | 'backbone') => runs[features]!.id;
const folderOf = (features: string, format: string) => join(out, `${features} ${format}`);

describe.each(['pixels', 'backbone'] as const)('a run from %s', (features) => {
  test.each(modelFormats)('as %s is there, whole, with what tells of it', async (format) => {
    expect(runs[features]).toMatchObject({ status: 'finished', usable: true });
    const folder = folderOf(features, format);
    const report = await app.services.models.export({ run: idOf(features), format, folder });
    expect(report).toMatchObject({ run: idOf(features), format, folder, photos: AGREEMENT.photos });
    expect(report.largestDifference).toBeLessThan(AGREEMENT.difference);
    const model = { onnx: 'model.onnx', tfjs: 'model/model.json', savedmodel: 'saved_model/saved_model.pb' }[format];
    const sample = format === 'tfjs' ? ['index.html', 'tf.min.js'] : ['classify.py'];
    const licence = features === 'backbone' ? ['LICENSE-network'] : [];
    expect(report.files.filter((name) => !name.endsWith('.bin'))).toEqual(
      ['README.md', 'whisker.json', model, ...sample, ...licence].sort(),
    );
    expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([]);

    const about = JSON.parse(readFileSync(join(folder, 'whisker.json'), 'utf8'));
    expect(about).toMatchObject({
      schema: 1,
      run: idOf(features),
      classes: ['Warm', 'Cool | *icy*'],
      thresholds: [0.9, 0.9],
      labels: [LABELLED, LABELLED],
      photos: 48,
      learnedFrom: features === 'pixels' ? 'pixels' : 'pretrained network',
      temperature: runs[features]!.receipt!.temperature,
      measured: { by: runs[features]!.receipt!.measuredBy, n: expect.any(Number), accuracy: expect.any(Number) },
      input: { sizePx: features === 'backbone' ? 64 : expect.any(Number), together: null },
    });
    const card = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(card).toContain(`| 1 | Cool \\| \\*icy\\* | ${LABELLED} | 0.9 |`);
    expect(card).toMatch(/right, with a 95 % interval of \d+\.\d % to \d+\.\d %, measured on \d+ labels/);
    expect(card).toContain('What it must not be used for');
    expect(card.includes('**not calibrated**')).toBe(about.temperature === null);
  });

  test('as ONNX it says of photos what the library shows of them, asked by another reader', async () => {
    const file = join(folderOf(features, 'onnx'), 'model.onnx');
    const session = await InferenceSession.create(file);
    const about = JSON.parse(readFileSync(join(folderOf(features, 'onnx'), 'whisker.json'), 'utf8'));
    await app.services.training.use(idOf(features));
    const [page] = exportedPhotos(app.services.library.require().db);
    const asked = page!.slice(0, 20);
    const { default: sharp } = await import('sharp');
    const side = about.input.sizePx;
    for (const { path, predicted, confidence } of asked) {
      const square = sharp(join(photos, path)).resize(side, side, { fit: 'cover' }).removeAlpha();
      const pixels = await square.toColourspace('srgb').raw().toBuffer();
      const said = await session.run({ rgb: new Tensor('uint8', pixels, [1, side, side, 3]) });
      const row = [...(said['probabilities']!.data as Float32Array)];
      const best = row.indexOf(Math.max(...row));
      expect(about.classes[best]).toBe(predicted);
      expect(Math.abs(row[best]! - confidence!)).toBeLessThan(AGREEMENT.difference + 5e-5); // Shown to 4 digits.
    }
  });
});

test('the folder gets a name of its own where only its place is given', async () => {
  const result = await app.call('models.takeAway', { run: idOf('pixels'), format: 'onnx', into: out });
  expect(result).toMatchObject({ ok: true, value: { folder: join(out, `photos model ${idOf('pixels')} onnx`) } });
});

describe('nothing is written', () => {
  const refusal = (format: ModelFormat, folder: string, run = idOf('pixels')) =>
    app.services.models.export({ run, format, folder });
  const leftOver = (): string[] =>
    readdirSync(out).filter((name) => name.startsWith('.') || name.startsWith('refused'));

  test('where something is already, and it stays as it is', async () => {
    const there = join(out, 'there');
    mkdirSync(there);
    writeFileSync(join(there, 'mine.txt'), 'mine');
    await expect(refusal('onnx', there)).rejects.toMatchObject({
      code: 'conflict',
      message: `"${there}" is there already.`,
    });
    expect(readdirSync(there)).toEqual(['mine.txt']);
  });

  test('into a folder that is not there, and of a run that has no model', async () => {
    await expect(refusal('onnx', join(out, 'no', 'refused'))).rejects.toMatchObject({ code: 'bad-input' });
    await expect(refusal('onnx', join(out, 'refused'), 999 as RunSummary['id'])).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(leftOver()).toEqual([]);
  });

  test('while another one is being taken away, and of one that is cancelled', async () => {
    const first = refusal('onnx', join(out, 'refused'));
    await expect(refusal('tfjs', join(out, 'refused too'))).rejects.toMatchObject({ code: 'conflict' });
    app.services.models.cancel();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect(leftOver()).toEqual([]);
  });

  /** An exporter whose files are spoilt between the writing and the check. */
  function spoiling(spoil: (folder: string) => void) {
    const start = (role: 'imaging' | 'extractor' | 'trainer') => createEngine({ role, ...engine });
    const trainer = start('trainer');
    const spoilt: Engine = {
      ...trainer,
      async request(request, options) {
        const reply = await trainer.request(request, options);
        if (request.kind === 'export-model') spoil(request.folder);
        return reply;
      },
    };
    return createModelExporter({
      ...{ library: app.services.library, training: app.services.training, events: createEventBus(() => {}) },
      ...{ engine, version: 'test' },
      engines: () => ({ imaging: start('imaging'), extractor: start('extractor'), trainer: spoilt }),
    });
  }
  const shards = (folder: string): string[] =>
    readdirSync(join(folder, 'model')).filter((name) => name.endsWith('.bin'));

  test('when its weights are others than they should be', async () => {
    const exporter = spoiling((folder) => {
      const file = join(folder, 'model', shards(folder)[0]!);
      const bytes = readFileSync(file);
      for (let at = 0; at + 4 <= bytes.length; at += 4) {
        const value = bytes.readFloatLE(at);
        if (Math.abs(value) > 1e-3 && Math.abs(value) < 10) bytes.writeFloatLE(-value, at);
      }
      writeFileSync(file, bytes);
    });
    await expect(
      exporter.export({ run: idOf('backbone'), format: 'tfjs', folder: join(out, 'refused') }),
    ).rejects.toThrow(/^The model that was written disagrees with Whisker by \S+ on a photo, so nothing was kept\.$/);
    expect(leftOver()).toEqual([]);
  });

  test.each(['onnx', 'savedmodel', 'tfjs'] as const)('when it can’t be loaded again: %s', async (format) => {
    const exporter = spoiling((folder) => {
      const file = { onnx: 'model.onnx', savedmodel: 'saved_model/saved_model.pb', tfjs: 'model/model.json' }[format];
      writeFileSync(join(folder, file), readFileSync(join(folder, file)).subarray(0, 200));
    });
    await expect(exporter.export({ run: idOf('pixels'), format, folder: join(out, 'refused') })).rejects.toThrow(
      /^The model could not be loaded again \(.*\), so nothing was written\.$/s,
    );
    expect(leftOver()).toEqual([]);
  });

  test('of a model on a network that is another one by now', async () => {
    const file = join(dir, 'network', 'drawn.onnx');
    const before = readFileSync(file);
    const other = Buffer.from(before);
    other[other.length - 40]! ^= 1; // As long as it was.
    writeFileSync(file, other);
    await expect(refusal('onnx', join(out, 'refused'), idOf('backbone'))).rejects.toMatchObject({ code: 'bad-input' });
    writeFileSync(file, before);
    expect(leftOver()).toEqual([]);
  });
});

describe('read by Python', () => {
  test.skipIf(lacksPython('onnx'))('an ONNX file passes the format’s own checker', () => {
    for (const features of ['pixels', 'backbone']) {
      const file = join(folderOf(features, 'onnx'), 'model.onnx');
      const code = `import onnx, sys, json
model = onnx.load(sys.argv[1])
onnx.checker.check_model(model, full_check=True)
print({p.key: json.loads(p.value)["run"] for p in model.metadata_props}, [(o.domain, o.version) for o in model.opset_import])`;
      const said = execFileSync(python, ['-c', code, file], { encoding: 'utf8' });
      expect(said.trim()).toBe(`{'whisker': ${idOf(features as 'pixels')}} [('', 17)]`);
    }
  });

  const samples = [
    { format: 'onnx', modules: ['numpy', 'onnxruntime', 'PIL'] },
    { format: 'savedmodel', modules: ['numpy', 'tensorflow', 'PIL'] },
  ] as const;
  for (const { format, modules } of samples) {
    test.skipIf(lacksPython(...modules))(
      `the sample script of ${format} says the classes that the library shows, from wherever it lies`,
      async () => {
        for (const features of ['pixels', 'backbone'] as const) {
          await app.services.training.use(idOf(features));
          const elsewhere = join(dir, `elsewhere ${features} ${format}`);
          cpSync(folderOf(features, format), elsewhere, { recursive: true });
          const [page] = exportedPhotos(app.services.library.require().db);
          const asked = page!.slice(0, 20);
          const script = [join(elsewhere, 'classify.py'), ...asked.map(({ path }) => join(photos, path))];
          const stdout = execFileSync(python, script, {
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'pipe'],
            env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '' },
          });
          const said = stdout
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line));
          expect(said.map((one) => one.file)).toEqual(script.slice(1));
          // Pillow's filter is not libvips's, and these photos are of few pixels.
          said.forEach((one, i) => {
            const { predicted, confidence } = asked[i]!;
            expect(Math.abs(one.probabilities[predicted!] - confidence!), one.file).toBeLessThan(0.15);
          });
        }
      },
      120_000,
    );
  }
});

test('a model that is taken away is no part of the library', () => {
  expect(existsSync(join(photos, 'out'))).toBe(false);
});
