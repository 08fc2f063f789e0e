// Gradients that are written out by hand, against differences of the loss itself.

import { expect, test } from 'vitest';
import { Network } from '../../../../src/renderer/screens/how/network.ts';
import {
  entropyLoss,
  fakeLoss,
  featureMatchingLoss,
  labelledLoss,
  pullAwayLoss,
  realLoss,
} from '../../../../src/renderer/screens/how/losses.ts';
import { fillNormal, randomStream } from '../../../../src/shared/random.ts';

function normal(count: number, key: number): Float32Array {
  const values = new Float32Array(count);
  fillNormal(values, randomStream(3, key), 1);
  return values;
}

/** (f(x + h) − f(x − h)) / 2h for each number of x. */
function differences(x: Float32Array, f: () => number, h = 1 / 128): Float32Array {
  return Float32Array.from(x, (value, i) => {
    x[i] = value + h;
    const above = f();
    x[i] = value - h;
    const below = f();
    x[i] = value;
    return (above - below) / (2 * h);
  });
}

function expectClose(one: Float32Array, other: Float32Array): void {
  expect(Math.max(...one.map(Math.abs))).toBeGreaterThan(0.005);
  one.forEach((value, i) => expect(Math.abs(value - other[i]!), `at ${i}`).toBeLessThan(1e-3 + 0.02 * Math.abs(value)));
}

const n = 6;
const K = 3;
const labels = Uint8Array.of(0, 1, 2, 2, 1, 0);
const real = normal(n * K, 9).map((value) => value + 1);

test.for<[string, (l: Float32Array, by: Float32Array) => number]>([
  ['labelled', (l, by) => labelledLoss(l, labels, 1, by)],
  ['unlabelled is real', (l, by) => realLoss(l, K, 1, by)],
  ['generated is fake', (l, by) => fakeLoss(l, K, 1, by)],
  ['entropy', (l, by) => entropyLoss(l, K, 1, by)],
  ['feature matching', (f, by) => featureMatchingLoss(real, f, K, 1, by)],
  ['pull-away', (f, by) => pullAwayLoss(f, K, 1, by)],
])('the gradient of %s is what a small change does to it', ([, loss]) => {
  const x = normal(n * K, 1);
  const gradient = new Float32Array(x.length);
  loss(x, gradient);
  expectClose(
    gradient,
    differences(x, () => loss(x, new Float32Array(x.length))),
  );
});

test('the gradient of a whole network, by its weights and by its points', () => {
  const network = new Network([2, 5, 4, K]);
  const points = normal(2 * n, 2);
  const weights = normal(network.size, 3);
  const by = new Float32Array(n * K);
  const pass = network.forward(weights, points);
  labelledLoss(pass.output, labels, 1, by);
  const { byWeights, byInput } = network.backward(weights, pass, by);
  const loss = () => labelledLoss(network.forward(weights, points).output, labels, 1, new Float32Array(n * K));
  const learned = network.trainable;
  expectClose(byWeights.subarray(0, learned), differences(weights, loss, 1 / 1024).subarray(0, learned));
  expect(byWeights.subarray(learned).every((d) => d === 0)).toBe(true);
  expectClose(byInput, differences(points, loss, 1 / 1024));
});
