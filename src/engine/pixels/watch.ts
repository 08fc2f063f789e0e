// What can be seen of a pixel learner while it learns: its losses, its accuracy on held-out labels, what it
// makes of some photos, pictures it generates.

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
  /** Positions of the photos that the run is watched on. */
  preview: Int32Array | undefined;
  classes: number;
  photosPerStep: number;
  stepsBefore: number;
  stepsInAll: number;
}

export function watch({
  stage,
  learner,
  feed,
  pictures,
  labels,
  heldOut,
  preview,
  classes,
  photosPerStep,
  stepsBefore,
  stepsInAll,
}: WatchedStage): Watched {
  const rows = evenly(heldOut, MOST_HELD_OUT);
  const truth = Array.from(rows, (i) => labels[i] ?? -1);

  async function predicted(positions: Int32Array): Promise<Float32Array> {
    const probabilities = tf.tidy(() => learner.predict(pictures.batch(positions, feed.scale)));
    const values = await probabilities.data<'float32'>();
    probabilities.dispose();
    return values;
  }

  return {
    stage,
    photosPerStep,
    stepsBefore,
    stepsInAll,
    steps: () => learner.steps,
    losses: () => learner.losses(),
    async heldOutAccuracy() {
      return rows.length === 0 ? null : accuracyOf(await predicted(rows), truth, classes).accuracy;
    },
    async preview() {
      return preview?.length ? { positions: preview, probabilities: await predicted(preview) } : null;
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
export function toBytes(values: Float32Array, { mean, deviation }: PixelScale): Uint8Array {
  return Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value * deviation + mean))));
}
