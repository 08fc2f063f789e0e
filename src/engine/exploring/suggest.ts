// Which photos to label next: those that stand for many without a label, those that resemble nothing labelled, those
// that a model doubts, and one in eight at random.

import type { SuggestionReason } from '../../shared/live.ts';
import type { SuggestRequest, Suggestions } from '../messages.ts';
import { positions } from '../ssgan/batches.ts';
import { randomStream, shuffle } from '../ssgan/random.ts';
import { tf, tidy, type Tensor1D, type Tensor2D } from '../tensorflow/tensorflow.ts';
import { ONE_BURST } from './typical.ts';

/** Photos that a suggestion may be, and photos that it should stand for. */
const MOST_CANDIDATES = 2000;
const AUDIT_EVERY = 8;

/** x: [count, d] coordinates of every photo. */
export function suggest(x: Tensor2D, request: Omit<SuggestRequest, 'kind' | 'features'>): Suggestions {
  const { labels, classes, probabilities, without, count, seed } = request;
  const unit = tidy(() => tf.div<Tensor2D>(x, tf.maximum(tf.norm(x, 2, 1, true), 1e-12)));
  const off = new Set(without);
  const labelled = positions(labels, (label) => label >= 0);
  const free = positions(labels, (label) => label < 0).filter((i) => !off.has(i));
  const pool = shuffle(free, randomStream(seed, 24)).subarray(0, MOST_CANDIDATES);
  const rows = rowsOf(unit, pool);
  const kernel = tidy(() => tf.exp<Tensor2D>(tf.sub(tf.matMul(rows, rows, false, true), 1)));
  const cosines = tidy(() => tf.matMul(rows, rows, false, true));
  const weights = doubts(pool, classes, probabilities);
  let covered = coverBy(rows, unit, labelled);
  const before = Float32Array.from(covered.dataSync<'float32'>());
  const rarelyCovered = Float32Array.from(before).sort()[Math.floor(before.length / 4)] ?? 0;
  const reasonFor = (i: number): SuggestionReason => {
    if (probabilities && (weights[i] ?? 0) > 0.5) return 'unsure';
    return labelled.length > 0 && (before[i] ?? 0) <= rarelyCovered ? 'unlike' : 'typical';
  };

  const open = new Uint8Array(pool.length).fill(1);
  const chosen: number[] = [];
  const reasons: SuggestionReason[] = [];
  const take = (i: number, reason: SuggestionReason) => {
    chosen.push(pool[i] ?? 0);
    reasons.push(reason);
    const [near, nearest] = tidy(() => [
      tf.slice(cosines, [i, 0], [1, -1]).dataSync<'float32'>(),
      tf.maximum<Tensor1D>(covered, tf.slice(kernel, [i, 0], [1, -1]).as1D()),
    ]);
    near.forEach((cosine, j) => cosine >= 1 - ONE_BURST && (open[j] = 0));
    open[i] = 0;
    covered.dispose();
    covered = nearest;
  };

  const random = randomStream(seed, 25);
  const firstAudit = Math.floor(random() * AUDIT_EVERY);
  while (chosen.length < count) {
    const audit = chosen.length % AUDIT_EVERY === firstAudit;
    const i = audit ? open.indexOf(1) : mostGained(kernel, covered, weights, open);
    if (i < 0) break;
    take(i, audit ? 'audit' : reasonFor(i));
  }
  tf.dispose([unit, rows, kernel, cosines, covered]);
  return { positions: Int32Array.from(chosen), reasons };
}

/** The open candidate that adds most to Σ weight · max over the chosen of k(x, chosen): MaxHerding (Bae et al. 2024). */
function mostGained(kernel: Tensor2D, covered: Tensor1D, weights: Float32Array, open: Uint8Array): number {
  const gains = tidy(() => {
    const gained = tf.relu<Tensor2D>(tf.sub(kernel, covered));
    return tf.matMul(gained, tf.tensor2d(weights, [weights.length, 1])).dataSync<'float32'>();
  });
  return gains.reduce((best, gain, i) => (open[i] && (best < 0 || gain > (gains[best] ?? 0)) ? i : best), -1);
}

/** [n] of each row how near its nearest labelled photo is, 0 without any. */
const coverBy = (rows: Tensor2D, unit: Tensor2D, labelled: Int32Array): Tensor1D =>
  tidy(() => {
    if (labelled.length === 0) return tf.zeros([rows.shape[0]]);
    return tf.exp<Tensor1D>(tf.sub(tf.max(tf.matMul(rows, rowsOf(unit, labelled), false, true), 1), 1));
  });

/** How much the model doubts each photo, 0..1: one less the margin between its two likeliest classes. 1 without model. */
const doubts = (pool: Int32Array, classes: number, probabilities: Float32Array | null): Float32Array =>
  Float32Array.from(pool, (i) => {
    if (!probabilities) return 1;
    const [first = 0, second = 0] = probabilities.slice(i * classes, (i + 1) * classes).sort((a, b) => b - a);
    return 1 - (first - second);
  });

const rowsOf = (x: Tensor2D, rows: Int32Array): Tensor2D =>
  tidy((): Tensor2D => tf.gather(x, tf.tensor1d(rows, 'int32')));
