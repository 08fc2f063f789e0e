import { expect, test } from 'vitest';
import { fileNameOf, isUri } from '../../src/shared/elsewhere.ts';

test('a URI is no path, and both have a name that can be read', () => {
  expect(['s3://bucket/a b.jpg', 'file:///x.jpg'].map(isUri)).toEqual([true, true]);
  expect(['a.jpg', 'c:/d/e.jpg', 'http:/x.jpg'].map(isUri)).toEqual([false, false, false]);
  expect(fileNameOf('holiday/beach%201.jpg')).toBe('beach%201.jpg');
  expect(fileNameOf('https://example.org/2019/beach%201.jpg')).toBe('beach 1.jpg');
  expect(fileNameOf('s3://bucket/100%.jpg')).toBe('100%.jpg');
});
