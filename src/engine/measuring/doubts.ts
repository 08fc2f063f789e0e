// How likely each prediction is wrong by all heads that are heard, before that is calibrated: what orders the review
// list. docs/benchmarks.md has what it finds, and what else was tried.

import { inReceipt, type Head, type Receipt } from '../../shared/training.ts';

/** How much each head beside the active one is heard, 0 to 1. */
export type Trust = Partial<Record<Head, number>>;

/** How steeply a head with more errors is heard less. */
const STEEPNESS = 8;
/** Less doubt than this is a boast: no head was measured so far out. */
const LEAST_DOUBT = 1e-5;
/** The same of the heads beside the active one. */
const LEAST_DOUBT_BESIDE = 1e-3;

/**
 * min(1, e_active / e_head)⁸, e being (errors + 1) / (n + 2) on the same labels (Laplace's rule of succession). Heads
 * that were not measured are not heard, nor is the labels-only network, which finds no mistake sooner.
 */
export function trustIn(receipt: Receipt): Trust {
  const errorOf = (head: Head): number | null => {
    const found = receipt[inReceipt[head]];
    return found && (found.n * (1 - found.accuracy) + 1) / (found.n + 2);
  };
  const own = errorOf(receipt.active);
  const trust: Trust = {};
  for (const head of Object.keys(inReceipt) as Head[]) {
    const error = errorOf(head);
    if (head === receipt.active || head === 'labels-only' || own === null || error === null) continue;
    trust[head] = Math.min(1, own / error) ** STEEPNESS;
  }
  return trust;
}

/**
 * [n] doubts d, 0 to 1, that the class which the active head says is right: logit d = logit dₐ + Σ wₕ logit dₕ, with
 * dₕ = 1 − p of that class by head h, and wₕ how far it is trusted: a product of experts (Hinton 2002).
 * probabilities, said: [n, K] row-major.
 */
export function doubtsOf(
  probabilities: Float32Array,
  said: Partial<Record<Head, Float32Array>>,
  trust: Trust,
  classes: number,
): Float32Array {
  const doubts = new Float32Array(probabilities.length / classes);
  const others = (Object.entries(trust) as [Head, number][]).flatMap(([head, weight]) => {
    const opinion = said[head];
    return opinion ? [{ opinion, weight }] : [];
  });
  for (let i = 0; i < doubts.length; i++) {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    const predicted = row.indexOf(Math.max(...row));
    let logit = logitOf(1 - (row[predicted] ?? NaN), LEAST_DOUBT);
    for (const { opinion, weight } of others) {
      logit += weight * logitOf(1 - (opinion[i * classes + predicted] ?? NaN), LEAST_DOUBT_BESIDE);
    }
    doubts[i] = 1 / (1 + Math.exp(-logit));
  }
  return doubts;
}

function logitOf(doubt: number, least: number): number {
  const d = Math.min(1 - least, Math.max(least, doubt));
  return Math.log(d / (1 - d));
}
