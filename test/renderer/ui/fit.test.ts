import { expect, test } from 'vitest';
import { best, fit } from '../../../src/renderer/ui/fit.ts';

const found = (names: string[], typed: string) => best(names, (name) => name, typed);

test('words in any order, by their beginnings, insides, initials and letters', () => {
  expect(fit('Label with Cat', 'cat label')).toBeGreaterThan(0);
  expect(fit('Keyboard shortcuts', 'short key')).toBeGreaterThan(0);
  expect(fit('Keyboard shortcuts', 'board')).toBeGreaterThan(0);
  expect(fit('Go on after a label', 'goaal')).toBeGreaterThan(0);
  expect(fit('Keyboard shortcuts', 'kybd')).toBeGreaterThan(0);
  for (const typed of ['cat dog', 'xyz', 'tac']) expect(fit('Label with Cat', typed), typed).toBe(0);
});

test('the beginning of the name comes first, then the beginning of a word, then its inside', () => {
  const names = ['Concatenate', 'Show Cat', 'Category', 'Dog'];
  expect(found(names, 'cat')).toEqual(['Category', 'Show Cat', 'Concatenate']);
});

test('capitals and marks over letters don’t count, and other scripts do', () => {
  expect(found(['Käfer', 'חתול', '猫'], 'KAFER')).toEqual(['Käfer']);
  expect(found(['Käfer', 'חתול', '猫'], '猫')).toEqual(['猫']);
  expect(found(['Käfer', 'חתול', '猫'], 'חת')).toEqual(['חתול']);
});

test('nothing typed leaves all as they came', () => {
  expect(found(['b', 'a', 'c'], '  ')).toEqual(['b', 'a', 'c']);
});

test('signs are found as they stand', () => {
  expect(found(['C++', 'C'], '++')).toEqual(['C++']);
});
