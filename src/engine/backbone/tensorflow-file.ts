// Reads a TensorFlow.js model folder (model.json and its weight shards) without trusting it: every file is a regular
// one that lies inside the folder, no more is read than model.json promises, and no layer waits for itself. Knows
// nothing of tensors.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { io } from '@tensorflow/tfjs';
import {
  array,
  integer,
  minLength,
  minValue,
  number,
  object,
  optional,
  pipe,
  record,
  safeParse,
  string,
  unknown,
  type InferOutput,
} from 'valibot';
import { readInside, UnreadableFile } from '../../files/regular-file.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { findUnbuildableLayer } from './build-order.ts';

type Format = 'layers' | 'graph';

export interface ModelFile {
  /** Layers models take pixels in [-1, 1] as a rule, graph models of the hub take [0, 1]. */
  format: Format;
  artifacts: io.ModelArtifacts & { weightData: ArrayBuffer };
  /** SHA-256 over model.json and all weights: the version under which features are cached. */
  sha256: string;
}

/** Several times what the largest image networks have. */
const MOST_JSON_BYTES = 64 * 2 ** 20;
const MOST_WEIGHT_BYTES = 2 ** 30;

const bytesPerValue: Record<string, number> = {
  float32: 4,
  int32: 4,
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
  complex64: 8,
};

const quantization = object({ dtype: string(), scale: optional(number()), min: optional(number()) });
const weightSpec = object({
  name: string(),
  shape: array(pipe(number(), integer(), minValue(0))),
  dtype: string(),
  quantization: optional(quantization),
});
const modelJson = object({
  modelTopology: record(string(), unknown()),
  weightsManifest: pipe(array(object({ paths: array(string()), weights: array(weightSpec) })), minLength(1)),
});

/**
 * Reads `folder/model.json` and its shards. Throws 'bad-input' with the reason when it is not a TensorFlow.js model, or
 * not one that can be read safely.
 */
export async function readModelFile(folder: string): Promise<ModelFile> {
  const jsonPath = join(folder, 'model.json');
  const text = await readInside(folder, 'model.json', MOST_JSON_BYTES).catch((error: unknown) => {
    throw new WhiskerError(
      'bad-input',
      `There is no readable model.json in ${folder}: it ${howOf(error)}.`,
      'Choose the folder that holds the TensorFlow.js model.',
    );
  });
  const parsed = safeParse(modelJson, parseJson(text, jsonPath));
  if (!parsed.success) {
    throw new WhiskerError(
      'bad-input',
      `${jsonPath} is not a TensorFlow.js model: it lacks a model topology or a weights manifest.`,
    );
  }
  const { modelTopology, weightsManifest } = parsed.output;
  const stuck = findUnbuildableLayer(modelTopology);
  if (stuck !== null) {
    throw new WhiskerError(
      'bad-input',
      `The model in ${folder} can't be built: the inputs of its layer "${stuck}" are missing or wait for that layer.`,
      'Choose another model.',
    );
  }
  const hash = createHash('sha256').update(text);
  const weights = new Uint8Array(promisedBytes(weightsManifest));
  let done = 0;
  for (const group of weightsManifest) {
    const bytes = weights.subarray(done, done + promisedBytes([group]));
    await readGroup(folder, group.paths, bytes);
    hash.update(bytes);
    done += bytes.length;
  }
  return {
    format: formatOf(modelTopology, jsonPath),
    artifacts: {
      modelTopology,
      weightSpecs: weightsManifest.flatMap((group) => group.weights) as io.WeightsManifestEntry[],
      weightData: weights.buffer,
    },
    sha256: hash.digest('hex'),
  };
}

type WeightSpec = InferOutput<typeof weightSpec>;

function promisedBytes(groups: readonly { weights: WeightSpec[] }[]): number {
  const bytes = groups.flatMap(({ weights }) => weights).reduce((sum, spec) => sum + byteLength(spec), 0);
  if (bytes <= MOST_WEIGHT_BYTES) return bytes;
  throw new WhiskerError(
    'bad-input',
    `The model has more than ${MOST_WEIGHT_BYTES / 2 ** 20} MB of weights, the most that Whisker reads.`,
    'Choose a smaller image network.',
  );
}

/** Fills `target` with the shards, one after the other; a group may be cut into them anywhere. */
async function readGroup(folder: string, names: readonly string[], target: Uint8Array): Promise<void> {
  let done = 0;
  for (const name of names) {
    const shard = await readInside(folder, name, target.length - done).catch((error: unknown) => {
      throw new WhiskerError(
        'bad-input',
        `The weights file ${name} ${howOf(error)}.`,
        'Download the model again, with all its files.',
      );
    });
    target.set(shard, done);
    done += shard.length;
  }
  if (done === target.length) return;
  throw new WhiskerError(
    'bad-input',
    `The weights in ${names.join(', ')} hold ${done} bytes where model.json promises ${target.length}: ` +
      'the model is incomplete or damaged.',
  );
}

function formatOf(topology: Record<string, unknown>, jsonPath: string): Format {
  if ('node' in topology) return 'graph';
  if ('model_config' in topology || 'class_name' in topology) return 'layers';
  throw new WhiskerError('bad-input', `${jsonPath} is neither a TensorFlow.js layers model nor a graph model.`);
}

const howOf = (error: unknown): string => {
  if (error instanceof UnreadableFile) return error.how;
  throw error;
};

function parseJson(text: Buffer, path: string): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    throw new WhiskerError('bad-input', `${path} is not valid JSON.`);
  }
}

function byteLength(spec: { shape: number[]; dtype: string; quantization?: { dtype: string } | undefined }): number {
  const size = bytesPerValue[spec.quantization?.dtype ?? spec.dtype];
  if (size === undefined)
    throw new WhiskerError('bad-input', `The model holds weights of the type ${spec.dtype}, which can't be read.`);
  return size * spec.shape.reduce((product, side) => product * side, 1);
}
