// npm run bench:extract -- --network FILE [CASE…]: how fast photos become feature vectors, decoding and storing
// included, and what that takes; beside the network alone in Python's ONNX Runtime on the same processors.

import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from '../../src/main/engine-host/engine.ts';
import { createExtractor } from '../../src/main/features/extractor.ts';
import { openFeatureStore } from '../../src/main/training-data/feature-store.ts';
import type { PhotoId } from '../../src/shared/types.ts';
import { requireTestData, unpack } from '../fixtures/test-data.ts';
import { watchProcesses } from './process-tree.ts';

const HELP = `npm run bench:extract -- --network FILE [CASE…]

Cases: beside   400 photos beside the network alone in Python's ONNX Runtime, in pairs that take turns
       400      photos-400.tar from a cold start
       10000    cats-dogs-10k.tar from a cold start
       memory   100,000 different photos, one after the other; --photos takes another number of them

  --network FILE   an ONNX file, or the folder of a TensorFlow.js model
  --python FILE    a Python with onnxruntime and numpy, for 'beside' (WHISKER_PYTHON, else python3)
  --pairs N        of the case 'beside' (3)
  --json           one object a line`;

const engine = { node: process.execPath, entry: resolve(import.meta.dirname, '../../src/engine/entry.ts') };
/** As many as main hands over at once. */
const BATCH = 64;

interface Photo {
  path: string;
  sha256: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    network: { type: 'string' },
    python: { type: 'string', default: process.env['WHISKER_PYTHON'] ?? 'python3' },
    pairs: { type: 'string', default: '3' },
    photos: { type: 'string', default: '100000' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const network = values.network && resolve(values.network);
if (values.help || !network) {
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}

/** What main does with photos that have no vector yet; `photos` are made as they are needed. */
async function extractAll(path: string, count: number, photos: (from: number, to: number) => Photo[]) {
  const folder = mkdtempSync(join(tmpdir(), 'whisker-vectors-'));
  const watch = watchProcesses();
  const began = performance.now();
  const opener = createEngine({ role: 'extractor', ...engine });
  const info = await opener.request({ kind: 'open-backbone', backbone: { path } });
  await opener.kill();
  const openedMs = performance.now() - began;
  const extractor = createExtractor(engine);
  const store = await openFeatureStore(folder, info);
  try {
    const signal = new AbortController().signal;
    for (let from = 0; from < count; from += BATCH) {
      const some = photos(from, Math.min(count, from + BATCH));
      const located = some.map((photo, i) => ({ ...photo, id: (from + i + 1) as PhotoId }));
      await extractor.extract(located, {
        ...{ network: { path, info }, store, device: 'auto', signal, onProgress: () => {} },
        pathOf: async (id) => some[id - 1 - from]?.path ?? null,
      });
    }
    const seconds = (performance.now() - began) / 1000;
    const usage = watch.stop();
    return {
      photos: store.length,
      seconds,
      photosPerSecond: store.length / (seconds - openedMs / 1000),
      cpuMs: (1000 * usage.cpuSeconds) / store.length,
      peakMb: usage.peakMb,
    };
  } finally {
    watch.stop();
    await store.close();
    await extractor.rest();
    rmSync(folder, { recursive: true, force: true });
  }
}

const photoAt = (path: string): Photo => ({ path, sha256: hash('sha256', readFileSync(path)) });

/** The photos of a tar file with a folder for each class, as long as `use` works on them. */
async function withPhotos<T>(tar: string, use: (photos: Photo[]) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'whisker-photos-'));
  try {
    unpack(requireTestData(tar), folder);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jpg'));
    return await use(names.toSorted().map((name) => photoAt(join(folder, name))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const extractTar = (path: string, tar: string) =>
  withPhotos(tar, (photos) => extractAll(path, photos.length, (from, to) => photos.slice(from, to)));

interface Alone {
  photosPerSecond: number;
  cpuMs: number;
  batch: number;
  version: string;
}

const networkAlone = (path: string, photos: number): Alone =>
  JSON.parse(
    execFileSync(values.python, [join(import.meta.dirname, 'network-alone.py'), path, String(photos)], {
      encoding: 'utf8',
    }),
  );

/** Each pair on its own, because what else the machine does is not the same from pair to pair. */
async function beside(path: string) {
  const pairs = [];
  for (let pair = 0; pair < Number(values.pairs); pair++) {
    const alone = networkAlone(path, 400);
    const whole = await extractTar(path, 'photos-400.tar');
    pairs.push({ alone, whole, ratio: whole.photosPerSecond / alone.photosPerSecond, load: loadavg()[0] ?? 0 });
  }
  const ratios = pairs.map(({ ratio }) => ratio).sort((a, b) => a - b);
  return { pairs, median: ratios[Math.floor(ratios.length / 2)] ?? NaN };
}

/** Photos that differ in bytes that no decoder looks at, made and removed as they are needed. */
async function memory(path: string, count: number) {
  return withPhotos('photos-400.tar', async (photos) => {
    const folder = mkdtempSync(join(tmpdir(), 'whisker-copies-'));
    const originals = photos.map((photo) => readFileSync(photo.path));
    try {
      return await extractAll(path, count, (from, to) =>
        Array.from({ length: to - from }, (_, i) => {
          const mark = Buffer.alloc(4);
          mark.writeUInt32LE(from + i);
          const copy = join(folder, `${i}.jpg`);
          writeFileSync(copy, Buffer.concat([originals[(from + i) % originals.length] ?? Buffer.of(), mark]));
          return photoAt(copy);
        }),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

const cases: Record<string, (path: string) => Promise<object>> = {
  beside,
  400: (path) => extractTar(path, 'photos-400.tar'),
  10000: (path) => extractTar(path, 'cats-dogs-10k.tar'),
  memory: (path) => memory(path, Number(values.photos)),
};

const machine = `${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown'}`;
console.error(`${machine}, load average ${loadavg()[0]?.toFixed(1)}`);
for (const name of positionals.length > 0 ? positionals : Object.keys(cases)) {
  const run = cases[name];
  if (!run) throw new Error(`There is no case "${name}".\n\n${HELP}`);
  const result = await run(network);
  console.log(
    values.json ? JSON.stringify({ case: name, ...result }) : `${name}: ${JSON.stringify(result, rounded, 2)}`,
  );
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}
