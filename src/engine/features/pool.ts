// Which photos of a large library a run learns from: all that have a label, and so many of the others as it can look
// at.

import { randomStream } from '../../shared/random.ts';
import type { TrainOnFeaturesRequest, TrainReply, TrainerEvent } from '../messages.ts';

/** A run takes 1,000 steps with 128 photos without a label each; of a larger pool it would not see every one. */
export const MOST_IN_POOL = 200_000;

/** Positions, ascending: all with a label and `also`, and others drawn at random, `most` together. */
export function drawn(labels: Int32Array, also: Int32Array, seed: number, most: number): Int32Array {
  const chosen = new Set<number>(also);
  for (let i = 0; i < labels.length; i++) if (labels[i] !== -1) chosen.add(i);
  const random = randomStream(seed, 29);
  const wanted = Math.min(most, labels.length);
  while (chosen.size < wanted) chosen.add(Math.floor(random() * labels.length));
  return Int32Array.from(chosen).sort();
}

/** The request as it is for the photos of the pool alone: position i there is `pool[i]` here. */
export function withinPool(request: TrainOnFeaturesRequest, pool: Int32Array): TrainOnFeaturesRequest {
  const { features, labels, keys, learnedBefore, unmeasured, preview } = request;
  const at = new Map(Array.from(pool, (position, i) => [position, i]));
  const inside = (positions: Int32Array) =>
    Int32Array.from(Array.from(positions).flatMap((position) => at.get(position) ?? []));
  return {
    ...request,
    features: { ...features, rows: taken(features.rows, pool) },
    labels: taken(labels, pool),
    keys: Uint32Array.from(pool, (i) => keys[i]!),
    learnedBefore: inside(learnedBefore),
    ...(unmeasured && { unmeasured: inside(unmeasured) }),
    ...(preview && { preview: inside(preview) }),
  };
}

/** What stands at some positions: of a pool's, where its photos are in the library. */
export const taken = (values: Int32Array, positions: Int32Array): Int32Array => positions.map((i) => values[i]!);

/** What a run over the pool tells, as it is told of the library. */
export function eventOutside(event: TrainerEvent, pool: Int32Array): TrainerEvent {
  if (event.event === 'preview') return { ...event, positions: taken(pool, event.positions) };
  if (event.event !== 'saved') return event;
  const { measured } = event;
  return {
    ...event,
    heldOut: taken(pool, event.heldOut),
    measured: measured && { ...measured, positions: taken(pool, measured.positions) },
  };
}

export const replyOutside = (reply: TrainReply, pool: Int32Array): TrainReply => ({
  ...reply,
  heldOut: taken(pool, reply.heldOut),
});
