// EfficientNet-Lite (Tan and Le 2019, and the "lite" variants of tensorflow/tpu: no squeeze-and-excitation, ReLU6, stem
// and head of one size) as a graph of ONNX: from the weights of a checkpoint of PyTorch to a network that turns the
// bytes of pictures into pooled features. Batch norm is folded into the convolutions.

import { UnreadableFile } from '../../files/regular-file.ts';
import type { Weights } from './checkpoint.ts';
import type { Constant, Node, OnnxNetwork } from './onnx.ts';

/** How much wider and deeper than Lite0 it is, and the pictures that it was trained on. */
export interface LiteVariant {
  width: number;
  depth: number;
  inputPx: number;
}

export const STEM_CHANNELS = 32;
/** Length of a feature vector. */
export const FEATURES = 1280;
const EPSILON = 1e-3;
/** Channels are multiples of it. */
const CHANNEL_STEP = 8;
/** Of ImageNet's red, green and blue, of 255. */
const MEAN = [0.485, 0.456, 0.406].map((part) => 255 * part);
const DEVIATION = [0.229, 0.224, 0.225].map((part) => 255 * part);

interface Stage {
  repeats: number;
  kernel: number;
  stride: number;
  expansion: number;
  channels: number;
}

/** Of Lite0. The first and the last have as many blocks in every variant. */
const stages: readonly Stage[] = [
  { repeats: 1, kernel: 3, stride: 1, expansion: 1, channels: 16 },
  { repeats: 2, kernel: 3, stride: 2, expansion: 6, channels: 24 },
  { repeats: 2, kernel: 5, stride: 2, expansion: 6, channels: 40 },
  { repeats: 3, kernel: 3, stride: 2, expansion: 6, channels: 80 },
  { repeats: 3, kernel: 5, stride: 1, expansion: 6, channels: 112 },
  { repeats: 4, kernel: 5, stride: 2, expansion: 6, channels: 192 },
  { repeats: 1, kernel: 3, stride: 1, expansion: 6, channels: 320 },
];

/** An inverted bottleneck (MBConv): widen, look around channel by channel, narrow; with a way past it where it fits. */
export interface Block {
  kernel: number;
  stride: number;
  channelsIn: number;
  channelsBetween: number;
  channelsOut: number;
}

export function blocksOf({ width, depth }: LiteVariant): Block[] {
  const blocks: Block[] = [];
  let channelsIn = STEM_CHANNELS;
  stages.forEach(({ repeats, kernel, stride, expansion, channels }, index) => {
    const isOuter = index === 0 || index === stages.length - 1;
    const channelsOut = roundChannels(width * channels);
    for (let i = 0; i < (isOuter ? repeats : Math.ceil(depth * repeats)); i++) {
      const channelsBetween = expansion * channelsIn;
      blocks.push({ kernel, stride: i === 0 ? stride : 1, channelsIn, channelsBetween, channelsOut });
      channelsIn = channelsOut;
    }
  });
  return blocks;
}

/** The nearest multiple of the step that takes less than a tenth away. */
function roundChannels(channels: number): number {
  const rounded = Math.max(CHANNEL_STEP, Math.floor(channels / CHANNEL_STEP + 0.5) * CHANNEL_STEP);
  return rounded < 0.9 * channels ? rounded + CHANNEL_STEP : rounded;
}

/**
 * uint8 [n, inputPx, inputPx, 3] to float [n, 1280]. Takes the weights by the names of the package
 * efficientnet_lite_pytorch. Throws `UnreadableFile` when one is missing, has another shape or is one too many.
 */
export function buildLite(name: string, variant: LiteVariant, weights: ReadonlyMap<string, Weights>): OnnxNetwork {
  const { inputPx } = variant;
  const graph = new Graph(weights, inputPx);
  graph.normalise('pixels');
  graph.convolve('_conv_stem', '_bn0', { kernel: 3, stride: 2, channels: STEM_CHANNELS, clipped: true });
  blocksOf(variant).forEach((block, index) => graph.bottleneck(`_blocks.${index}`, block));
  graph.convolve('_conv_head', '_bn1', { kernel: 1, stride: 1, channels: FEATURES, clipped: true });
  graph.pool('features');
  graph.requireAllUsed();
  return {
    name,
    input: { name: 'pixels', type: 'uint8', shape: ['photos', inputPx, inputPx, 3] },
    output: { name: 'features', type: 'float', shape: ['photos', FEATURES] },
    nodes: graph.nodes,
    constants: graph.constants,
    metadata: { 'Image.BitmapPixelFormat': 'Rgb8', 'Image.NominalPixelRange': 'NominalRange_0_255' },
  };
}

interface Convolution {
  kernel: number;
  stride: number;
  channels: number;
  /** One kernel a channel. */
  depthwise?: boolean;
  /** ReLU6 follows. */
  clipped: boolean;
}

/** A chain of layers that grows at its end. */
class Graph {
  readonly nodes: Node[] = [];
  readonly constants = new Map<string, Constant>();
  readonly #weights: ReadonlyMap<string, Weights>;
  readonly #used = new Set<string>(['_fc.weight', '_fc.bias']); // The classifier of ImageNet is not carried over.
  #sidePx: number;
  #channels = 3;
  /** What the last node gives. */
  #last = '';

  constructor(weights: ReadonlyMap<string, Weights>, inputPx: number) {
    this.#weights = weights;
    this.#sidePx = inputPx;
    this.#constant('zero', [], [0]);
    this.#constant('six', [], [6]);
  }

  /**
   * Takes ImageNet's mean away; its deviation is in the weights of the stem. The mean can't be there too, for the zeros
   * that pad a picture stand for the mean colour.
   */
  normalise(input: string): void {
    this.#constant('mean', [1, 3, 1, 1], MEAN);
    this.#add('Transpose', [input], 'planes', { perm: [0, 3, 1, 2] });
    this.#add('Cast', ['planes'], 'values', { to: 1 });
    this.#add('Sub', ['values', 'mean'], 'centred');
  }

  bottleneck(name: string, { kernel, stride, channelsIn, channelsBetween, channelsOut }: Block): void {
    const past = this.#last;
    const between = { channels: channelsBetween, clipped: true };
    if (channelsBetween !== channelsIn) {
      this.convolve(`${name}._expand_conv`, `${name}._bn0`, { ...between, kernel: 1, stride: 1 });
    }
    this.convolve(`${name}._depthwise_conv`, `${name}._bn1`, { ...between, kernel, stride, depthwise: true });
    const narrow = { kernel: 1, stride: 1, channels: channelsOut, clipped: false };
    this.convolve(`${name}._project_conv`, `${name}._bn2`, narrow);
    if (stride === 1 && channelsIn === channelsOut) this.#add('Add', [this.#last, past], `${name}.sum`);
  }

  /**
   * A convolution with the batch norm behind it: w' = w g / √(v + ε) and b' = b − m g / √(v + ε), channel by channel.
   */
  convolve(name: string, norm: string, { kernel, stride, channels, depthwise = false, clipped }: Convolution): void {
    const groups = depthwise ? channels : 1;
    const inputs = this.#channels / groups;
    const shape = [channels, inputs, kernel, kernel];
    const { values } = this.#take(`${name}.weight`, shape);
    const [scale, shift, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
      (part) => this.#take(`${norm}.${part}`, [channels]).values,
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    const factor = Float64Array.from(scale, (g, i) => g / Math.sqrt(variance[i]! + EPSILON));
    const [perOutput, perInput] = [inputs * kernel ** 2, kernel ** 2];
    const isStem = this.#last === 'centred';
    const folded = values.map((weight, i) => {
      const scaled = weight * factor[Math.floor(i / perOutput)]!;
      return isStem ? scaled / DEVIATION[Math.floor(i / perInput) % inputs]! : scaled;
    });
    this.#constant(`${name}.weight`, shape, folded);
    this.#constant(
      `${name}.bias`,
      [channels],
      shift.map((b, i) => b - mean[i]! * factor[i]!),
    );
    this.#add('Conv', [this.#last, `${name}.weight`, `${name}.bias`], name, {
      group: groups,
      kernel_shape: [kernel, kernel],
      pads: this.#pads(kernel, stride),
      strides: [stride, stride],
    });
    this.#channels = channels;
    if (clipped) this.#add('Clip', [name, 'zero', 'six'], `${name}.relu6`);
  }

  /** Mean over what is left of height and width. */
  pool(output: string): void {
    this.#add('GlobalAveragePool', [this.#last], 'pooled');
    this.#add('Flatten', ['pooled'], output, { axis: 1 });
  }

  requireAllUsed(): void {
    const other = [...this.#weights.keys()].find((name) => !this.#used.has(name));
    if (other !== undefined) throw new UnreadableFile(`holds another network: ${shown(other)} is no part of this one`);
  }

  /**
   * TensorFlow's "same": as many positions as strides fit into the picture, what is lacking for them added around it,
   * the odd one below and on the right. Goes on to the side of what comes out.
   */
  #pads(kernel: number, stride: number): number[] {
    const side = Math.ceil(this.#sidePx / stride);
    const lacking = Math.max((side - 1) * stride + kernel - this.#sidePx, 0);
    const [before, after] = [Math.floor(lacking / 2), Math.ceil(lacking / 2)];
    this.#sidePx = side;
    return [before, before, after, after];
  }

  #take(name: string, shape: readonly number[]): Weights {
    const found = this.#weights.get(name);
    if (!found) throw new UnreadableFile(`holds another network: ${name} is missing`);
    if (found.shape.join() !== shape.join()) {
      const [is, expected] = [found.shape, shape].map((sides) => `[${sides.join(', ')}]`);
      throw new UnreadableFile(`holds another network: ${name} has the shape ${is} where ${expected} is expected`);
    }
    if (!found.values.every(Number.isFinite)) throw new UnreadableFile(`holds values in ${name} that are no numbers`);
    this.#used.add(name);
    return found;
  }

  #constant(name: string, shape: readonly number[], values: ArrayLike<number>): void {
    this.constants.set(name, { shape, values: Float32Array.from(values) });
  }

  #add(type: string, inputs: readonly string[], output: string, attributes: Node['attributes'] = {}): void {
    this.nodes.push({ type, inputs, output, attributes });
    this.#last = output;
  }
}

const shown = (name: string): string => `"${name.slice(0, 60)}"`;
