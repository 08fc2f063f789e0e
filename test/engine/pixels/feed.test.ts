import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rank } from '@tensorflow/tfjs-node-gpu';
import { afterAll, describe, expect, test } from 'vitest';
import { tf, type Tensor4D } from '../../../src/engine/tensorflow/tensorflow.ts';
import { applyView, drawView, strongView, weakView, type ViewRange } from '../../../src/engine/pixels/augment.ts';
import { Batches } from '../../../src/engine/ssgan/batches.ts';
import { Pictures } from '../../../src/engine/pixels/pictures.ts';
import { NONE_CODE } from '../../../src/shared/types.ts';
import { randomStream, type Random } from '../../../src/shared/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'whisker-feed-'));
afterAll(() => rmSync(folder, { recursive: true }));

function pack(name: string, bytes: number[] | Uint8Array, count: number) {
  const path = join(folder, name);
  writeFileSync(path, Uint8Array.from(bytes));
  return { path, count, sizePx: 2, channels: 1 as const };
}

describe('packed pictures', () => {
  test('come out standardised and in the order asked for', () => {
    const pictures = new Pictures(pack('ok', [0, 0, 0, 0, 255, 255, 255, 255], 2));
    const batch = pictures.batch([1, 0], { mean: 0.5, deviation: 0.25 });
    expect(batch.shape).toEqual([2, 2, 2, 1]);
    expect(Array.from(batch.dataSync())).toEqual([2, 2, 2, 2, -2, -2, -2, -2]);
    expect(pictures.measureScale()).toEqual({ mean: 0.5, deviation: 0.5 });
    pictures.close();
  });

  test('that are missing, cut short or all the same are refused with a sentence', () => {
    const missing = { ...pack('x', [], 0), path: join(folder, 'gone'), count: 2 };
    expect(() => new Pictures(missing)).toThrow("can't be read");
    expect(() => new Pictures(pack('short', [1, 2, 3], 1))).toThrow('3 bytes long where 4 were expected');
    const same = new Pictures(pack('same', [1, 2, 3, 4, 1, 2, 3, 4], 2));
    expect(() => same.measureScale()).toThrow('exactly the same');
    same.close();
  });
});

describe('batches', () => {
  const labels = Int32Array.from([0, 0, 0, 0, 0, 0, 1, 1, -1, -1, -1, -1]);
  const batches = () => new Batches(labels, 2, 3);

  test('show every class equally often, however few labels it has', () => {
    const drawn = Array.from(batches().labelled(5, 10), (i) => labels[i]);
    expect(drawn.filter((label) => label === 1)).toHaveLength(5);
    expect(drawn).not.toContain(-1);
  });

  test('of none of the classes are neither labelled ones nor of the pool, and come all in turn', () => {
    const some = new Batches(
      labels.map((label, i) => (i > 8 ? NONE_CODE : label)),
      2,
      3,
    );
    const none = [0, 1, 2].flatMap((step) => Array.from(some.none(step, 2)!));
    expect(none.sort((a, b) => a - b)).toEqual([9, 9, 10, 10, 11, 11]);
    expect(Array.from(some.none(0, 8)!)).toHaveLength(3);
    expect(Math.max(...some.labelled(1, 20), ...some.unlabelled(1, 20))).toBeLessThan(9);
    expect(batches().none(0, 8)).toBeNull();
  });

  test('of all labels at once show those of a larger folder in turn, as many of each class every step', () => {
    const most = 4;
    const seen = new Set<number>();
    for (let step = 0; step < 3; step++) {
      const drawn = Array.from(batches().allLabelled(step, most));
      expect(drawn.map((i) => labels[i])).toEqual([0, 0, 1, 1]);
      for (const i of drawn) seen.add(i);
    }
    expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(Array.from(batches().allLabelled(7, 8))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('visit every photo once a round', () => {
    const both = [...batches().unlabelled(0, 6), ...batches().unlabelled(1, 6)];
    expect(both.sort((a, b) => a - b)).toEqual([...labels.keys()]);
  });

  test('depend on the seed and the step alone, so that a resumed run sees what an unbroken one would', () => {
    const unbroken = batches();
    for (let step = 0; step < 4; step++) unbroken.unlabelled(step, 5);
    expect(batches().unlabelled(4, 5)).toEqual(unbroken.unlabelled(4, 5));
    expect(batches().labelled(4, 5)).toEqual(unbroken.labelled(4, 5));
  });
});

describe('random views', () => {
  const augment = (pictures: Tensor4D, range: ViewRange, mirror: boolean, random: Random, quarters?: number[]) =>
    applyView(pictures, drawView(pictures.shape[0], pictures.shape[1], range, mirror, random, quarters));
  const x = tf.randomNormal<Rank.R4>([6, 16, 16, 3], 0, 1, 'float32', 1);

  test('keep the shape, differ from picture to picture, and repeat with their random stream', () => {
    const view = (seed: number) => augment(x, { ...strongView, light: 0.2 }, true, randomStream(seed));
    expect(view(1).shape).toEqual([6, 16, 16, 3]);
    expect(tf.max(tf.abs(tf.sub(view(1), view(1)))).dataSync()[0]).toBe(0);
    expect(tf.max(tf.abs(tf.sub(view(1), view(2)))).dataSync()[0]).toBeGreaterThan(0.1);
  });

  test('of no range change nothing but, where asked, mirror', () => {
    const still = { ...weakView, turn: 0, scale: 0, shear: 0, shift: 0 };
    expect(tf.max(tf.abs(tf.sub(augment(x, still, false, randomStream(1)), x))).dataSync()[0]).toBeLessThan(1e-5);
    const mirrored = augment(x, still, true, () => 0.4);
    expect(tf.max(tf.abs(tf.sub(mirrored, tf.reverse(x, 2)))).dataSync()[0]).toBeLessThan(1e-4);
  });

  test('can be turned by quarters', () => {
    const still = { ...weakView, turn: 0, scale: 0, shear: 0, shift: 0 };
    const turned = augment(x, still, false, randomStream(1), [0, 1, 2, 3, 0, 1]);
    const second = tf.reverse(tf.slice(x, [2, 0, 0, 0], [1, 16, 16, 3]), [1, 2]);
    expect(tf.max(tf.abs(tf.sub(tf.slice(turned, [2, 0, 0, 0], [1, 16, 16, 3]), second))).dataSync()[0]).toBeLessThan(
      1e-3,
    );
    const first = tf.transpose(tf.slice(x, [1, 0, 0, 0], [1, 16, 16, 3]), [0, 2, 1, 3]);
    const quarter = tf.slice(turned, [1, 0, 0, 0], [1, 16, 16, 3]);
    const either = [1, 2].map((axis) => tf.max(tf.abs(tf.sub(quarter, tf.reverse(first, axis)))).dataSync()[0]!);
    expect(Math.min(...either)).toBeLessThan(1e-3);
  });
});
