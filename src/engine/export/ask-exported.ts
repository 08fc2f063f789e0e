// Loads a model that was taken away, as others will load it, and asks it about pictures.

import { join } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';
import type { AskedExported, AskExportedRequest } from '../messages.ts';
import { readModelFile } from '../backbone/tensorflow-file.ts';
import { Pictures } from '../pixels/pictures.ts';
import { runtime, tf, whyNotNative, type Tensor, type Tensor4D } from '../tensorflow/tensorflow.ts';
import { MODEL_FILES } from './export-model.ts';
import { INPUT } from './translation.ts';

/** Some pictures, [count, sizePx, sizePx, 3] bytes, to probabilities, [count, K]. */
type Ask = (pixels: Uint8Array, count: number) => Promise<Float32Array>;

interface Loaded {
  ask: Ask;
  close(): void | Promise<void>;
}

/** As many at once as most have room for. */
const AT_ONCE = 4;

/** Throws what the library says of a file that it can't load, and 'training-unavailable' where it is not here. */
export async function askExported({ format, folder, pixels, together }: AskExportedRequest): Promise<AskedExported> {
  const pictures = new Pictures(pixels);
  const loaded = await loaders[format](join(folder, MODEL_FILES[format]), pixels.sizePx);
  try {
    const most = together ?? AT_ONCE;
    const answers: number[] = [];
    for (let from = 0; from < pixels.count; from += most) {
      const some = Math.min(most, pixels.count - from);
      // Where the model fixes the number of photos, those that are missing are left black.
      const fed = together ?? some;
      const bytes = new Uint8Array(fed * pictures.rowBytes);
      for (let i = 0; i < some; i++) bytes.set(pictures.row(from + i), i * pictures.rowBytes);
      const said = await loaded.ask(bytes, fed);
      answers.push(...said.subarray(0, (said.length / fed) * some));
    }
    return { probabilities: Float32Array.from(answers) };
  } finally {
    pictures.close();
    await loaded.close();
  }
}

const loaders: Record<AskExportedRequest['format'], (path: string, sizePx: number) => Promise<Loaded>> = {
  async onnx(path, sizePx) {
    const { InferenceSession, Tensor: OnnxTensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(path, { logSeverityLevel: 4 });
    const [input = '', output = ''] = [session.inputNames[0], session.outputNames[0]];
    return {
      async ask(pixels, count) {
        const fed = new OnnxTensor('uint8', pixels, [count, sizePx, sizePx, 3]);
        const said = (await session.run({ [input]: fed }))[output]?.data;
        if (said instanceof Float32Array) return said;
        throw new Error('it gave no probabilities');
      },
      close: () => session.release(),
    };
  },
  async tfjs(path, sizePx) {
    const { artifacts } = await readModelFile(path);
    const model = await tf.loadGraphModel(tf.io.fromMemory(artifacts));
    return { ask: askTensors((x) => model.predict(x), sizePx), close: () => model.dispose() };
  },
  async savedmodel(path, sizePx) {
    if (!runtime) {
      throw new WhiskerError(
        'training-unavailable',
        `A SavedModel can be checked by native TensorFlow alone, and unchecked none is written. ${whyNotNative}`,
        'Take the model away as ONNX or for TensorFlow.js, or install native TensorFlow.',
      );
    }
    const { node } = tf as unknown as NativeTensorflow;
    const model = await node.loadSavedModel(path, ['serve'], 'serving_default');
    return { ask: askTensors((x) => model.predict({ [INPUT]: x }), sizePx), close: () => void model.dispose() };
  },
};

/** What the native package adds to TensorFlow.js. */
interface NativeTensorflow {
  node: {
    loadSavedModel(path: string, tags: string[], signature: string): Promise<SavedModel>;
  };
}

interface SavedModel {
  predict(inputs: Record<string, Tensor>): Answer;
  dispose(): void;
}

type Answer = Tensor | Tensor[] | Record<string, Tensor>;

const askTensors =
  (predict: (x: Tensor4D) => Answer, sizePx: number): Ask =>
  async (pixels, count) => {
    const x: Tensor4D = tf.tensor4d(Float32Array.from(pixels), [count, sizePx, sizePx, 3]);
    const said = predict(x);
    const [answer] = said instanceof tf.Tensor ? [said] : Object.values(said);
    if (!answer) throw new Error('it gave no probabilities');
    const values = await answer.data<'float32'>();
    tf.dispose([x, answer]);
    return new Float32Array(values);
  };
