// What changes in a file that others have written in, too.

import { expect, test } from 'vitest';
import { planChanges } from '../../../src/main/export/xmp/plan.ts';
import type { Tags } from '../../../src/main/export/xmp/exiftool.ts';

const label = (name: string | null) => ({ label: name, mark: null, prediction: null });
const changesOf = (found: Tags, name: string | null) => {
  const plan = planChanges(found, label(name));
  return 'reason' in plan ? plan.reason : plan.changes.map(({ field, how, value }) => `${field}${how}${value}`);
};
const [subject, tags, levels] = ['XMP-dc:Subject', 'XMP-digiKam:TagsList', 'XMP-lr:HierarchicalSubject'];
const [written, kept] = ['XMP-whisker:Written', 'XMP-whisker:Kept'];

test("Whisker's keyword that another program has put into a hierarchy is still Whisker's, and said already", () => {
  const found = {
    [subject]: ['sunny', 'Cat'],
    [tags]: ['Weather/sunny', 'Animals/Cat'],
    [levels]: ['Weather|sunny', 'Animals|Cat'],
    [written]: ['Cat'],
    [kept]: ['sunny'],
  };
  expect(changesOf(found, 'cat')).toEqual([`${written}=cat`]);
  expect(changesOf(found, 'Dog')).toEqual([
    ...[`${subject}-=Cat`, `${subject}+=Dog`, `${tags}-=Animals/Cat`, `${tags}+=Dog`],
    ...[`${levels}-=Animals|Cat`, `${levels}+=Dog`, `${written}=Dog`],
  ]);
  expect(changesOf(found, null)).toEqual([
    ...[`${subject}-=Cat`, `${tags}-=Animals/Cat`, `${levels}-=Animals|Cat`, `${written}=`, `${kept}=`],
  ]);
});

test('a class whose name has the sign of a level stays one level', () => {
  expect(changesOf({}, 'a/b|c')).toEqual([
    ...[`${subject}+=a/b|c`, `${tags}+=a∕b|c`, `${levels}+=a/b∣c`, `${written}=a/b|c`],
  ]);
  const found = { [subject]: ['a/b|c'], [tags]: ['a∕b|c'], [levels]: ['a/b∣c'], [written]: ['a/b|c'] };
  expect(changesOf(found, 'a/b|c')).toEqual([]);
  expect(changesOf(found, null)).toEqual([
    ...[`${subject}-=a/b|c`, `${tags}-=a∕b|c`, `${levels}-=a/b∣c`, `${written}=`],
  ]);
});

test('a keyword of the same name that was there before never goes, nor is it doubled', () => {
  expect(changesOf({ [subject]: ['Cat'] }, 'Cat')).toEqual([
    ...[`${tags}+=Cat`, `${levels}+=Cat`, `${written}=Cat`, `${kept}=Cat`],
  ]);
  const found = { [subject]: ['Cat'], [tags]: ['Cat'], [levels]: ['Cat'], [written]: ['Cat'], [kept]: ['Cat'] };
  expect(changesOf(found, 'Cat')).toEqual([]);
  expect(changesOf(found, 'Dog')).toEqual([...[`${subject}+=Dog`, `${tags}+=Dog`, `${levels}+=Dog`, `${written}=Dog`]]);
});

test('a keyword that was changed elsewhere is not written over, until the label is what it says', () => {
  const found = { [subject]: ['Dog'], [tags]: ['Dog'], [levels]: ['Dog'], [written]: ['Cat'] };
  const reason = 'has the keyword Dog where Whisker wrote Cat: import the keywords first, or take it out there';
  expect(changesOf(found, 'Cat')).toBe(reason);
  expect(changesOf(found, null)).toBe(reason);
  expect(changesOf(found, 'Dog')).toEqual([`${written}=Dog`]);
});

test('there is nothing to change where there is nothing to say', () => {
  expect(changesOf({}, null)).toEqual([]);
  expect(changesOf({ [subject]: ['holiday'], 'IPTC:Keywords': ['holiday'] }, null)).toEqual([]);
});
