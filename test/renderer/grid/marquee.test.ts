import { expect, it } from 'vitest';
import { autoScroll, boxBetween } from '../../../src/renderer/grid/marquee.ts';

it('spans a rectangle between two points in any direction', () => {
  const box = { left: 10, top: 20, width: 30, height: 40 };
  expect(boxBetween({ x: 10, y: 20 }, { x: 40, y: 60 })).toEqual(box);
  expect(boxBetween({ x: 40, y: 20 }, { x: 10, y: 60 })).toEqual(box);
});

it('scrolls near and beyond the edges, faster the further out, and not in between', () => {
  expect(autoScroll(300, 0, 600)).toBe(0);
  expect(autoScroll(595, 0, 600)).toBeGreaterThan(0);
  expect(autoScroll(640, 0, 600)).toBeGreaterThan(autoScroll(595, 0, 600));
  expect(autoScroll(5000, 0, 600)).toBe(28);
  expect(autoScroll(-5000, 0, 600)).toBe(-28);
});
