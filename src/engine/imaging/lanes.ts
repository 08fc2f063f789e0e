// How many pictures are decoded side by side, so that speed and memory stay where they should: several small ones, one
// big one.

import { availableParallelism } from 'node:os';

/** Runs up to `width` jobs at a time, in the order they came. */
export function createLane(width: number): <T>(job: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = width;
  return async (job) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

// Twice the cores hides the reading behind the decoding; more only costs memory.
const WIDTH = Math.min(8, 2 * availableParallelism());
export const inLane = createLane(WIDTH);

/** Runs `job` on every item, never holding more jobs than the lane has places: the list may be very long. */
export async function forEachInLane<T>(
  items: readonly T[],
  job: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const entries = items.entries();
  const worker = async () => {
    for (const [index, item] of entries) await inLane(() => job(item, index));
  };
  await Promise.all(Array.from({ length: WIDTH }, worker));
}

/** Pictures that need a lot of memory whole pass through here one by one. */
export const inHeavyLane = createLane(1);
