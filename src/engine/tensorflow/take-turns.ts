// A body in its turns as it is, where no native call takes them all.

import type { Body } from './backend-ops.ts';
import { tidy, type Tensor } from './tensorflow.ts';

/** The body once for each of `turns`, which are its inputs; the outputs of the last. Call inside tf.tidy. */
export function takeTurns(body: Body, turns: Tensor[][]): Tensor[] {
  const last = turns.at(-1);
  if (!last) throw new Error('A body was run without a turn.');
  // What the others give is of no use to anybody.
  for (const inputs of turns.slice(0, -1)) tidy(() => void body(inputs));
  return body(last);
}
