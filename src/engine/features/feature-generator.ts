// A generator over feature coordinates that learns: z -> 128 -> 128 -> k, batch normalisation and ReLU between its
// layers. Its points come to lie where the pool lies, which the Gaussian of gaussian-generator.ts leaves alone.

import { normaliseRelu } from '../tensorflow/backend-ops.ts';
import { tf, type Tensor1D, type Tensor2D } from '../tensorflow/tensorflow.ts';
import type { Generator } from '../ssgan/network.ts';
import { layOut, part } from '../ssgan/parameters.ts';
import { fillNormal } from '../../shared/random.ts';

const NOISE_SIZE = 64;
const HIDDEN = 128;

/**
 * deviation: [k] standard deviation of each coordinate over the pool, the scale on which it begins; kept, not owned.
 */
export function featureGenerator(deviation: Tensor1D): Generator<Tensor2D> {
  const widths = [NOISE_SIZE, HIDDEN, HIDDEN, deviation.size];
  const layers = widths.slice(1).map((to, i) => ({ name: `dense${i + 1}`, from: widths[i] ?? 0, to, last: i === 2 }));
  const layout = layOut(
    layers.flatMap(({ name, from, to, last }) => [
      { name: `${name}.w`, shape: [from, to] },
      { name: `${name}.offset`, shape: [to] },
      ...(last ? [] : [{ name: `${name}.scale`, shape: [to] }]),
    ]),
  );
  return {
    layout,
    noiseSize: NOISE_SIZE,

    /** z: [n, 64] -> [n, k] */
    forward(weights, z) {
      let h = z;
      for (const { name, to, last } of layers) {
        const dense = tf.matMul(h, weights<Tensor2D>(`${name}.w`));
        const offset = weights<Tensor1D>(`${name}.offset`);
        if (last) return tf.mul(tf.add(dense, offset), deviation);
        const n = dense.shape[0];
        h = normaliseRelu(dense.as4D(n, 1, 1, to), weights<Tensor1D>(`${name}.scale`), offset).y.as2D(n, to);
      }
      throw new Error('A generator needs an output layer.');
    },

    initialise(random) {
      const flat = new Float32Array(layout.size);
      for (const { name, from, last } of layers) {
        fillNormal(part(flat, layout, `${name}.w`), random, Math.sqrt(1 / from));
        if (!last) part(flat, layout, `${name}.scale`).fill(1);
      }
      return flat;
    },
  };
}
