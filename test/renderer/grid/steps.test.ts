import { expect, it } from 'vitest';
import { boxOf, layoutJustified, rowOf } from '../../../src/renderer/grid/justified.ts';
import { Steps } from '../../../src/renderer/grid/steps.ts';

const layout = layoutJustified(
  Array.from({ length: 90 }, (_, i) => [1.5, 0.7, 1][i % 3]!),
  { width: 1000, rowHeight: 200, gap: 6 },
);
const from = (at: number) => ({ layout, at, first: 12, pageRows: 3 });

it('starts at the first photo on screen when the keyboard is on none', () => {
  expect(new Steps().target('ArrowDown', from(-1))).toBe(12);
  expect(new Steps().target('ArrowLeft', from(-1))).toBe(12);
});

it('steps left and right, and stops at the ends', () => {
  const steps = new Steps();
  expect(steps.target('ArrowRight', from(4))).toBe(5);
  expect(steps.target('ArrowRight', from(89))).toBe(89);
  expect(steps.target('ArrowLeft', from(0))).toBe(0);
  expect(steps.target('Home', from(40))).toBe(0);
  expect(steps.target('End', from(40))).toBe(89);
});

it('keeps its column through rows of different widths, until it steps aside', () => {
  const steps = new Steps();
  const start = 4;
  const column = boxOf(layout, start).left + boxOf(layout, start).width / 2;
  let at = start;
  for (let i = 0; i < 6; i++) at = steps.target('ArrowDown', from(at))!;
  const { left, width } = boxOf(layout, at);
  expect(rowOf(layout, at)).toBe(rowOf(layout, start) + 6);
  expect(column).toBeGreaterThanOrEqual(left - 6);
  expect(column).toBeLessThanOrEqual(left + width + 6);
  for (let i = 0; i < 6; i++) at = steps.target('ArrowUp', from(at))!;
  expect(at).toBe(start);
});

it('pages by rows, and leaves other keys alone', () => {
  const steps = new Steps();
  expect(rowOf(layout, steps.target('PageDown', from(0))!)).toBe(3);
  expect(steps.target('a', from(0))).toBeNull();
});
