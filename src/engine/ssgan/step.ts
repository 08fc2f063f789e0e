// One training step: the generator against the teacher, then the classifier on everything at once. The algorithm is all here.

import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../backend/tensorflow.ts';
import {
  adversarialLoss,
  consistencyLoss,
  entropyLoss,
  fakeLoss,
  featureMatchingLoss,
  labelledLoss,
  pseudoLabelLoss,
  pullAwayLoss,
  realLoss,
  turnedLoss,
} from './losses.ts';
import type { Classified, Classifier, Generator, Noise } from './network.ts';
import type { Objective } from './objective.ts';
import type { TrainedWeights } from './optimiser.ts';
import { differentiate, unpack, type Weights } from './parameters.ts';
import { grown } from './schedule.ts';

/** What one step learns from. X: pictures [n, h, w, c] or features [n, d]. */
export interface StepInput<X extends Tensor> {
  labelled: X;
  /** [rows of labelled] int32 */
  labels: Tensor1D;
  /** The same unlabelled photos under a mild and a strong random change; null when the objective has no use for them. */
  unlabelled: { weak: X; strong: X } | null;
  /** Unlabelled photos turned by quarters, [rows] int32 of 0 to 3; null when the objective has no use for them. */
  turned: { examples: X; quarters: Tensor1D } | null;
  /** How many examples to generate. */
  generated: number;
  /** The strong change for generated examples, so that the change itself does not tell what is real. */
  disguise: (generated: X) => X;
}

export interface StepContext<X extends Tensor> {
  objective: Objective;
  classifier: { network: Classifier<X>; trained: TrainedWeights };
  /** `trained` is null for a generator that has nothing to learn. */
  generator: { network: Generator<X>; trained: TrainedWeights | null } | null;
  noise: Noise;
  /** How far the run is, 0 to 1. */
  fraction: number;
  /** Share of the full learning rate, 0 to 1. */
  rate: number;
}

/** Runs one step; the values of the [labelled, unlabelled, generated, generator] losses, [4], 0 where a term is off.
 *  Call inside tf.tidy. */
export function trainingStep<X extends Tensor>(context: StepContext<X>, input: StepInput<X>): Tensor1D {
  const { generator, objective } = context;
  const { network, trained } = context.classifier;
  // The moving average is the teacher, and the eye by which a learned generator is judged; it sees the mild view.
  const teacher = unpack(trained.average.read(), network.layout).weights;
  const asked = generator?.trained || objective.pseudoLabel || objective.consistency;
  const judged = input.unlabelled && asked ? network.forward(teacher, input.unlabelled.weak, null) : null;
  const made = improveGenerator(context, teacher, judged, input.generated);
  const values = improveClassifier(context, input, judged, made && made.examples);
  return tf.concat1d([values, (made?.loss ?? tf.scalar(0)).as1D()]);
}

/** One update of the generator. Its examples then serve the classifier as the generated ones. */
function improveGenerator<X extends Tensor>(
  { objective, classifier, generator, noise, rate }: StepContext<X>,
  teacher: Weights,
  real: Classified | null,
  count: number,
): { examples: X; loss: Scalar } | null {
  if (!generator) return null;
  const { network, trained } = generator;
  const z = noise.normal<Tensor2D>([count, network.noiseSize]);
  if (!trained || !real) return { examples: network.forward(noWeights, z), loss: tf.scalar(0) };

  const own = unpack(trained.weights.read(), network.layout);
  const { loss, kept, gradient } = differentiate(
    () => {
      const examples = network.forward(own.weights, z);
      const fake = classifier.network.forward(teacher, examples, null);
      const loss = tf.addN<Scalar>([
        term(objective.featureMatching, () => featureMatchingLoss(real.features, fake.features)),
        term(objective.pullAway, () => pullAwayLoss(fake.features)),
        term(objective.adversarial, () => adversarialLoss(fake.logits)),
      ]);
      return { loss, keep: examples };
    },
    own.tensors,
    network.layout,
  );
  trained.update(gradient, rate);
  return { examples: kept, loss };
}

/** One update of the classifier: labelled, unlabelled and generated examples in one pass, then every term of the objective. */
function improveClassifier<X extends Tensor>(
  { objective, classifier, noise, fraction, rate }: StepContext<X>,
  input: StepInput<X>,
  judged: Classified | null,
  fakes: X | null,
): Tensor1D {
  const { network, trained } = classifier;
  const own = unpack(trained.weights.read(), network.layout);
  const joined = join([
    input.labelled,
    input.unlabelled && input.unlabelled.strong,
    fakes && input.disguise(fakes),
    input.turned && input.turned.examples,
  ]);
  const agreement = grown(fraction, objective.ramps.agreement);
  const realFake = grown(fraction, objective.ramps.realFake);
  const late = grown(fraction, objective.ramps.entropy);

  const { kept, gradient } = differentiate(
    () => {
      const { logits, turns } = network.forward(own.weights, joined.all, noise);
      const [l, u, g] = joined.split(logits);
      const p = judged && tf.softmax(judged.logits); // the teacher's probabilities, without a gradient
      const labelled = term(objective.labelled, () => l && labelledLoss(l, input.labels));
      const unlabelled = term(objective.unlabelled * realFake, () => u && realLoss(u));
      const generated = term(objective.generated * realFake, () => g && fakeLoss(g));
      const loss = tf.addN<Scalar>([
        labelled,
        unlabelled,
        generated,
        term(objective.pseudoLabel * agreement, () => u && p && pseudoLabelLoss(u, p, objective.confidence)),
        term(objective.consistency * agreement, () => u && p && consistencyLoss(u, p)),
        term(objective.entropy * late, () => u && entropyLoss(u)),
        term(objective.turned, () => {
          const t = turns && joined.split(turns())[3];
          return t && input.turned && turnedLoss(t, input.turned.quarters);
        }),
      ]);
      return { loss, keep: tf.stack([labelled, unlabelled, generated]).as1D() };
    },
    own.tensors,
    network.layout,
  );
  trained.update(gradient, rate);
  return kept;
}

/** Examples of several kinds as one batch, and how to take rows of the result apart again; kinds that are missing stay null. */
function join<X extends Tensor>(kinds: (X | null)[]): { all: X; split(rows: Tensor2D): (Tensor2D | null)[] } {
  const present = kinds.filter((kind) => kind !== null);
  const sizes = present.map((kind) => kind.shape[0] ?? 0);
  return {
    all: tf.concat(present),
    split(rows) {
      const pieces = present.length === 1 ? [rows] : tf.split<Tensor2D>(rows, sizes);
      return kinds.map((kind) => (kind && pieces[present.indexOf(kind)]) ?? null);
    },
  };
}

/** weight · loss; a term that is switched off, or has no examples, costs nothing. */
function term(weight: number, loss: () => Scalar | null | undefined): Scalar {
  const value = weight === 0 ? null : loss();
  return value ? tf.mul(value, weight) : tf.scalar(0);
}

const noWeights: Weights = (name) => {
  throw new Error(`This generator has no weight '${name}'.`);
};
