// @vitest-environment node

import { describe, expect, it } from 'vitest';
import { duration, percent, timeLeft } from '../../../src/renderer/ui/numbers.ts';

describe('numbers for people', () => {
  it.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [60, '1 min'],
    [200, '3 min 20 s'],
    [700, '11 min'],
    [3600, '1 h'],
    [3900, '1 h 5 min'],
  ])('%d seconds are "%s"', (seconds, words) => expect(duration(seconds)).toBe(words));

  it.each([
    [null, '–'],
    [3, 'a few seconds'],
    [42, 'about 40 s'],
    [170, 'about 3 min'],
  ])('%s seconds left are "%s"', (seconds, words) => expect(timeLeft(seconds)).toBe(words));

  it('never rounds doubt away: 99.7% is not 100%', () => {
    expect(percent(0.997)).toBe('99%');
    expect(percent(1)).toBe('100%');
    expect(percent(0.001)).toBe('1%');
  });
});
