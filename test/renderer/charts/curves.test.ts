// @vitest-environment node

import { describe, expect, it } from 'vitest';
import { Curves } from '../../../src/renderer/charts/curves.ts';
import type { TrainingMetrics } from '../../../src/shared/training.ts';

const point = (
  stage: TrainingMetrics['stage'],
  step: number,
  more: Partial<TrainingMetrics> = {},
): TrainingMetrics => ({
  stage,
  step,
  seconds: step / 10,
  classifierLoss: 1 / (step + 1),
  unlabelledLoss: null,
  generatedLoss: null,
  generatorLoss: null,
  heldOutAccuracy: null,
  ...more,
});

describe('curves', () => {
  it('puts each stage into its own column on one time axis', () => {
    const curves = new Curves();
    curves.push([point('labels-only', 0, { heldOutAccuracy: 0.5 }), point('ssgan', 10, { heldOutAccuracy: 0.75 })]);
    const columns = curves.columns([
      { stage: 'labels-only', measure: 'heldOutAccuracy' },
      { stage: 'ssgan', measure: 'heldOutAccuracy' },
    ]);
    expect(columns).toEqual([
      [0, 1],
      [0.5, undefined],
      [undefined, 0.75],
    ]);
  });

  it('leaves out points it already knows, so past and live can overlap', () => {
    const curves = new Curves();
    curves.push([point('ssgan', 0), point('ssgan', 10), point('ssgan', 20)]);
    curves.push([point('ssgan', 10), point('ssgan', 20), point('ssgan', 30)]);
    expect(curves.columns([])[0]).toEqual([0, 1, 2, 3]);
  });

  it('knows the newest value of a curve even when the last point lacks it', () => {
    const curves = new Curves();
    curves.push([point('ssgan', 0, { heldOutAccuracy: 0.6 }), point('ssgan', 10)]);
    expect(curves.last({ stage: 'ssgan', measure: 'heldOutAccuracy' })).toBe(0.6);
    expect(curves.last({ stage: 'labels-only', measure: 'heldOutAccuracy' })).toBeNull();
  });

  it('thins a long run instead of growing without end, and keeps its beginning', () => {
    const curves = new Curves();
    for (let step = 0; step < 20_000; step++) curves.push([point('ssgan', step)]);
    expect(curves.length).toBeLessThanOrEqual(4000);
    expect(curves.columns([])[0][0]).toBe(0);
    expect(curves.columns([])[0].at(-1)).toBeGreaterThan(1990);
  });

  it('takes back what a stage said of later steps when it goes back there, and grows again from it', () => {
    const curves = new Curves();
    curves.push([point('ssgan', 50), point('ssgan', 58), point('ssgan', 66)]);
    curves.rewind('ssgan', 58);
    curves.push([point('ssgan', 59, { seconds: 7 }), point('ssgan', 70, { seconds: 8 })]);
    const [seconds] = curves.columns([{ stage: 'ssgan', measure: 'classifierLoss' }]);
    expect(seconds).toEqual([5, 5.8, 7, 8]);
  });
});
