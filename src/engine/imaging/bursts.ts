// Which photos are nearly the same: shots of one moment, and one picture kept twice in different sizes or qualities. By
// when they were taken and what they look like (fingerprint.ts) alone, so that it needs no network.

import { DisjointSets } from '../../shared/disjoint-sets.ts';

/** Columns of n photos. */
export interface BurstPhotos {
  /** [n, 4] fingerprints of 128 bits. */
  fingerprints: Uint32Array;
  /** [n] milliseconds of the camera's clock; NaN where nobody knows. */
  takenAt: Float64Array;
}

/** Shots of one moment follow each other so closely, and differ in at most so many bits, or half of what they have. */
const BURST_MS = 3000;
const BURST_BITS = 32;
/**
 * Whenever they were taken. Of 52 million pairs of cats and dogs the three that show one picture differ in 0, 2 and 3
 * bits, no other in fewer than 15 (docs/benchmarks.md); but drawings after one pattern do in 4, and are not the same.
 */
const SAME_BITS = 3;
/** A digit or an even picture sets fewer, and then different ones look the same; of photos 96 in 100 set more. */
const ENOUGH_BITS = 40;

/**
 * [n] for each photo the first one of its group, itself when it is alone. Groups are what is connected by being nearly
 * the same; O(n) but for crowds of fingerprints that share an eleventh of their bits.
 */
export function groupBursts({ fingerprints, takenAt }: BurstPhotos): Int32Array {
  const groups = new DisjointSets(takenAt.length);
  joinMoments(groups, fingerprints, takenAt);
  const telling = Int32Array.from(takenAt.keys()).filter((i) => bitsIn(fingerprints, i) >= ENOUGH_BITS);
  joinNearlyEqual(groups, fingerprints, joinEqual(groups, fingerprints, telling));
  return groups.first();
}

function joinMoments(groups: DisjointSets, fingerprints: Uint32Array, takenAt: Float64Array): void {
  const inTime = Int32Array.from(takenAt.keys())
    .filter((i) => !Number.isNaN(takenAt[i]))
    .sort((a, b) => (takenAt[a] ?? 0) - (takenAt[b] ?? 0) || a - b);
  for (let at = 1; at < inTime.length; at++) {
    const [before = 0, photo = 0] = [inTime[at - 1], inTime[at]];
    if ((takenAt[photo] ?? 0) - (takenAt[before] ?? 0) > BURST_MS) continue;
    const bits = Math.min(bitsIn(fingerprints, before), bitsIn(fingerprints, photo));
    if (bitsApart(fingerprints, before, photo) <= Math.min(BURST_BITS, bits / 2)) groups.join(before, photo);
  }
}

/** Joins equal fingerprints; one photo of each is left. */
function joinEqual(groups: DisjointSets, fingerprints: Uint32Array, photos: Int32Array): Int32Array {
  const firstOf = new Map<string, number>();
  for (const i of photos) {
    const print = fingerprints.subarray(4 * i, 4 * i + 4).join();
    const first = firstOf.get(print);
    if (first === undefined) firstOf.set(print, i);
    else groups.join(first, i);
  }
  return Int32Array.from(firstOf.values());
}

/**
 * Cut into SAME_BITS + 1 pieces, two fingerprints that differ in SAME_BITS bits share a piece (Norouzi, Punjani and
 * Fleet 2012): only those that do are compared.
 */
function joinNearlyEqual(groups: DisjointSets, fingerprints: Uint32Array, photos: Int32Array): void {
  const pieces = SAME_BITS + 1;
  for (let piece = 0; piece < pieces; piece++) {
    // Neighbouring bits know of each other; from all over the picture, they part more photos.
    const bits = Array.from({ length: 128 }, (_, bit) => bit).filter((bit) => bit % pieces === piece);
    for (const crowd of sharing(fingerprints, photos, bits)) {
      for (let a = 0; a < crowd.length; a++) {
        for (let b = a + 1; b < crowd.length; b++) {
          const [one = 0, other = 0] = [crowd[a], crowd[b]];
          if (bitsApart(fingerprints, one, other) <= SAME_BITS) groups.join(one, other);
        }
      }
    }
  }
}

/** The photos whose `bits` are the same, where there are two or more of them. */
function sharing(fingerprints: Uint32Array, photos: Int32Array, bits: readonly number[]): Iterable<number[]> {
  const crowds = new Map<number, number[]>();
  for (const photo of photos) {
    let value = 0;
    for (const bit of bits) value = (value << 1) | (((fingerprints[4 * photo + (bit >> 5)] ?? 0) >>> (bit & 31)) & 1);
    const crowd = crowds.get(value);
    if (crowd) crowd.push(photo);
    else crowds.set(value, [photo]);
  }
  return [...crowds.values()].filter(({ length }) => length > 1);
}

function bitsApart(fingerprints: Uint32Array, a: number, b: number): number {
  let bits = 0;
  for (let word = 0; word < 4; word++) {
    bits += ones((fingerprints[4 * a + word] ?? 0) ^ (fingerprints[4 * b + word] ?? 0));
  }
  return bits;
}

function bitsIn(fingerprints: Uint32Array, photo: number): number {
  let bits = 0;
  for (let word = 0; word < 4; word++) bits += ones(fingerprints[4 * photo + word] ?? 0);
  return bits;
}

/** How many bits of 32 are set (Warren 2013, figure 5-2). */
function ones(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** [n, 4] words of fingerprints [n, 16]. */
export function wordsOf(fingerprints: Uint8Array): Uint32Array {
  const view = new DataView(fingerprints.buffer, fingerprints.byteOffset, fingerprints.byteLength);
  return Uint32Array.from({ length: fingerprints.length / 4 }, (_, word) => view.getUint32(4 * word));
}
