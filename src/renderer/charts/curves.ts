// Metrics of one run as columns that uPlot draws as they are. Grows by appending, thins itself, never sorts on the way.

import type { TrainingMetrics } from '../../shared/training.ts';

type Stage = TrainingMetrics['stage'];
type Measure = 'classifierLoss' | 'unlabelledLoss' | 'generatedLoss' | 'generatorLoss' | 'heldOutAccuracy';

export interface CurveKey {
  stage: Stage;
  measure: Measure;
  /** Keeps its last value while the other stage runs, so that the two can be compared at a glance. */
  hold?: boolean;
}

/** Beyond this every second point goes: more than two a pixel can't be seen. */
const maxPoints = 4000;

export class Curves {
  #points: TrainingMetrics[] = [];
  #lastStep: Record<Stage, number> = { 'labels-only': -1, ssgan: -1 };

  get length(): number {
    return this.#points.length;
  }

  get points(): readonly TrainingMetrics[] {
    return this.#points;
  }

  /** Adds points; those already known (a screen that joined late asks for the past and hears it again) are left out. */
  push(points: readonly TrainingMetrics[]): void {
    for (const point of points) {
      if (point.step <= this.#lastStep[point.stage]) continue;
      this.#lastStep[point.stage] = point.step;
      this.#points.push(point);
    }
    if (this.#points.length > maxPoints) this.#points = this.#points.filter((_, i) => i % 2 === 0);
  }

  /** Puts the past before what was heard live; points in both count once. */
  prepend(past: readonly TrainingMetrics[]): void {
    const live = this.#points;
    this.clear();
    this.push(past);
    this.push(live);
  }

  /** Forgets what a stage said of steps after `step`: it went back there. */
  rewind(stage: Stage, step: number): void {
    this.#points = this.#points.filter((point) => point.stage !== stage || point.step <= step);
    this.#lastStep[stage] = Math.min(this.#lastStep[stage], step);
  }

  clear(): void {
    this.#points = [];
    this.#lastStep = { 'labels-only': -1, ssgan: -1 };
  }

  /** Newest value of a curve, null before its first. */
  last({ stage, measure }: CurveKey): number | null {
    const point = this.#points.findLast((one) => one.stage === stage && one[measure] !== null);
    return point?.[measure] ?? null;
  }

  /** How many points a curve has: too few make no line. */
  pointsOf({ stage, measure }: CurveKey): number {
    return this.#points.reduce((sum, one) => (one.stage === stage && one[measure] !== null ? sum + 1 : sum), 0);
  }

  /**
   * [seconds, one column per key]; undefined where a key has no value at that time, which uPlot bridges with a line.
   */
  columns(keys: readonly CurveKey[]): [number[], ...(number | undefined)[][]] {
    const columns = keys.map(({ stage, measure, hold }) => {
      let held: number | undefined;
      return this.#points.map((point) => {
        if (point.stage !== stage) return hold ? held : undefined;
        held = point[measure] ?? held;
        return point[measure] ?? undefined;
      });
    });
    return [this.#points.map(({ seconds }) => seconds), ...columns];
  }
}
