// Turns feature coordinates and labels into the batches a step learns from. They stay on the device; nothing is read or
// changed.

import { gatherRows } from '../tensorflow/backend-ops.ts';
import { tf, type Tensor1D, type Tensor2D } from '../tensorflow/tensorflow.ts';
import { Batches } from '../ssgan/batches.ts';
import type { Objective } from '../../shared/objective.ts';
import { usesUnlabelled } from '../ssgan/objective.ts';
import { unchanged, type Change, type StepInput } from '../ssgan/step-input.ts';
import { featureRecipe } from './feature-recipe.ts';

const SAMPLE_ROWS = 256;

export class FeatureFeed {
  readonly #x: Tensor2D;
  readonly #labels: Int32Array;
  readonly #batches: Batches;

  /**
   * x: [count, k] coordinates, kept but not owned; labels: [count] class, -1, or -2 for none of the classes. All but
   * those serve as unlabelled ones too.
   */
  constructor(x: Tensor2D, labels: Int32Array, classes: number, seed: number) {
    this.#x = x;
    this.#labels = labels;
    this.#batches = new Batches(labels, classes, seed);
  }

  /** The batch of step t, the same whenever it is asked for. Call inside tf.tidy. */
  input(step: number, objective: Objective): StepInput<Tensor2D> {
    const chosen = this.#batches.labelled(step, featureRecipe.batch.labelled);
    const none = objective.none > 0 ? this.#batches.none(step, featureRecipe.batch.none) : null;
    const unlabelled = usesUnlabelled(objective)
      ? only(this.#batches.unlabelled(step, featureRecipe.batch.unlabelled))
      : null;
    return {
      labelled: this.#x,
      labels: tf.tensor1d(
        chosen.map((i) => this.#labels[i] ?? 0),
        'int32',
      ),
      none: none && this.#x,
      // The network's own noise is all the change there is beside the choice, so that both views are the same rows.
      unlabelled: unlabelled && { weak: this.#x, strong: this.#x },
      rotated: null,
      generated: featureRecipe.batch.generated,
      changes: {
        ...unchanged,
        ...{ labelled: only(chosen), none: none && only(none), weak: unlabelled, strong: unlabelled },
      },
    };
  }

  /** [indices.length, k] */
  rows(indices: Int32Array): Tensor2D {
    return gatherRows(this.#x, tf.tensor1d(indices, 'int32'));
  }

  /** Up to 256 rows, for the data-dependent start of the weights. */
  sample(): Tensor2D {
    return tf.tidy(() => this.rows(this.#batches.unlabelled(0, Math.min(SAMPLE_ROWS, this.#labels.length))));
  }
}

/** Some of all rows, chosen as a part of the step: it is given all of them, and no copy is made before it. */
const only = (rows: Int32Array): Change<Tensor2D> => ({
  drawn: { rows: tf.tensor1d(rows, 'int32') },
  apply: (x, drawn) => gatherRows(x, (drawn as { rows: Tensor1D }).rows),
});
