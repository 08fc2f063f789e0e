// The generator that has nothing to learn: points drawn from a Gaussian with the pool's own variance in each
// coordinate. They fall mostly between the classes, which is what a "bad" generator is good for (Dai et al. 2017).

import { tf, type Tensor1D, type Tensor2D } from '../tensorflow/tensorflow.ts';
import type { Generator } from '../ssgan/network.ts';
import { layOut } from '../ssgan/parameters.ts';

/** deviation: [k] standard deviation of each coordinate over the pool, whose mean is 0; kept, not owned. */
export function gaussianGenerator(deviation: Tensor1D): Generator<Tensor2D> {
  return {
    layout: layOut([]),
    noiseSize: deviation.size,
    initialise: () => new Float32Array(0),
    forward: (_weights, z) => tf.mul(z, deviation),
  };
}
