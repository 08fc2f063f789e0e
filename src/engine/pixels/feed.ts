// Turns packed pictures and labels into the batches a step learns from: chosen, standardised, randomly changed.

import type { TrainingMetrics } from '../../shared/training.ts';
import { tf, type Tensor4D } from '../tensorflow/tensorflow.ts';
import { applyView, augment, drawView, stillView, type ViewRange } from './augment.ts';
import { Batches } from '../ssgan/batches.ts';
import { usesUnlabelled } from '../ssgan/objective.ts';
import type { Pictures } from './pictures.ts';
import type { PixelScale } from './generator.ts';
import { randomStream, type Random } from '../ssgan/random.ts';
import type { Recipe } from './recipe.ts';
import type { StepInput } from '../ssgan/step.ts';

type View = (pictures: Tensor4D) => Tensor4D;

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

  /** labels: [count] class or -1. All photos serve as unlabelled ones too. */
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
    this.#batches = new Batches(labels, classes, Int32Array.from(labels.keys()), seed);
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
    const chosen = this.#labelled(step);
    const view =
      (range: ViewRange | null): View =>
      (pictures) =>
        range ? augment(pictures, range, views.mirror, random) : pictures;
    const strong = view(views.strong);
    return {
      labelled: view(views[labelledView])(this.#pictures.batch(chosen, this.scale)),
      labels: tf.tensor1d(
        chosen.map((i) => this.#labels[i] ?? 0),
        'int32',
      ),
      unlabelled: usesUnlabelled(objective) ? this.#twoViews(step, view(views.weak), strong) : null,
      rotated: objective.rotation ? this.#rotated(step, random) : null,
      generated: this.#batch.generated,
      generatedChange: views.strong && {
        drawn: { ...drawView(this.#batch.generated, this.#pictures.file.sizePx, views.strong, views.mirror, random) },
        apply: applyView,
      },
    };
  }

  #labelled(step: number): Int32Array {
    const { labelled } = this.#batch;
    return this.#recipe.labelledDraw === 'all'
      ? this.#batches.allLabelled(step, labelled)
      : this.#batches.labelled(step, labelled);
  }

  #twoViews(step: number, weak: View, strong: View) {
    const rows = this.#batches.unlabelled(step, this.#batch.unlabelled);
    const pictures = this.#pictures.batch(rows, this.scale);
    return { weak: weak(pictures), strong: strong(pictures) };
  }

  /** The same unlabelled photos, each under a mild view turned by a random number of quarters. */
  #rotated(step: number, random: Random) {
    const { views } = this.#recipe;
    const rows = this.#batches.unlabelled(step, this.#batch.unlabelled);
    const quarters = Int32Array.from(rows, () => Math.floor(4 * random()));
    const pictures = this.#pictures.batch(rows, this.scale);
    return {
      examples: augment(pictures, views.weak ?? stillView, views.mirror, random, quarters),
      quarters: tf.tensor1d(quarters, 'int32'),
    };
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
