import { expect, test } from 'vitest';
import { reasonSentence } from '../../../src/main/review/reasons.ts';

test('the sentences read as a person would say them', () => {
  const names = { predicted: 'Cat', runnerUp: 'Dog', other: 'Dog' };
  const say = (
    ...[code, confidence, margin, more]: [Parameters<typeof reasonSentence>[0], number, number, Partial<typeof names>?]
  ) => reasonSentence(code, { confidence, margin, calibrated: true }, { ...names, ...more });
  expect(say('low-margin', 0.52, 0.05)).toBe('Cat 52%, Dog 47%: nearly a coin flip.');
  expect(say('uncertain', 0.61, 0.3)).toBe('Only 61% sure of Cat; Dog comes next.');
  expect(say('models-disagree', 0.97, 0.9)).toBe('97% sure of Cat, but the second model says Dog.');
  expect(say('few-alike', 0.9, 0.8)).toBe('Hardly any photo was taken for Cat, so this one may be a stray.');
  expect(say('confident', 0.999, 0.998)).toBe('>99% sure of Cat.');
});

test('a confidence that nobody checked is a word, never a number', () => {
  const names = { predicted: 'Cat', runnerUp: 'Dog', other: 'Dog' };
  const say = (code: Parameters<typeof reasonSentence>[0], confidence: number, more: Partial<typeof names> = {}) =>
    reasonSentence(code, { confidence, margin: 0.1, calibrated: false }, { ...names, ...more });
  expect(say('low-margin', 0.52)).toBe('Cat or Dog: nearly a coin flip.');
  expect(say('uncertain', 0.61)).toBe('Unsure of Cat; Dog comes next.');
  expect(say('models-disagree', 0.99)).toBe('Sure of Cat, but the second model says Dog.');
  expect(say('models-disagree', 0.7, { other: 'Cat' })).toBe('Unsure of Cat, but the second model disagrees.');
  expect(say('confident', 0.999)).toBe('Sure of Cat.');
});
