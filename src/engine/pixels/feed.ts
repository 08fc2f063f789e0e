// Turns packed pictures and labels into the batches a step learns from: chosen, standardised, randomly changed.

import type { TrainingMetrics } from '../../shared/training.ts';
import { tf, type Tensor4D } from '../tensorflow/tensorflow.ts';
import { applyView, drawView, stillView, type ViewRange } from './augment.ts';
import { Batches } from '../ssgan/batches.ts';
import { usesUnlabelled } from '../ssgan/objective.ts';
import type { Pictures } from './pictures.ts';
import type { PixelScale } from './generator.ts';
import { randomStream } from '../../shared/random.ts';
import type { Recipe } from './recipe.ts';
import type { Change, StepInput } from '../ssgan/step-input.ts';

const SAMPLE_ROWS = 256;
const SMALLEST_BATCH = 8;

export class PixelFeed {
  readonly scale: PixelScale;
  readonly #pictures: Pictures;
  readonly #labels: Int32Array;
  readonly #batches: Batches;
  readonly #recipe: Recipe;
  readonly #seed: number;
  #batch: Recipe['batch'];

  /** labels: [count] class, -1, or -2 for none of the classes. All but those serve as unlabelled ones too. */
  constructor(
    pictures: Pictures,
    labels: Int32Array,
    classes: number,
    recipe: Recipe,
    scale: PixelScale,
    seed: number,
  ) {
    this.#pictures = pictures;
    this.#labels = labels;
    this.#batches = new Batches(labels, classes, seed);
    this.#recipe = recipe;
    this.#batch = recipe.batch;
    this.scale = scale;
    this.#seed = seed;
  }

  /** The batch of step t, the same whenever it is asked for. Call inside tf.tidy. */
  input(step: number, stage: TrainingMetrics['stage']): StepInput<Tensor4D> {
    const { views, stages } = this.#recipe;
    const { objective, labelledView } = stages[stage];
    const random = randomStream(this.#seed, 4, step);
    const { sizePx } = this.#pictures.file;
    const { unlabelled, generated } = this.#batch;
    const drawn = (n: number, range: ViewRange, quarters?: Int32Array): Change<Tensor4D> => ({
      drawn: { ...drawView(n, sizePx, range, views.mirror, random, quarters) },
      apply: applyView,
    });
    const chosen = this.#labelled(step);
    const none = objective.none > 0 ? this.#batches.none(step, this.#batch.labelled) : null;
    const usesViews = usesUnlabelled(objective);
    const pictures = usesViews || objective.rotation ? this.#unlabelled(step) : null;
    // In this order, so that the same seed and step always draw the same.
    const labelled = views[labelledView] && drawn(chosen.length, views[labelledView]);
    const weak = usesViews && views.weak ? drawn(unlabelled, views.weak) : null;
    const strong = usesViews && views.strong ? drawn(unlabelled, views.strong) : null;
    const quarters = objective.rotation
      ? Int32Array.from({ length: unlabelled }, () => Math.floor(4 * random()))
      : null;
    const changes = {
      ...{ labelled, weak, strong },
      rotated: quarters && drawn(unlabelled, views.weak ?? stillView, quarters),
      generated: views.strong && drawn(generated, views.strong),
      judged: usesViews && views.weak ? drawn(generated, views.weak) : null,
    };
    return {
      labelled: this.#pictures.batch(chosen, this.scale),
      labels: tf.tensor1d(
        chosen.map((i) => this.#labels[i] ?? 0),
        'int32',
      ),
      none: none && this.#pictures.batch(none, this.scale),
      unlabelled: usesViews && pictures ? { weak: pictures, strong: pictures } : null,
      rotated: pictures && quarters && { examples: pictures, quarters: tf.tensor1d(quarters, 'int32') },
      generated,
      changes: { ...changes, none: none && views[labelledView] && drawn(none.length, views[labelledView]) },
    };
  }

  #unlabelled(step: number): Tensor4D {
    return this.#pictures.batch(this.#batches.unlabelled(step, this.#batch.unlabelled), this.scale);
  }

  #labelled(step: number): Int32Array {
    const { labelled } = this.#batch;
    return this.#recipe.labelledDraw === 'all'
      ? this.#batches.allLabelled(step, labelled)
      : this.#batches.labelled(step, labelled);
  }

  /** Halves the batches, for a device that has too little memory; false when they are too small already. */
  shrink(): boolean {
    const { labelled, unlabelled, generated } = this.#batch;
    if (labelled < SMALLEST_BATCH) return false;
    this.#batch = { labelled: labelled >> 1, unlabelled: unlabelled >> 1, generated: generated >> 1 };
    return true;
  }

  /** Up to 256 pictures as they are, for the data-dependent start of the weights. */
  sample(): Tensor4D {
    const rows = Math.min(SAMPLE_ROWS, this.#labels.length);
    return this.#pictures.batch(this.#batches.unlabelled(0, rows), this.scale);
  }
}
