// Finds the point nearest to a place without looking at all of them: they are sorted into the cells of a grid once.

import type { Point } from './camera.ts';

/** About so many points in a cell. */
const IN_A_CELL = 4;

export interface PointIndex {
  /** The nearest within `reach`, of those that may be chosen; null without any. */
  nearest(place: Point, reach: number, mayBeChosen?: (index: number) => boolean): number | null;
}

/** places: x and y in turn, all of them numbers. */
export function indexPoints(places: Float32Array): PointIndex {
  const count = places.length / 2;
  const [low, high] = [
    [Infinity, Infinity],
    [-Infinity, -Infinity],
  ];
  for (let at = 0; at < places.length; at++) {
    low[at % 2] = Math.min(low[at % 2]!, places[at]!);
    high[at % 2] = Math.max(high[at % 2]!, places[at]!);
  }
  const side = Math.max(1, Math.ceil(Math.sqrt(count / IN_A_CELL)));
  const cell = Math.max(1e-9, Math.max(high[0]! - low[0]!, high[1]! - low[1]!) / side);
  const across = (value: number, axis: number) =>
    Math.max(0, Math.min(side - 1, Math.floor((value - low[axis]!) / cell)));
  const cellOf = (i: number) => across(places[2 * i + 1]!, 1) * side + across(places[2 * i]!, 0);

  // Points cell after cell; those of cell c are from starts[c] to starts[c + 1].
  const starts = new Uint32Array(side * side + 1);
  for (let i = 0; i < count; i++) starts[cellOf(i) + 1]! += 1;
  for (let c = 0; c < side * side; c++) starts[c + 1]! += starts[c]!;
  const next = starts.slice();
  const members = new Uint32Array(count);
  for (let i = 0; i < count; i++) members[next[cellOf(i)]!++] = i;

  return {
    nearest({ x, y }, reach, mayBeChosen = () => true) {
      if (count === 0) return null;
      let [best, shortest]: [number | null, number] = [null, reach * reach];
      for (let row = across(y - reach, 1); row <= across(y + reach, 1); row++) {
        const from = starts[row * side + across(x - reach, 0)]!;
        const to = starts[row * side + across(x + reach, 0) + 1]!;
        for (let at = from; at < to; at++) {
          const i = members[at]!;
          const distance = (places[2 * i]! - x) ** 2 + (places[2 * i + 1]! - y) ** 2;
          if (distance > shortest || !mayBeChosen(i)) continue;
          [best, shortest] = [i, distance];
        }
      }
      return best;
    },
  };
}
