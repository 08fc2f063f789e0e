import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { tf } from '../../../src/engine/tensorflow/tensorflow.ts';
import { quantisedRow } from '../../../src/files/quantised.ts';
import { checkThatPhotosDiffer, featureRows } from '../../../src/engine/features/feature-file.ts';
import { fitFeatureSpace, project } from '../../../src/engine/features/feature-space.ts';

const folder = mkdtempSync(join(tmpdir(), 'whisker-feature-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

// 3,000 rows of 4,096 numbers are three chunks and a piece.
const LENGTH = 4096;
const COUNT = 3000;
const path = join(folder, 'features.f32');
const values = Float32Array.from({ length: COUNT * LENGTH }, (_, i) => Math.floor(i / LENGTH) + (i % LENGTH) / LENGTH);
writeFileSync(path, values);
const file = (rows: Iterable<number>, change = {}) => ({
  ...{ path, length: LENGTH, rows: Int32Array.from(rows), backbone: 'b'.repeat(64), ...change },
});

describe('feature vectors are read', () => {
  test('by row, in the order asked for, however they lie in the file', () => {
    const wanted = [7, 8, 9, 2999, 0, 8, 1];
    const [chunk] = [...featureRows(file(wanted)).chunks()];
    expect(chunk?.shape).toEqual([wanted.length, LENGTH]);
    expect(Array.from(chunk!.slice([0, 0], [wanted.length, 1]).dataSync())).toEqual(wanted);
    expect(chunk!.dataSync().subarray(3 * LENGTH, 4 * LENGTH)).toEqual(values.subarray(2999 * LENGTH));
    chunk?.dispose();
  });

  test('a chunk at a time, so that a large file never lies in memory whole', () => {
    const before = tf.memory().numTensors;
    let rows = 0;
    for (const chunk of featureRows(file(Array(COUNT).keys())).chunks()) {
      expect(chunk.size * 4).toBeLessThanOrEqual(16 * 2 ** 20);
      expect(tf.memory().numTensors).toBe(before + 1);
      rows += chunk.shape[0];
      chunk.dispose();
    }
    expect(rows).toBe(COUNT);
  });

  test('while the next ones are being written behind them', () => {
    appendFileSync(path, Buffer.alloc(7));
    const [chunk] = [...featureRows(file([2999])).chunks()];
    expect(chunk?.dataSync()).toEqual(values.subarray(2999 * LENGTH));
    chunk?.dispose();
  });

  test('from the file of a byte a number, beside the others and in their place', () => {
    const quantised = join(folder, 'features.i8');
    const numbers = (n: number) => Int8Array.from({ length: LENGTH }, (_, i) => ((i + n) % 255) - 127);
    writeFileSync(quantised, Buffer.concat([0.5, 0.25].map((scale, n) => quantisedRow({ scale, values: numbers(n) }))));
    const [chunk] = [...featureRows(file([-2, 7, -1], { quantised })).chunks()];
    const read = chunk!.dataSync<'float32'>();
    expect(read.subarray(0, LENGTH)).toEqual(Float32Array.from(numbers(1), (value) => value / 4));
    expect(read.subarray(LENGTH, 2 * LENGTH)).toEqual(values.subarray(7 * LENGTH, 8 * LENGTH));
    expect(read.subarray(2 * LENGTH)).toEqual(Float32Array.from(numbers(0), (value) => value / 2));
    chunk?.dispose();
    const [alone] = [...featureRows(file([-1], { quantised, path: quantised })).chunks()];
    expect(alone!.dataSync()).toEqual(read.subarray(2 * LENGTH));
    alone?.dispose();
    expect(() => featureRows(file([-3], { quantised }))).toThrow(/were expected/);
  });

  test('not at all when the file is cut short or is gone', () => {
    expect(() => featureRows(file([0, COUNT]))).toThrow(/were expected/);
    expect(() => featureRows(file([0], { path: join(folder, 'gone') }))).toThrow(/can't be read/);
  });

  test('and refused when all photos have the same ones', () => {
    expect(() => checkThatPhotosDiffer(featureRows(file([5, 5, 5])))).toThrow(/exactly the same/);
    expect(() => checkThatPhotosDiffer(featureRows(file([5, 5, 6])))).not.toThrow();
  });
});

test('fitting and projecting leave nothing behind but the space and the coordinates', () => {
  const small = { ...file([]), length: 64, rows: Int32Array.from(Array(500).keys()) };
  const before = tf.memory().numTensors;
  const space = fitFeatureSpace(featureRows(small));
  const x = project(space, featureRows(small));
  expect(x.shape).toEqual([500, 64]);
  expect(tf.memory().numTensors).toBe(before + 3);
  tf.dispose([space.mean, space.basis, x]);
});
