import { expect, test } from 'vitest';
import { groupBursts, wordsOf } from '../../../src/engine/imaging/bursts.ts';
import { randomStream, shuffle, type Random } from '../../../src/shared/random.ts';

const UNKNOWN = Number.NaN;

/** Half of 128 bits set, as in a photo. */
function print(random: Random): number[] {
  const bits = shuffle(
    Array.from({ length: 128 }, (_, i) => i % 2),
    random,
  );
  return [0, 1, 2, 3].map((word) => Number.parseInt(bits.slice(32 * word, 32 * word + 32).join(''), 2));
}

/** The same with so many bits turned. */
function turned(from: readonly number[], bits: number, random: Random): number[] {
  const words = [...from];
  const all = shuffle(
    Array.from({ length: 128 }, (_, i) => i),
    random,
  );
  for (const bit of all.slice(0, bits)) words[bit >> 5] = ((words[bit >> 5] ?? 0) ^ (1 << (bit & 31))) >>> 0;
  return words;
}

const group = (photos: { print: number[]; takenAt?: number }[]) => [
  ...groupBursts({
    fingerprints: Uint32Array.from(photos.flatMap(({ print: words }) => words)),
    takenAt: Float64Array.from(photos, ({ takenAt }) => takenAt ?? UNKNOWN),
  }),
];

test('shots of one moment are one group, as long as each follows within three seconds and looks alike', () => {
  const random = randomStream(1);
  const scene = print(random);
  const photos = [
    { print: scene, takenAt: 9000 },
    { print: turned(scene, 30, random), takenAt: 6000 },
    { print: turned(scene, 30, random), takenAt: 12_001 },
    { print: print(random), takenAt: 6500 },
    { print: turned(scene, 30, random) },
  ];
  expect(group(photos)).toEqual([0, 1, 2, 3, 4]);
  expect(group(photos.toSpliced(3, 1))).toEqual([0, 0, 2, 3]);
});

test('one picture in two sizes is one group whenever it was taken, up to three bits, and eight are another picture', () => {
  for (let seed = 0; seed < 50; seed++) {
    const random = randomStream(seed);
    const scene = print(random);
    const [near, far] = [turned(scene, 3, random), turned(scene, 8, random)];
    expect(group([{ print: print(random) }, { print: scene }, { print: far }, { print: near }])).toEqual([0, 1, 2, 1]);
  }
});

test('what is alike through a third is one group, which its first photo names', () => {
  const random = randomStream(2);
  const middle = print(random);
  const [one, other] = [turned(middle, 3, random), turned(middle, 3, random)];
  expect(group([{ print: print(random) }, { print: other }, { print: one }, { print: middle }])).toEqual([0, 1, 1, 1]);
});

test('equal prints are one group, unless they tell too little: even grounds, digits', () => {
  const scene = print(randomStream(3));
  const even = [0, 0, 0, 0xff];
  expect(group([scene, even, scene, even, even].map((words) => ({ print: words })))).toEqual([0, 1, 0, 3, 4]);
});

test('of pictures with few bits, shots of one moment share most of them: pages of a book are not one burst', () => {
  const page = { print: [0xffff, 0, 0, 0], takenAt: 0 };
  const again = { print: [0x1fff, 0b111, 0, 0], takenAt: 1000 };
  const next = { print: [0x3ff, 0b111111, 0, 0], takenAt: 1000 };
  expect(group([page, again])).toEqual([0, 0]);
  expect(group([page, next])).toEqual([0, 1]);
});

test('as every pair compared says', () => {
  const random = randomStream(4);
  const scenes = Array.from({ length: 40 }, () => print(random));
  const photos = shuffle(
    scenes.flatMap((scene) => [scene, turned(scene, 2, random), turned(scene, 4, random)]),
    random,
  );
  const apart = (a: number[], b: number[]) =>
    a.reduce((sum, word, i) => sum + ((word ^ (b[i] ?? 0)) >>> 0).toString(2).replaceAll('0', '').length, 0);
  const expected = photos.map((_, i) => i);
  const join = (a: number, b: number) => expected.forEach((g, i) => g === b && (expected[i] = a));
  photos.forEach((a, i) =>
    photos.forEach((b, j) => {
      const [one = 0, other = 0] = [expected[i], expected[j]];
      if (i < j && apart(a, b) <= 3) join(Math.min(one, other), Math.max(one, other));
    }),
  );
  expect(group(photos.map((words) => ({ print: words })))).toEqual(expected);
  expect(new Set(expected).size).toBeLessThan(photos.length);
});

test('a fingerprint of sixteen bytes is four words, wherever in memory it lies', () => {
  const bytes = Buffer.from('ff0000000100000002ffffffff80000000', 'hex').subarray(1);
  expect([...wordsOf(bytes)]).toEqual([1, 2, 0xffffffff, 0x80000000]);
});
