// Reads a TensorFlow.js model folder (model.json and its weight shards) without trusting it: every shard stays inside
// the folder and has the bytes that the manifest promises. Knows nothing of tensors.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { io } from '@tensorflow/tfjs';
import { array, minLength, number, object, optional, pipe, record, safeParse, string, unknown } from 'valibot';
import { WhiskerError } from '../../shared/errors.ts';
import type { BackboneInfo } from '../../shared/training.ts';

export interface ModelFile {
  /** Layers models take pixels in [-1, 1] as a rule, graph models of the hub take [0, 1]. */
  format: BackboneInfo['format'];
  artifacts: io.ModelArtifacts;
  /** SHA-256 over model.json and all weights: the version under which features are cached. */
  sha256: string;
}

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
  shape: array(number()),
  dtype: string(),
  quantization: optional(quantization),
});
const modelJson = object({
  modelTopology: record(string(), unknown()),
  weightsManifest: pipe(array(object({ paths: array(string()), weights: array(weightSpec) })), minLength(1)),
});

/**
 * Reads `folder/model.json` and its shards. Throws 'bad-input' with the reason when it is not a TensorFlow.js model.
 */
export async function readModelFile(folder: string): Promise<ModelFile> {
  const jsonPath = join(folder, 'model.json');
  const text = await readFile(jsonPath).catch(() => {
    throw new WhiskerError(
      'bad-input',
      `There is no readable model.json in ${folder}.`,
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
  const hash = createHash('sha256').update(text);
  const weights: Buffer[] = [];
  for (const group of weightsManifest) {
    const shards = await Promise.all(group.paths.map((name) => readShard(folder, name)));
    const bytes = Buffer.concat(shards);
    const expected = group.weights.reduce((sum, spec) => sum + byteLength(spec), 0);
    if (bytes.length !== expected) {
      throw new WhiskerError(
        'bad-input',
        `The weights in ${group.paths.join(', ')} hold ${bytes.length} bytes where model.json promises ${expected}: the model is incomplete or damaged.`,
      );
    }
    hash.update(bytes);
    weights.push(bytes);
  }
  return {
    format: formatOf(modelTopology, jsonPath),
    artifacts: {
      modelTopology,
      weightSpecs: weightsManifest.flatMap((group) => group.weights) as io.WeightsManifestEntry[],
      weightData: toArrayBuffer(Buffer.concat(weights)),
    },
    sha256: hash.digest('hex'),
  };
}

function formatOf(topology: Record<string, unknown>, jsonPath: string): BackboneInfo['format'] {
  if ('node' in topology) return 'graph';
  if ('model_config' in topology || 'class_name' in topology) return 'layers';
  throw new WhiskerError('bad-input', `${jsonPath} is neither a TensorFlow.js layers model nor a graph model.`);
}

async function readShard(folder: string, name: string): Promise<Buffer> {
  const path = resolve(folder, name);
  if (!path.startsWith(resolve(folder) + sep)) {
    throw new WhiskerError('bad-input', `model.json names a weights file outside its own folder: ${name}.`);
  }
  return readFile(path).catch(() => {
    throw new WhiskerError(
      'bad-input',
      `The weights file ${name} is missing.`,
      'Download the model again, with all its files.',
    );
  });
}

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

const toArrayBuffer = (bytes: Buffer): ArrayBuffer => new Uint8Array(bytes).buffer;
