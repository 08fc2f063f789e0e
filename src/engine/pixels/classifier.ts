// The classifier over pixels: a few weight-normalised convolutions, global average pooling, K logits. No batch
// normalisation, which would leak which batch (real or generated) a picture came in.

import { normaliseWeight } from '../tensorflow/fused-ops.ts';
import { convolve, convolvePlain } from '../tensorflow/picture-ops.ts';
import { tf, type Tensor1D, type Tensor2D, type Tensor4D } from '../tensorflow/tensorflow.ts';
import type { Classifier } from '../ssgan/network.ts';
import { layOut, part, type Weights } from '../ssgan/parameters.ts';
import { fillNormal } from '../../shared/random.ts';
import { dataDependentScale } from '../ssgan/weight-norm.ts';

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

/** What sort of pictures the layers are for: scans and digits are told by strokes, photos by larger shapes. */
export type PixelPlan = 'strokes' | 'photos';

const convolutionOf =
  (kernel: number, stride: 1 | 2, residual = false) =>
  (from: number, to: number): Omit<Layer, 'name'> => ({ kernel, stride, from, to, residual });
const halve = convolutionOf(4, 2);
const widen = convolutionOf(3, 1);
const refine = convolutionOf(3, 1, true);

/** Strokes: halve the side to 8 pixels while the width doubles, then one residual convolution.
 *  Photos: halve it four times, a residual convolution after the second and the third. */
export function layersFor({ sizePx, channels }: PixelShape, plan: PixelPlan, width: number): Layer[] {
  const halvings = Math.ceil(Math.log2(sizePx / 8)) - 1; // after the first
  const kinds =
    plan === 'photos'
      ? [halve, halve, refine, halve, refine, halve]
      : [halve, widen, ...Array.from({ length: halvings }, () => halve), refine];
  let from: number = channels;
  return kinds.map((kind, i) => {
    const to = i === 0 ? width : kind === refine ? from : 2 * from;
    const layer = { name: `conv${i + 1}`, ...kind(from, to) };
    from = to;
    return layer;
  });
}

export function pixelClassifier(
  shape: PixelShape,
  classes: number,
  plan: PixelPlan = 'strokes',
  width = 16,
): Classifier<Tensor4D> {
  const layers = layersFor(shape, plan, width);
  const featureSize = layers.at(-1)?.to ?? width;
  const layout = layOut([
    ...layers.flatMap(({ name, kernel, from, to }) => [
      { name: `${name}.v`, shape: [kernel, kernel, from, to] },
      { name: `${name}.b`, shape: [to] },
      { name: `${name}.g`, shape: [to], frozen: true },
    ]),
    { name: 'logits.w', shape: [featureSize, classes] },
    { name: 'logits.b', shape: [classes] },
    { name: 'rotation.w', shape: [featureSize, 4] },
    { name: 'rotation.b', shape: [4] },
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
      const features = tf.mean<Tensor2D>(h, [1, 2]); // [n, side, side, d] -> [n, d]
      const head = (name: string) =>
        tf.add<Tensor2D>(tf.matMul(features, weights<Tensor2D>(`${name}.w`)), weights(`${name}.b`));
      return { features, logits: head('logits'), rotationLogits: () => head('rotation') };
    },

    initialise(sample, random) {
      const flat = new Float32Array(layout.size);
      for (const head of ['logits.w', 'rotation.w']) {
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
