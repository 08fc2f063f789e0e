// Which photos to label next: those that stand for many without a label, those that resemble nothing labelled, those
// that a model doubts, and one in eight at random. Of photos that are nearly the same, one.

import type { SuggestionReason } from '../../shared/live.ts';
import type { SuggestRequest, Suggestions } from '../messages.ts';
import { positions } from '../ssgan/batches.ts';
import { randomStream, shuffle } from '../../shared/random.ts';
import { Herd } from './herding.ts';
import { highest } from './highest.ts';
import { take, type Points } from './points.ts';

/** Photos that are looked at; a larger library lends so many. */
const MOST_CANDIDATES = 800;
const MOST_LABELLED = 300;
const AUDIT_EVERY = 8;
/** What a photo counts that the model is sure of; one that it doubts fully counts 1 more. */
const WHERE_SURE = 0.3;
/** From which doubt on that is the reason. */
const DOUBTFUL = 0.5;

/**
 * library: coordinates of every photo. Herding over the photos without a label, for which those that have one count as
 * chosen; with a model each photo weighs by how much the model doubts it (Uncertainty Herding, Bae et al. 2025). Audits
 * are drawn from all photos without a label, so that what is measured on them holds for all. Of what is nearly the
 * same one is named, also by an audit.
 */
export function suggest(library: Points, request: Omit<SuggestRequest, 'kind' | 'features'>): Suggestions {
  const { labels, bursts, classes, probabilities, count, seed } = request;
  const off = new Set(request.without);
  const free = shuffle(
    positions(labels, (label) => label < 0).filter((i) => !off.has(i)),
    randomStream(seed, 24),
  );
  const doubts = probabilities && doubtsOf(probabilities, classes);
  const pool = poolOf(free, doubts);
  const weights = Float32Array.from(pool, (i) => (doubts ? WHERE_SURE + (doubts[i] ?? 0) : 1));
  const herd = new Herd(take(library, pool), weights);
  const labelled = shuffle(
    positions(labels, (label) => label >= 0),
    randomStream(seed, 25),
  );
  for (const i of labelled.subarray(0, MOST_LABELLED)) herd.takeOther(library, i);
  const membersOf = Map.groupBy(pool.keys(), (member) => bursts[pool[member] ?? 0] ?? 0);
  const closeBurst = (i: number) => membersOf.get(bursts[i] ?? 0)?.forEach((member) => herd.close(member));
  for (const i of labelled) closeBurst(i);
  const before = herd.covered.slice();
  const hardlyCovered = before.toSorted()[Math.floor(before.length / 4)] ?? 0;

  const reasonFor = (member: number): SuggestionReason => {
    if ((doubts?.[pool[member] ?? 0] ?? 0) >= DOUBTFUL) return 'unsure';
    return labelled.length > 0 && (before[member] ?? 0) <= hardlyCovered ? 'unlike' : 'typical';
  };
  const chosen = new Map<number, SuggestionReason>();
  const listed = new Set<number>();
  const choose = (i: number, reason: SuggestionReason) => {
    chosen.set(i, reason);
    listed.add(bursts[i] ?? 0);
    closeBurst(i);
  };
  const firstAudit = Math.floor(randomStream(seed, 26)() * AUDIT_EVERY);
  while (chosen.size < count) {
    if (chosen.size % AUDIT_EVERY === firstAudit) {
      const drawn = free.find((i) => !listed.has(bursts[i] ?? 0));
      if (drawn === undefined) break;
      choose(drawn, 'audit');
      herd.takeOther(library, drawn);
    } else {
      const member = herd.next();
      if (member < 0) break;
      choose(pool[member] ?? 0, reasonFor(member));
      herd.take(member);
    }
  }
  return { positions: Int32Array.from(chosen.keys()), reasons: [...chosen.values()] };
}

/** Half of a large library's candidates are those that the model doubts most, the others any. */
function poolOf(shuffled: Int32Array, doubts: Float32Array | null): Int32Array {
  if (!doubts || shuffled.length <= MOST_CANDIDATES) return shuffled.subarray(0, MOST_CANDIDATES);
  const half = MOST_CANDIDATES / 2;
  const others = shuffled.subarray(half);
  const doubted = new Float32Array(others.length).map((_, at) => doubts[others[at]!]!);
  const doubtful = highest(doubted, half).map((at) => others[at]!);
  return Int32Array.from([...shuffled.subarray(0, half), ...doubtful]);
}

/** [count] one less the margin between the two likeliest classes, 0..1. */
function doubtsOf(probabilities: Float32Array, classes: number): Float32Array {
  return new Float32Array(probabilities.length / classes).map((_, i) => {
    let [first, second] = [0, 0];
    for (const p of probabilities.subarray(i * classes, (i + 1) * classes)) {
      if (p > first) [first, second] = [p, first];
      else if (p > second) second = p;
    }
    return 1 - (first - second);
  });
}
