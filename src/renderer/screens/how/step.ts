// One step of engine/ssgan/step.ts over points: the generator against the teacher, then the classifier on everything.

import type { Objective } from '../../../shared/objective.ts';
import {
  adversarialLoss,
  entropyLoss,
  fakeLoss,
  featureMatchingLoss,
  labelledLoss,
  pullAwayLoss,
  realLoss,
} from './losses.ts';
import type { Network } from './network.ts';
import type { TrainedWeights } from './trained-weights.ts';

/** The terms that mean something for points. */
export type PointObjective = Pick<
  Objective,
  'labelled' | 'unlabelled' | 'generated' | 'entropy' | 'featureMatching' | 'adversarial' | 'pullAway'
>;

export interface Player {
  network: Network;
  trained: TrainedWeights;
}

/** Rows of one step. */
export interface Batch {
  /** [n, 2] and the class of each, [n]. */
  labelled: Float32Array;
  labels: Uint8Array;
  /** [n, 2]; empty where the objective has no use for them. */
  unlabelled: Float32Array;
  /** [n, noise] for a generator that learns; [n, 2], its points, for one that does not. */
  noise: Float32Array;
}

/** How far the terms with a ramp have grown, 0 to 1. */
export interface Grown {
  realFake: number;
  entropy: number;
}

/** The weighted terms of a step. */
export interface StepLosses {
  labelled: number;
  unlabelled: number;
  generated: number;
  generator: number;
}

/** Takes one step and says its losses and the points that were generated for it, [n, 2]. */
export function trainingStep(
  objective: PointObjective,
  classifier: Player,
  generator: Player | null,
  batch: Batch,
  grown: Grown,
): StepLosses & { points: Float32Array } {
  const made = generator
    ? improveGenerator(objective, classifier, generator, batch)
    : { points: batch.noise, generator: 0 };
  return { ...improveClassifier(objective, classifier, batch, made.points, grown), ...made };
}

/** One update of the generator; `points` are what it drew before. */
function improveGenerator(
  { featureMatching, pullAway, adversarial }: PointObjective,
  { network: classifier, trained: { average: teacher } }: Player,
  { network, trained }: Player,
  { unlabelled, noise }: Batch,
): { points: Float32Array; generator: number } {
  const drawing = network.forward(trained.weights, noise);
  const seen = classifier.forward(teacher, drawing.output);
  const d = classifier.features;
  const features = featuresOf(seen);
  const byFeatures = new Float32Array(features.length);
  const byLogits = new Float32Array(seen.output.length);
  let generator = 0;
  if (featureMatching > 0) {
    const real = featuresOf(classifier.forward(teacher, unlabelled));
    generator += featureMatchingLoss(real, features, d, featureMatching, byFeatures);
  }
  if (pullAway > 0) generator += pullAwayLoss(features, d, pullAway, byFeatures);
  if (adversarial > 0) generator += adversarialLoss(seen.output, classifier.outputs, adversarial, byLogits);
  const byPoints = classifier.backward(teacher, seen, byLogits, byFeatures).byInput;
  trained.update(network.backward(trained.weights, drawing, byPoints).byWeights);
  return { points: drawing.output, generator };
}

/** One update of the classifier: labelled, unlabelled and generated points as one batch. */
function improveClassifier(
  objective: PointObjective,
  { network, trained }: Player,
  { labelled, labels, unlabelled }: Batch,
  generated: Float32Array,
  grown: Grown,
): Omit<StepLosses, 'generator'> {
  const K = network.outputs;
  const pass = network.forward(trained.weights, joined([labelled, unlabelled, generated]));
  const gradient = new Float32Array(pass.output.length);
  const ends = [labelled, unlabelled, generated].map(({ length }) => (length / network.inputs) * K);
  const [l, u, g] = split(pass.output, ends);
  const [byL, byU, byG] = split(gradient, ends);
  const ofUnlabelled = objective.unlabelled * grown.realFake;
  const ofGenerated = objective.generated * grown.realFake;
  const ofEntropy = objective.entropy * grown.entropy;
  const losses = {
    labelled: labelledLoss(l, labels, objective.labelled, byL),
    unlabelled: ofUnlabelled > 0 ? realLoss(u, K, ofUnlabelled, byU) : 0,
    generated: ofGenerated > 0 ? fakeLoss(g, K, ofGenerated, byG) : 0,
  };
  if (ofEntropy > 0) entropyLoss(u, K, ofEntropy, byU);
  trained.update(network.backward(trained.weights, pass, gradient).byWeights);
  return losses;
}

const featuresOf = ({ inputs }: ReturnType<Network['forward']>): Float32Array => inputs.at(-1)!;

function joined(parts: Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Views of three parts that lie one after the other. */
function split(whole: Float32Array, [one = 0, two = 0]: number[]): [Float32Array, Float32Array, Float32Array] {
  return [whole.subarray(0, one), whole.subarray(one, one + two), whole.subarray(one + two)];
}
