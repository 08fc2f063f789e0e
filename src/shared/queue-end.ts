// Where a review list may end: how many of its photos are worth a look, and how often the others are wrong.

import { DOUBTFUL } from './training.ts';

export interface QueueEnd {
  /** Photos whose chance of being wrong is `DOUBTFUL` or more. */
  worth: number;
  /** Photos after them. */
  rest: number;
  /** Mean chance of being wrong of those after them, 0 to `DOUBTFUL`; 0 when there are none. */
  restWrong: number;
}

/** suspicions: calibrated chances of being wrong, 0 to 1, of every photo that waits, in any order. */
export function queueEnd(suspicions: readonly number[]): QueueEnd {
  const after = suspicions.filter((chance) => chance < DOUBTFUL);
  const sum = after.reduce((total, chance) => total + chance, 0);
  return {
    worth: suspicions.length - after.length,
    rest: after.length,
    restWrong: after.length === 0 ? 0 : sum / after.length,
  };
}
