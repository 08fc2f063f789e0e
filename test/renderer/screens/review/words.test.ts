import { expect, test } from 'vitest';
import {
  checksInWords,
  endWords,
  errorsLeftInWords,
  nextChecksInWords,
  pastEndWords,
} from '../../../../src/renderer/screens/review/words.ts';
import type { ErrorsLeft } from '../../../../src/shared/errors-left.ts';

const found = (estimate: number, low: number, high: number, more: Partial<ErrorsLeft> = {}): ErrorsLeft => ({
  left: 3900,
  checks: 24,
  wrong: 2,
  errors: { estimate, low, high },
  narrowedTo: 400,
  ...more,
});

test('what is left says no more than is known', () => {
  expect(errorsLeftInWords(found(38, 20, 61))).toBe('About 38 (20–61) of 3,900 photos are still wrong');
  expect(errorsLeftInWords(found(0, 0, 340))).toBe('At most 340 of 3,900 photos are still wrong');
  expect(errorsLeftInWords(found(0, 0, 0, { left: 1 }))).toBe('None of 1 photo is still wrong');
  expect(errorsLeftInWords(found(1, 1, 1))).toBe('1 of 3,900 photos is still wrong');
  expect(errorsLeftInWords({ ...found(0, 0, 0), errors: null })).toBe(
    'Check 10 random photos to learn how many are still wrong',
  );
});

test('more checks are asked for only where they would tell more', () => {
  expect(nextChecksInWords(found(300, 20, 1200))).toBe('ten more checks would narrow it to about ±400');
  expect(nextChecksInWords(found(0, 0, 1000))).toBe(
    'ten more checks without an error would bring it down to about 800',
  );
  expect(nextChecksInWords(found(300, 20, 500))).toBeNull();
  expect(nextChecksInWords(found(300, 20, 1200, { narrowedTo: null }))).toBeNull();
  expect(nextChecksInWords(found(0, 0, 38, { narrowedTo: 10 }))).toBeNull();
  expect(nextChecksInWords({ ...found(0, 0, 0), errors: null })).toMatch(/one photo in eight/);
});

test('checks are counted', () => {
  expect(checksInWords(found(0, 0, 0, { checks: 0 }))).toBe('No random check so far.');
  expect(checksInWords(found(0, 0, 0, { checks: 1, wrong: 0 }))).toBe('1 random check so far, none of them wrong.');
  expect(checksInWords(found(0, 0, 0))).toBe('24 random checks so far, 2 of them wrong.');
});

const end = (worth: number, rest: number, restWrong: number) => endWords({ worth, rest, restWrong });

test('the end of the list is said in round numbers', () => {
  expect(end(14, 900, 0.0253)).toBe('The first 14 are worth a look; after that about one in 40 is wrong.');
  expect(end(1, 900, 0.08)).toBe('The first is worth a look; after that about one in 13 is wrong.');
  expect(end(1200, 9000, 0.0041)).toBe('The first 1,200 are worth a look; after that about one in 250 is wrong.');
  expect(pastEndWords({ worth: 14, rest: 900, restWrong: 0.0253 })).toBe('From here on about one in 40 is wrong.');
});

test('where nearly all is right no number is made up', () => {
  expect(end(3, 900, 0.0002)).toBe('The first 3 are worth a look; after that fewer than one in a thousand are wrong.');
});

test('a list that has one side only says so, and an empty one nothing', () => {
  expect(end(0, 900, 0.02)).toBe('None stands out: about one in 50 is wrong.');
  expect(end(8, 0, 0)).toBe('All 8 are worth a look.');
  expect(end(1, 0, 0)).toBe('It is worth a look.');
  expect(end(0, 0, 0)).toBeNull();
});
