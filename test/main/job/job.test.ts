// A job from its export over the real Python file to its import: what comes back is what the network makes of the same
// photos here, whatever order, half or double it comes in.

import { hash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../../src/main/app.ts';
import type { OpenedApp } from '../../../src/main/app.ts';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { readablePhotos } from '../../../src/main/db/readable-photos.ts';
import { exportJob } from '../../../src/main/job/export-job.ts';
import { importJob } from '../../../src/main/job/import-job.ts';
import { writeManifest } from '../../../src/main/job/manifest.ts';
import { readShard } from '../../../src/main/job/shard.ts';
import { readablePath } from '../../../src/main/library/open-library.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { photo } from '../../fixtures/photos.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { meanColours, randomConvolutions, writeOnnx } from '../../fixtures/onnx-networks.ts';
import { environment, whisker } from '../cli/whisker.ts';
import { lacksPython, python } from '../../fixtures/python.ts';

const entry = join(import.meta.dirname, '../../../src/engine/entry.ts');
const script = join(import.meta.dirname, '../../../src/main/job/whisker_job.py');
const noPython = lacksPython('PIL', 'onnxruntime', 'pyarrow', 'fsspec', 'numpy');

/** Photos of several shapes and formats, one turned by EXIF, one partly transparent, and one that is none. */
async function drawPhotos(folder: string): Promise<void> {
  mkdirSync(join(folder, 'a b'), { recursive: true });
  for (let seed = 0; seed < 20; seed++) {
    const size = seed % 2 ? { width: 300, height: 180 } : { width: 90, height: 140 };
    await photo({ seed, ...size })
      .jpeg({ quality: 90 })
      .toFile(join(folder, `a b/${seed}#ü.jpg`));
  }
  await photo({ seed: 20, width: 200 }).withMetadata({ orientation: 6 }).jpeg().toFile(join(folder, 'turned.jpg'));
  await photo({ seed: 21, width: 50, height: 50 }).ensureAlpha(0.5).png().toFile(join(folder, 'glass.png'));
  await photo({ seed: 22, width: 120, height: 90 }).webp().toFile(join(folder, 'small.webp'));
  await photo({ seed: 23, width: 120, height: 90 }).toColourspace('b-w').png().toFile(join(folder, 'grey.png'));
  const print = photo({ seed: 24, width: 160, height: 90 }).toColourspace('cmyk').withIccProfile('cmyk');
  await print.jpeg().toFile(join(folder, 'print.jpg'));
}
const PHOTOS = 25;

async function start(dir: string, photos: string): Promise<OpenedApp> {
  const app = createApp({
    host: 'web',
    dataDir: join(dir, 'data'),
    engine: { node: process.execPath, entry },
    offers: [],
  });
  onTestFinished(() => app.close());
  await app.services.library.open(photos);
  await app.services.library.scanFinished();
  await app.services.backbones.choose(writeOnnx(join(dir, 'network.onnx'), randomConvolutions()), null);
  return app;
}

const order = (dir: string) => ({ dir, prefix: null, others: [], type: 'float16' as const, thumbnails: true, script });
const taking = { unchecked: false, signal: new AbortController().signal, onProgress: () => {} };
const exportFrom = ({ services }: OpenedApp, asked: Parameters<typeof exportJob>[1]) =>
  exportJob({ library: services.library.require(), backbones: services.backbones }, asked);
const importInto = ({ services }: OpenedApp, dir: string, how: Partial<Parameters<typeof importJob>[2]> = {}) =>
  importJob(services, dir, { ...taking, ...how });

async function runJob(job: string, ...args: string[]) {
  const child = spawn(python, [join(job, 'whisker_job.py'), '--engine', 'processes', '--workers', '1', ...args]);
  let said = '';
  child.stdout.on('data', (bytes) => (said += bytes));
  child.stderr.on('data', (bytes) => (said += bytes));
  const [code] = await once(child, 'close');
  return { code, said, ...(code === 0 && { last: JSON.parse(said.trim().split('\n').at(-1)!) }) };
}

const manifest = async (dir: string) =>
  parquetReadObjects({ file: await asyncBufferFromFile(join(dir, 'manifest.parquet')) });

describe('exporting', () => {
  test('the manifest names every photo by its hash, sorted, and says how the network is fed', async () => {
    const dir = temporaryFolder();
    await drawPhotos(join(dir, 'photos'));
    const app = await start(dir, join(dir, 'photos'));
    const job = await exportFrom(app, {
      ...order(join(dir, 'job')),
      prefix: 's3://bucket/all',
      others: ['https://example.org/x.jpg', 'https://example.org/x.jpg'],
    });
    expect(job).toMatchObject({ photos: PHOTOS + 1, prefixDigits: 1, thumbnailPx: 320, type: 'float16' });
    expect(job.input).toMatchObject({ layout: 'nhwc', type: 'uint8', sidePx: 64, photos: null });
    expect(job.output).toEqual({ name: 'features', pooling: 'vector', features: 32 });
    const rows = await manifest(join(dir, 'job'));
    const known = rows.filter(({ sha256 }) => sha256 !== null);
    expect(known.map(({ sha256 }) => sha256)).toEqual(known.map(({ sha256 }) => sha256).sort());
    expect(new Set(known.map(({ sha256 }) => sha256)).size).toBe(PHOTOS);
    expect(known.map(({ uri }) => uri)).toContain('s3://bucket/all/a b/3#ü.jpg');
    expect(rows.filter(({ sha256 }) => sha256 === null)).toEqual([
      { sha256: null, uri: 'https://example.org/x.jpg', bytes: null },
    ]);
    expect(readdirSync(join(dir, 'job')).sort()).toEqual([
      'backbone.onnx',
      'job.json',
      'manifest.parquet',
      'whisker_job.py',
    ]);
  });

  test('refused, it leaves nothing behind: a folder with something in it, an odd address, a TensorFlow.js network', async () => {
    const dir = temporaryFolder();
    await drawPhotos(join(dir, 'photos'));
    const app = await start(dir, join(dir, 'photos'));
    const at = join(dir, 'job');
    const refused = (asked: Partial<Parameters<typeof exportJob>[1]>) =>
      expect(exportFrom(app, { ...order(at), ...asked })).rejects;
    for (const prefix of ['ftp://x/', '/data', 'simplecache::s3://x/', 'file:x']) {
      await refused({ prefix }).toMatchObject({ code: 'wrong-usage' });
    }
    await refused({ others: ['photo.jpg'] }).toMatchObject({ code: 'wrong-usage' });
    await refused({ dir: join(dir, 'photos') }).toMatchObject({ code: 'bad-input' });
    await refused({ dir: join(dir, 'network.onnx') }).toMatchObject({ code: 'bad-input' });
    const { services } = app;
    const tensorflow = { path: '/models/mobilenet', info: { inputRange: 'zero-to-one' } } as never;
    await expect(services.backbones.describe(tensorflow)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('only ONNX networks run on other machines'),
    });
    expect(readdirSync(dir).sort()).toEqual(['data', 'network.onnx', 'photos']);
  });
});

test('by the command line: a job is written, and without shards there is nothing to take in', async () => {
  const dir = temporaryFolder();
  await drawPhotos(join(dir, 'photos'));
  const run = (...args: string[]) => whisker(args, environment(join(dir, 'data')));
  await run('backbone', 'set', writeOnnx(join(dir, 'network.onnx'), randomConvolutions()));
  const job = join(dir, 'job');
  const written = await run('job', 'export', join(dir, 'photos'), job, '--type', 'int8', '--json');
  expect(written.last()).toEqual({ dir: job, photos: PHOTOS, backbone: 'network', type: 'int8', parts: 16 });
  const taken = await run('job', 'import', join(dir, 'photos'), job);
  expect(taken).toMatchObject({ code: 3, stderr: expect.stringContaining('There are no shards in') });
  const refused = await run('job', 'export', join(dir, 'photos'), join(dir, 'other'), '--uri', 'ftp://x/');
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('is no address that a job can read') });
});

describe.skipIf(noPython)('a job that has run', () => {
  let dir: string;
  let job: string;
  let others: string;

  /** Twenty-five photos in the folder, two elsewhere, and an address at which there is nothing. */
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'whisker-job-'));
    await drawPhotos(join(dir, 'photos'));
    others = join(dir, 'others');
    mkdirSync(others);
    await photo({ seed: 50, width: 640, height: 480 }).jpeg().toFile(join(others, 'beach 1.jpg'));
    await photo({ seed: 51, width: 480, height: 640 }).jpeg().toFile(join(others, 'beach 2.jpg'));
    const app = createApp({
      host: 'web',
      dataDir: join(dir, 'first'),
      engine: { node: process.execPath, entry },
      offers: [],
    });
    await app.services.library.open(join(dir, 'photos'));
    await app.services.library.scanFinished();
    await app.services.backbones.choose(writeOnnx(join(dir, 'network.onnx'), randomConvolutions()), null);
    job = join(dir, 'job');
    const uris = ['beach 1.jpg', 'beach 2.jpg', 'gone.jpg'].map((name) => pathToFileURL(join(others, name)).href);
    await exportFrom(app, { ...order(job), others: uris });
    await app.close();
    expect(await runJob(job)).toMatchObject({ code: 0, last: { done: PHOTOS + 2, failed: 1, before: 0 } });
  }, 120_000);

  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const shards = () => readdirSync(join(job, 'shards')).sort();
  const fresh = () => {
    const place = temporaryFolder();
    return start(place, join(dir, 'photos'));
  };

  test('run again it looks at nothing but what failed, and a shard that is cut short is made anew', async () => {
    const before = await seen(job);
    expect(await runJob(job)).toMatchObject({ last: { done: 0, failed: 1, before: PHOTOS + 2 } });
    const [first] = shards();
    truncateSync(join(job, 'shards', first!), 100);
    const again = await runJob(job);
    expect(again.said).toContain("can't be read and is made anew");
    expect(before).toHaveLength(PHOTOS + 2);
    expect(await seen(job)).toEqual(before);
  });

  test('what came back is what the network makes of the same photos here', async () => {
    const app = await fresh();
    const done = await importInto(app, job);
    expect(done).toMatchObject({ skipped: [], checked: PHOTOS, added: PHOTOS + 2, elsewhere: 2, failed: 1 });
    expect(done.failure).toContain('gone.jpg');
    expect(done.worst!.cosine).toBeGreaterThan(0.999);
    const { db } = app.services.library.require();
    const photos = await readablePhotos(db);
    const here = await app.services.features.fresh(photos, { signal: taking.signal });
    expect(here.size).toBe(PHOTOS);
  });

  test('taken in twice, in halves and in any order it is the same', async () => {
    const [whole, halves] = [await fresh(), await fresh()];
    await importInto(whole, job);
    expect(await importInto(whole, job)).toMatchObject({ added: 0, elsewhere: 0 });
    const place = temporaryFolder();
    const reversed = shards().toReversed();
    for (const part of [reversed.slice(0, 5), reversed]) {
      const at = join(place, String(part.length));
      mkdirSync(at);
      for (const name of part) copyFileSync(join(job, 'shards', name), join(at, name));
      await importInto(halves, at);
    }
    expect(await vectorsOf(halves)).toEqual(await vectorsOf(whole));
  });

  test('photos that lie elsewhere are listed, shown small, labelled and learned from', async () => {
    const app = await fresh();
    await importInto(app, job);
    const { db } = app.services.library.require();
    const listed = listPhotos(db, { kind: 'all' }, null);
    expect(listed.ids).toHaveLength(PHOTOS + 2);
    const id = listed.ids[listed.names.indexOf(pathToFileURL(join(others, 'beach 1.jpg')).href)]!;
    const thumb = await app.services.library.photoResponse(id, 'thumb');
    expect(thumb.status).toBe(200);
    expect(await sharp(Buffer.from(await thumb.arrayBuffer())).metadata()).toMatchObject({ width: 320, height: 240 });
    expect((await app.services.library.photoResponse(id, 'large')).status).toBe(200);
    const beach = createClass(db, { name: 'Beach' }).id;
    setLabels(db, [id], beach, { source: 'person', chosen: 'hand' });
    const found = await app.services.features.now();
    expect(found!.ids).toContain(id);
    expect((await readablePhotos(db)).find((one) => one.id === id)).toMatchObject({ classId: beach });
  });

  test('a photo that comes into the folder is no longer elsewhere, and keeps its label', async () => {
    const place = temporaryFolder();
    await drawPhotos(join(place, 'photos'));
    const app = await start(place, join(place, 'photos'));
    await importInto(app, job);
    const { library } = app.services;
    const { db } = library.require();
    const elsewhere = () => listPhotos(db, { kind: 'all' }, null);
    const before = elsewhere();
    const id = before.ids[before.names.indexOf(pathToFileURL(join(others, 'beach 2.jpg')).href)]!;
    copyFileSync(join(others, 'beach 2.jpg'), join(place, 'photos', 'mine.jpg'));
    library.rescan();
    await library.scanFinished();
    const after = elsewhere();
    expect(after.ids).toEqual(before.ids);
    expect(after.names[after.ids.indexOf(id)]).toBe('mine.jpg');
    expect(await readablePath(library.require(), id)).not.toBeNull();
  });

  test('shards that are damaged, of another network or of another program are named and left out', async () => {
    const app = await fresh();
    const at = join(temporaryFolder(), 'shards');
    mkdirSync(at);
    for (const name of shards()) copyFileSync(join(job, 'shards', name), join(at, name));
    writeFileSync(join(at, '0-text.parquet'), 'PAR1 not at all');
    copyFileSync(join(job, 'manifest.parquet'), join(at, '0-list.parquet'));
    const [first] = shards();
    truncateSync(join(at, first!), 2000);
    const { skipped, added } = await importInto(app, at);
    const reason = 'is damaged, or not a shard of a job of this version';
    expect(skipped).toEqual(['0-list.parquet', '0-text.parquet', first].sort().map((file) => ({ file, reason })));
    const { backbones } = app.services;
    await backbones.choose(writeOnnx(join(dirname(at), 'other.onnx'), meanColours()), null);
    await expect(importInto(app, job)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/^None of the shards can be taken in: .+ was made with another network\.$/),
    });
    expect(added).toBeLessThan(PHOTOS + 2);
    expect(added).toBeGreaterThan(0);
  });

  test('vectors that are not those of the network here are refused, and the worst photo is named', async () => {
    const app = await fresh();
    const wrong = temporaryFolder();
    for (const name of ['backbone.onnx', 'job.json', 'manifest.parquet'])
      copyFileSync(join(job, name), join(wrong, name));
    // Somebody has changed how pictures are cut.
    const changed = readFileSync(script, 'utf8').replace('(rows + (scaled - side + 1) // 2', '(rows');
    writeFileSync(join(wrong, 'whisker_job.py'), changed);
    expect(await runJob(wrong)).toMatchObject({ code: 0 });
    await expect(importInto(app, wrong)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(
        /^What the job has made of .+\.(jpg|png|webp) is not what the network makes of it here/,
      ),
    });
    expect(await app.services.features.now()).toBeNull();
  });

  test('a job of which no photo is here is taken in only when that is asked for', async () => {
    const place = temporaryFolder();
    mkdirSync(join(place, 'photos'));
    await photo({ seed: 99 })
      .png()
      .toFile(join(place, 'photos', 'own.png'));
    const app = await start(place, join(place, 'photos'));
    await expect(importInto(app, job)).rejects.toMatchObject({ code: 'bad-input' });
    expect(await importInto(app, job, { unchecked: true })).toMatchObject({ checked: 0, elsewhere: PHOTOS + 2 });
  });

  test('numbers of a byte each agree as well, and are kept as they are', async () => {
    const place = temporaryFolder();
    const app = await start(place, join(dir, 'photos'));
    await exportFrom(app, { ...order(join(place, 'job')), type: 'int8', thumbnails: false });
    await runJob(join(place, 'job'));
    const done = await importInto(app, join(place, 'job'));
    expect(done).toMatchObject({ checked: PHOTOS, added: PHOTOS });
    const found = await app.services.features.now();
    expect(found!.features.quantised).toMatch(/\.i8$/);
    expect([...found!.features.rows].every((row) => row < 0)).toBe(true);
    expect(readFileSync(found!.features.quantised!)).toHaveLength(PHOTOS * (4 + 32));
  });

  test('addresses of other kinds, other sizes and other contents are errors of their photos alone', async () => {
    const at = temporaryFolder();
    for (const name of ['backbone.onnx', 'job.json']) copyFileSync(join(job, name), join(at, name));
    copyFileSync(script, join(at, 'whisker_job.py'));
    const good = pathToFileURL(join(others, 'beach 1.jpg')).href;
    const server = createServer((request, response) =>
      request.url === '/beach.jpg'
        ? response.end(readFileSync(join(others, 'beach 2.jpg')))
        : response.writeHead(404).end(),
    ).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const rows = [
      { sha256: null, uri: `http://127.0.0.1:${port}/beach.jpg`, bytes: null },
      { sha256: null, uri: `http://127.0.0.1:${port}/gone.jpg`, bytes: null },
      { sha256: '0'.repeat(64), uri: good, bytes: null },
      { sha256: null, uri: good, bytes: 7 },
      { sha256: null, uri: 'simplecache::file:///etc/passwd', bytes: null },
      { sha256: null, uri: '/etc/passwd', bytes: null },
      { sha256: null, uri: 'file:///etc/passwd', bytes: null },
    ];
    const keyOf = ({ sha256, uri }: (typeof rows)[number]) => sha256 ?? hash('sha256', uri);
    writeManifest(
      join(at, 'manifest.parquet'),
      rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    );
    expect(await runJob(at)).toMatchObject({ code: 0, last: { done: 1, failed: 6 } });
  });
});

/** What the shards of a job hold: hash and bytes of the vector of every photo, in order. */
async function seen(job: string): Promise<string[]> {
  const info = JSON.parse(readFileSync(join(job, 'job.json'), 'utf8'));
  const rows = new Map<string, string>();
  for (const name of readdirSync(join(job, 'shards'))) {
    const of = { sha256: info.backbone.sha256, features: info.output.features };
    const shard = await readShard(join(job, 'shards', name), of);
    for (const { sha256, vector } of shard.rows) rows.set(sha256, (vector as Float32Array).join());
  }
  return Array.from(rows, ([sha256, numbers]) => `${sha256} ${numbers}`).sort();
}

/** Every photo's vector, by content. */
async function vectorsOf({ services }: OpenedApp): Promise<Record<string, number[]>> {
  const { features, ids } = (await services.features.now())!;
  const photos = new Map((await readablePhotos(services.library.require().db)).map(({ id, sha256 }) => [id, sha256]));
  const bytes = readFileSync(features.path);
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  return Object.fromEntries(
    ids.map((id, i) => {
      const row = features.rows[i]!;
      return [photos.get(id)!, [...all.subarray(row * features.length, (row + 1) * features.length)]];
    }),
  );
}
