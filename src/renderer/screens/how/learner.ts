// A classifier of points that learns: from labelled points alone, or from unlabelled and generated ones too. Knows
// nothing of screens; `npm run bench:rings` measures it.

import { fillNormal, randomStream } from '../../../shared/random.ts';
import { Network } from './network.ts';
import { drawRings, type LabelledPoint } from './rings.ts';
import { logSumExp } from './losses.ts';
import { trainingStep, type Batch, type Player, type PointObjective, type StepLosses } from './step.ts';
import { TrainedWeights } from './trained-weights.ts';

/** What draws the generated points. Only `learning` learns. */
export type GeneratorKind = 'learning' | 'cloud' | 'perfect' | 'spot';

export interface Lesson {
  /** [n, 2] */
  unlabelled: Float32Array;
  /** Null: from the labelled points alone. */
  generator: GeneratorKind | null;
  seed: number;
}

const CLASSES = 2;
const HIDDEN = [32, 32];
const NOISE = 4;
/** Rows a step. */
const ROWS = { labelled: 16, unlabelled: 64, generated: 64 };
const adam = { rate: 0.02, beta1: 0.5, beta2: 0.999, averageMost: 0.99 };

const labelsOnly: PointObjective = {
  ...{ labelled: 1, unlabelled: 0, generated: 0, entropy: 0 },
  ...{ featureMatching: 0, adversarial: 0, pullAway: 0 },
};

/** The recipe of features (engine/features/feature-recipe.ts), but for a weight of 5 in place of 1. */
const ssgan: PointObjective = {
  ...labelsOnly,
  ...{ unlabelled: 5, generated: 5, entropy: 0.1 },
  ...{ featureMatching: 1, pullAway: 0.8 },
};

/** How much wider than the real points the cloud is. */
const CLOUD = 2;

/** Steps over which the terms on unlabelled and generated points grow. */
const RAMPS = { realFake: [0, 30], entropy: [100, 200] } as const;

export class Learner {
  readonly #lesson: Lesson;
  readonly #objective: PointObjective;
  readonly #classifier: Player;
  readonly #generator: Player | null;
  #steps = 0;
  #losses: StepLosses | null = null;
  #generated: Float32Array = new Float32Array(0);

  constructor(lesson: Lesson) {
    this.#lesson = lesson;
    this.#objective = lesson.generator === null ? labelsOnly : ssgan;
    const { seed, unlabelled, generator } = lesson;
    // The classifier begins the same with and without the others.
    this.#classifier = begin(new Network([2, ...HIDDEN, CLASSES]), unlabelled, seed);
    this.#generator =
      generator === 'learning' ? begin(new Network([NOISE, ...HIDDEN, 2]), this.#normal(256, NOISE, -1), seed) : null;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Of the last step; null before the first. */
  get losses(): StepLosses | null {
    return this.#losses;
  }

  /** [n, 2]: the points that were generated for the last step. */
  get generated(): Float32Array {
    return this.#generated;
  }

  learn(labels: readonly LabelledPoint[]): void {
    const batch = this.#batch(labels);
    const { points, ...losses } = trainingStep(this.#objective, this.#classifier, this.#generator, batch, {
      realFake: grown(this.#steps, RAMPS.realFake),
      entropy: grown(this.#steps, RAMPS.entropy),
    });
    this.#generated = points;
    this.#losses = losses;
    this.#steps++;
  }

  /** By the averaged weights, as Whisker predicts: the probability of class 1.  points: [n, 2] -> [n]. */
  probabilities(points: Float32Array): Float32Array {
    const { network, trained } = this.#classifier;
    const { output } = network.forward(trained.average, points);
    return Float32Array.from({ length: points.length / 2 }, (_, i) =>
      Math.exp(output[2 * i + 1]! - logSumExp(output, 2 * i, CLASSES)),
    );
  }

  /** Share of points whose likelier class is the true one. */
  accuracy({ points, truth }: { points: Float32Array; truth: Uint8Array }): number {
    const right = this.probabilities(points).reduce((sum, p, i) => sum + (p > 0.5 === (truth[i] === 1) ? 1 : 0), 0);
    return right / truth.length;
  }

  /** Labelled points, both classes equally often; unlabelled ones; and what the generator draws from. */
  #batch(labels: readonly LabelledPoint[]): Batch {
    const { unlabelled, seed, generator } = this.#lesson;
    const random = randomStream(seed, 2, this.#steps);
    const byClass = [0, 1].map((ring) => labels.filter((label) => label.ring === ring));
    const chosen = Array.from({ length: ROWS.labelled }, (_, i) => {
      const members = byClass[i % 2]!;
      return members[Math.floor(random() * members.length)]!;
    });
    const none = new Float32Array(0);
    return {
      labelled: Float32Array.from(chosen.flatMap(({ x, y }) => [x, y])),
      labels: Uint8Array.from(chosen, ({ ring }) => ring),
      unlabelled: generator === null ? none : rowsOf(unlabelled, ROWS.unlabelled, random),
      noise: generator === null ? none : this.#noise(generator),
    };
  }

  #noise(generator: GeneratorKind): Float32Array {
    const { unlabelled, seed } = this.#lesson;
    const count = ROWS.generated;
    if (generator === 'learning') return this.#normal(count, NOISE, this.#steps);
    if (generator === 'perfect') return drawRings(count, randomStream(seed, 4, this.#steps)).points;
    const points = this.#normal(count, 2, this.#steps);
    if (generator === 'cloud') return points.map((value) => CLOUD * deviation(unlabelled) * value);
    return points.map((value, i) => unlabelled[i % 2]! + 0.03 * value);
  }

  #normal(rows: number, width: number, step: number): Float32Array {
    const values = new Float32Array(rows * width);
    fillNormal(values, randomStream(this.#lesson.seed, 3, step), 1);
    return values;
  }
}

function begin(network: Network, sample: Float32Array, seed: number): Player {
  return { network, trained: new TrainedWeights(network.initialise(sample, randomStream(seed, 5)), adam) };
}

const grown = (step: number, [from, to]: readonly [number, number]): number =>
  Math.min(1, Math.max(0, (step - from) / (to - from)));

/** Drawn at random: [count, 2]. */
function rowsOf(points: Float32Array, count: number, random: () => number): Float32Array {
  const rows = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const at = 2 * Math.floor((random() * points.length) / 2);
    rows[2 * i] = points[at]!;
    rows[2 * i + 1] = points[at + 1]!;
  }
  return rows;
}

/** From the middle, in each direction. */
const deviation = (points: Float32Array): number =>
  Math.sqrt(points.reduce((sum, value) => sum + value ** 2, 0) / points.length);
