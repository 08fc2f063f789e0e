import { expect, test } from 'vitest';
import { getRun, insertRun } from '../../../src/main/db/runs.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { storeHeldOutChoice } from '../../../src/main/runs/held-out-choice.ts';
import { isSkewed, skewSentence } from '../../../src/shared/measured-on.ts';
import { defaultOptions } from '../../../src/shared/defaults.ts';
import { libraryAccuracy } from '../../../src/shared/training.ts';
import type { Receipt } from '../../../src/shared/training.ts';
import type { PhotoId } from '../../../src/shared/types.ts';
import { sampleDatabase } from '../db/sample-photos.ts';

/** Photos 0 to 3 labelled by hand, by hand, in review and from a class's list; 4 is unlabelled. */
function labelledLibrary() {
  const { db, ids } = sampleDatabase(5);
  const { id: cat } = createClass(db, { name: 'Cat' });
  setLabels(db, ids.slice(0, 2), cat, { source: 'person', chosen: 'hand' });
  setLabels(db, [ids[2]!], cat, { source: 'suggestion', chosen: 'review' });
  setLabels(db, [ids[3]!], cat, { source: 'suggestion', chosen: 'suggested' });
  const run = insertRun(db, {
    options: defaultOptions('quick'),
    startedFrom: null,
    labelled: 4,
    photos: 5,
    classes: [],
    backbone: null,
  });
  const measure = (measuredBy: Receipt['measuredBy'], heldOut: number[], photoIds: readonly PhotoId[] = ids) => {
    const labelled = ids.slice(0, 4);
    storeHeldOutChoice(db, run, { photoIds, labelled, heldOut: Int32Array.from(heldOut), measuredBy });
    return getRun(db, run).measuredOn;
  };
  return { db, ids, cat, measure };
}

test('a run says how the labels that were held out had been chosen', () => {
  const { measure } = labelledLibrary();
  expect(measure('held-out', [0, 2])).toEqual({ hand: 1, review: 1 });
});

test('cross-validation measures on every label that could be read', () => {
  const { ids, measure } = labelledLibrary();
  expect(measure('cross-validation', [], ids.slice(1))).toEqual({ hand: 1, review: 1, suggested: 1 });
});

test('where nothing was measured there is nothing to say', () => {
  expect(labelledLibrary().measure(null, [])).toBeNull();
});

test('what is labelled while a run learns does not change how its labels had been chosen', async () => {
  const { db, ids, cat, measure } = labelledLibrary();
  await new Promise((done) => setTimeout(done, 5));
  setLabels(db, [ids[2]!], 'excluded', { source: 'person', chosen: 'hand' });
  setLabels(db, [ids[0]!], null, { source: 'person', chosen: 'hand' });
  setLabels(db, [ids[4]!], cat, { source: 'person', chosen: 'audit' });
  expect(measure('held-out', [0, 2])).toEqual({ hand: 1, review: 1 });
});

test('an accuracy won in review is not taken for that of the library, one on other labels is', () => {
  const accuracy = { accuracy: 0.9, low: 0.8, high: 0.95, n: 20 };
  const receipt: Receipt = {
    labelsOnly: null,
    ssgan: accuracy,
    logistic: null,
    propagation: null,
    measuredBy: 'held-out',
    gain: null,
    active: 'ssgan',
    temperature: null,
    note: null,
  };
  expect(libraryAccuracy({ receipt, measuredOn: { hand: 19, review: 1 } })).toBeNull();
  expect(libraryAccuracy({ receipt, measuredOn: { suggested: 20 } })).toBeNull();
  expect(libraryAccuracy({ receipt, measuredOn: { hand: 8, pile: 12 } })).toBeNull();
  expect(libraryAccuracy({ receipt, measuredOn: { hand: 10, import: 5, audit: 5 } })).toEqual(accuracy);
  expect(libraryAccuracy({ receipt, measuredOn: null })).toEqual(accuracy);
});

test('the sentence counts what the model had picked, and is silent when it had picked nothing', () => {
  expect(skewSentence({ hand: 12, review: 7, suggested: 1 })).toBe(
    'This is the accuracy on photos you labelled, not on the whole library: of these 20, ' +
      '7 were picked in review because the model was in doubt and 1 was chosen by its suggestions.',
  );
  expect(skewSentence({ review: 3, suggested: 1, pile: 1 })).toBe(
    'This is the accuracy on photos you labelled, not on the whole library: of these 5, 3 were picked in review ' +
      'because the model was in doubt, 1 was chosen by its suggestions and 1 was shown as typical of a pile.',
  );
  for (const plain of [null, {}, { hand: 20 }, { import: 3, audit: 9, unknown: 2 }]) {
    expect(isSkewed(plain)).toBe(false);
    expect(skewSentence(plain)).toBeNull();
  }
});
