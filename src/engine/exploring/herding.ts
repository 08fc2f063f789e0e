// Few points that stand for many: each next one is the one that resembles most of what no chosen one resembles yet
// (MaxHerding, Bae et al. 2024, "Generalized coverage for more robust low-budget active learning").

import { squaredDistance, type Points } from './points.ts';

/** Of the kernel exp(−SHARPNESS · ‖x − x'‖² / usual squared distance). */
const SHARPNESS = 2;
/**
 * Two photos are of one burst when their squared distance is at most this share of the usual one. A photo and itself
 * cut by a few per cent, shifted, mirrored or lighter: mostly 0.02 to 0.07; of 6,000 cats and dogs the two most alike:
 * 0.12.
 */
export const ONE_BURST = 0.1;

export class Herd {
  readonly #points: Points;
  readonly #weights: Float32Array;
  /** Mean squared distance between two of the points. */
  readonly #usual: number;
  /** [n, n] */
  readonly #kernel: Float32Array;
  /** [n] how much each point resembles the chosen one that it resembles most, 0..1. */
  readonly covered: Float32Array;
  readonly #open: Uint8Array;

  /** weights: [n] how much it matters that each point is covered.  Takes n²/2 distances: a thousand points at most. */
  constructor(points: Points, weights: Float32Array) {
    const n = points.count;
    const kernel = new Float32Array(n * n); // Squared distances first.
    let sum = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const distance = squaredDistance(points, i, points, j);
        kernel[i * n + j] = kernel[j * n + i] = distance;
        sum += distance;
      }
    }
    this.#usual = Math.max(sum / Math.max(1, (n * (n - 1)) / 2), 1e-12);
    this.#kernel = kernel.map((distance) => this.#alike(distance));
    this.#points = points;
    this.#weights = weights;
    this.covered = new Float32Array(n);
    this.#open = new Uint8Array(n).fill(1);
  }

  /** The open point that adds most to Σ weight · covered, or -1 when none is open. */
  next(): number {
    const n = this.#points.count;
    let [best, most] = [-1, -1];
    for (let i = 0; i < n; i++) {
      if (!this.#open[i]) continue;
      let gain = 0;
      for (let j = 0, at = i * n; j < n; j++, at++) {
        gain += this.#weights[j]! * Math.max(0, this.#kernel[at]! - this.covered[j]!);
      }
      if (gain > most) [best, most] = [i, gain];
    }
    return best;
  }

  /** Chooses point i: what it resembles is covered, and it and what is of one burst with it are open no more. */
  take(i: number): void {
    const n = this.#points.count;
    this.#cover(this.#kernel.subarray(i * n, (i + 1) * n));
  }

  /** The same with a point j of others. */
  takeOther(others: Points, j: number): void {
    this.#cover(Float32Array.from(this.covered, (_, i) => this.#alike(squaredDistance(this.#points, i, others, j))));
  }

  /** Point i is chosen no more. */
  close(i: number): void {
    this.#open[i] = 0;
  }

  #alike(squared: number): number {
    return Math.exp((-SHARPNESS * squared) / this.#usual);
  }

  #cover(kernelRow: Float32Array): void {
    const burst = Math.exp(-SHARPNESS * ONE_BURST);
    kernelRow.forEach((alike, j) => {
      this.covered[j] = Math.max(this.covered[j]!, alike);
      if (alike >= burst) this.#open[j] = 0;
    });
  }
}
