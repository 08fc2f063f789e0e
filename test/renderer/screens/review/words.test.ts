import { expect, test } from 'vitest';
import { endWords, pastEndWords } from '../../../../src/renderer/screens/review/words.ts';

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
