// A TensorFlow.js model as a network: decides where the features are taken and refuses models that don't look at
// pictures.

import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WhiskerError } from '../../shared/errors.ts';
import type { Device } from '../../shared/training.ts';
import type { BackboneSource } from '../messages.ts';
import { compiled } from '../tensorflow/backend-ops.ts';
import { openDevice } from '../tensorflow/device.ts';
import { isOutOfMemory } from '../tensorflow/out-of-memory.ts';
import { runtime, tf, whyNotNative, type Tensor, type Tensor2D, type Tensor4D } from '../tensorflow/tensorflow.ts';
import { scales } from './input-range.ts';
import {
  cannotServe,
  everyByte,
  FREE_INPUT_PX,
  MAX_INPUT_PX,
  MIN_INPUT_PX,
  noNumbers,
  type Network,
} from './network.ts';
import { readModelFile, type ModelFile } from './tensorflow-file.ts';

/** TensorFlow spreads one over all processors, and keeps the process's thread meanwhile: a stop is heard after it. */
const BATCH = 32;

/**
 * The WebAssembly backend of TensorFlow.js 4.22 answers some convolutions with zeros, and says nothing: "same" padding
 * where there is nothing to pad, as with a kernel of 3 at stride 4.
 */
function requireNative(): void {
  if (runtime) return;
  throw new WhiskerError(
    'training-unavailable',
    `A network in TensorFlow.js format needs native TensorFlow to look at photos. ${whyNotNative}`,
    'Choose an image network as an ONNX file, which needs none.',
  );
}

/**
 * Opens the model in the folder. Without `inputRange` the format's custom holds. Throws 'bad-input' with the reason it
 * can't serve, 'training-unavailable' without native TensorFlow.
 */
export async function openTensorflowNetwork({ path, inputRange }: BackboneSource, device: Device): Promise<Network> {
  await openDevice(device);
  requireNative();
  const file = await readModelFile(path);
  const trunk = file.format === 'layers' ? await openLayersModel(file) : await openGraphModel(file);
  const { inputPx, takenFrom } = trunk;
  const range = inputRange ?? (file.format === 'layers' ? 'minus-one-to-one' : 'zero-to-one');
  const { mean, spread } = scales[range];

  const answer = (bytes: Tensor4D): Tensor2D => poolToVector(trunk.run(tf.div(tf.sub(bytes, [...mean]), [...spread])));
  const whole = compiled(([bytes]) => [answer(bytes as Tensor4D)]);

  async function look(pixels: Uint8Array, count: number): Promise<Float32Array<ArrayBuffer>> {
    await nextTurn();
    const batch = tf.tidy(() => {
      const bytes: Tensor4D = tf.tensor4d(Float32Array.from(pixels), [count, inputPx, inputPx, 3]);
      // Smaller ones come once or twice, and nothing is gained by a function for so few calls.
      return (count === BATCH ? whole.run([[bytes]], '')[0] : null) ?? answer(bytes);
    });
    const vectors = await batch.data<'float32'>();
    batch.dispose();
    return new Float32Array(vectors);
  }
  /** A batch that is too large for the memory is looked at in halves. */
  async function lookInParts(pixels: Uint8Array, count: number): Promise<Float32Array<ArrayBuffer>> {
    try {
      return await look(pixels, count);
    } catch (error) {
      if (!isOutOfMemory(error) || count === 1) throw error;
      const half = Math.ceil(count / 2);
      const cut = half * inputPx ** 2 * 3;
      const first = await lookInParts(pixels.subarray(0, cut), half);
      const second = await lookInParts(pixels.subarray(cut), count - half);
      return Float32Array.of(...first, ...second);
    }
  }

  const features = featuresOf(
    await look(everyByte(inputPx), 1).catch((error: unknown) => Promise.reject(explained(error))),
    takenFrom,
  );
  const info = {
    name: basename(path),
    format: file.format,
    sha256: file.sha256,
    inputRange: range,
    inputPx,
    features,
    bytes: file.artifacts.weightData.byteLength,
    takenFrom,
  };
  return {
    info,
    batch: BATCH,
    lanes: 1,
    async look(pixels, count) {
      const vectors = await lookInParts(pixels, count);
      if (vectors.every(Number.isFinite)) return vectors;
      throw noNumbers(info);
    },
    close: async () => trunk.dispose(),
  };
}

/** The model up to where its features are taken. */
interface Trunk {
  inputPx: number;
  takenFrom: string;
  /** [n, inputPx, inputPx, 3] scaled pixels to [n, d], [n, 1, 1, d] or [n, h, w, d]. */
  run(pixels: Tensor4D): Tensor;
  dispose(): void;
}

async function openLayersModel(file: ModelFile): Promise<Trunk> {
  const model = await understood(() => tf.loadLayersModel(tf.io.fromMemory(file.artifacts)));
  const inputPx = pictureSide(model.inputs.map((input) => input.shape));
  const layers = model.layers.filter((layer) => !Array.isArray(layer.output));
  const layer =
    layers.findLast((candidate) => /^Global(Average|Max)Pooling2D$/.test(candidate.getClassName())) ??
    layers.findLast((candidate) => candidate.getClassName() !== 'InputLayer' && candidate.outputShape.length === 4);
  if (!layer) throw cannotServe('it has no layer that still has the shape of a picture');
  const trunk = tf.model({ inputs: model.inputs, outputs: layer.output });
  return {
    inputPx,
    takenFrom: layer.name,
    run: (pixels) => single(trunk.predict(pixels)),
    dispose: () => model.dispose(),
  };
}

async function openGraphModel(file: ModelFile): Promise<Trunk> {
  const model = await understood(() => tf.loadGraphModel(tf.io.fromMemory(file.artifacts)));
  const inputPx = pictureSide(model.inputs.map((input) => input.shape ?? []));
  const input = model.inputs[0];
  if (!input) throw cannotServe('it takes no input');
  const run = (node: string | undefined, pixels: Tensor4D) =>
    single(node === undefined ? model.predict(pixels) : model.execute({ [input.name]: pixels }, node));
  const pooling = meanNodes(file).findLast((node) => gives(() => run(node, blank(inputPx)), isVector));
  if (pooling === undefined) {
    const { shape } = tf.tidy(() => ran(() => run(undefined, blank(inputPx))));
    if (!isVector(shape) && shape.length !== 4) {
      throw cannotServe('no global pooling was found in it, and its output is not a feature vector');
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
  if (shapes.length !== 1 || !shape) throw cannotServe(`it takes ${shapes.length} inputs where a picture is one`);
  const [, height, width, channels] = shape;
  if (shape.length !== 4 || channels !== 3) {
    throw cannotServe(
      `its input has the shape [${shape.map((side) => side ?? '?').join(', ')}], not [photos, height, width, 3]`,
    );
  }
  const free = (side: number | null | undefined) => side === null || side === undefined || side < 0;
  if (free(height) && free(width)) return FREE_INPUT_PX;
  if (height !== width || !height || height < MIN_INPUT_PX || height > MAX_INPUT_PX) {
    throw cannotServe(
      `its pictures are ${height} × ${width}; they must be square, ${MIN_INPUT_PX} to ${MAX_INPUT_PX} pixels`,
    );
  }
  return height;
}

/** Mean over whatever is left of height and width: [n, h, w, d] or [n, 1, 1, d] to [n, d]. */
function poolToVector(output: Tensor): Tensor2D {
  return output.rank === 4 ? tf.mean(output, [1, 2]) : (output as Tensor2D);
}

/** Length of the vector that the model gave of one picture. */
function featuresOf(vector: Float32Array, takenFrom: string): number {
  if (vector.length < 2) throw cannotServe(`'${takenFrom}' gives no feature vector`);
  if (!vector.every(Number.isFinite)) throw cannotServe('it gives values that are no numbers');
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
  if (!first || rest.length > 0) throw cannotServe('it has several outputs');
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
  return cannotServe(words.replace(/^Invalid TF_Status: \d+\s*Message: /, '').replace(/\.$/, ''));
}
