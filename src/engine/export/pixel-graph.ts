// A classifier over pixels as a graph of ONNX, from the bytes of pictures to logits: what pixels/classifier.ts and
// pixels/resnet.ts compute, with weight and batch normalisation folded into the convolutions.

import { layersFor } from '../pixels/classifier.ts';
import { pixelNetworks, type Model } from '../pixels/model.ts';
import { blocksOf, stemOf, type Convolution } from '../pixels/resnet.ts';
import { part } from '../ssgan/parameters.ts';
import type { GraphBuilder } from './graph-builder.ts';

/** As the layers have them: [k, k, in, out] and [out]. */
export interface Kernel {
  w: Float32Array;
  b: Float32Array;
  side: number;
  /** Channels that go into one output. */
  from: number;
  to: number;
  /** As many outputs as inputs see each their own channels. */
  group?: number;
}

/** pixels: name of uint8 [n, sizePx, sizePx, 3] -> name of the logits [n, K] of the head in use. */
export function pixelGraph(graph: GraphBuilder, pixels: string, model: Model): string {
  const { shape, scale, active, labelsOnly, ssgan } = model;
  const weights = active === 'ssgan' && ssgan ? ssgan : labelsOnly;
  const { layout } = pixelNetworks(shape, scale).classifier;
  const of = (name: string) => part(weights, layout, name);
  let h = graph.add('Transpose', [graph.add('Cast', [pixels], { to: 1 })], { perm: [0, 3, 1, 2] });
  if (shape.channels === 1) h = luma(graph, h);
  h = graph.add('Sub', [h, graph.floats([255 * scale.mean])]);
  h = graph.add('Mul', [h, graph.floats([1 / (255 * scale.deviation)])]);
  const features =
    shape.network === 'paper'
      ? resNet(graph, h, shape.channels, shape.classifierWidth, of)
      : ownLayers(graph, h, model, of);
  const flat = graph.add('Flatten', [graph.add('GlobalAveragePool', [features])], { axis: 1 });
  const rows = of('logits.w').length / shape.classes;
  const product = graph.add('MatMul', [flat, graph.floats(of('logits.w'), [rows, shape.classes])]);
  return graph.add('Add', [product, graph.floats(of('logits.b'), [shape.classes])]);
}

/** ITU-R BT.601, rounded to whole numbers, in whole numbers: imaging/pack.ts does the same. */
function luma(graph: GraphBuilder, rgb: string): string {
  const weights = [graph.floats([299, 587, 114], [1, 3, 1, 1]), graph.floats([500], [1])];
  const thousandths = graph.add('Conv', [rgb, ...weights], {
    kernel_shape: [1, 1],
    strides: [1, 1],
    pads: [0, 0, 0, 0],
  });
  return graph.add('Floor', [graph.add('Div', [thousandths, graph.floats([1000])])]);
}

function ownLayers(graph: GraphBuilder, x: string, { shape }: Model, of: (name: string) => Float32Array): string {
  if (shape.network === 'paper') throw new Error('The network of the article has layers of its own.');
  let [h, sidePx] = [x, shape.sizePx];
  for (const { name, kernel, stride, from, to, residual } of layersFor(shape, shape.network, shape.classifierWidth)) {
    const w = normalised(of(`${name}.v`), of(`${name}.g`));
    // TensorFlow's "same": what is lacking is added around the picture, the odd one below and on the right.
    const outPx = Math.ceil(sidePx / stride);
    const lacking = Math.max((outPx - 1) * stride + kernel - sidePx, 0);
    const [before, after] = [Math.floor(lacking / 2), Math.ceil(lacking / 2)];
    const pads = [before, before, after, after];
    const z = convolve(graph, h, { w, b: of(`${name}.b`), side: kernel, from, to }, stride, pads);
    const y = graph.add('LeakyRelu', [z], { alpha: { float: 0.2 } });
    h = residual ? graph.add('Add', [h, y]) : y;
    sidePx = outPx;
  }
  return h;
}

/** g · v / ‖v‖ (Salimans & Kingma 2016), where ‖v‖ runs over all but the last axis. */
export function normalised(v: Float32Array, g: Float32Array): Float32Array {
  const squares = new Float64Array(g.length);
  v.forEach((value, i) => (squares[i % g.length]! += value * value));
  return v.map((value, i) => (value * g[i % g.length]!) / Math.sqrt(squares[i % g.length]! + 1e-12));
}

function resNet(
  graph: GraphBuilder,
  x: string,
  channels: number,
  width: number,
  of: (name: string) => Float32Array,
): string {
  const EPSILON = 1e-5;
  /** Batch normalisation by what was learned of it: w' = w s / √(v + ε), b' = o − m s / √(v + ε). */
  const layer = (h: string, { name, kernel, stride, from, to }: Convolution): string => {
    const [w, scale, offset] = [of(`${name}.w`), of(`${name}.scale`), of(`${name}.offset`)];
    const [mean, variance] = [of(`${name}.mean`), of(`${name}.variance`)];
    const factor = Float64Array.from(scale, (s, i) => s / Math.sqrt(variance[i]! + EPSILON));
    const folded = {
      w: w.map((value, i) => value * factor[i % to]!),
      b: offset.map((value, i) => value - mean[i]! * factor[i]!),
    };
    const pad = kernel >> 1;
    return convolve(graph, h, { ...folded, side: kernel, from, to }, stride, [pad, pad, pad, pad]);
  };
  const relu = (h: string): string => graph.add('Relu', [h]);
  let h = graph.add('MaxPool', [relu(layer(x, stemOf(channels, width)))], {
    kernel_shape: [3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
  });
  for (const { conv1, conv2, shortCut } of blocksOf(width)) {
    const z = layer(relu(layer(h, conv1)), conv2);
    h = relu(graph.add('Add', [z, shortCut ? layer(h, shortCut) : h]));
  }
  return h;
}

/** Name of [n, to, h, w].  pads: above, left, below, right. */
export function convolve(
  graph: GraphBuilder,
  x: string,
  { w, b, side, from, to, group = 1 }: Kernel,
  stride: number,
  pads: number[],
): string {
  // [k, k, in, out] -> [out, in, k, k]
  const turned = new Float32Array(w.length);
  let at = 0;
  for (let o = 0; o < to; o++) {
    for (let i = 0; i < from; i++) {
      for (let place = 0; place < side * side; place++) turned[at++] = w[(place * from + i) * to + o]!;
    }
  }
  return graph.add('Conv', [x, graph.floats(turned, [to, from, side, side]), graph.floats(b, [to])], {
    kernel_shape: [side, side],
    strides: [stride, stride],
    pads,
    group,
  });
}
