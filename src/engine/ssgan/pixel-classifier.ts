// The classifier over pixels: a few weight-normalised convolutions, global average pooling, K logits. No batch normalisation,
// which would leak which batch (real or generated) a picture came in.

import { convolve, convolvePlain } from '../backend/fused-ops.ts';
import { tf, type Tensor1D, type Tensor2D, type Tensor4D } from '../backend/tensorflow.ts';
import type { Classifier } from './network.ts';
import { layOut, part, type Weights } from './parameters.ts';
import { fillNormal } from './random.ts';
import { dataDependentScale, normaliseWeight } from './weight-norm.ts';

export interface PixelShape {
  sizePx: number;
  channels: 1 | 3;
}

interface Layer {
  name: string;
  kernel: number;
  stride: 1 | 2;
  from: number;
  to: number;
  /** Adds its input to its output. */
  residual: boolean;
}

/** Halves the side to 8 pixels while the width doubles, then one residual convolution. */
function layersFor({ sizePx, channels }: PixelShape, width: number): Layer[] {
  const layers: Layer[] = [
    { name: 'conv1', kernel: 4, stride: 2, from: channels, to: width, residual: false },
    { name: 'conv2', kernel: 3, stride: 1, from: width, to: 2 * width, residual: false },
  ];
  let side = sizePx / 2;
  let channelsNow = 2 * width;
  for (let i = 3; side > 8; i++, side /= 2) {
    layers.push({ name: `conv${i}`, kernel: 4, stride: 2, from: channelsNow, to: 2 * channelsNow, residual: false });
    channelsNow *= 2;
  }
  layers.push({ name: 'residual', kernel: 3, stride: 1, from: channelsNow, to: channelsNow, residual: true });
  return layers;
}

export function pixelClassifier(shape: PixelShape, classes: number, width = 16): Classifier<Tensor4D> {
  const layers = layersFor(shape, width);
  const featureSize = layers.at(-1)?.to ?? width;
  const layout = layOut([
    ...layers.flatMap(({ name, kernel, from, to }) => [
      { name: `${name}.v`, shape: [kernel, kernel, from, to] },
      { name: `${name}.b`, shape: [to] },
      { name: `${name}.g`, shape: [to], frozen: true },
    ]),
    { name: 'logits.w', shape: [featureSize, classes] },
    { name: 'logits.b', shape: [classes] },
    { name: 'turns.w', shape: [featureSize, 4] },
    { name: 'turns.b', shape: [4] },
  ]);

  const convolution = (weights: Weights, { name, stride, residual }: Layer, h: Tensor4D): Tensor4D => {
    const w = normaliseWeight(weights<Tensor4D>(`${name}.v`), weights<Tensor1D>(`${name}.g`));
    const y = convolve(h, w, weights<Tensor1D>(`${name}.b`), stride);
    return residual ? tf.add(h, y) : y;
  };

  return {
    layout,

    /** x: [n, sizePx, sizePx, channels] */
    forward(weights, x) {
      let h = x;
      for (const layer of layers) h = convolution(weights, layer, h);
      const features = tf.mean<Tensor2D>(h, [1, 2]); // [n, 8, 8, d] -> [n, d]
      const head = (name: string) =>
        tf.add<Tensor2D>(tf.matMul(features, weights<Tensor2D>(`${name}.w`)), weights(`${name}.b`));
      return { features, logits: head('logits'), turns: () => head('turns') };
    },

    initialise(sample, random) {
      const flat = new Float32Array(layout.size);
      for (const head of ['logits.w', 'turns.w']) {
        fillNormal(part(flat, layout, head), random, 0.1 / Math.sqrt(featureSize));
      }
      return tf.tidy(() => {
        let h = sample;
        for (const layer of layers) {
          const { name, stride } = layer;
          const ofLayer = (kind: string) => part(flat, layout, `${name}.${kind}`);
          fillNormal(ofLayer('v'), random, 0.05);
          const v = tf.tensor4d(ofLayer('v').slice(), [layer.kernel, layer.kernel, layer.from, layer.to]);
          const { g, b } = dataDependentScale(convolvePlain(h, normaliseWeight(v, tf.ones([layer.to])), stride));
          ofLayer('g').set(g);
          ofLayer('b').set(b);
          const y = convolve(h, normaliseWeight(v, tf.tensor1d(g)), tf.tensor1d(b), stride);
          h = layer.residual ? tf.add(h, y) : y;
        }
        return flat;
      });
    },
  };
}
