// What a step learns from: examples, and how each kind of them is chosen or changed at random; and the tensors of all
// that in one list and back, for a compiled step is called with nothing else.

import type { Tensor, Tensor1D } from '../tensorflow/tensorflow.ts';

/** What one step learns from. X: pictures [n, h, w, c] or features [n, d]. */
export interface StepInput<X extends Tensor> {
  labelled: X;
  /** [rows of labelled] int32 */
  labels: Tensor1D;
  /** Photos that show none of the classes; null when there are none. */
  none: X | null;
  /**
   * The same unlabelled photos, for a mild and a strong random change; null when the objective has no use for them.
   */
  unlabelled: { weak: X; strong: X } | null;
  /** Unlabelled photos turned by quarters, [rows] int32 of 0 to 3; null when the objective has no use for them. */
  rotated: { examples: X; quarters: Tensor1D } | null;
  /** How many examples to generate. */
  generated: number;
  /** How each kind of examples is chosen or changed at random before it is looked at; null for as it is. */
  changes: Changes<X>;
}

/**
 * `weak` and `strong`: both views of the unlabelled examples. Generated ones get changes of their own like these, so
 * that the change itself does not tell what is real: `judged` like the weak one, when the generator learns, `generated`
 * like the strong one, when the classifier does.
 */
export const changedKinds = ['labelled', 'none', 'weak', 'strong', 'rotated', 'generated', 'judged'] as const;
export type Changes<X extends Tensor> = Record<(typeof changedKinds)[number], Change<X> | null>;
export const unchanged = {
  ...{ labelled: null, none: null, weak: null, strong: null },
  ...{ rotated: null, generated: null, judged: null },
} as const;

/** A random choice or change of examples: how, and the numbers that were drawn for it. */
export interface Change<X extends Tensor> {
  drawn: Record<string, Tensor>;
  apply: (examples: X, drawn: Record<string, Tensor>) => X;
}

/** The examples under their changes, but for the generated ones, which are not there yet. */
export function changed<X extends Tensor>(input: StepInput<X>): StepInput<X> {
  const { labelled, none, unlabelled, rotated, changes } = input;
  return {
    ...input,
    labelled: changedBy(changes.labelled, labelled),
    none: none && changedBy(changes.none, none),
    unlabelled: unlabelled && {
      weak: changedBy(changes.weak, unlabelled.weak),
      strong: changedBy(changes.strong, unlabelled.strong),
    },
    rotated: rotated && { ...rotated, examples: changedBy(changes.rotated, rotated.examples) },
  };
}

export const changedBy = <X extends Tensor>(change: Change<X> | null, examples: X): X =>
  change ? change.apply(examples, change.drawn) : examples;

/** Every tensor, always in the same order. */
export function flat<X extends Tensor>(input: StepInput<X>): Tensor[] {
  const { labelled, labels, none, unlabelled, rotated, changes } = input;
  return [
    ...[labelled, labels],
    ...(none ? [none] : []),
    ...(unlabelled ? [unlabelled.weak, unlabelled.strong] : []),
    ...(rotated ? [rotated.examples, rotated.quarters] : []),
    ...changedKinds.flatMap((kind) => Object.values(changes[kind]?.drawn ?? {})),
  ];
}

/** What a step does with its input beside what the tensors say: which there are, and how many are generated. */
export const kindOf = <X extends Tensor>({ none, unlabelled, rotated, generated, changes }: StepInput<X>): string =>
  JSON.stringify([
    ...[none !== null, unlabelled !== null, rotated !== null, generated],
    changedKinds.map((kind) => Object.keys(changes[kind]?.drawn ?? {})),
  ]);

/** An input of the same kind with other tensors, as `flat` lists them. */
export function rebuilt<X extends Tensor>(input: StepInput<X>, tensors: Tensor[]): StepInput<X> {
  const rest = tensors.values();
  // Each tensor is of the rank of the one whose place it takes.
  const next = <T extends Tensor>(): T => rest.next().value as T;
  const again = (change: Change<X> | null): Change<X> | null =>
    change && { ...change, drawn: Object.fromEntries(Object.keys(change.drawn).map((name) => [name, next()])) };
  const { none, unlabelled, rotated, generated, changes } = input;
  return {
    ...{ labelled: next(), labels: next(), generated },
    none: none && next(),
    unlabelled: unlabelled && { weak: next(), strong: next() },
    rotated: rotated && { examples: next(), quarters: next() },
    changes: {
      labelled: again(changes.labelled),
      none: again(changes.none),
      weak: again(changes.weak),
      strong: again(changes.strong),
      rotated: again(changes.rotated),
      generated: again(changes.generated),
      judged: again(changes.judged),
    },
  };
}
