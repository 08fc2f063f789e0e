// The tensors of a step's input, in one list and back: what a compiled step is called with.

import type { Tensor } from '../tensorflow/tensorflow.ts';
import type { StepInput } from './step.ts';

/** Every tensor, always in the same order. */
export function flat<X extends Tensor>(input: StepInput<X>): Tensor[] {
  const { labelled, labels, unlabelled, rotated, generatedChange } = input;
  return [
    ...[labelled, labels],
    ...(unlabelled ? [unlabelled.weak, unlabelled.strong] : []),
    ...(rotated ? [rotated.examples, rotated.quarters] : []),
    ...(generatedChange ? Object.values(generatedChange.drawn) : []),
  ];
}

/** What a step does with its input beside what the tensors say: which there are, and how many are generated. */
export const kindOf = <X extends Tensor>({ unlabelled, rotated, generated, generatedChange }: StepInput<X>): string =>
  JSON.stringify([unlabelled !== null, rotated !== null, generated, Object.keys(generatedChange?.drawn ?? {})]);

/** An input of the same kind with other tensors, as `flat` lists them. */
export function rebuilt<X extends Tensor>(input: StepInput<X>, tensors: Tensor[]): StepInput<X> {
  const rest = tensors.values();
  // Each tensor is of the rank of the one whose place it takes.
  const next = <T extends Tensor>(): T => rest.next().value as T;
  const { unlabelled, rotated, generated, generatedChange } = input;
  return {
    ...{ labelled: next(), labels: next(), generated },
    unlabelled: unlabelled && { weak: next(), strong: next() },
    rotated: rotated && { examples: next(), quarters: next() },
    generatedChange: generatedChange && {
      ...generatedChange,
      drawn: Object.fromEntries(Object.keys(generatedChange.drawn).map((name) => [name, next()])),
    },
  };
}
