import { expect, test } from 'vitest';
import {
  figuresSentence,
  pairedSentence,
  reliabilitySentence,
  titleOfFigure,
  whyNoReliability,
} from '../../../../src/renderer/screens/runs/figures/figure-words.ts';
import { reliabilityBins, type MeasuredPhotos } from '../../../../src/shared/figures.ts';
import type { ClassId, PhotoId, RunId } from '../../../../src/shared/types.ts';

const [cat, dog] = [1, 2] as [ClassId, ClassId];
const runId = 3 as RunId;
const nameOf = (id: ClassId) => (id === cat ? 'Cat' : 'Dog');

/** Photos from a number on: so many right, then so many wrong. */
const measured = (right: number, wrong: number, from = 1): MeasuredPhotos => {
  const n = right + wrong;
  const all = Array.from({ length: n }, (_, i) => i);
  return {
    photoIds: all.map((i) => (from + i) as PhotoId),
    truth: all.map(() => cat),
    predicted: all.map((i) => (i < right ? cat : dog)),
    confidences: all.map(() => 0.9),
    gone: 0,
  };
};

test('says what was counted, and what is missing', () => {
  expect(figuresSentence(measured(30, 1), 'held-out')).toBe(
    'Counted on 31 labelled photos held out of training, with the labels of then.',
  );
  expect(figuresSentence({ ...measured(20, 1), gone: 2 }, 'cross-validation')).toMatch(
    /each told by models that had not learned from it.* 2 more photos measured it, but their file or class is no longer here\.$/,
  );
});

test('below 30 measured photos there is no diagram, and it says so', () => {
  expect(whyNoReliability(measured(28, 1))).toMatch(/Too few photos.*29 were measured, and it takes 30/);
  expect(whyNoReliability(measured(29, 1))).toBeNull();
});

test('says whether it is surer than right, or may well be right', () => {
  const say = (confidences: number[], right: boolean[]) =>
    reliabilitySentence(reliabilityBins(confidences, right), confidences);
  const hundred = Array.from({ length: 100 }, (_, i) => i);
  expect(
    say(
      hundred.map(() => 0.95),
      hundred.map((i) => i < 60),
    ),
  ).toMatch(/lie 35\.0 points apart.*surer than it is right\.$/);
  expect(
    say(
      hundred.map(() => 0.6),
      hundred.map((i) => i < 99),
    ),
  ).toMatch(/right more often than it is sure\.$/);
  expect(
    say(
      hundred.map(() => 0.9),
      hundred.map((i) => i < 91),
    ),
  ).toMatch(/may well mean what it says\.$/);
});

test('two runs are held against each other on the photos that measured both, with one label', () => {
  expect(pairedSentence(measured(30, 10), measured(40, 0), 2)).toMatch(
    /^On the 40 photos that measured both, this one is right 25\.0 points more often than run 2 \(.*\); that is clearly better\.$/,
  );
  expect(pairedSentence(measured(30, 10), measured(30, 10), 2)).toMatch(
    /is right as often as run 2 \(−.* to \+.*\)\.$/,
  );
  expect(pairedSentence(measured(30, 10), measured(40, 0, 100), 2)).toBeNull();
});

test('a number’s photos are named by what it counts', () => {
  const title = (truth: ClassId | null, predicted: ClassId | null) =>
    titleOfFigure({ kind: 'confusion', runId, truth, predicted }, nameOf);
  expect(title(cat, dog)).toBe('Run 3: Cat taken for Dog');
  expect(title(cat, cat)).toBe('Run 3: rightly Cat');
  expect(title(cat, null)).toBe('Run 3: is Cat');
  expect(title(null, dog)).toBe('Run 3: called Dog');
  expect(title(null, null)).toBe('Run 3: what measured it');
  expect(titleOfFigure({ kind: 'confident', runId, from: 0.8, to: 0.9 }, nameOf)).toBe('Run 3: 80–90% sure');
});
