// The rectangle that is dragged over the grid: its box, and how fast the grid scrolls while the pointer is near an
// edge.

import type { Box } from './justified.ts';

export interface Point {
  x: number;
  y: number;
}

/** A press that moves less than this is a click. */
export const dragThresholdPx = 4;

const edgePx = 40;
const fastestPxPerFrame = 28;

export const boxBetween = (a: Point, b: Point): Box => ({
  left: Math.min(a.x, b.x),
  top: Math.min(a.y, b.y),
  width: Math.abs(a.x - b.x),
  height: Math.abs(a.y - b.y),
});

/** Pixels to scroll this frame: 0 inside, growing towards and beyond the top and bottom edge. */
export function autoScroll(y: number, top: number, bottom: number): number {
  const over = y < top + edgePx ? y - (top + edgePx) : y > bottom - edgePx ? y - (bottom - edgePx) : 0;
  return Math.max(-fastestPxPerFrame, Math.min(fastestPxPerFrame, Math.round(over / 3)));
}
