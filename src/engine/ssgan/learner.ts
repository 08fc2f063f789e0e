// A network pair with everything of it that changes: takes steps, says its losses, gives and takes its state, predicts.
// Knows neither files nor time.

import { compiled, type Compiled } from '../tensorflow/backend-ops.ts';
import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tensorflow/tensorflow.ts';
import { counterOf, Noise, sheetNoise, type Classifier, type Generator } from './network.ts';
import type { Objective } from '../../shared/objective.ts';
import { usesGenerator } from './objective.ts';
import { TrainedWeights, type NetworkState, type OptimiserSettings, type UpdateNumbers } from './optimiser.ts';
import { unpack } from './parameters.ts';
import { randomStream } from '../../shared/random.ts';
import { cosine, grown, type Schedule } from './schedule.ts';
import { flat, kindOf, rebuilt, type StepInput } from './step-input.ts';
import { trainingStep, type StepContext, type StepNumbers } from './step.ts';

export interface LearnerSettings {
  objective: Objective;
  classifierOptimiser: OptimiserSettings;
  generatorOptimiser: OptimiserSettings;
  /** Warm-up and cosine unless said otherwise. */
  schedule?: Schedule | undefined;
  /** Who moves first in a step: the generator, unless said otherwise. */
  first?: StepContext<Tensor>['first'] | undefined;
  /** A 31-bit number; the same seed, state and input make the same step. */
  seed: number;
}

export interface Networks<X extends Tensor> {
  classifier: Classifier<X>;
  generator: Generator<X>;
}

/** All that a resumed run needs. Noise and batches follow from seed and step. */
export interface LearnerState {
  step: number;
  /** What the learning rate is multiplied with: 1, or less after a breakdown. */
  rateMultiplier: number;
  classifier: NetworkState;
  generator: NetworkState | null;
}

/** Weights learned before. Without a generator's, that one begins at random. */
export interface StartingWeights {
  classifier: Float32Array;
  generator: Float32Array | null;
}

/** One step's batch, and how far the run is then, 0 to 1. */
export interface Turn<X extends Tensor> {
  input: StepInput<X>;
  fraction: number;
}

/** The weighted terms of the last step; null where the objective has none. */
export interface Losses {
  labelled: number;
  unlabelled: number | null;
  generated: number | null;
  generator: number | null;
}

export class Learner<X extends Tensor> {
  readonly #networks: Networks<X>;
  readonly #settings: LearnerSettings;
  readonly #classifier: TrainedWeights;
  readonly #generator: TrainedWeights | null;
  #steps: number;
  #rateMultiplier: number;
  #losses: Tensor1D | null = null;
  readonly #compiled: Compiled;
  /** The input that the body of a step takes apart; another one's tensors may stand in its places. */
  #input: StepInput<X> | null = null;

  constructor(networks: Networks<X>, settings: LearnerSettings, state: LearnerState) {
    this.#networks = networks;
    this.#settings = settings;
    this.#classifier = new TrainedWeights(state.classifier, settings.classifierOptimiser);
    this.#generator = state.generator && new TrainedWeights(state.generator, settings.generatorOptimiser);
    this.#steps = state.step;
    this.#rateMultiplier = state.rateMultiplier;
    this.#compiled = compiled((tensors) => [this.#body(tensors)]);
  }

  get steps(): number {
    return this.#steps;
  }

  /** Why a step can't be one native call; null while nothing stands against it. */
  get refusal(): string | null {
    return this.#compiled.refusal;
  }

  /** Learns from one batch after the other.  fraction: how far the run is, 0 to 1. */
  learn(turns: Turn<X>[]): void {
    this.#input = turns[0]?.input ?? null;
    const losses = tf.tidy(() => {
      const tensors = turns.map(({ input, fraction }, i) => [
        ...[tf.tensor1d(this.#numbers(i, fraction)), counterOf(this.#steps + i)],
        ...flat(input),
      ]);
      const [kind = '', ...others] = turns.map(({ input }) => kindOf(input));
      if (others.some((other) => other !== kind)) throw new Error('Steps that are taken at once are of one kind.');
      return tf.keep(this.#compiled.run(tensors, kind)[0] as Tensor1D);
    });
    this.#losses?.dispose();
    this.#losses = losses;
    this.#steps += turns.length;
    this.#classifier.updated(turns.length);
    this.#trainedGenerator?.updated(turns.length);
  }

  get #trainedGenerator(): TrainedWeights | null {
    return usesGenerator(this.#settings.objective) ? this.#generator : null;
  }

  /** What changes from step to step, in the order in which `#body` takes it apart.  ahead: steps before it. */
  #numbers(ahead: number, fraction: number): number[] {
    const { objective, schedule = cosine } = this.#settings;
    const { agreement, realFake, entropy } = objective.ramps;
    const share = this.#rateMultiplier * schedule(this.#steps + ahead, fraction);
    return [
      ...[agreement, realFake, entropy].map((ramp) => grown(fraction, ramp)),
      ...this.#classifier.numbersOfUpdate(ahead, share),
      ...(this.#trainedGenerator?.numbersOfUpdate(ahead, share) ?? []),
    ];
  }

  /** A step as tensors alone: [numbers, counter, …examples] -> its losses. It changes the networks. */
  #body([numbers, counter, ...examples]: Tensor[]): Tensor1D {
    const { objective, seed, first = 'generator' } = this.#settings;
    if (!numbers || !counter || !this.#input) throw new Error('A step was begun without its numbers.');
    const { classifier, generator } = this.#networks;
    const context: StepContext<X> = {
      objective,
      first,
      classifier: { network: classifier, trained: this.#classifier },
      generator: usesGenerator(objective) ? { network: generator, trained: this.#trainedGenerator } : null,
      noise: new Noise(seed, counter as Tensor1D),
      numbers: apart(numbers as Tensor1D),
    };
    return trainingStep(context, rebuilt(this.#input, examples));
  }

  /** Reads the last step's losses back; waits for the device, so ask a few times a second at most. */
  async losses(): Promise<Losses> {
    const [labelled = NaN, unlabelled = NaN, generated = NaN, generator = NaN] = (await this.#losses?.data()) ?? [];
    const { objective } = this.#settings;
    return {
      labelled,
      unlabelled: objective.unlabelled ? unlabelled : null,
      generated: objective.generated ? generated : null,
      generator: this.#generator ? generator : null,
    };
  }

  /** Whether both networks still consist of numbers; waits for the device. */
  async isFinite(): Promise<boolean> {
    return (await this.#classifier.isFinite()) && (await (this.#generator?.isFinite() ?? true));
  }

  /** Class probabilities by the averaged weights.  x: n examples -> [n, K]. */
  predict(x: X): Tensor2D {
    const { classifier } = this.#networks;
    return tf.tidy(() => {
      const { weights } = unpack(this.#classifier.average.read(), classifier.layout);
      return tf.softmax(classifier.forward(weights, x, null).logits);
    });
  }

  /** `count` examples generated by the averaged weights, always from the same z, so that one can watch them grow. */
  generate(count: number): X | null {
    const { generator } = this.#networks;
    const trained = this.#generator;
    if (!trained) return null;
    return tf.tidy(() => {
      const z = sheetNoise(this.#settings.seed, count, generator.noiseSize);
      return generator.forward(unpack(trained.average.read(), generator.layout).weights, z);
    });
  }

  async state(): Promise<LearnerState> {
    const classifier = await this.#classifier.state();
    const generator = this.#generator && (await this.#generator.state());
    return { step: this.#steps, rateMultiplier: this.#rateMultiplier, classifier, generator };
  }

  /** Goes back to an earlier state of this learner and goes on at `rateMultiplier` times the rate. */
  restore(state: LearnerState, rateMultiplier: number): void {
    this.#classifier.restore(state.classifier);
    if (state.generator) this.#generator?.restore(state.generator);
    this.#steps = state.step;
    this.#rateMultiplier = rateMultiplier;
  }

  dispose(): void {
    this.#losses?.dispose();
    this.#classifier.dispose();
    this.#generator?.dispose();
  }
}

function apart(numbers: Tensor1D): StepNumbers {
  const [agreement, realFake, entropy, ...updates] = tf.unstack(numbers) as [Scalar, Scalar, Scalar, ...Scalar[]];
  const [a, b, c, d, ...generator] = updates as [...UpdateNumbers, ...Scalar[]];
  return {
    grown: { agreement, realFake, entropy },
    classifier: [a, b, c, d],
    generator: generator.length > 0 ? (generator as UpdateNumbers) : null,
  };
}

/** Fresh networks, or ones that start from weights learned before; the optimiser starts anew either way. */
export function freshState<X extends Tensor>(
  networks: Networks<X>,
  { objective, seed }: LearnerSettings,
  sample: X,
  start: StartingWeights | null,
): LearnerState {
  const random = randomStream(seed, 3);
  const classifier = start?.classifier ?? networks.classifier.initialise(sample, random);
  const learnsToGenerate = usesGenerator(objective) && networks.generator.layout.size > 0;
  const generator = learnsToGenerate ? (start?.generator ?? networks.generator.initialise(random)) : null;
  return {
    step: 0,
    rateMultiplier: 1,
    classifier: TrainedWeights.begin(classifier),
    generator: generator && TrainedWeights.begin(generator),
  };
}
