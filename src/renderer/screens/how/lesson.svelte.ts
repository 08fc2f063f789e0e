// What the page "How it learns" shows: two learners on the same labels, one of them with all the other points too,
// and what was chosen of them. They learn a few steps for each picture that is drawn.

import { Curves } from '../../charts/curves.ts';
import { Learner, type GeneratorKind } from './learner.ts';
import { drawScene, type LabelledPoint } from './rings.ts';

const STEPS = 800;
/** After a point was added. */
const STEPS_MORE = 300;
const STEPS_A_PICTURE = 2;
const MEASURE_EVERY = 20;

export type Side = 'labels-only' | 'ssgan';

export class Lesson {
  labelCount = $state<4 | 40>(4);
  generator = $state<GeneratorKind>('cloud');
  running = $state(false);
  /** Points that the person has labelled. */
  own = $state.raw<readonly LabelledPoint[]>([]);
  /** How many steps both have taken. */
  steps = $state(0);
  /** Share of new points that each gets right. */
  accuracy = $state.raw<Record<Side, number>>({ 'labels-only': 0, ssgan: 0 });
  /** Goes up when there is something new to draw. */
  pictures = $state(0);

  /** At which step learning rests. */
  goal = $state(STEPS);

  readonly curves = new Curves();
  #seed = $state(1);
  #scene = $derived(drawScene(this.labelCount, this.#seed));
  labels = $derived([...this.#scene.labels, ...this.own]);
  #seconds = 0;
  #learners!: Record<Side, Learner>;

  constructor() {
    this.#begin();
  }

  get unlabelled(): Float32Array {
    return this.#scene.unlabelled.points;
  }

  get generated(): Float32Array {
    return this.#learners.ssgan.generated;
  }

  /** The probability of the outer ring at each point.  points: [n, 2] -> [n]. */
  probabilities(side: Side, points: Float32Array): Float32Array {
    return this.#learners[side].probabilities(points);
  }

  get ended(): boolean {
    return this.steps >= this.goal;
  }

  toggle(): void {
    if (!this.running && this.ended) this.goal = this.steps + STEPS;
    this.running = !this.running;
  }

  /** Fresh networks, other points; what was chosen and labelled stays. */
  beginAgain(): void {
    this.#seed++;
    this.#begin();
    this.running = true;
  }

  setLabelCount(count: 4 | 40): void {
    this.labelCount = count;
    this.#begin();
  }

  setGenerator(kind: GeneratorKind): void {
    this.generator = kind;
    this.#begin();
  }

  add(point: LabelledPoint): void {
    this.own = [...this.own, point];
    this.goal = Math.max(this.goal, this.steps + STEPS_MORE);
    this.pictures++;
  }

  removeOwn(): void {
    this.own = [];
    this.#begin();
  }

  /** A few steps of both. `seconds`: since the last picture. */
  learn(seconds: number): void {
    this.#seconds += seconds;
    for (let i = 0; i < STEPS_A_PICTURE && !this.ended; i++) {
      for (const learner of Object.values(this.#learners)) learner.learn(this.labels);
      this.steps = this.#learners.ssgan.steps;
      if (this.steps % MEASURE_EVERY === 0) this.#measure();
    }
    if (this.ended) this.running = false;
    this.pictures++;
  }

  /** Learning that had come to its end begins by itself; what was paused stays so. */
  #begin(): void {
    this.running ||= this.ended;
    const seed = this.#seed;
    const learner = (generator: GeneratorKind | null) => new Learner({ unlabelled: this.unlabelled, generator, seed });
    this.#learners = { 'labels-only': learner(null), ssgan: learner(this.generator) };
    this.goal = STEPS;
    this.#seconds = 0;
    this.steps = 0;
    this.curves.clear();
    this.#measure();
    this.pictures++;
  }

  #measure(): void {
    const { 'labels-only': alone, ssgan } = this.#learners;
    const { tested } = this.#scene;
    this.accuracy = { 'labels-only': alone.accuracy(tested), ssgan: ssgan.accuracy(tested) };
    const { steps: step } = this;
    const seconds = this.#seconds;
    if (!alone.losses || !ssgan.losses) return;
    this.curves.push([
      {
        ...{ stage: 'labels-only' as const, step, seconds, unlabelledLoss: null, generatedLoss: null },
        ...{
          generatorLoss: null,
          classifierLoss: alone.losses.labelled,
          heldOutAccuracy: this.accuracy['labels-only'],
        },
      },
      {
        ...{ stage: 'ssgan' as const, step, seconds, classifierLoss: ssgan.losses.labelled },
        ...{ unlabelledLoss: ssgan.losses.unlabelled, generatedLoss: ssgan.losses.generated },
        generatorLoss: this.generator === 'learning' ? ssgan.losses.generator : null,
        heldOutAccuracy: this.accuracy.ssgan,
      },
    ]);
  }
}
