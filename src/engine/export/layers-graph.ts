// A backbone in TensorFlow.js layers format as a graph of ONNX, up to where its features are taken: the layers that
// convolutional networks are built of, each by its name in Keras.

import { array, looseObject, number, optional, parse, string, unknown, type InferOutput } from 'valibot';
import { WhiskerError } from '../../shared/errors.ts';
import type { ModelFile } from '../backbone/tensorflow-file.ts';
import { tf } from '../tensorflow/tensorflow.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { convolve } from './pixel-graph.ts';

const numbers = array(number());
const layerSchema = looseObject({
  class_name: string(),
  inbound_nodes: optional(array(array(array(unknown())))),
  config: looseObject({
    name: string(),
    activation: optional(string(), 'linear'),
    padding: optional(unknown()),
    strides: optional(unknown()),
    kernel_size: optional(unknown()),
    pool_size: optional(unknown()),
    dilation_rate: optional(unknown()),
    epsilon: optional(number(), 1e-3),
    max_value: optional(unknown()),
  }),
});
type Layer = InferOutput<typeof layerSchema>;
const topologySchema = looseObject({ class_name: string(), config: looseObject({ layers: array(layerSchema) }) });

/** A picture within the network. */
interface Value {
  name: string;
  sidePx: number;
  channels: number;
}

/**
 * x: name of float [n, 3, inputPx, inputPx], scaled. -> name of the vectors, [n, d]. Throws 'bad-input' with the layer
 * that can't be written.
 */
export async function layersGraph(
  graph: GraphBuilder,
  x: string,
  { format, artifacts }: ModelFile,
  { inputPx, takenFrom }: { inputPx: number; takenFrom: string },
): Promise<string> {
  if (format !== 'layers') throw cannotWrite('is a graph model of TensorFlow.js');
  const topology: Record<string, unknown> = { ...artifacts.modelTopology };
  const { class_name: kind, config } = parse(topologySchema, topology['model_config'] ?? topology);
  const { layers } = config;
  const weights = await decoded(artifacts);
  const known = new Map<string, Value>();

  function valueOf(name: string): Value {
    const found = known.get(name);
    if (found) return found;
    const at = layers.findIndex((layer) => layer.config.name === name);
    const layer = layers[at];
    if (!layer) throw cannotWrite(`lacks its layer ${name}`);
    const inputs =
      kind === 'Sequential' ? layers.slice(Math.max(0, at - 1), at).map((one) => one.config.name) : inputsOf(layer);
    const value =
      layer.class_name === 'InputLayer' || inputs.length === 0
        ? first(layer)
        : written(graph, layer, inputs.map(valueOf), weights);
    known.set(name, value);
    return value;
  }
  /** A sequence may begin without a layer for its input. */
  function first(layer: Layer): Value {
    const picture = { name: x, sidePx: inputPx, channels: 3 };
    return layer.class_name === 'InputLayer' ? picture : written(graph, layer, [picture], weights);
  }

  const taken = layers.find(({ config: { name } }) => name === takenFrom);
  if (taken?.class_name === 'GlobalMaxPooling2D') throw cannotWrite('ends in the largest of each feature');
  const { name } = valueOf(takenFrom);
  return graph.add('Flatten', [graph.add('GlobalAveragePool', [name])], { axis: 1 });
}

const inputsOf = ({ inbound_nodes: calls = [] }: Layer): string[] => (calls[0] ?? []).map(([from]) => String(from));

type Weights = (name: string) => { values: Float32Array; shape: number[] } | null;

async function decoded({ weightData, weightSpecs = [] }: ModelFile['artifacts']): Promise<Weights> {
  const tensors = await tf.io.decodeWeightsStream(new Blob([weightData]).stream(), weightSpecs);
  const read = new Map(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      { values: Float32Array.from(tensor.dataSync()), shape: tensor.shape },
    ]),
  );
  tf.dispose(tensors);
  return (name) => read.get(name) ?? null;
}

function written(graph: GraphBuilder, layer: Layer, inputs: readonly Value[], weights: Weights): Value {
  const { class_name: kind, config } = layer;
  const [x] = inputs;
  if (!x) throw cannotWrite(`has nothing to give to its layer ${config.name}`);
  const of = (part: string) => {
    const found = weights(`${config.name}/${part}`);
    if (!found) throw cannotWrite(`lacks ${part} of its layer ${config.name}`);
    return found;
  };
  switch (kind) {
    case 'Conv2D':
    case 'DepthwiseConv2D':
      return activated(graph, convolution(graph, layer, x, of, weights), config.activation);
    case 'BatchNormalization': {
      const { channels } = x;
      const part = (name: string, otherwise: number) =>
        graph.floats(weights(`${config.name}/${name}`)?.values ?? new Float32Array(channels).fill(otherwise), [
          channels,
        ]);
      const parts = [
        part('gamma', 1),
        part('beta', 0),
        graph.floats(of('moving_mean').values, [channels]),
        graph.floats(of('moving_variance').values, [channels]),
      ];
      return {
        ...x,
        name: graph.add('BatchNormalization', [x.name, ...parts], { epsilon: { float: config.epsilon } }),
      };
    }
    case 'Activation':
      return activated(graph, x, config.activation);
    case 'ReLU': {
      const most = config.max_value ?? null;
      return activated(graph, x, most === null ? 'relu' : most === 6 ? 'relu6' : `relu to ${String(most)}`);
    }
    case 'Add':
      return { ...x, name: inputs.slice(1).reduce((sum, { name }) => graph.add('Add', [sum, name]), x.name) };
    case 'ZeroPadding2D':
      return padded(graph, layer, x);
    case 'MaxPooling2D':
    case 'AveragePooling2D': {
      const side = square(config.pool_size ?? 2, config.name);
      const stride = square(config.strides ?? side, config.name);
      const { pads, sidePx } = window(layer, x.sidePx, side, stride);
      const attributes = { kernel_shape: [side, side], strides: [stride, stride], pads };
      return {
        ...x,
        sidePx,
        name: graph.add(kind === 'MaxPooling2D' ? 'MaxPool' : 'AveragePool', [x.name], attributes),
      };
    }
    case 'GlobalAveragePooling2D':
    case 'Dropout':
      return x; // The mean is taken at the end, whatever is left; nothing is dropped.
    default:
      throw cannotWrite(`has a layer of the kind ${kind}`);
  }
}

function convolution(
  graph: GraphBuilder,
  layer: Layer,
  x: Value,
  of: (part: string) => { values: Float32Array; shape: number[] },
  weights: Weights,
): Value {
  const { config, class_name: kind } = layer;
  const isDepthwise = kind === 'DepthwiseConv2D';
  const { values: w, shape } = of(isDepthwise ? 'depthwise_kernel' : 'kernel');
  const [side = 0, wide = 0, from = 0, last = 0] = shape;
  const stride = square(config.strides ?? 1, config.name);
  if (side !== wide || square(config.dilation_rate ?? 1, config.name) !== 1 || from !== x.channels) {
    throw cannotWrite(`has a window in its layer ${config.name} that is not square, or not whole`);
  }
  const to = isDepthwise ? from * last : last;
  const b = weights(`${config.name}/bias`)?.values ?? new Float32Array(to);
  const { pads, sidePx } = window(layer, x.sidePx, side, stride);
  const name = isDepthwise
    ? convolve(graph, x.name, { w, b, side, from: 1, to, group: from }, stride, pads)
    : convolve(graph, x.name, { w, b, side, from, to, group: 1 }, stride, pads);
  return { name, sidePx, channels: to };
}

function activated(graph: GraphBuilder, x: Value, activation: string): Value {
  switch (activation) {
    case 'linear':
      return x;
    case 'relu':
      return { ...x, name: graph.add('Relu', [x.name]) };
    case 'relu6':
      return { ...x, name: graph.add('Clip', [x.name, graph.floats([0]), graph.floats([6])]) };
    case 'sigmoid':
      return { ...x, name: graph.add('Sigmoid', [x.name]) };
    default:
      throw cannotWrite(`has an activation of the kind ${activation}`);
  }
}

/** Keras's "same": what is lacking is added around the picture, the odd one below and on the right. */
function window({ config }: Layer, sidePx: number, side: number, stride: number): { pads: number[]; sidePx: number } {
  if (config.padding !== 'same') return { pads: [0, 0, 0, 0], sidePx: Math.floor((sidePx - side) / stride) + 1 };
  const outPx = Math.ceil(sidePx / stride);
  const lacking = Math.max((outPx - 1) * stride + side - sidePx, 0);
  const [before, after] = [Math.floor(lacking / 2), Math.ceil(lacking / 2)];
  return { pads: [before, before, after, after], sidePx: outPx };
}

/** Zeros around a picture, as a convolution that changes nothing else: its window is one pixel. */
function padded(graph: GraphBuilder, { config }: Layer, x: Value): Value {
  const said = config.padding;
  const [rows, columns] = Array.isArray(said) ? said : [said, said];
  const both = (way: unknown): number[] => parse(numbers, Array.isArray(way) ? way : [way, way]);
  const [[top = 0, bottom = 0], [left = 0, right = 0]] = [both(rows), both(columns)];
  const { channels, sidePx } = x;
  if (top + bottom !== left + right) throw cannotWrite(`pads unevenly in its layer ${config.name}`);
  const same = { w: new Float32Array(channels).fill(1), b: new Float32Array(channels), side: 1, from: 1, to: channels };
  const name = convolve(graph, x.name, { ...same, group: channels }, 1, [top, left, bottom, right]);
  return { name, sidePx: sidePx + top + bottom, channels };
}

function square(said: unknown, layer: string): number {
  const [one, other = one] = parse(numbers, Array.isArray(said) ? said : [said]);
  if (one === undefined || one !== other) throw cannotWrite(`has a window in its layer ${layer} that is not square`);
  return one;
}

const cannotWrite = (what: string): WhiskerError =>
  new WhiskerError(
    'bad-input',
    `The pretrained network ${what}, which Whisker can't write for other programs.`,
    'Train on a network that is an ONNX file, or from your photos alone.',
  );
