// What random checks say of the errors among the photos that still wait: an estimate and a 95 % interval that holds for
// every number of checks at once, so that a person may look after each one and stop when they like. Pure arithmetic.

import type { ErrorsLeft } from '../../shared/errors-left.ts';

/** A photo drawn at random from those that waited at that moment. */
export interface Draw {
  /** How many waited, itself included. */
  pool: number;
  /** Errors among these that have been found since, its own included: they were in the pool and wait no more. */
  found: number;
  wrong: boolean;
}

/** Draws as they bear on one end of the interval: what is not known of a photo is taken to be the worse. */
export interface Draws {
  forLow: readonly Draw[];
  forHigh: readonly Draw[];
}

/** The errors that an untouched model is expected to make, as a Beta(wrong, right) distribution of their share. */
const expected = { wrong: 0.25, right: 5 };
/** Probability that the interval ever leaves out the truth. */
const MISS = 0.05;
const MORE = 10;

/** `left`: photos that still wait. */
export function errorsLeft({ forLow, forHigh }: Draws, left: number): ErrorsLeft {
  const known = { left, checks: forHigh.length, wrong: forLow.filter(({ wrong }) => wrong).length };
  if (forHigh.length === 0) return { ...known, errors: null, narrowedTo: null };
  const low = intervalOf(forLow, left)[0];
  const high = Math.max(low, intervalOf(forHigh, left)[1]);
  const likely = Math.round((mostLikely(forLow, left) + mostLikely(forHigh, left)) / 2);
  const estimate = Math.min(high, Math.max(low, likely));
  return { ...known, errors: { estimate, low, high }, narrowedTo: halfWidthAfterMore(forHigh, left, estimate) };
}

/**
 * The numbers of errors m, from 0 to `left`, that the draws do not rule out. Of m errors left there were m + found in a
 * pool, so a draw from it was wrong with probability p = (m + found) / pool, whatever came before: draws are without
 * replacement, and what was labelled between them is out of the pool. The product over the draws of q / p for the wrong
 * and (1 − q) / (1 − p) for the others, q being what draws before it foretell, is a martingale of mean 1 if m is true.
 * By Ville's inequality it ever reaches 1 / 0.05 with probability 0.05 at most: an m for which it did is out, for good.
 * With q = (a + wrong) / (a + b + draws) this is the prior-posterior-ratio confidence sequence of Waudby-Smith & Ramdas
 * 2020 ("Confidence sequences for sampling without replacement", section 2) for a beta-binomial prior.
 */
export function intervalOf(draws: readonly Draw[], left: number): [low: number, high: number] {
  const evidence = (m: number) => evidenceAgainst(draws, m);
  // The logarithm of each factor is convex in m, and so is their greatest sum.
  const least = firstWhere(0, left, (m) => evidence(m + 1) >= evidence(m));
  const isOut = (m: number) => evidence(m) >= Math.log(1 / MISS);
  if (isOut(least)) return [least, least];
  return [firstWhere(0, least, (m) => !isOut(m)), firstWhere(least, left, (m) => isOut(m + 1))];
}

/** The greatest logarithm that the martingale of m has had. */
function evidenceAgainst(draws: readonly Draw[], m: number): number {
  let sum = 0;
  let greatest = 0;
  let errors = 0;
  draws.forEach(({ pool, found, wrong }, i) => {
    const p = (m + found) / pool;
    const q = (expected.wrong + errors) / (expected.wrong + expected.right + i);
    sum += wrong ? Math.log(q / p) : Math.log((1 - q) / (1 - p));
    if (wrong) errors++;
    greatest = Math.max(greatest, sum);
  });
  return greatest;
}

/** The m under which the draws were most likely. */
function mostLikely(draws: readonly Draw[], left: number): number {
  const surprise = (m: number) =>
    draws.reduce((sum, { pool, found, wrong }) => {
      const p = (m + found) / pool;
      return sum - Math.log(wrong ? p : 1 - p);
    }, 0);
  return firstWhere(0, left, (m) => surprise(m + 1) >= surprise(m));
}

/** As if ten more draws held as many errors as the estimate foretells, evenly spread. */
function halfWidthAfterMore(draws: readonly Draw[], left: number, estimate: number): number | null {
  if (left <= MORE) return null;
  const errors = Math.round((MORE * estimate) / left);
  const errorsAfter = (i: number) => errors - Math.floor((errors * i) / MORE);
  const more = Array.from({ length: MORE }, (_, i) => ({
    pool: left - i,
    found: errorsAfter(i),
    wrong: errorsAfter(i) > errorsAfter(i + 1),
  }));
  const before = draws.map((draw) => ({ ...draw, found: draw.found + errors }));
  const [low, high] = intervalOf([...before, ...more], left - MORE);
  return Math.ceil((high - low) / 2);
}

/** The first whole number from `from` to `to` for which `holds`, which stays true once it is; `to` when for none. */
function firstWhere(from: number, to: number, holds: (at: number) => boolean): number {
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
