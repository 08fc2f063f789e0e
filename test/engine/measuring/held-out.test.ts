import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../src/shared/random.ts';
import { checkLabels, warnOfLopsided } from '../../../src/engine/measuring/check-labels.ts';
import { accuracyOf, evenly, splitLabels } from '../../../src/engine/measuring/held-out.ts';

test('accuracy counts the rows whose likeliest class is the true one', () => {
  const probabilities = Float32Array.of(0.7, 0.3, 0.2, 0.8, 0.6, 0.4);
  expect(accuracyOf(probabilities, [0, 1, 1], 2)).toMatchObject({ accuracy: 2 / 3, n: 3 });
});

describe('holding out labels', () => {
  const labels = (...counts: number[]) =>
    Int32Array.from([...counts.flatMap((count, k) => Array<number>(count).fill(k)), -1, -1]);
  /** Keys in no order of the positions. */
  const keysOf = (all: Int32Array) => Uint32Array.from(all, (_, i) => Math.imul(i + 1, 2654435761) >>> 0);
  const split = (all: Int32Array, classes: number, learnedBefore: number[] = [], keys = keysOf(all)) =>
    splitLabels({ labels: all, classes, keys, learnedBefore: Int32Array.from(learnedBefore) });

  test('takes a fifth of each class when there are 40 or more', () => {
    const all = labels(30, 20);
    const { training, heldOut } = split(all, 2);
    expect(Array.from(heldOut, (i) => all[i]).sort()).toEqual([...Array(6).fill(0), ...Array(4).fill(1)]);
    for (const i of heldOut) expect(training[i]).toBe(-1);
    expect(training.filter((label) => label >= 0)).toHaveLength(40);
  });

  test('takes the lowest keys of each class', () => {
    const all = labels(20, 20);
    const keys = Uint32Array.from(all, (_, i) => 1000 - i);
    expect(Array.from(split(all, 2, [], keys).heldOut)).toEqual([19, 18, 17, 16, 39, 38, 37, 36]);
  });

  test('never takes a label that nobody has looked at, and those don’t count as labels to take a fifth of', () => {
    const all = labels(1030, 1020);
    const unmeasured = Int32Array.from(all.keys()).filter((i) => i < 1000 || (i >= 1030 && i < 2030));
    const unseen = new Set(unmeasured);
    const { training, heldOut } = splitLabels({
      ...{ labels: all, classes: 2, keys: keysOf(all), learnedBefore: new Int32Array(), unmeasured },
    });
    expect(Array.from(heldOut, (i) => all[i]).sort()).toEqual([...Array(6).fill(0), ...Array(4).fill(1)]);
    expect(heldOut.some((i) => unseen.has(i))).toBe(false);
    expect(unmeasured.every((i) => training[i] === all[i])).toBe(true);
    const few = { labels: all, classes: 2, keys: keysOf(all), learnedBefore: new Int32Array() };
    const seen30 = Int32Array.from(all.keys()).filter((i) => i < 1010 || (i >= 1030 && i < 2040));
    expect(splitLabels({ ...few, unmeasured: seen30 }).heldOut).toHaveLength(0);
  });

  test('takes none below 40, and never leaves a class with fewer than 2', () => {
    expect(split(labels(20, 19), 2).heldOut).toHaveLength(0);
    expect(Array.from(split(labels(50, 2), 2).heldOut).every((i) => i < 50)).toBe(true);
  });

  test('takes none rather than a handful when an earlier model has learned from nearly all', () => {
    const all = labels(25, 25);
    const known = Array.from({ length: 44 }, (_, i) => i);
    expect(split(all, 2, known).heldOut).toHaveLength(0);
  });

  test('never takes a photo that a model in the chain has learned from, however labels are added', () => {
    const random = randomStream(4);
    const count = 400;
    const keys = keysOf(new Int32Array(count));
    const all = new Int32Array(count).fill(-1);
    const learned = new Set<number>();
    let before = new Set<number>();
    for (let run = 0; run < 12; run++) {
      for (let n = 0; n < 30; n++) all[Math.floor(random() * count)] = Math.floor(random() * 3);
      const { training, heldOut } = splitLabels({
        labels: all,
        classes: 3,
        keys,
        learnedBefore: Int32Array.from(learned),
      });
      for (const i of heldOut) expect(learned.has(i)).toBe(false);
      // What was held out and still has its label either still is, or is learned from now and for good.
      for (const i of before) expect(new Set(heldOut).has(i) || training[i]! >= 0).toBe(true);
      training.forEach((label, i) => label >= 0 && learned.add(i));
      before = new Set(heldOut);
    }
    expect(before.size).toBeGreaterThan(8);
  });

  describe('where photos share a key, being nearly the same', () => {
    /** Bursts of one to five photos: two classes in most, labels that nobody has looked at in some. */
    function bursts(random: () => number) {
      const keys: number[] = [];
      const all: number[] = [];
      const unmeasured: number[] = [];
      for (let burst = 0; burst < 60; burst++) {
        const key = Math.floor(random() * 2 ** 32);
        for (let n = Math.floor(random() * 5); n >= 0; n--) {
          if (random() < 0.15) unmeasured.push(all.length);
          keys.push(key);
          all.push(random() < 0.2 ? -1 : Math.floor(random() * 2));
        }
      }
      const seen = unmeasured.filter((i) => all[i]! >= 0);
      return { labels: Int32Array.from(all), keys: Uint32Array.from(keys), unmeasured: Int32Array.from(seen) };
    }

    test('all labels of a key are learned from, or none, through a chain of models', () => {
      for (let seed = 0; seed < 20; seed++) {
        const random = randomStream(seed, 9);
        const { labels: all, keys, unmeasured } = bursts(random);
        const now = all.map((label) => (random() < 0.5 ? label : -1));
        const learned = new Set<number>();
        for (const given of [now, all]) {
          const { training, heldOut } = splitLabels({
            ...{ labels: given, classes: 2, keys, unmeasured, learnedBefore: Int32Array.from(learned) },
          });
          const held = new Set(Array.from(heldOut, (i) => keys[i]));
          training.forEach((label, i) => {
            if (held.has(keys[i])) expect(label).toBe(-1);
            else expect(label).toBe(given[i]);
            if (label >= 0) learned.add(i);
          });
          for (const i of heldOut) expect([...learned].some((j) => keys[j] === keys[i])).toBe(false);
          expect(heldOut.some((i) => unmeasured.includes(i))).toBe(false);
        }
      }
    });

    test('a fifth of each class is held out, two fifths at most, and none goes with fewer than 2', () => {
      for (let seed = 0; seed < 20; seed++) {
        const { labels: all, keys, unmeasured } = bursts(randomStream(seed, 10));
        const { heldOut } = splitLabels({ labels: all, classes: 2, keys, unmeasured, learnedBefore: new Int32Array() });
        const unseen = new Set(unmeasured);
        for (const k of [0, 1]) {
          const members = all.filter((label, i) => label === k && !unseen.has(i)).length;
          const share = heldOut.filter((i) => all[i] === k).length / members;
          expect(share).toBeGreaterThan(0.1);
          expect(share).toBeLessThanOrEqual(0.42);
        }
      }
    });

    test('what was held out stays so when another of its burst gets a label, also one without a look', () => {
      const all = labels(30, 30);
      const keys = keysOf(all);
      const first = split(all, 2, [], keys).heldOut;
      // Photos 60 and 61 have no label yet and are nearly the same as two that are held out.
      keys[60] = keys[first[0]!]!;
      keys[61] = keys[first[1]!]!;
      const more = all.map((label, i) => (i >= 60 ? all[first[i - 60]!]! : label));
      const { training, heldOut } = splitLabels({
        ...{ labels: more, classes: 2, keys, unmeasured: Int32Array.of(61), learnedBefore: new Int32Array() },
      });
      for (const i of [first[0]!, first[1]!, 60]) expect(heldOut).toContain(i);
      expect([training[60], training[61]]).toEqual([-1, -1]);
    });
  });
});

test('one class, or one label in a class, is refused with what to do', () => {
  expect(() => checkLabels(Int32Array.of(0, 0, 0), 1)).toThrow('telling classes apart takes two');
  expect(() => checkLabels(Int32Array.of(0, 0, 1), 2)).toThrow('Only one photo is labelled "class 2".');
  expect(() => checkLabels(Int32Array.of(0, 0, 1, 1, -1), 2)).not.toThrow();
  expect(() => checkLabels(Int32Array.of(0, 0, 2, 2, -1), 3)).not.toThrow();
});

test('labels of which nearly all are one class are warned of, with the numbers', () => {
  const labels = (most: number) => Int32Array.from({ length: 50 }, (_, i) => (i < most ? 1 : 0));
  expect(warnOfLopsided(labels(46), 2)).toContain('46 of 50 labels are of one class');
  expect(warnOfLopsided(labels(40), 2)).toBeNull();
});

test('a live curve looks at all classes, however many labels are held out', () => {
  const labels = Int32Array.from({ length: 3000 }, (_, i) => Math.floor(i / 300));
  const keys = Uint32Array.from(labels.keys(), (i) => (i * 2654435761) % 2 ** 32);
  const { heldOut } = splitLabels({ labels, classes: 10, keys, learnedBefore: new Int32Array() });
  const shown = Array.from(evenly(heldOut, 250), (i) => labels[i]);
  expect(Array.from({ length: 10 }, (_, k) => shown.filter((label) => label === k).length)).toEqual(Array(10).fill(25));
  expect(evenly(heldOut, 600)).toEqual(heldOut);
});
