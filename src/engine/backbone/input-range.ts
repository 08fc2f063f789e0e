// What a network's makers scaled the bytes of a picture to, as a mean and a spread of each colour.

import type { InputRange } from '../../shared/training.ts';

/** Bytes; a byte b of a colour becomes (b - mean) / spread of that colour. */
export interface Scale {
  mean: readonly [number, number, number];
  spread: readonly [number, number, number];
}

const grey = (value: number) => [value, value, value] as const;

/** ImageNet's are the mean and the standard deviation of each colour over its photos, as torchvision has them. */
export const scales: Record<InputRange, Scale> = {
  'minus-one-to-one': { mean: grey(127.5), spread: grey(127.5) },
  'zero-to-one': { mean: grey(0), spread: grey(255) },
  imagenet: { mean: [123.675, 116.28, 103.53], spread: [58.395, 57.12, 57.375] },
  'zero-to-255': { mean: grey(0), spread: grey(1) },
};

/** [3 * 256]: what each byte of red, then of green, then of blue becomes. */
export function scaleTable(range: InputRange): Float32Array {
  const { mean, spread } = scales[range];
  return Float32Array.from({ length: 3 * 256 }, (_, i) => {
    const colour = i >> 8;
    return ((i & 255) - (mean[colour] ?? 0)) / (spread[colour] ?? 1);
  });
}
