// What can be seen of a pixel learner while it learns: its losses, its accuracy on held-out labels, pictures it
// generates.

import type { TrainingMetrics } from '../../shared/training.ts';
import { tf, type Tensor4D } from '../tensorflow/tensorflow.ts';
import { accuracyOf, evenly } from '../measuring/held-out.ts';
import type { Learner } from '../ssgan/learner.ts';
import type { PixelFeed } from './feed.ts';
import type { Pictures } from './pictures.ts';
import type { PixelScale } from './generator.ts';
import type { Watched } from '../ssgan/progress-reports.ts';

/** Enough for a live curve; the receipt measures on all of them. */
const MOST_HELD_OUT = 250;
const GENERATED_SHOWN = 64;
const LARGE_SHOWN = 16;
const LARGE_PX = 128;

export interface WatchedStage {
  stage: TrainingMetrics['stage'];
  learner: Learner<Tensor4D>;
  feed: PixelFeed;
  pictures: Pictures;
  /** [count] true classes, and the positions held out. */
  labels: Int32Array;
  heldOut: Int32Array;
  classes: number;
  photosPerStep: number;
  stepsBefore: number;
}

export function watch({
  stage,
  learner,
  feed,
  pictures,
  labels,
  heldOut,
  classes,
  photosPerStep,
  stepsBefore,
}: WatchedStage): Watched {
  const rows = evenly(heldOut, MOST_HELD_OUT);
  const truth = Array.from(rows, (i) => labels[i] ?? -1);
  return {
    stage,
    photosPerStep,
    stepsBefore,
    steps: () => learner.steps,
    losses: () => learner.losses(),
    async heldOutAccuracy() {
      if (rows.length === 0) return null;
      const probabilities = tf.tidy(() => learner.predict(pictures.batch(rows, feed.scale)));
      const values = await probabilities.data<'float32'>();
      probabilities.dispose();
      return accuracyOf(values, truth, classes).accuracy;
    },
    async samples() {
      const { sizePx, channels } = pictures.file;
      const count = sizePx < LARGE_PX ? GENERATED_SHOWN : LARGE_SHOWN;
      const generated = learner.generate(count);
      if (!generated) return null;
      const values = await generated.data<'float32'>();
      generated.dispose();
      return { count, sizePx, channels, pixels: toBytes(values, feed.scale) };
    },
  };
}

/** Standardised values back to 0 to 255. */
function toBytes(values: Float32Array, { mean, deviation }: PixelScale): Uint8Array {
  return Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value * deviation + mean))));
}
