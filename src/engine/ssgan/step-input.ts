// The tensors of a step's input, in one list and back: what a compiled step is called with.

import type { Tensor } from '../tensorflow/tensorflow.ts';
import { changedKinds, type Change, type StepInput } from './step.ts';

/** Every tensor, always in the same order. */
export function flat<X extends Tensor>(input: StepInput<X>): Tensor[] {
  const { labelled, labels, unlabelled, rotated, changes } = input;
  return [
    ...[labelled, labels],
    ...(unlabelled ? [unlabelled.weak, unlabelled.strong] : []),
    ...(rotated ? [rotated.examples, rotated.quarters] : []),
    ...changedKinds.flatMap((kind) => Object.values(changes[kind]?.drawn ?? {})),
  ];
}

/** What a step does with its input beside what the tensors say: which there are, and how many are generated. */
export const kindOf = <X extends Tensor>({ unlabelled, rotated, generated, changes }: StepInput<X>): string =>
  JSON.stringify([
    ...[unlabelled !== null, rotated !== null, generated],
    changedKinds.map((kind) => Object.keys(changes[kind]?.drawn ?? {})),
  ]);

/** An input of the same kind with other tensors, as `flat` lists them. */
export function rebuilt<X extends Tensor>(input: StepInput<X>, tensors: Tensor[]): StepInput<X> {
  const rest = tensors.values();
  // Each tensor is of the rank of the one whose place it takes.
  const next = <T extends Tensor>(): T => rest.next().value as T;
  const again = (change: Change<X> | null): Change<X> | null =>
    change && { ...change, drawn: Object.fromEntries(Object.keys(change.drawn).map((name) => [name, next()])) };
  const { unlabelled, rotated, generated, changes } = input;
  return {
    ...{ labelled: next(), labels: next(), generated },
    unlabelled: unlabelled && { weak: next(), strong: next() },
    rotated: rotated && { examples: next(), quarters: next() },
    changes: {
      labelled: again(changes.labelled),
      weak: again(changes.weak),
      strong: again(changes.strong),
      rotated: again(changes.rotated),
      generated: again(changes.generated),
    },
  };
}
