import { expect, test } from 'vitest';
import { firstInWords, inWords } from '../../../../../src/renderer/screens/label/find/find-words.ts';
import type { Search } from '../../../../../src/shared/search.ts';
import type { ClassId, RunId } from '../../../../../src/shared/types.ts';

const say = (search: Search) => inWords(search, (id) => (id === 1 ? 'Cat' : 'Dog')).map(({ text }) => text);

test('each condition is said in words', () => {
  expect(say({})).toEqual([]);
  expect(say({ name: ' cat ', folder: 'trip/7' })).toEqual(['“cat”', 'in trip/7']);
  expect(say({ label: null, predicted: 2 as ClassId })).toEqual(['without a label', 'predicted Dog']);
  expect(say({ label: 1 as ClassId, chosen: 'audit' })).toEqual(['labelled Cat', 'label a random check']);
  expect(say({ label: 'excluded', damaged: true })).toEqual(['excluded', 'partly damaged']);
  expect(say({ confidence: { from: 0.8, to: 0.95 } })).toEqual(['sure 80 % to 95 %']);
  expect(say({ confidence: { from: null, to: 0.6 } })).toEqual(['sure under 60 %']);
  expect(say({ predicted: 1 as ClassId, run: 3 as RunId })).toEqual(['predicted Cat', 'by run 3']);
  expect(say({ taken: { from: '2019-07-01', to: '2019-07-01' } })).toEqual(['taken on 2019-07-01']);
  expect(say({ taken: { from: '2019-07-01', to: null } })).toEqual(['taken from 2019-07-01']);
  expect(say({ type: 'jpeg', bytes: { from: 1_000_000, to: null } })).toEqual(['JPEG', 'from 1.0 MB']);
});

test('an order says what comes first', () => {
  expect(firstInWords({ by: 'taken', descending: true })).toBe('Newest first');
  expect(firstInWords({ by: 'path', descending: false })).toBe('A to Z');
});
