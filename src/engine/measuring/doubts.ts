// How likely each prediction is wrong by all heads that were measured, before that is calibrated: what orders the
// review list. docs/benchmarks.md has what it finds, and what else was tried.

import { inReceipt, type Head, type Receipt } from '../../shared/training.ts';

/** How much each head beside the active one is heard, 0 to 1. */
export type Trust = Partial<Record<Head, number>>;

/** How steeply a head with more errors is heard less. */
const STEEPNESS = 4;
/** What a head says below this is a boast: its confidence was never measured so far out. */
const LEAST_DOUBT = 1e-4;

/**
 * min(1, e_active / e_head)⁴, e being (errors + 1) / (n + 2) on the same labels (Laplace's rule of succession). Heads
 * that were not measured are not heard.
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
    if (head !== receipt.active && own !== null && error !== null) trust[head] = Math.min(1, own / error) ** STEEPNESS;
  }
  return trust;
}

/**
 * [n] doubts d, 0 to 1, that the class which the active head says is right:
 * logit d = logit dₐ + Σ wₕ min(0, logit dₕ), dₕ = 1 − p of that class by head h, and wₕ how far it is trusted. Heads
 * that are as sure of the class calm the doubt, as in a product of experts (Hinton 2002); one that contradicts only
 * leaves it as it stands, because a weaker head contradicts right photos more often than wrong ones.
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
    let logit = logitOf(1 - (row[predicted] ?? NaN));
    for (const { opinion, weight } of others) {
      logit += weight * Math.min(0, logitOf(1 - (opinion[i * classes + predicted] ?? NaN)));
    }
    doubts[i] = 1 / (1 + Math.exp(-logit));
  }
  return doubts;
}

function logitOf(doubt: number): number {
  const d = Math.min(1 - LEAST_DOUBT, Math.max(LEAST_DOUBT, doubt));
  return Math.log(d / (1 - d));
}
