// @vitest-environment node

import { describe, expect, it } from 'vitest';
import {
  accuracyChange,
  changedSentence,
  rivals,
  usualRival,
} from '../../../../src/renderer/screens/runs/comparison-words.ts';
import { wilson } from '../../../../src/shared/statistics.ts';
import type { ClassId, RunId } from '../../../../src/shared/types.ts';
import { endedRun, receiptOf } from '../../fake-learning.ts';

const change = (photos: number) => ({ from: 1 as ClassId, into: 2 as ClassId, photos, examples: [] });

describe('what a run changed', () => {
  it('counts the photos over all changes', () => {
    expect(changedSentence({ photos: 3900, changes: [change(200), change(12)] })).toBe(
      '212 of 3,900 unlabelled photos are sorted differently.',
    );
    expect(changedSentence({ photos: 5, changes: [change(1)] })).toBe(
      '1 of 5 unlabelled photos is sorted differently.',
    );
  });

  it('says when nothing changed, and when nothing can be said', () => {
    expect(changedSentence({ photos: 40, changes: [] })).toBe('Both sort 40 unlabelled photos alike.');
    expect(changedSentence({ photos: 0, changes: [] })).toBe('There is no unlabelled photo that both have judged.');
  });
});

describe('two measured accuracies', () => {
  const run = (id: number, correct: number, n: number) =>
    endedRun(id, { receipt: receiptOf({ ssgan: wilson(correct, n), active: 'ssgan' }) });

  it('are a clear difference only when its interval leaves zero out', () => {
    expect(accuracyChange(run(3, 46, 50), run(4, 48, 50))).toMatch(
      /^Run 3 was measured at 92% \(.*\), this one at 96% \(.*\); the difference may be chance\.$/,
    );
    expect(accuracyChange(run(3, 100, 200), run(4, 190, 200))).toMatch(/that is clearly better\.$/);
    expect(accuracyChange(run(3, 190, 200), run(4, 100, 200))).toMatch(/that is clearly worse\.$/);
  });

  it('are not compared when one is missing', () => {
    expect(accuracyChange(endedRun(1, { receipt: null }), run(2, 9, 10))).toBeNull();
  });
});

describe('the run that one is set beside', () => {
  const runs = [5, 4, 3, 2].map((id) => endedRun(id, { usable: id !== 4 }));

  it('is the one it began with, else the newest before it, else the oldest after it', () => {
    expect(usualRival({ id: 5 as RunId, startedFrom: 2 as RunId }, runs)?.id).toBe(2);
    expect(usualRival({ id: 5 as RunId, startedFrom: null }, runs)?.id).toBe(3);
    expect(usualRival({ id: 2 as RunId, startedFrom: null }, runs)?.id).toBe(3);
    expect(usualRival({ id: 7 as RunId, startedFrom: null }, [])).toBeNull();
  });

  it('is never itself, and has a model', () => {
    expect(rivals({ id: 5 as RunId }, runs).map(({ id }) => id)).toEqual([3, 2]);
  });
});
