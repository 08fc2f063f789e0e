// The DCGAN generator over pixels (Radford et al. 2016): a dense layer, then layers that make the side larger, batch
// normalisation and ReLU between them. The article's enlarge by transposed convolutions, Whisker's own by repeating
// each pixel and convolving, which leaves no grid in the picture (Odena et al. 2016).

import { normaliseBy, normaliseRelu } from '../tensorflow/native-ops.ts';
import { tf, type Tensor1D, type Tensor2D, type Tensor4D } from '../tensorflow/tensorflow.ts';
import type { Generator } from '../ssgan/network.ts';
import { layOut, part, type Weights } from '../ssgan/parameters.ts';
import type { PixelShape } from './classifier.ts';
import { fillNormal } from '../../shared/random.ts';

/** How pixels are standardised: (value − mean) / deviation, of values 0 to 1. */
export interface PixelScale {
  mean: number;
  deviation: number;
}

/** One feature map on the way to the picture. */
interface FeatureMap {
  side: number;
  channels: number;
}

/** Noise, how it begins, and the maps between it and the picture. */
interface Plan {
  noiseSize: number;
  /** Standard deviation of the first layer's weights. */
  initialDeviation: number;
  maps(sizePx: number, width: number): FeatureMap[];
  /** Side of the learned kernels that enlarge. */
  kernel: 3 | 4;
}

const plans = {
  /** Small and quick: 32 px is 4, 8, 16 and the picture, with `width` channels at first, halved each time. */
  doubling: {
    noiseSize: 64,
    initialDeviation: 0.1,
    kernel: 3,
    maps(sizePx, width) {
      const doublings = Math.floor(Math.log2(sizePx / 4));
      return Array.from({ length: doublings }, (_, i) => ({
        side: sizePx / 2 ** (doublings - i),
        channels: Math.max(16, width / 2 ** i),
      }));
    },
  },
  /** The article's: 7, 14, 28, 112 and 224 px, with 512 to 64 channels when `width` is 64. */
  paper: {
    noiseSize: 100,
    initialDeviation: 0.02,
    kernel: 4,
    maps: (sizePx, width) =>
      [32, 16, 8, 2].map((share, i) => ({ side: sizePx / share, channels: width * 2 ** (3 - i) })),
  },
} satisfies Record<string, Plan>;
export type GeneratorPlan = keyof typeof plans;

export interface PixelGenerator extends Generator<Tensor4D> {
  /**
   * As `forward`, normalised by the statistics of `sheet` in place of its own: what a picture looks like depends on
   * those it is drawn with (virtual batch normalisation, Salimans et al. 2016).
   * z: [n, noiseSize], sheet: [m, noiseSize] -> [n, sizePx, sizePx, channels]
   */
  forwardBeside(weights: Weights, z: Tensor2D, sheet: Tensor2D): Tensor4D;
}

type Normalise = (h: Tensor4D, scale: Tensor1D, offset: Tensor1D) => Tensor4D;

export function pixelGenerator(
  { sizePx, channels }: PixelShape,
  scale: PixelScale,
  plan: GeneratorPlan = 'doubling',
  width = 64,
): PixelGenerator {
  const { noiseSize, initialDeviation, kernel, maps: mapsOf } = plans[plan];
  const maps: FeatureMap[] = mapsOf(sizePx, width);
  const [first] = maps;
  if (!first) throw new Error(`A picture of ${sizePx} px is too small to generate.`);
  const layers = maps.map((from, i) => ({ i, from, to: maps[i + 1] ?? { side: sizePx, channels } }));
  const layout = layOut([
    { name: 'projection.w', shape: [noiseSize, first.side * first.side * first.channels] },
    ...layers.flatMap(({ i, from, to }) => [
      { name: `norm${i}.scale`, shape: [from.channels] },
      { name: `norm${i}.offset`, shape: [from.channels] },
      { name: `up${i}.w`, shape: [kernel, kernel, to.channels, from.channels] },
    ]),
    { name: 'picture.b', shape: [channels] },
  ]);

  const drawn = (weights: Weights, z: Tensor2D, normalise: Normalise): Tensor4D => {
    const n = z.shape[0];
    const dense = tf.matMul(z, weights<Tensor2D>('projection.w'));
    let h = dense.as4D(n, first.side, first.side, first.channels);
    for (const { i, from, to } of layers) {
      h = normalise(h, weights<Tensor1D>(`norm${i}.scale`), weights<Tensor1D>(`norm${i}.offset`));
      const shape: [number, number, number, number] = [n, to.side, to.side, to.channels];
      const w = weights<Tensor4D>(`up${i}.w`);
      h = tf.conv2dTranspose(h, kernel === 3 ? doublingKernel(w) : w, shape, to.side / from.side, 'same');
    }
    const signed = tf.tanh(tf.add(h, weights('picture.b'))); // −1 to 1
    return tf.mul(tf.sub(signed, 2 * scale.mean - 1), 0.5 / scale.deviation);
  };

  return {
    layout,
    noiseSize,

    /** z: [n, noiseSize] -> [n, sizePx, sizePx, channels], standardised like the real pictures. */
    forward: (weights, z) => drawn(weights, z, (h, ...affine) => normaliseRelu(h, ...affine).y),

    forwardBeside(weights, z, sheet) {
      const [rows, m] = [z.shape[0], sheet.shape[0]];
      const all = drawn(weights, tf.concat([sheet, z]), (h, scaleBy, offset) => {
        const [of, others] = tf.split(h, [m, rows]) as [Tensor4D, Tensor4D];
        const { y, mean, variance } = normaliseRelu(of, scaleBy, offset);
        const counted = of.size / of.shape[3];
        const statistics = { mean, variance: tf.mul<Tensor1D>(variance, (counted - 1) / counted) }; // As y was made.
        return tf.concat([y, tf.relu(normaliseBy(others, scaleBy, offset, statistics))]);
      });
      return tf.slice(all, m);
    },

    initialise(random) {
      const flat = new Float32Array(layout.size);
      for (const { name, offset, size } of layout.entries) {
        if (name.endsWith('.w'))
          fillNormal(flat.subarray(offset, offset + size), random, name === 'projection.w' ? initialDeviation : 0.02);
        if (name.endsWith('.scale')) part(flat, layout, name).fill(1);
      }
      return flat;
    },
  };
}

/**
 * The kernel with which a transposed convolution of stride 2 is this: repeat each pixel twice each way, then convolve
 * with `w`. It is w added to itself one pixel to the right, below, and both, so that each of the four pixels that a
 * pixel becomes is touched by all of w, and costs no more than with a kernel of 4 × 4 of its own.
 * w: [3, 3, to, from], mirrored both ways as transposed convolutions have it -> [4, 4, to, from].
 */
export function doublingKernel(w: Tensor4D): Tensor4D {
  const [, , to, from] = w.shape;
  return tf.matMul(tf.tensor2d(spreading, [16, 9]), w.as2D(9, to * from)).as4D(4, 4, to, from);
}

/** [4 · 4, 3 · 3]: 1 where a number of w stands in that place of the larger kernel, else 0. */
const spreading = Float32Array.from({ length: 16 * 9 }, (_, i) => {
  const [place, of] = [Math.floor(i / 9), i % 9];
  const [down, right] = [(place >> 2) - Math.floor(of / 3), (place & 3) - (of % 3)];
  return (down === 0 || down === 1) && (right === 0 || right === 1) ? 1 : 0;
});
