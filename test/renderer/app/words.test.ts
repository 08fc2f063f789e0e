import { expect, it } from 'vitest';
import { scanInWords } from '../../../src/renderer/app/words.ts';
import type { ScanProgress } from '../../../src/shared/types.ts';

const scan = (counts: Partial<ScanProgress>) =>
  scanInWords({ added: 0, removed: 0, changed: 0, moved: 0, ...counts } as ScanProgress);

it('says what a scan found, in whole words', () => {
  expect(scan({})).toBe('Nothing new.');
  expect(scan({ added: 1 })).toBe('1 new photo.');
  expect(scan({ added: 3000, removed: 2 })).toBe('3,000 new photos, 2 gone.');
  expect(scan({ removed: 1 })).toBe('1 photo gone.');
  expect(scan({ removed: 12, moved: 3 })).toBe('12 photos gone, 3 moved.');
  expect(scan({ added: 12, removed: 3, moved: 1 })).toBe('12 new photos, 3 gone, 1 moved.');
  expect(scan({ moved: 1 })).toBe('1 photo moved.');
  expect(scan({ changed: 2 })).toBe('Nothing new; 2 changed files were read again.');
  expect(scan({ changed: 1, added: 1, removed: 1 })).toBe('1 new photo, 1 gone.');
});
