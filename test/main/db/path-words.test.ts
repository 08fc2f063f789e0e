import { expect, test } from 'vitest';
import { apart, bareNumbers } from '../../../src/main/db/path-words.ts';

test('digits are words apart from letters, in every script', () => {
  const words = (text: string) => apart(text).split(' ').filter(Boolean);
  expect(words('DSC01234.jpg')).toEqual(['DSC', '01234', '.jpg']);
  expect(words('2x3m')).toEqual(['2', 'x', '3', 'm']);
  expect(words('تصویر۷۸')).toEqual(['تصویر', '۷۸']);
  expect(words('no digit')).toEqual(['no', 'digit']);
});

test('numbers that begin with zeros stand without them as well', () => {
  expect(bareNumbers('2019-07/DSC01234 (10).jpg')).toBe('7 1234');
  expect(bareNumbers('a000/b0/100.jpg')).toBe('');
});
