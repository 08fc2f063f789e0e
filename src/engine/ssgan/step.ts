// One training step: the generator against the teacher, and the classifier on everything. The algorithm is all here.

import { tf, tidy, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tensorflow/tensorflow.ts';
import {
  adversarialLoss,
  consistencyLoss,
  entropyLoss,
  fakeLoss,
  featureMatchingLoss,
  labelledLoss,
  noneLoss,
  pseudoLabelLoss,
  pullAwayLoss,
  realLoss,
  sizeLoss,
  rotationLoss,
} from './losses.ts';
import type { Classified, Classifier, Generator, Noise } from './network.ts';
import type { Objective } from '../../shared/objective.ts';
import type { TrainedWeights, UpdateNumbers } from './optimiser.ts';
import { differentiate, unpack, type Weights } from './parameters.ts';
import { changed, changedBy, type StepInput } from './step-input.ts';

/** All that changes from step to step beside the examples. */
export interface StepNumbers {
  classifier: UpdateNumbers;
  /** Null for a generator that has nothing to learn. */
  generator: UpdateNumbers | null;
  /** How far the terms with a ramp have grown, 0 to 1. */
  grown: Record<keyof Objective['ramps'], Scalar>;
}

export interface StepContext<X extends Tensor> {
  objective: Objective;
  classifier: { network: Classifier<X>; trained: TrainedWeights };
  /** `trained` is null for a generator that has nothing to learn. */
  generator: { network: Generator<X>; trained: TrainedWeights | null } | null;
  /** Who moves first. The other one answers to it, on the same generated examples. */
  first: 'generator' | 'classifier';
  noise: Noise;
  numbers: StepNumbers;
}

/** Runs one step; the values of the [labelled, unlabelled, generated, generator] losses, [4], 0 where a term is off.
 *  Call inside tf.tidy. */
export function trainingStep<X extends Tensor>(context: StepContext<X>, asDrawn: StepInput<X>): Tensor1D {
  const input = changed(asDrawn);
  const { generator, noise } = context;
  const z = generator && noise.normal<Tensor2D>([input.generated, generator.network.noiseSize]);
  const teacher = teacherOf(context);
  // Each part gives back what it needed before the next one begins.
  const teaching = tidy(() => teacherOutput(context, teacher, input));
  if (context.first === 'classifier') {
    const drawn = tidy(() => generator && z && draw(generator, z));
    const values = tidy(() => improveClassifier(context, input, teaching, drawn));
    const { loss } = tidy(() => improveGenerator(context, input, teacherOf(context), z, teaching));
    return tf.concat1d([values, loss.as1D()]);
  }
  const made = tidy(() => improveGenerator(context, input, teacher, z, teaching));
  const values = tidy(() => improveClassifier(context, input, teaching, made.examples));
  return tf.concat1d([values, made.loss.as1D()]);
}

/** The moving average of the classifier is the teacher, and what a learned generator is judged by. */
const teacherOf = <X extends Tensor>({ classifier }: StepContext<X>): Weights =>
  unpack(classifier.trained.average.read(), classifier.network.layout).weights;

/** What the teacher says of the mild view of the unlabelled photos; null when no term asks for it. */
function teacherOutput<X extends Tensor>(
  { objective, classifier, generator }: StepContext<X>,
  teacher: Weights,
  { unlabelled }: StepInput<X>,
): Classified | null {
  const matches = generator?.trained ? objective.featureMatching : 0;
  const asked = matches + objective.pseudoLabel + objective.consistency > 0;
  return unlabelled && asked ? classifier.network.forward(teacher, unlabelled.weak, null) : null;
}

const draw = <X extends Tensor>({ network, trained }: NonNullable<StepContext<X>['generator']>, z: Tensor2D): X =>
  network.forward(trained ? unpack(trained.weights.read(), network.layout).weights : noWeights, z);

/** One update of a generator that learns. `examples` are what it drew before. */
function improveGenerator<X extends Tensor>(
  { objective, classifier, generator, noise, numbers }: StepContext<X>,
  { changes }: StepInput<X>,
  teacher: Weights,
  z: Tensor2D | null,
  real: Classified | null,
): { examples: X | null; loss: Scalar } {
  if (!generator || !z) return { examples: null, loss: tf.scalar(0) };
  const { network, trained } = generator;
  if (!trained || !numbers.generator) return { examples: draw(generator, z), loss: tf.scalar(0) };

  const own = unpack(trained.weights.read(), network.layout);
  const { loss, kept, gradient } = differentiate(
    () => {
      const examples = network.forward(own.weights, z);
      // D(T(G(z))), with the gradient through T. Zhao et al. 2020 (DiffAugment), equation 3.
      const judged = changedBy(changes.judged, examples);
      const fake = classifier.network.forward(teacher, judged, classifier.network.byBatch ? noise : null);
      const loss = tf.addN<Scalar>([
        term(objective.featureMatching, () => real && featureMatchingLoss(real.features, fake.features)),
        term(objective.pullAway, () => pullAwayLoss(fake.features)),
        term(objective.adversarial, () => adversarialLoss(fake.logits)),
      ]);
      return { loss, keep: [examples] };
    },
    own.tensors,
    network.layout,
  );
  trained.update(gradient, numbers.generator);
  return { examples: kept[0], loss };
}

/** One update of the classifier: labelled, unlabelled and generated examples, then every term of the objective. */
function improveClassifier<X extends Tensor>(
  { objective, classifier, noise, numbers }: StepContext<X>,
  input: StepInput<X>,
  teaching: Classified | null,
  fakes: X | null,
): Tensor1D {
  const { network, trained } = classifier;
  const own = unpack(trained.weights.read(), network.layout);
  const kinds = [
    input.labelled,
    input.unlabelled && input.unlabelled.strong,
    fakes && changedBy(input.changes.generated, fakes),
    input.rotated && input.rotated.examples,
    objective.none > 0 ? input.none : null,
  ];
  const { agreement, realFake, entropy } = numbers.grown;

  const learned = passesOf(network, kinds).map((pass, i) =>
    differentiate(
      () => {
        const { seen, statistics } = classify(network, own.weights, pass, noise);
        const [l, u, g, t, n] = seen;
        const p = teaching && tf.softmax(teaching.logits); // the teacher's probabilities, without a gradient
        const labelled = term(objective.labelled, () => l && labelledLoss(l.logits, input.labels));
        const unlabelled = term(objective.unlabelled, () => u && realLoss(u.logits), realFake);
        const generated = term(objective.generated, () => g && fakeLoss(g.logits), realFake);
        const loss = tf.addN<Scalar>([
          labelled,
          unlabelled,
          generated,
          term(objective.none, () => n && noneLoss(n.logits)),
          term(objective.pseudoLabel, () => u && p && pseudoLabelLoss(u.logits, p, objective.confidence), agreement),
          term(objective.consistency, () => u && p && consistencyLoss(u.logits, p), agreement),
          term(objective.entropy, () => u && entropyLoss(u.logits), entropy),
          term(
            objective.rotation,
            () => t?.rotationLogits && input.rotated && rotationLoss(t.rotationLogits(), input.rotated.quarters),
          ),
          term(i === 0 ? objective.weightDecay : 0, () => sizeLoss(own.tensors)),
        ]);
        return { loss, keep: [tf.stack([labelled, unlabelled, generated]).as1D(), ...statistics] };
      },
      own.tensors,
      network.layout,
    ),
  );
  for (const { kept } of learned) for (const statistics of kept.slice(1)) trained.updateStatistics(statistics);
  trained.update(
    learned.map(({ gradient }) => gradient).reduce((sum, gradient) => tf.add(sum, gradient)),
    numbers.classifier,
  );
  return learned.map(({ kept }) => kept[0]).reduce((sum, values) => tf.add(sum, values));
}

/**
 * Kinds of examples that go through the classifier together; a kind that is missing, or not of this pass, is null. All
 * at once, or each kind alone where a batch may hold only one. Each pass is differentiated by itself: memory holds one
 * at a time.
 */
function passesOf<X extends Tensor>({ byBatch }: Classifier<X>, kinds: (X | null)[]): (X | null)[][] {
  if (!byBatch) return [kinds];
  const present = kinds.filter((kind) => kind !== null);
  return present.map((own) => kinds.map((kind) => (kind === own ? kind : null)));
}

type Seen = { logits: Tensor2D; rotationLogits?: Classified['rotationLogits'] | undefined } | null;

/** Examples of several kinds through the classifier as one batch. Kinds that are not there stay null. */
function classify<X extends Tensor>(
  network: Classifier<X>,
  weights: Weights,
  kinds: (X | null)[],
  noise: Noise,
): { seen: Seen[]; statistics: Tensor1D[] } {
  const present = kinds.filter((kind) => kind !== null);
  const { logits, rotationLogits, statistics } = network.forward(weights, tf.concat(present), noise);
  const sizes = present.map((kind) => kind.shape[0] ?? 0);
  const split = (rows: Tensor2D) => (present.length === 1 ? [rows] : tf.split<Tensor2D>(rows, sizes));
  const pieces = split(logits);
  const seen = kinds.map((kind): Seen => {
    const at = kind ? present.indexOf(kind) : -1;
    const own = pieces[at];
    return own ? { logits: own, rotationLogits: rotationLogits && (() => split(rotationLogits())[at] ?? own) } : null;
  });
  return { seen, statistics: statistics ? [statistics] : [] };
}

/** weight · grown · loss; a term that is switched off, or has no examples, costs nothing. */
function term(weight: number, loss: () => Scalar | null | undefined, grown?: Scalar): Scalar {
  const value = weight === 0 ? null : loss();
  if (!value) return tf.scalar(0);
  return tf.mul(value, grown ? tf.mul(grown, weight) : weight);
}

const noWeights: Weights = (name) => {
  throw new Error(`This generator has no weight '${name}'.`);
};
