// A frozen image network as a function from pixels to one feature vector a photo. Decides where the features are taken
// and refuses models that don't look at pictures. Never trains and never changes the model.

import { basename } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';
import { isOutOfMemory } from '../tensorflow/out-of-memory.ts';
import { tf, type Tensor, type Tensor2D, type Tensor4D } from '../tensorflow/tensorflow.ts';
import type { BackboneInfo, InputRange } from '../../shared/training.ts';
import { readModelFile, type ModelFile } from './model-file.ts';

export interface Backbone extends BackboneInfo {
  /** pixels: [n, inputPx, inputPx, 3], 0 to 255. Returns [n, features]. */
  extract(pixels: Tensor4D): Tensor2D;
  dispose(): void;
}

/** The side to use where a model takes any size. */
const FREE_INPUT_PX = 224;
/**
 * Networks whose features are taken before a global pooling are pooled here; smaller maps than this are not pictures
 * any more.
 */
const MIN_INPUT_PX = 16;
const MAX_INPUT_PX = 1024;

/** Mean and standard deviation of red, green and blue over ImageNet, in bytes. */
const imagenet = { mean: [123.675, 116.28, 103.53], spread: [58.395, 57.12, 57.375] };

/**
 * Loads the model in `folder`. Without `inputRange` the format's custom holds. Throws 'bad-input' with the reason it
 * can't serve.
 */
export async function loadBackbone(folder: string, inputRange?: InputRange): Promise<Backbone> {
  const file = await readModelFile(folder);
  const network = file.format === 'layers' ? await openLayersModel(file) : await openGraphModel(file);
  const range = inputRange ?? (file.format === 'layers' ? 'minus-one-to-one' : 'zero-to-one');
  const extract = (pixels: Tensor4D): Tensor2D =>
    tf.tidy(() => {
      return poolToVector(network.run(scale[range](pixels)));
    });
  const features = probeFeatures(extract, network);
  return {
    name: basename(folder),
    format: file.format,
    sha256: file.sha256,
    inputRange: range,
    inputPx: network.inputPx,
    features,
    bytes: file.artifacts.weightData.byteLength,
    takenFrom: network.takenFrom,
    extract,
    dispose: network.dispose,
  };
}

/** [n, h, w, 3] bytes to what the network's makers gave it. */
const scale: Record<InputRange, (pixels: Tensor4D) => Tensor4D> = {
  'minus-one-to-one': (pixels) => tf.sub(tf.div(pixels, 127.5), 1),
  'zero-to-one': (pixels) => tf.div(pixels, 255),
  imagenet: (pixels) => tf.div(tf.sub(pixels, imagenet.mean), imagenet.spread),
  'zero-to-255': (pixels) => pixels,
};

interface Network {
  inputPx: number;
  takenFrom: string;
  /** [n, inputPx, inputPx, 3] scaled pixels to [n, d], [n, 1, 1, d] or [n, h, w, d]. */
  run(pixels: Tensor4D): Tensor;
  dispose(): void;
}

async function openLayersModel(file: ModelFile): Promise<Network> {
  const model = await understood(() => tf.loadLayersModel(tf.io.fromMemory(file.artifacts)));
  const inputPx = pictureSide(model.inputs.map((input) => input.shape));
  const layers = model.layers.filter((layer) => !Array.isArray(layer.output));
  const layer =
    layers.findLast((candidate) => /^Global(Average|Max)Pooling2D$/.test(candidate.getClassName())) ??
    layers.findLast((candidate) => candidate.getClassName() !== 'InputLayer' && candidate.outputShape.length === 4);
  if (!layer) throw notAnImageNetwork('it has no layer that still has the shape of a picture');
  const trunk = tf.model({ inputs: model.inputs, outputs: layer.output });
  return {
    inputPx,
    takenFrom: layer.name,
    run: (pixels) => single(trunk.predict(pixels)),
    dispose: () => model.dispose(),
  };
}

async function openGraphModel(file: ModelFile): Promise<Network> {
  const model = await understood(() => tf.loadGraphModel(tf.io.fromMemory(file.artifacts)));
  const inputPx = pictureSide(model.inputs.map((input) => input.shape ?? []));
  const input = model.inputs[0];
  if (!input) throw notAnImageNetwork('it takes no input');
  const run = (node: string | undefined, pixels: Tensor4D) =>
    single(node === undefined ? model.predict(pixels) : model.execute({ [input.name]: pixels }, node));
  const pooling = meanNodes(file).findLast((node) => gives(() => run(node, blank(inputPx)), isVector));
  if (pooling === undefined) {
    const { shape } = tf.tidy(() => ran(() => run(undefined, blank(inputPx))));
    if (!isVector(shape) && shape.length !== 4) {
      throw notAnImageNetwork('no global pooling was found in it, and its output is not a feature vector');
    }
  }
  return {
    inputPx,
    takenFrom: pooling ?? model.outputs[0]?.name ?? 'output',
    run: (pixels) => run(pooling, pixels),
    dispose: () => model.dispose(),
  };
}

/** Names of the nodes that average, in the order of the graph: a global pooling is one of them. */
function meanNodes(file: ModelFile): string[] {
  const { node } = file.artifacts.modelTopology as { node?: unknown };
  if (!Array.isArray(node)) return [];
  return node
    .filter((entry) => entry?.op === 'Mean' && typeof entry.name === 'string')
    .map((entry) => String(entry.name));
}

/** Side of the one square colour picture that a network takes. */
function pictureSide(shapes: (number | null)[][]): number {
  const [shape] = shapes;
  if (shapes.length !== 1 || !shape) throw notAnImageNetwork(`it takes ${shapes.length} inputs where a picture is one`);
  const [, height, width, channels] = shape;
  if (shape.length !== 4 || channels !== 3) {
    throw notAnImageNetwork(
      `its input has the shape [${shape.map((side) => side ?? '?').join(', ')}], not [photos, height, width, 3]`,
    );
  }
  const free = (side: number | null | undefined) => side === null || side === undefined || side < 0;
  if (free(height) && free(width)) return FREE_INPUT_PX;
  if (height !== width || !height || height < MIN_INPUT_PX || height > MAX_INPUT_PX) {
    throw notAnImageNetwork(
      `its pictures are ${height} × ${width}; they must be square, ${MIN_INPUT_PX} to ${MAX_INPUT_PX} pixels`,
    );
  }
  return height;
}

/** Mean over whatever is left of height and width: [n, h, w, d] or [n, 1, 1, d] to [n, d]. */
function poolToVector(output: Tensor): Tensor2D {
  return output.rank === 4 ? tf.mean(output, [1, 2]) : (output as Tensor2D);
}

/** How many features a picture has. Looks at one whose bytes take every value. */
function probeFeatures(extract: (pixels: Tensor4D) => Tensor2D, { inputPx, takenFrom }: Network): number {
  const vectors = ran(() =>
    tf.tidy(() => {
      const everyByte = Float32Array.from({ length: inputPx * inputPx * 3 }, (_, i) => i % 256);
      return extract(tf.tensor4d(everyByte, [1, inputPx, inputPx, 3])).arraySync();
    }),
  );
  const [vector] = Array.isArray(vectors) ? vectors : [];
  if (!Array.isArray(vector) || vector.length < 2) throw notAnImageNetwork(`'${takenFrom}' gives no feature vector`);
  if (!vector.every(Number.isFinite)) throw notAnImageNetwork('it gives values that are no numbers');
  return vector.length;
}

const blank = (sidePx: number): Tensor4D => tf.zeros([1, sidePx, sidePx, 3]);
const isVector = (shape: number[]): boolean =>
  (shape.length === 2 && shape[1]! > 1) || (shape.length === 4 && shape[1] === 1 && shape[2] === 1);

/**
 * True when `work` runs and its result has an accepted shape; nodes off the picture's path fail, and that is an answer.
 */
function gives(work: () => Tensor, accepts: (shape: number[]) => boolean): boolean {
  try {
    return tf.tidy(() => accepts(work().shape));
  } catch {
    return false;
  }
}

function ran<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explained(error);
  }
}

function single(output: Tensor | Tensor[] | Record<string, Tensor>): Tensor {
  if (output instanceof tf.Tensor) return output;
  const [first, ...rest] = Array.isArray(output) ? output : Object.values(output);
  if (!first || rest.length > 0) throw notAnImageNetwork('it has several outputs');
  return first;
}

async function understood<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw explained(error);
  }
}

/** What TensorFlow says of a model as the reason why it can't serve. Too little memory is not the model's fault. */
function explained(error: unknown): unknown {
  if (error instanceof WhiskerError || isOutOfMemory(error)) return error;
  const words = error instanceof Error ? error.message : String(error);
  return notAnImageNetwork(words.replace(/^Invalid TF_Status: \d+\s*Message: /, '').replace(/\.$/, ''));
}

const notAnImageNetwork = (why: string) =>
  new WhiskerError(
    'bad-input',
    `This model can't serve as a backbone: ${why}.`,
    'Choose an image network in TensorFlow.js format, for example a MobileNet feature extractor.',
  );
