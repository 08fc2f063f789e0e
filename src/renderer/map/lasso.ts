// Which points lie inside an outline that was drawn by hand.

import type { Point } from './camera.ts';

/** Even-odd rule: a loop inside the outline is a hole. The last corner is joined to the first. */
export function isInside(outline: readonly Point[], { x, y }: Point): boolean {
  let inside = false;
  outline.forEach((corner, i) => {
    const before = outline.at(i - 1)!;
    if (corner.y > y === before.y > y) return;
    if (x < ((before.x - corner.x) * (y - corner.y)) / (before.y - corner.y) + corner.x) inside = !inside;
  });
  return inside;
}

/** Positions of the places (x and y in turn) inside the outline, of those that may be chosen. */
export function indicesInside(
  outline: readonly Point[],
  places: Float32Array,
  mayBeChosen: (index: number) => boolean,
): number[] {
  if (outline.length < 3) return [];
  const [xs, ys] = [outline.map(({ x }) => x), outline.map(({ y }) => y)];
  const least = (values: number[]) => values.reduce((a, b) => Math.min(a, b));
  const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b));
  const [left, right, bottom, top] = [least(xs), most(xs), least(ys), most(ys)];
  const found: number[] = [];
  for (let i = 0; i < places.length / 2; i++) {
    const [x, y] = [places[2 * i]!, places[2 * i + 1]!];
    if (x < left || x > right || y < bottom || y > top || !mayBeChosen(i)) continue;
    if (isInside(outline, { x, y })) found.push(i);
  }
  return found;
}
