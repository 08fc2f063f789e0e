// npm run test:job [-- --photos 10000] [--folder DIR] [--network FILE] [--type int8] [--engine processes]: a job on a
// real local Ray with two workers, one of which is killed in the middle, on photos that are drawn or those of a folder.
// What is taken in must be what an unbroken run gives, byte for byte, and what the network makes of the same photos
// here. Wants a Python with ray[data], pillow, onnxruntime, pyarrow and fsspec
// in WHISKER_PYTHON (or python3). Ends with 1 when anything is not as promised.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { dequantise, quantisedRow, quantisedRowBytes } from '../../src/files/quantised.ts';
import { createApp } from '../../src/main/app.ts';
import type { OpenedApp } from '../../src/main/app.ts';
import { readablePhotos } from '../../src/main/db/readable-photos.ts';
import { exportJob } from '../../src/main/job/export-job.ts';
import type { JobOrder } from '../../src/main/job/export-job.ts';
import { importJob } from '../../src/main/job/import-job.ts';
import { readShard } from '../../src/main/job/shard.ts';
import { photo } from '../fixtures/photos.ts';
import { randomConvolutions, writeOnnx } from '../fixtures/onnx-networks.ts';
import { lacksPython, python } from '../fixtures/python.ts';
import { descendants, watchProcesses } from './process-tree.ts';

const { values } = parseArgs({
  options: {
    photos: { type: 'string', default: '10000' },
    folder: { type: 'string' },
    type: { type: 'string', default: 'float16' },
    network: { type: 'string' },
    engine: { type: 'string', default: 'ray' },
  },
});
const PHOTOS = Number(values.photos);
const type = values.type === 'int8' ? 'int8' : 'float16';
const WORKERS = 2;
const needed = ['PIL', 'onnxruntime', 'pyarrow', 'fsspec', 'numpy', ...(values.engine === 'ray' ? ['ray.data'] : [])];
if (lacksPython(...needed)) process.exit(0);

const dir = mkdtempSync(join(tmpdir(), 'whisker-job-'));
const at = (name: string) => join(dir, name);
const photos = values.folder ? resolve(values.folder) : at('photos');
const script = resolve(import.meta.dirname, '../../src/main/job/whisker_job.py');
const engine = { node: process.execPath, entry: resolve(import.meta.dirname, '../../src/engine/entry.ts') };
const { signal } = new AbortController();
let broken = 0;

function promise(what: string, isKept: boolean): void {
  console.log(`${isKept ? 'kept  ' : 'BROKEN'}  ${what}`);
  if (!isKept) broken += 1;
}

async function openLibrary(name: string): Promise<OpenedApp> {
  const app = createApp({ host: 'web', dataDir: at(name), engine, offers: [] });
  await app.services.library.open(photos);
  await app.services.library.scanFinished();
  await app.services.backbones.choose(values.network ?? writeOnnx(at('network.onnx'), randomConvolutions()), null);
  return app;
}

const shardsOf = (job: string): string[] => {
  try {
    return readdirSync(job).filter((name) => name.endsWith('.parquet'));
  } catch {
    return [];
  }
};

/** Runs the job; kills one of its workers when so many shards are there. Seconds, and what it said last. */
async function run(out: string, workers: number, how: string, killAt: number | null) {
  const began = performance.now();
  const watch = watchProcesses();
  const child = spawn(python, [at('job/whisker_job.py'), '--out', out, '--engine', how, '--workers', String(workers)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, RAY_USAGE_STATS_ENABLED: '0' },
  });
  let said = '';
  child.stdout.on('data', (bytes) => (said += bytes));
  const ended = once(child, 'close');
  let killed: string | null = null;
  if (killAt !== null) {
    while (shardsOf(out).length < killAt && child.exitCode === null) await after(50);
    const isWorker = how === 'ray' ? /^ray::.*(Map|Looks)/ : /spawn_main/;
    const victim = descendants(child.pid!).find(({ command }) => isWorker.test(command));
    if (victim) process.kill(victim.pid, 'SIGKILL');
    killed = victim ? `${victim.command.trim().slice(0, 60)} at ${shardsOf(out).length} shards` : null;
  }
  const [code] = await ended;
  // Ray says things of its own after it.
  const lines = said.split('\n').filter((line) => line.startsWith('{'));
  const last = code === 0 ? JSON.parse(lines.at(-1)!) : null;
  const { cpuSeconds, peakMb } = watch.stop();
  return { code, last, killed, cpuSeconds, peakMb, seconds: (performance.now() - began) / 1000 };
}

/** Vector bytes of every photo of a job, by content. */
async function rowsOf(out: string, info: { sha256: string; features: number }): Promise<Map<string, Buffer>> {
  const rows = new Map<string, Buffer>();
  for (const name of shardsOf(out)) {
    const shard = await readShard(join(out, name), info);
    for (const { sha256, vector } of shard.rows) {
      rows.set(
        sha256,
        Buffer.from(vector instanceof Float32Array ? new Uint8Array(vector.buffer) : quantisedRow(vector)),
      );
    }
  }
  return rows;
}

const isEqual = (one: Map<string, Buffer>, other: Map<string, Buffer>): boolean =>
  one.size === other.size && [...one].every(([key, bytes]) => other.get(key)?.equals(bytes));

async function vectorsOf({ services }: OpenedApp): Promise<Map<string, Float32Array>> {
  const photos = await readablePhotos(services.library.require().db);
  const { ids, features } = await services.features.of(photos, { signal });
  const { path, quantised, length, rows } = features;
  const hashes = new Map(photos.map(({ id, sha256 }) => [id, sha256]));
  const [floats, bytes] = [readFileSync(path), readFileSync(quantised ?? path)];
  function vectorAt(row: number): Float32Array {
    if (row >= 0) return new Float32Array(floats.buffer, floats.byteOffset + 4 * row * length, length);
    const rowBytes = quantisedRowBytes(length);
    const vector = new Float32Array(length);
    dequantise(bytes.subarray((-1 - row) * rowBytes, -row * rowBytes), length, vector);
    return vector;
  }
  return new Map(ids.map((id, i) => [hashes.get(id)!, vectorAt(rows[i]!)]));
}

function cosine(one: Float32Array, other: Float32Array): number {
  let [product, ones, others] = [0, 0, 0];
  one.forEach((value, i) => {
    product += value * other[i]!;
    ones += value ** 2;
    others += other[i]! ** 2;
  });
  return product / Math.sqrt(ones * others);
}

console.log(`${WORKERS} workers, a load of ${loadavg()[0]!.toFixed(1)}`);
if (!values.folder) mkdirSync(photos);
for (let seed = 0; !values.folder && seed < PHOTOS; seed++) {
  // Of width and shade no two have both.
  const size = { width: 80 + (seed % 97), height: 60 + (seed % 89) };
  await photo({ seed, ...size })
    .jpeg({ quality: 85 })
    .toFile(at(`photos/${seed}.jpg`));
}
const first = await openLibrary('first');
const { library, backbones } = first.services;
const { info } = await backbones.require();
const distinct = (await readablePhotos(library.require().db)).length;
const order: JobOrder = { dir: at('job'), prefix: null, others: [], type, thumbnails: false, script };
const job = await exportJob({ library: library.require(), backbones }, order);
promise(`${job.photos} different photos are in the manifest`, job.photos === distinct);

const whole = await run(at('whole'), 1, 'processes', null);
promise(`an unbroken run, one process: ${whole.seconds.toFixed(1)} s`, whole.last?.done === distinct);
const each = (1000 * whole.cpuSeconds) / distinct;
console.log(`        ${each.toFixed(1)} ms of the processor a photo, ${whole.peakMb} MB at the peak`);
const shards = shardsOf(at('whole')).length;
const cut = await run(at('cut'), WORKERS, values.engine, Math.ceil(shards / 3));
promise(`a worker was killed: ${cut.killed}`, cut.killed !== null);
promise(`the run ended all the same: ${cut.seconds.toFixed(1)} s, code ${cut.code}`, cut.code === 0);
const again = await run(at('cut'), WORKERS, values.engine, null);
promise(`run once more, nothing was left to do: ${JSON.stringify(again.last)}`, again.last?.before === distinct);
const [unbroken, resumed] = [await rowsOf(at('whole'), info), await rowsOf(at('cut'), info)];
promise(`${resumed.size} vectors are those of the unbroken run, byte for byte`, isEqual(unbroken, resumed));

const imported = await importJob(first.services, at('cut'), { unchecked: false, signal, onProgress: () => {} });
promise(`taken in: ${JSON.stringify(imported)}`, imported.added === distinct && imported.skipped.length === 0);
const second = await openLibrary('second');
const began = performance.now();
const here = await vectorsOf(second);
console.log(`        looked at here in ${((performance.now() - began) / 1000).toFixed(1)} s`);
const there = await vectorsOf(first);
const cosines = [...there].map(([sha256, vector]) => cosine(vector, here.get(sha256)!)).sort((a, b) => a - b);
promise(
  `each of ${cosines.length} agrees with what was looked at here: least ${cosines[0]?.toFixed(6)}, ` +
    `median ${cosines[cosines.length >> 1]?.toFixed(6)}`,
  cosines.length === distinct && cosines[0]! >= 0.999,
);
await first.close();
await second.close();
rmSync(dir, { recursive: true });
process.exitCode = broken > 0 ? 1 : 0;
