// A body in its turns as it is, where no native call takes them all.

import type { Body, State } from './backend-ops.ts';
import { tidy, type Tensor } from './tensorflow.ts';

/** The body once for each of `turns`, which are its inputs; the outputs of the last. Call inside tf.tidy. */
export function takeTurns<S extends State>(body: Body<S>, turns: Tensor[][], state: S): Tensor[] {
  const last = turns.at(-1);
  if (!last) throw new Error('A body was run without a turn.');
  // What the others give is of no use to anybody.
  for (const inputs of turns.slice(0, -1)) tidy(() => void body(inputs, state));
  return body(last, state);
}
