// Features on disk: what was stored is found by content; what a kill cut short, or a disk has spoilt, is not.

import { appendFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { writeAt } from '../../../src/files/whole-file.ts';
import { openFeatureStore } from '../../../src/main/training-data/feature-store.ts';
import type { FeatureStore } from '../../../src/main/training-data/feature-store.ts';
import type { BackboneInfo } from '../../../src/shared/training.ts';
import { temporaryFolder } from '../db/sample-photos.ts';

const info: BackboneInfo = {
  ...{ name: 'Tiny', format: 'layers', sha256: 'ab'.repeat(32), inputRange: 'minus-one-to-one' },
  ...{ inputPx: 32, features: 3, bytes: 100, takenFrom: 'pool' },
};
const photo = (n: number) => ({ sha256: n.toString(16).padStart(64, '0') });
const vectors = (...ns: number[]) => Float32Array.from(ns.flatMap((n) => [n, n + 0.25, n + 0.5]));

async function rowsOf(dir: string, ns: number[], backbone = info): Promise<(number | undefined)[]> {
  const store = await openFeatureStore(dir, backbone);
  await store.close();
  return ns.map((n) => store.rowOf(photo(n).sha256));
}
async function stored(dir: string, ...ns: number[]): Promise<string> {
  const store = await openFeatureStore(dir, info);
  await append(store, ns);
  await store.close();
  return store.path;
}
/** As the extractor writes them, and main keeps them. */
async function append(store: FeatureStore, ns: readonly number[]): Promise<void> {
  const rows = Buffer.from(vectors(...ns).buffer);
  await using file = await open(store.path, 'r+');
  await writeAt(file, rows, store.length * 12);
  await store.keep(ns.map((n, i) => ({ ...photo(n), checksum: crc32(rows.subarray(12 * i, 12 * i + 12)) })));
}
const floats = (path: string) => Array.from(new Float32Array(new Uint8Array(readFileSync(path)).buffer));

test('a vector is found again by the content of its photo, in the order in which they came', async () => {
  const dir = temporaryFolder();
  await stored(dir, 7, 5);
  const path = await stored(dir, 9);
  expect(await rowsOf(dir, [7, 5, 9, 1])).toEqual([0, 1, 2, undefined]);
  expect(floats(path)).toEqual(Array.from(vectors(7, 5, 9)));
});

test('another backbone, or another scale of its pixels, has vectors of its own', async () => {
  const dir = temporaryFolder();
  await stored(dir, 1);
  expect(await rowsOf(dir, [1], { ...info, sha256: 'cd'.repeat(32) })).toEqual([undefined]);
  expect(await rowsOf(dir, [1], { ...info, inputRange: 'zero-to-one' })).toEqual([undefined]);
  expect(await rowsOf(dir, [1])).toEqual([0]);
});

test.each([
  { name: 'half a row', cut: (path: string) => appendFileSync(path, Buffer.alloc(5)) },
  { name: 'a row without its hash', cut: (path: string) => appendFileSync(path, Buffer.alloc(12)) },
  { name: 'half an entry', cut: (path: string) => appendFileSync(path.replace('.f32', '.index'), Buffer.alloc(9)) },
])('$name that a kill left at the end is dropped, and the next row takes its place', async ({ cut }) => {
  const dir = temporaryFolder();
  cut(await stored(dir, 1, 2));
  expect(await rowsOf(dir, [1, 2])).toEqual([0, 1]);
  const path = await stored(dir, 3);
  expect(await rowsOf(dir, [1, 2, 3])).toEqual([0, 1, 2]);
  expect(floats(path)).toEqual(Array.from(vectors(1, 2, 3)));
});

test('hashes whose rows never got to the disk are not believed', async () => {
  const dir = temporaryFolder();
  const path = await stored(dir, 1, 2, 3);
  truncateSync(path, 2 * 12 - 1);
  expect(await rowsOf(dir, [1, 2, 3])).toEqual([0, undefined, undefined]);
});

test.each([
  { name: 'that is no number', spoil: (rows: Buffer) => rows.writeFloatLE(NaN, 12) },
  { name: 'that became zeros', spoil: (rows: Buffer) => rows.fill(0, 12, 24) },
  { name: 'with one bit turned', spoil: (rows: Buffer) => rows.writeUInt8(rows.readUInt8(20) ^ 4, 20) },
])('a row $name is never used: it and what follows are made anew', async ({ spoil }) => {
  const dir = temporaryFolder();
  const path = await stored(dir, 1, 2, 3);
  const rows = readFileSync(path);
  spoil(rows);
  writeFileSync(path, rows);
  expect(await rowsOf(dir, [1, 2, 3])).toEqual([0, undefined, undefined]);
  await stored(dir, 3, 2);
  expect(await rowsOf(dir, [1, 2, 3])).toEqual([0, 2, 1]);
  expect(floats(path)).toEqual(Array.from(vectors(1, 3, 2)));
});

test('the store of an earlier version is not used, and goes', async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'features'));
  const old = `${info.sha256.slice(0, 32)}-${info.inputRange}-1`;
  for (const ending of ['f32', 'sha256']) writeFileSync(join(dir, 'features', `${old}.${ending}`), Buffer.alloc(96));
  expect(await rowsOf(dir, [0])).toEqual([undefined]);
  expect(readdirSync(join(dir, 'features')).filter((name) => name.startsWith(old))).toEqual([]);
});

test('two processes never write to it at once', async () => {
  const dir = temporaryFolder();
  const store = await openFeatureStore(dir, info);
  await expect(openFeatureStore(dir, info)).rejects.toMatchObject({ code: 'training-running' });
  await store.close();
  expect(readdirSync(join(dir, 'features')).filter((name) => name.endsWith('.pid'))).toEqual([]);
  expect(await rowsOf(dir, [1])).toEqual([undefined]);
});
