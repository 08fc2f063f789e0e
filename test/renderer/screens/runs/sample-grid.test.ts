// @vitest-environment node

import { describe, expect, it } from 'vitest';
import { columnsFor, sampleSheet } from '../../../../src/renderer/screens/runs/sample-grid.ts';
import type { GeneratedSamples } from '../../../../src/shared/training.ts';
import type { RunId } from '../../../../src/shared/types.ts';

const samples = (channels: 1 | 3, count: number, sizePx: number, bytes: number[]): GeneratedSamples => ({
  runId: 1 as RunId,
  step: 0,
  count,
  sizePx,
  channels,
  pixels: btoa(String.fromCharCode(...bytes)),
});

describe('the sheet of generated pictures', () => {
  it('places pictures row by row', () => {
    const sheet = sampleSheet(samples(1, 4, 1, [10, 20, 30, 40]), 2);
    expect([sheet.width, sheet.height]).toEqual([2, 2]);
    expect([...sheet.rgba].filter((_, i) => i % 4 === 0)).toEqual([10, 20, 30, 40]);
  });

  it('keeps the pixels of one picture together', () => {
    const sheet = sampleSheet(samples(1, 2, 2, [1, 2, 3, 4, 5, 6, 7, 8]), 2);
    expect([...sheet.rgba].filter((_, i) => i % 4 === 0)).toEqual([1, 2, 5, 6, 3, 4, 7, 8]);
  });

  it('shows grey as grey and colour as red, green, blue', () => {
    expect([...sampleSheet(samples(1, 1, 1, [7])).rgba]).toEqual([7, 7, 7, 255]);
    expect([...sampleSheet(samples(3, 1, 1, [1, 2, 3])).rgba]).toEqual([1, 2, 3, 255]);
  });

  it('leaves missing pictures transparent', () => {
    const sheet = sampleSheet(samples(3, 3, 1, [1, 2, 3, 4, 5, 6, 7, 8, 9]), 2);
    expect(sheet.rgba.at(-1)).toBe(0);
  });

  it('chooses whole columns near the aspect of the space', () => {
    expect(columnsFor(64)).toBe(8);
    expect(columnsFor(64, 4)).toBe(16);
    expect(columnsFor(3, 100)).toBe(3);
  });
});
