// What the computer keeps that trains for another: blobs up to a limit, and each run for one process at a time.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBlobFolder } from '../../../src/main/remote/blob-folder.ts';
import { hashOf, offerFile, offerRows, type Offers } from '../../../src/main/remote/blobs.ts';
import { forgetOldRuns, takeRun } from '../../../src/main/remote/far-run.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

const bytes = (length: number, seed: number) =>
  Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 7 + seed) % 251));

test('a file of pieces is put together as it was, and a damaged piece counts as none', async () => {
  const dir = temporaryFolder();
  const file = join(dir, 'file');
  const content = bytes(2_500_000, 1);
  writeFileSync(file, content);
  const offers: Offers = new Map();
  const ref = await offerFile(offers, file);
  expect(ref).toMatchObject({ bytes: 2_500_000, blobs: [expect.any(String), expect.any(String), expect.any(String)] });
  const folder = openBlobFolder(join(dir, 'blobs'));
  expect(folder.missing(ref.blobs)).toEqual(ref.blobs);
  for (const hash of ref.blobs) folder.keep(hash, offers.get(hash)!());
  expect(folder.missing(ref.blobs)).toEqual([]);
  folder.assemble(ref, join(dir, 'again'));
  expect(readFileSync(join(dir, 'again')).equals(content)).toBe(true);
  writeFileSync(join(dir, 'blobs', ref.blobs[1]!), 'rotten');
  expect(() => folder.assemble(ref, join(dir, 'third'))).toThrow(/damaged on the disk/);
  expect(existsSync(join(dir, 'third'))).toBe(false);
  expect(folder.missing(ref.blobs)).toEqual([ref.blobs[1]]);
});

test('of rows only those wanted are sent, and those sent before stay the same while the file grows', async () => {
  const dir = temporaryFolder();
  const path = join(dir, 'rows');
  const rowBytes = 300_000;
  const row = (i: number) => bytes(rowBytes, i);
  writeFileSync(path, Buffer.concat([0, 1, 2, 3, 4, 5, 6].map(row)));
  const before = await offerRows(new Map(), { path, rowBytes, rows: Int32Array.of(5, 0, 2, 6) });
  expect(Array.from(before.at)).toEqual([2, 0, 1, 3]);
  expect(before.ref.bytes).toBe(4 * rowBytes);
  writeFileSync(path, Buffer.concat([0, 1, 2, 3, 4, 5, 6, 7, 8].map(row)));
  const offers: Offers = new Map();
  const after = await offerRows(offers, { path, rowBytes, rows: Int32Array.of(8, 5, 0, 2, 6) });
  expect(Array.from(after.at)).toEqual([4, 2, 0, 1, 3]);
  // Three rows fit into a piece.
  expect(after.ref.blobs[0]).toBe(before.ref.blobs[0]);
  expect(offers.get(after.ref.blobs[1]!)!()).toEqual(new Uint8Array(Buffer.concat([row(6), row(8)])));
});

test('above the limit the pieces go that were used longest ago', async () => {
  const dir = temporaryFolder();
  const folder = openBlobFolder(dir);
  const hashes = [1, 2, 3, 4].map((seed) => {
    const content = bytes(1000, seed);
    folder.keep(hashOf(content), content);
    utimesSync(join(dir, hashOf(content)), seed, seed);
    return hashOf(content);
  });
  await folder.prune(2500);
  expect(folder.missing(hashes)).toEqual(hashes.slice(0, 2));
});

test('a run is taken over from a process that lost its line, and that one is gone', async () => {
  const root = temporaryFolder();
  const key = 'b'.repeat(32);
  // It does not even hear that it should go.
  const other = spawn(process.execPath, [
    '-e',
    `process.on('SIGTERM', () => {}); const { renameSync, writeFileSync } = require('node:fs');
     const sign = ${JSON.stringify(join(root, key, 'training.pid'))};
     setInterval(() => { writeFileSync(sign + '.new', String(process.pid)); renameSync(sign + '.new', sign); }, 100);
     setTimeout(() => console.log('at work'), 300);`,
  ]);
  mkdirSync(join(root, key));
  await once(other.stdout, 'data');
  const run = await takeRun(root, key);
  expect(other.signalCode).toBe('SIGKILL');
  expect(readFileSync(join(root, key, 'training.pid'), 'utf8')).toBe(String(process.pid));
  await expect(takeRun(root, key)).rejects.toMatchObject({ code: 'training-running' });
  run.release();
}, 30_000);

test('a run that nobody asks for in two weeks is forgotten, unless somebody is at work on it', async () => {
  const root = temporaryFolder();
  const [old, busy, fresh] = ['a', 'b', 'c'].map((letter) => letter.repeat(32)) as [string, string, string];
  const runs = await Promise.all([old, busy, fresh].map((key) => takeRun(root, key)));
  runs[0]!.release();
  runs[2]!.release();
  const then = Date.now() / 1000 - 15 * 24 * 3600;
  for (const key of [old, busy]) utimesSync(join(root, key), then, then);
  await forgetOldRuns(root);
  expect([old, busy, fresh].map((key) => existsSync(join(root, key)))).toEqual([false, true, true]);
  runs[1]!.release();
});
