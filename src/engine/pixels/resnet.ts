// The seed's classifier: ResNet-18 (He et al. 2016) as torchvision builds it, from a random start, with K logits.
// Batch-normalised: a batch should hold one kind of picture. The running means and variances are the frozen end of its
// weights.

import { normaliseBy, normaliseByBatch, normaliseRelu } from '../tensorflow/native-ops.ts';
import { convolveEvenly, relu } from '../tensorflow/picture-ops.ts';
import { tf, type Tensor1D, type Tensor2D, type Tensor4D } from '../tensorflow/tensorflow.ts';
import type { Classifier } from '../ssgan/network.ts';
import { layOut, part, type Parameter, type Weights } from '../ssgan/parameters.ts';
import type { PixelShape } from './classifier.ts';
import { fillNormal, spread } from '../../shared/random.ts';

export interface Convolution {
  name: string;
  kernel: 1 | 3 | 7;
  stride: 1 | 2;
  from: number;
  to: number;
}

/** relu(conv2(relu(conv1(x))) + x); where the size changes, x takes a short cut by a 1 × 1 convolution. */
interface Block {
  conv1: Convolution;
  conv2: Convolution;
  shortCut: Convolution | null;
}

const STAGES = 4;

/** Two blocks of each width, 64 to 512 when `width` is 64; all but the first stage begin by halving the side. */
export function blocksOf(width: number): Block[] {
  return Array.from({ length: 2 * STAGES }, (_, i) => {
    const stage = i >> 1;
    const begins = i % 2 === 0 && stage > 0;
    const to = width * 2 ** stage;
    const from = begins ? to / 2 : to;
    const stride = begins ? 2 : 1;
    const name = (kind: string) => `block${i + 1}.${kind}`;
    return {
      conv1: { name: name('conv1'), kernel: 3, stride, from, to },
      conv2: { name: name('conv2'), kernel: 3, stride: 1, from: to, to },
      shortCut: begins ? { name: name('short-cut'), kernel: 1, stride, from, to } : null,
    };
  });
}

export const stemOf = (channels: number, width: number): Convolution => ({
  name: 'stem',
  kernel: 7,
  stride: 2,
  from: channels,
  to: width,
});

const parametersOf = ({ name, kernel, from, to }: Convolution): Parameter[] => [
  { name: `${name}.w`, shape: [kernel, kernel, from, to] },
  { name: `${name}.scale`, shape: [to] },
  { name: `${name}.offset`, shape: [to] },
  { name: `${name}.mean`, shape: [to], frozen: true },
  { name: `${name}.variance`, shape: [to], frozen: true },
];

/** width: channels after the first convolution; 64 in ResNet-18. */
export function resNet18({ channels }: PixelShape, classes: number, width = 64): Classifier<Tensor4D> {
  const stem = stemOf(channels, width);
  const blocks = blocksOf(width);
  // In the order in which a forward pass meets them: the statistics it returns are in that order too.
  const convolutions = [
    stem,
    ...blocks.flatMap(({ conv1, conv2, shortCut }) => (shortCut ? [conv1, conv2, shortCut] : [conv1, conv2])),
  ];
  const featureSize = width * 2 ** (STAGES - 1);
  const layout = layOut([
    ...convolutions.flatMap(parametersOf),
    { name: 'logits.w', shape: [featureSize, classes] },
    { name: 'logits.b', shape: [classes] },
  ]);

  return {
    layout,
    byBatch: true,

    /** x: [n, sizePx, sizePx, channels] */
    forward(weights, x, noise) {
      const pass = new Pass(weights, noise !== null);
      // What learning needs for its gradients stays; a mere look gives its memory back after each block.
      const scoped = (compute: () => Tensor4D): Tensor4D => (noise ? compute() : tf.tidy(compute));
      let h = scoped(() => maxPool(pass.normalised(stem, x, 'relu')));
      for (const block of blocks) {
        const before = h;
        h = scoped(() => pass.block(block, before));
      }
      const features = tf.mean<Tensor2D>(h, [1, 2]); // [n, side, side, d] -> [n, d]
      const logits = tf.add<Tensor2D>(tf.matMul(features, weights<Tensor2D>('logits.w')), weights('logits.b'));
      return noise ? { features, logits, statistics: tf.concat1d(pass.statistics) } : { features, logits };
    },

    /** He et al. 2015 by outputs for convolutions, uniform within 1/√d for the last layer, as torchvision has it. */
    initialise(_sample, random) {
      const flat = new Float32Array(layout.size);
      for (const { name, kernel, to } of convolutions) {
        fillNormal(part(flat, layout, `${name}.w`), random, Math.sqrt(2 / (kernel * kernel * to)));
        part(flat, layout, `${name}.scale`).fill(1);
        part(flat, layout, `${name}.variance`).fill(1);
      }
      for (const name of ['logits.w', 'logits.b']) {
        const values = part(flat, layout, name);
        values.forEach((_, i) => (values[i] = spread(random, 1 / Math.sqrt(featureSize))));
      }
      return flat;
    },
  };
}

/** One forward pass; while learning it normalises by the batch and gathers its means and variances. */
class Pass {
  readonly statistics: Tensor1D[] = [];
  readonly #weights: Weights;
  readonly #learning: boolean;

  constructor(weights: Weights, learning: boolean) {
    this.#weights = weights;
    this.#learning = learning;
  }

  block({ conv1, conv2, shortCut }: Block, x: Tensor4D): Tensor4D {
    const h = this.normalised(conv2, this.normalised(conv1, x, 'relu'));
    return relu(tf.add(h, shortCut ? this.normalised(shortCut, x) : x));
  }

  /** The convolution, batch-normalised; then ReLU where asked. */
  normalised({ name, stride }: Convolution, x: Tensor4D, activation: 'relu' | null = null): Tensor4D {
    const of = (kind: string) => this.#weights<Tensor1D>(`${name}.${kind}`);
    const z = convolveEvenly(x, this.#weights<Tensor4D>(`${name}.w`), stride);
    if (!this.#learning) {
      const y = normaliseBy(z, of('scale'), of('offset'), { mean: of('mean'), variance: of('variance') });
      return activation ? relu(y) : y;
    }
    const normalise = activation ? normaliseRelu : normaliseByBatch;
    const { y, mean, variance } = normalise(z, of('scale'), of('offset'));
    this.statistics.push(mean, variance);
    return y;
  }
}

/** Kernel 3, stride 2, padding 1. Zeros pad as well as −∞ would, because x ≥ 0 after a ReLU. */
const maxPool = (x: Tensor4D): Tensor4D =>
  tf.maxPool(
    tf.pad(x, [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]),
    3,
    2,
    'valid',
  );
