// A made-up library, and a person who reviews it in the order of the review list, looking at the number of errors left
// after every random check. The list, the draws and the interval are the shipped ones.

import { errorsLeft } from '../../../src/main/review/errors-left.ts';
import { drawsOf, inRandomOrder, mixInChecks } from '../../../src/main/review/random-checks.ts';
import type { Fate, Settled } from '../../../src/main/review/random-checks.ts';
import type { PhotoId, RunId } from '../../../src/shared/types.ts';

export interface Kind {
  photos: number;
  /** Share of the predictions that are wrong, 0 to 1. */
  errorRate: number;
  /** Share of the photos that are put into the rarer class, where predictions are wrong four times as often. */
  rareShare: number;
  /** Whether wrong predictions tend to look more suspicious. */
  informative: boolean;
  /**
   * How the person goes about it: 'in-order'; 'skips' some wrong photos, checks among them; 'accepts' the surest half
   * in bulk after a third of the time; 'wanders': passes over photos, and comes back to them when the list is renewed;
   * 'checks-only': passes over all but the checks.
   */
  person: (typeof persons)[number];
}

export const persons = ['in-order', 'skips', 'accepts', 'wanders', 'checks-only'] as const;

export interface Look {
  checks: number;
  wrong: number;
  left: number;
  /** Errors among the photos left, in truth. */
  truth: number;
  estimate: number;
  low: number;
  high: number;
}

/** Numbers from 0 to 1 by a seed (mulberry32, Ettinger 2017). */
export function randomBy(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const RENEWED_EVERY = 100;

/** What the person sees at each look. `decisions`: how many photos they say something of, at most. */
export function review(kind: Kind, decisions: number, seed: number): Look[] {
  const random = randomBy(seed);
  const run = (seed + 1) as RunId;
  const { isWrong, suspicion } = makeLibrary(kind, random);
  const waiting = new Set([...isWrong.keys()]);
  const settled: Settled[] = [];
  const looks: Look[] = [];
  let clock = 0;
  const settle = (ids: readonly PhotoId[], fate: (id: PhotoId) => Fate) => {
    const at = String(++clock).padStart(9, '0');
    for (const photoId of ids) {
      waiting.delete(photoId);
      settled.push({ photoId, at, fate: fate(photoId) });
    }
  };
  const answer = (id: PhotoId): Fate => (isWrong.get(id) ? 'wrong' : 'right');

  while (clock < decisions && waiting.size > 0) {
    const bySuspicion = [...waiting].sort((a, b) => (suspicion.get(b) ?? 0) - (suspicion.get(a) ?? 0));
    const list = mixInChecks(bySuspicion, inRandomOrder(run, [...waiting]), settled.length, 2 * RENEWED_EVERY);
    for (const { photoId, isCheck } of list.slice(0, RENEWED_EVERY)) {
      if (clock >= decisions || !waiting.has(photoId)) continue;
      if (kind.person === 'wanders' && random() < 0.2) continue;
      if (kind.person === 'checks-only' && !isCheck) continue;
      if (kind.person === 'accepts' && clock === Math.floor(decisions / 3)) {
        const surest = bySuspicion.slice(-Math.floor(bySuspicion.length / 2)).filter((id) => waiting.has(id));
        settle(surest, () => 'accepted');
        if (!waiting.has(photoId)) continue;
      }
      const skips = kind.person === 'skips' && random() < (isWrong.get(photoId) ? 0.3 : 0.03);
      settle([photoId], (id) => (skips ? 'skipped' : answer(id)));
      if (!isCheck) continue;
      const { checks, wrong, left, errors } = errorsLeft(drawsOf(run, settled, [...waiting]), waiting.size);
      if (errors === null) continue;
      const truth = [...waiting].filter((id) => isWrong.get(id)).length;
      looks.push({ checks, wrong, left, truth, ...errors });
    }
    clock++;
  }
  return looks;
}

function makeLibrary({ photos, errorRate, rareShare, informative }: Kind, random: () => number) {
  const isWrong = new Map<PhotoId, boolean>();
  const suspicion = new Map<PhotoId, number>();
  // The rate of the common class, such that both together have the library's.
  const common = errorRate / (1 + 3 * rareShare);
  for (let i = 1; i <= photos; i++) {
    const id = i as PhotoId;
    const isRare = i <= photos * rareShare;
    const wrong = random() < Math.min(1, isRare ? 4 * common : common);
    isWrong.set(id, wrong);
    suspicion.set(id, informative && wrong ? 1 - random() ** 3 : random());
  }
  return { isWrong, suspicion };
}
