// A run in the middle, in its folder: everything that an exact resumption needs. One file, replaced whole or not at
// all.

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';
import type { TrainingMetrics } from '../../shared/training.ts';
import type { LearnerState } from '../ssgan/learner.ts';
import type { NetworkState } from '../ssgan/optimiser.ts';
import { readTensorFile, writeTensorFile, type NamedArray } from '../files/tensor-file.ts';

export interface Checkpoint {
  stage: TrainingMetrics['stage'];
  /** The stage's learner. */
  state: LearnerState;
  /** What the labels-only stage left, once it is over. */
  labelsOnly: { steps: number; classifier: Float32Array } | null;
  /** The run's clock: now, where the stage began and ends, and until when there is time to learn. */
  elapsed: number;
  stageBegan: number;
  stageUntil: number;
  learnUntil: number;
}

const FILE = 'checkpoint.safetensors';
const FORMAT = 'whisker-checkpoint-2';
const vectors = ['weights', 'average', 'm', 'v'] as const;

export function saveCheckpoint(folder: string, { state, labelsOnly, ...times }: Checkpoint): void {
  mkdirSync(folder, { recursive: true });
  const arrays = new Map<string, NamedArray>();
  const add = (name: string, values: Float32Array) => arrays.set(name, { shape: [values.length], values });
  for (const network of ['classifier', 'generator'] as const) {
    for (const vector of vectors) {
      const values = state[network]?.[vector];
      if (values) add(`${network}/${vector}`, values);
    }
  }
  if (labelsOnly) add('labels-only', labelsOnly.classifier);
  const { step, rateMultiplier, classifier, generator } = state;
  const counts = { step, rateMultiplier, updates: classifier.updates, generatorUpdates: generator?.updates ?? null };
  const metadata = { format: FORMAT, ...times, ...counts, labelsOnlySteps: labelsOnly?.steps ?? 0 };
  writeTensorFile(join(folder, FILE), { arrays, metadata });
}

/** Null when the run left none. Throws 'bad-input' when the file is not a whole checkpoint of this version. */
export function loadCheckpoint(folder: string): Checkpoint | null {
  const path = join(folder, FILE);
  if (!existsSync(path)) return null;
  const { arrays, metadata } = readTensorFile(path);
  // Written by `saveCheckpoint` under the same format name, which is checked next.
  const { format, step, rateMultiplier, updates, generatorUpdates, labelsOnlySteps, ...times } = metadata as Saved;
  if (format !== FORMAT)
    throw new WhiskerError('bad-input', `${path} is no checkpoint of this version.`, 'Train again.');
  const network = (name: string, count: number): NetworkState => {
    const [weights, average, m, v] = vectors.map((vector) => arrays.get(`${name}/${vector}`)?.values);
    if (!weights || !average || !m || !v) throw new WhiskerError('bad-input', `${path} lacks ${name}.`, 'Train again.');
    return { weights, average, m, v, updates: count };
  };
  const generator = generatorUpdates === null ? null : network('generator', generatorUpdates);
  const classifier = arrays.get('labels-only')?.values;
  return {
    ...times,
    state: { step, rateMultiplier, classifier: network('classifier', updates), generator },
    labelsOnly: classifier ? { steps: labelsOnlySteps, classifier } : null,
  };
}

export const removeCheckpoint = (folder: string): void => rmSync(join(folder, FILE), { force: true });

type Saved = Omit<Checkpoint, 'state' | 'labelsOnly'> & {
  format: string;
  step: number;
  rateMultiplier: number;
  updates: number;
  generatorUpdates: number | null;
  labelsOnlySteps: number;
};
