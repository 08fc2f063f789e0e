// Accepting the surest photos of a class at once: how many of them are probably wrong, before anything is accepted.

import type { ErrorsLeft } from './errors-left.ts';
import type { RunId } from './types.ts';

/** The photos of a class that wait under a run, and what is known of the errors among the surest of them. */
export interface Surest {
  runId: RunId;
  photos: number;
  /**
   * By chances that were checked against labels: `curve[i]` errors are expected among the surest round(i · photos /
   * (curve.length − 1)). By random checks of all photos that wait: at most `high` of all of them are wrong, and the
   * surest no more often than the `share` of all, 0 to 1. Null where neither tells.
   */
  errors: { by: 'chances'; curve: number[] } | { by: 'checks'; share: number; high: number; checks: number } | null;
}

/** Points of a curve between which straight lines are drawn: chances rise, so that a line never says too little. */
const POINTS = 200;

/** suspicions: chances of being wrong, the surest first. */
export function errorCurve(suspicions: readonly number[]): number[] {
  const n = suspicions.length;
  const points = Math.min(n, POINTS);
  const sums = [0];
  for (const chance of suspicions) sums.push((sums.at(-1) ?? 0) + chance);
  return Array.from({ length: points + 1 }, (_, i) => sums[points === 0 ? 0 : Math.round((i * n) / points)] ?? 0);
}

/** The random checks of a run as they bear on the surest; null before there is any. */
export function errorsByChecks({ left, checks, errors }: ErrorsLeft): Surest['errors'] {
  return errors && left > 0 ? { by: 'checks', share: errors.estimate / left, high: errors.high, checks } : null;
}

/** Errors expected among the surest `n`, and how many there are at most where checks say so; null where none tells. */
export function expectedErrors({ photos, errors }: Surest, n: number): { about: number; atMost: number | null } | null {
  if (errors === null) return null;
  if (errors.by === 'checks') return { about: errors.share * n, atMost: Math.min(n, errors.high) };
  const { curve } = errors;
  const at = photos === 0 ? 0 : (n / photos) * (curve.length - 1);
  const [before, after] = [curve[Math.floor(at)] ?? 0, curve[Math.ceil(at)] ?? 0];
  return { about: before + (after - before) * (at - Math.floor(at)), atMost: null };
}
