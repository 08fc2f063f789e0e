// A finished feature model in its folder: the space, both networks (averaged weights), the logistic regression, and the
// graph propagation's points with their scores.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';
import type { Head } from '../../shared/training.ts';
import { tf, type Tensor1D, type Tensor2D } from '../tensorflow/tensorflow.ts';
import type { FeatureFile, Prediction, TrainOnFeaturesRequest } from '../messages.ts';
import { atTemperature } from '../../shared/statistics.ts';
import { featureClassifier, featureClassifierDefaults } from './feature-classifier.ts';
import { featureGenerator } from './feature-generator.ts';
import { gaussianGenerator } from './gaussian-generator.ts';
import type { Networks } from '../ssgan/learner.ts';
import type { Classifier } from '../ssgan/network.ts';
import { unpack, type Layout } from '../ssgan/parameters.ts';
import { readTensorFile, writeTensorFile, type NamedArray } from '../files/tensor-file.ts';
import { doubtsOf, type Trust } from '../measuring/doubts.ts';
import { featureRows } from './feature-file.ts';
import { projectRows, type FeatureSpace } from './feature-space.ts';
import { logisticLogits, type LogisticRegression } from './logistic-regression.ts';
import { propagationProbabilities, type Propagation } from './propagation.ts';

export interface FeatureModel {
  /** SHA-256 of the backbone whose features it takes. */
  backbone: string;
  classes: number;
  space: FeatureSpace;
  active: Head;
  /** What the active head's logits are divided by; null when it is uncalibrated. */
  temperature: number | null;
  /** In the other heads; none in a model of before there was any. */
  trust: Trust;
  labelsOnly: Float32Array;
  /** Null when the run ended before the SSGAN began. */
  ssgan: Float32Array | null;
  logistic: LogisticRegression;
  /** Null in a model of before there was one. */
  propagation: Propagation | null;
}

export type Heads = Pick<FeatureModel, 'classes' | 'labelsOnly' | 'ssgan' | 'logistic' | 'propagation'>;

const FILE = 'model.safetensors';
const FORMAT = 'whisker-features-2';

const classifierFor = (inputs: number, classes: number): Classifier<Tensor2D> =>
  featureClassifier({ inputs, classes, ...featureClassifierDefaults });

/** How the weights of its networks lie.  inputs: k. */
export const featureNetworksLayout = (inputs: number, classes: number): Layout => classifierFor(inputs, classes).layout;

/** deviation: [k], of the pool in each coordinate. */
export const featureNetworks = (
  classes: number,
  deviation: Tensor1D,
  generator: TrainOnFeaturesRequest['generator'],
): Networks<Tensor2D> => ({
  classifier: classifierFor(deviation.size, classes),
  generator: generator === 'learned' ? featureGenerator(deviation) : gaussianGenerator(deviation),
});

/** [n, K] class probabilities of one head.  x: [n, k] coordinates. */
export async function predictHead(model: Heads, head: Head, x: Tensor2D): Promise<Float32Array> {
  if (head === 'propagation') {
    if (!model.propagation) throw lacks('graph propagation: it is of an earlier version');
    return propagationProbabilities(model.propagation, x);
  }
  const said = tf.tidy(() => tf.softmax(headLogits(model, head, x)));
  const values = await said.data<'float32'>();
  said.dispose();
  return values;
}

const lacks = (what: string) => new WhiskerError('not-found', `This model has no ${what}.`, 'Train again.');

function headLogits(model: Heads, head: Exclude<Head, 'propagation'>, x: Tensor2D): Tensor2D {
  if (head === 'logistic') return logisticLogits(model.logistic, x);
  const weights = head === 'ssgan' ? model.ssgan : model.labelsOnly;
  if (!weights) throw lacks('SSGAN: its run was stopped before');
  const classifier = classifierFor(x.shape[1], model.classes);
  return classifier.forward(unpack(tf.tensor1d(weights), classifier.layout).weights, x, null).logits;
}

/** What the active head says, at its temperature, another one beside it, and how far to doubt.  x: [n, k]. */
export async function predictBoth(model: FeatureModel, x: Tensor2D): Promise<Prediction> {
  const { active, classes, temperature, trust } = model;
  const probabilities = atTemperature(await predictHead(model, active, x), classes, temperature);
  const other = otherThan(model);
  const said: Partial<Record<Head, Float32Array>> = {};
  for (const head of new Set([other, ...(Object.keys(trust) as Head[])]))
    said[head] = await predictHead(model, head, x);
  return {
    probabilities,
    otherProbabilities: said[other] ?? null,
    doubts: doubtsOf(probabilities, said, trust, classes),
  };
}

/** The head that is trusted most. */
function otherThan({ active, ssgan, trust }: FeatureModel): Head {
  const without = active === 'labels-only' ? 'logistic' : active !== 'ssgan' && ssgan ? 'ssgan' : 'labels-only';
  const heard = Object.keys(trust) as Head[];
  return heard.reduce((best, head) => ((trust[head] ?? 0) > (trust[best] ?? 0) ? head : best), heard[0] ?? without);
}

/** The same of the rows of a file, a chunk at a time: there may be more than fit into memory. */
export async function predictRows(model: FeatureModel, features: FeatureFile): Promise<Prediction> {
  const { classes } = model;
  const count = features.rows.length;
  const probabilities = new Float32Array(count * classes);
  const doubts = new Float32Array(count);
  let otherProbabilities: Float32Array | null = null;
  let at = 0;
  for (const rows of featureRows(features).chunks()) {
    const x = projectRows(model.space, rows);
    const said = await predictBoth(model, x);
    tf.dispose([rows, x]);
    probabilities.set(said.probabilities, at * classes);
    doubts.set(said.doubts, at);
    if (said.otherProbabilities) {
      otherProbabilities ??= new Float32Array(count * classes);
      otherProbabilities.set(said.otherProbabilities, at * classes);
    }
    at += said.doubts.length;
  }
  return { probabilities, otherProbabilities, doubts };
}

/** The same with a saved model. Throws 'bad-input' when the features are of another backbone. */
export async function predictFeatures(folder: string, features: FeatureFile): Promise<Prediction> {
  const model = loadFeatureModel(folder);
  try {
    if (model.backbone !== features.backbone) {
      const message = 'The model was trained on another backbone than the one set up now.';
      throw new WhiskerError('bad-input', message, 'Train again.');
    }
    return await predictRows(model, features);
  } finally {
    disposeFeatureModel(model);
  }
}

export async function saveFeatureModel(folder: string, model: FeatureModel): Promise<void> {
  const { backbone, classes, active, temperature, trust, space, labelsOnly, ssgan, logistic, propagation } = model;
  const tensors = {
    'space/mean': space.mean,
    'space/basis': space.basis,
    'logistic/weights': logistic.weights,
    'logistic/bias': logistic.bias,
  };
  const arrays = new Map<string, NamedArray>();
  for (const [name, tensor] of Object.entries(tensors)) {
    arrays.set(name, { shape: tensor.shape, values: await tensor.data<'float32'>() });
  }
  arrays.set('labels-only', { shape: [labelsOnly.length], values: labelsOnly });
  if (ssgan) arrays.set('ssgan', { shape: [ssgan.length], values: ssgan });
  if (propagation) {
    const { points, scores } = propagation;
    const count = scores.length / classes;
    arrays.set('propagation/points', { shape: [count, points.length / count], values: points });
    arrays.set('propagation/scores', { shape: [count, classes], values: scores });
  }
  mkdirSync(folder, { recursive: true });
  writeTensorFile(join(folder, FILE), {
    arrays,
    metadata: { format: FORMAT, backbone, classes, active, temperature, trust, scale: space.scale },
  });
}

/**
 * Throws 'not-found' or 'bad-input' with the file's name. The caller disposes of the tensors with
 * `disposeFeatureModel`.
 */
export function loadFeatureModel(folder: string): FeatureModel {
  const path = join(folder, FILE);
  const { arrays, metadata } = readTensorFile(path);
  // Written by `saveFeatureModel` under the same format name, which is checked next.
  const { format, backbone, classes, active, temperature, trust = {}, scale } = metadata as Saved;
  if (format !== FORMAT)
    throw new WhiskerError('bad-input', `${path} is no feature model of this version.`, 'Train again.');
  const array = (name: string): NamedArray => {
    const found = arrays.get(name);
    if (!found) throw new WhiskerError('bad-input', `${path} lacks ${name}.`, 'Train again.');
    return found;
  };
  const matrix = (name: string): Tensor2D => {
    const { values, shape } = array(name);
    return tf.tensor2d(values, [shape[0] ?? 0, shape[1] ?? 0]);
  };
  return {
    backbone,
    classes,
    active,
    temperature,
    trust,
    space: { mean: tf.tensor1d(array('space/mean').values), basis: matrix('space/basis'), scale },
    labelsOnly: array('labels-only').values,
    ssgan: arrays.get('ssgan')?.values ?? null,
    logistic: { weights: matrix('logistic/weights'), bias: matrix('logistic/bias') },
    propagation: arrays.has('propagation/scores')
      ? { points: array('propagation/points').values, scores: array('propagation/scores').values }
      : null,
  };
}

type Saved = Pick<FeatureModel, 'backbone' | 'classes' | 'active' | 'temperature'> &
  Partial<Pick<FeatureModel, 'trust'>> & { format: string; scale: number };

export const disposeFeatureModel = ({ space, logistic }: FeatureModel): void =>
  tf.dispose([space.mean, space.basis, logistic.weights, logistic.bias]);
