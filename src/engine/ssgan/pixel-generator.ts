// The DCGAN generator over pixels (Radford et al. 2016): a dense layer, then transposed convolutions that double the side,
// batch normalisation and ReLU between them.

import { normaliseRelu } from '../backend/fused-ops.ts';
import { tf, type Tensor1D, type Tensor2D, type Tensor4D } from '../backend/tensorflow.ts';
import type { Generator } from './network.ts';
import { layOut, part } from './parameters.ts';
import type { PixelShape } from './pixel-classifier.ts';
import { fillNormal } from './random.ts';

/** How pixels are standardised: (value − mean) / deviation, of values 0 to 1. */
export interface PixelScale {
  mean: number;
  deviation: number;
}

const NOISE_SIZE = 64;

/** Sides and widths from the first feature map to the picture: 32 px is 4, 8, 16, 32. */
function stagesFor(sizePx: number, width: number): { side: number; from: number }[] {
  const doublings = Math.floor(Math.log2(sizePx / 4));
  return Array.from({ length: doublings + 1 }, (_, i) => ({
    side: sizePx / 2 ** (doublings - i),
    from: Math.max(16, width / 2 ** i),
  }));
}

export function pixelGenerator({ sizePx, channels }: PixelShape, scale: PixelScale, width = 64): Generator<Tensor4D> {
  const stages = stagesFor(sizePx, width);
  const [seed] = stages;
  if (!seed) throw new Error(`A picture of ${sizePx} px is too small to generate.`);
  const widthAfter = (i: number) => stages[i + 1]?.from ?? channels;
  const layout = layOut([
    { name: 'seed.w', shape: [NOISE_SIZE, seed.side * seed.side * seed.from] },
    ...stages.slice(0, -1).flatMap(({ from }, i) => [
      { name: `norm${i}.scale`, shape: [from] },
      { name: `norm${i}.offset`, shape: [from] },
      { name: `up${i}.w`, shape: [4, 4, i + 2 === stages.length ? channels : widthAfter(i), from] },
    ]),
    { name: 'picture.b', shape: [channels] },
  ]);

  return {
    layout,
    noiseSize: NOISE_SIZE,

    /** z: [n, 64] -> [n, sizePx, sizePx, channels], standardised like the real pictures. */
    forward(weights, z) {
      const n = z.shape[0];
      const dense = tf.matMul(z, weights<Tensor2D>('seed.w'));
      let h = dense.as4D(n, seed.side, seed.side, seed.from);
      stages.slice(1).forEach(({ side }, i) => {
        const w = weights<Tensor4D>(`up${i}.w`);
        h = normaliseRelu(h, weights<Tensor1D>(`norm${i}.scale`), weights<Tensor1D>(`norm${i}.offset`));
        h = tf.conv2dTranspose(h, w, [n, side, side, w.shape[2]], 2, 'same');
      });
      const picture = tf.sigmoid(tf.add(h, weights('picture.b'))); // 0 to 1
      return tf.mul(tf.sub(picture, scale.mean), 1 / scale.deviation);
    },

    initialise(random) {
      const flat = new Float32Array(layout.size);
      for (const { name, offset, size } of layout.entries) {
        if (name.endsWith('.w'))
          fillNormal(flat.subarray(offset, offset + size), random, name === 'seed.w' ? 0.1 : 0.02);
        if (name.endsWith('.scale')) part(flat, layout, name).fill(1);
      }
      return flat;
    },
  };
}
