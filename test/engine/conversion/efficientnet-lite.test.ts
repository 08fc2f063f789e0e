// The architecture is what it is named after, and weights that don't fit it to the last number are refused.

import { describe, expect, test } from 'vitest';
import { blocksOf, buildLite } from '../../../src/engine/conversion/efficientnet-lite.ts';
import { lite0, plainWeights } from '../../fixtures/lite-wheel.ts';

/** Thin enough to be quick. */
const thin = { width: 0.1, depth: 0.1, inputPx: 32 };

test('Lite0 has 16 blocks, Lite2 21, each as wide as published', () => {
  const widths = (width: number, depth: number) => [
    ...new Set(blocksOf({ width, depth, inputPx: 224 }).map(({ channelsOut }) => channelsOut)),
  ];
  expect(blocksOf(lite0)).toHaveLength(16);
  expect(widths(1, 1)).toEqual([16, 24, 40, 80, 112, 192, 320]);
  expect(blocksOf({ width: 1.1, depth: 1.2, inputPx: 260 })).toHaveLength(21);
  expect(widths(1.1, 1.2)).toEqual([16, 24, 48, 88, 120, 208, 352]);
});

test('the odd row and column of padding lie below and on the right', () => {
  const { nodes } = buildLite('thin', thin, plainWeights(thin));
  expect(nodes.find(({ output }) => output === '_conv_stem')?.attributes).toMatchObject({ pads: [0, 0, 1, 1] });
  const odd = buildLite('thin', { ...thin, inputPx: 33 }, plainWeights(thin));
  expect(odd.nodes.find(({ output }) => output === '_conv_stem')?.attributes).toMatchObject({ pads: [1, 1, 1, 1] });
});

describe('weights are refused', () => {
  const refused = (change: (weights: ReturnType<typeof plainWeights>) => void) => {
    const weights = plainWeights(thin);
    change(weights);
    return expect(() => buildLite('thin', thin, weights));
  };

  test('of which one has another shape', () =>
    refused((weights) => weights.set('_bn1.bias', { shape: [640], values: new Float32Array(640) })).toThrow(
      'holds another network: _bn1.bias has the shape [640] where [1280] is expected',
    ));

  test('of which one is missing', () =>
    refused((weights) => weights.delete('_bn1.bias')).toThrow('holds another network: _bn1.bias is missing'));

  test('of which one is too many', () =>
    refused((weights) => weights.set('_blocks.99.x', { shape: [1], values: Float32Array.of(1) })).toThrow(
      'holds another network: "_blocks.99.x" is no part of this one',
    ));

  test('of which one is no number', () =>
    refused((weights) => weights.get('_bn1.bias')!.values.fill(NaN, 7, 8)).toThrow(
      'holds values in _bn1.bias that are no numbers',
    ));
});
