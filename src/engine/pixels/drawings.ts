// What the generator of a run draws once the run rests: the way between two pictures of its sheet.

import { WhiskerError } from '../../shared/errors.ts';
import type { Drawn, DrawingSource, DrawWalkRequest } from '../messages.ts';
import { sheetNoise } from '../ssgan/network.ts';
import { unpack, type Weights } from '../ssgan/parameters.ts';
import { tf, type Tensor4D } from '../tensorflow/tensorflow.ts';
import { loadCheckpoint } from './checkpoint.ts';
import type { PixelGenerator, PixelScale } from './generator.ts';
import { generatorOf, loadModel } from './model.ts';
import { recipeFor } from './recipe.ts';
import { slerp } from './slerp.ts';
import { toBytes } from './watch.ts';

/**
 * `frames` pictures from the sheet's picture `from` to its picture `to`, both among them, by spherical interpolation of
 * their noises. Throws 'not-found' when the run has left no generator, 'bad-input' for a picture that no sheet has.
 */
export async function drawWalk({ of, from, to, frames }: DrawWalkRequest): Promise<Drawn> {
  for (const i of [from, to]) {
    if (!(i >= 0 && i < of.count))
      throw new WhiskerError('bad-input', `There is no picture ${i} on a sheet of ${of.count}.`);
  }
  const { generator, average, scale } = generatorOfRun(of);
  const z = sheetNoise(of.seed, of.count, generator.noiseSize);
  const noises = await z.data<'float32'>();
  const noiseOf = (i: number) => noises.subarray(i * generator.noiseSize, (i + 1) * generator.noiseSize);
  const path = tf.tensor2d(slerp(noiseOf(from), noiseOf(to), frames), [frames, generator.noiseSize]);
  const pictures = tf.tidy(() => generator.forwardBeside(weightsOf(generator, average), path, z));
  const values = await pictures.data<'float32'>();
  tf.dispose([z, path, pictures]);
  const { sizePx, channels } = of;
  return { count: frames, sizePx, channels, pixels: toBytes(values, scale) };
}

/** The pictures of the sheet as the run left them, standardised: [count, sizePx, sizePx, channels]. */
export function drawSheet(of: DrawingSource, scale?: PixelScale): Tensor4D {
  const run = generatorOfRun(of, scale);
  return tf.tidy(() =>
    run.generator.forward(
      weightsOf(run.generator, run.average),
      sheetNoise(of.seed, of.count, run.generator.noiseSize),
    ),
  );
}

const weightsOf = (generator: PixelGenerator, average: Float32Array): Weights =>
  unpack(tf.tensor1d(average.slice()), generator.layout).weights;

/** Bytes come out the same whatever the scale is; it only matters to a classifier. */
const ofBytes: PixelScale = { mean: 0.5, deviation: 0.5 };

/** The averaged generator of a run that is over, or as it was when the run was cut off. */
function generatorOfRun({ modelDir, preset, cutOff, sizePx, channels }: DrawingSource, scale = ofBytes) {
  const gone = new WhiskerError('not-found', 'The generator of this run is no longer there.', 'Train again.');
  if (cutOff) {
    const { network, generatorWidth } = recipeFor({
      preset,
      mirror: false,
      pixels: { path: '', count: 0, sizePx, channels },
    });
    const generator = generatorOf({ sizePx, channels, network, generatorWidth }, scale);
    const average = loadCheckpoint(modelDir)?.state.generator?.average;
    if (average?.length !== generator.layout.size) throw gone;
    return { generator, average, scale };
  }
  const { shape, generator: average } = loadModel(modelDir);
  if (!average || shape.sizePx !== sizePx || shape.channels !== channels) throw gone;
  return { generator: generatorOf(shape, scale), average, scale };
}
