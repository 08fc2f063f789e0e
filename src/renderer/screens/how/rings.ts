// The points of the seed article (Petrova 2020): two rings, one inside the other, of which a few have a label.

import { randomStream, type Random } from '../../../shared/random.ts';

export type Ring = 0 | 1;

export interface LabelledPoint {
  x: number;
  y: number;
  ring: Ring;
}

export interface PointCloud {
  /** [n, 2] */
  points: Float32Array;
  /** [n] the ring of each: 0 the inner one. */
  truth: Uint8Array;
}

export const TESTED = 1000;

const RADIUS: Record<Ring, number> = { 0: 0.6, 1: 1.6 };
/** Standard deviation of the points from their ring. */
const WIDTH = 0.08;
/** The points lie within so much of the middle, left, right, up and down. */
export const REACH = 2.1;

export interface Scene {
  unlabelled: PointCloud;
  /** New points, to measure on. */
  tested: PointCloud;
  /** Half of them on each ring, anywhere along it. */
  labels: LabelledPoint[];
}

/** What is learned from and measured on: 400 unlabelled points and 1,000 new ones. The same for the same seed. */
export const drawScene = (labelled: number, seed: number): Scene => ({
  unlabelled: drawRings(400, randomStream(seed, 10)),
  tested: drawRings(TESTED, randomStream(seed, 11)),
  labels: drawLabels(labelled, randomStream(seed, 12)),
});

/** `count` points, as many of one ring as of the other. */
export function drawRings(count: number, random: Random): PointCloud {
  const points = new Float32Array(2 * count);
  const truth = Uint8Array.from({ length: count }, (_, i) => i % 2);
  for (let i = 0; i < count; i++) {
    const { x, y } = pointOf(i % 2 === 0 ? 0 : 1, 2 * Math.PI * random(), random);
    points[2 * i] = x;
    points[2 * i + 1] = y;
  }
  return { points, truth };
}

/** Spread evenly along each ring, the outer ring's between the inner one's. */
function drawLabels(count: number, random: Random): LabelledPoint[] {
  const turned = 2 * Math.PI * random();
  return Array.from({ length: count }, (_, i) => {
    const ring = i % 2 === 0 ? 0 : 1;
    return { ...pointOf(ring, turned + (2 * Math.PI * i) / count, random), ring };
  });
}

function pointOf(ring: Ring, angle: number, random: Random): { x: number; y: number } {
  const off = WIDTH * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const radius = RADIUS[ring] + off;
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}
