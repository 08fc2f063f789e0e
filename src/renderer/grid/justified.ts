// Where every photo of the grid lies: rows of one height that fill the width exactly. Pure arithmetic; draws nothing.

export interface LayoutOptions {
  /** Width to fill, in px. */
  width: number;
  /** Height that rows come close to, in px. */
  rowHeight: number;
  /** Space between photos and between rows, in px. */
  gap: number;
}

/** All in whole px. Row r holds the photos rowStarts[r] … rowStarts[r + 1] - 1. */
export interface Layout {
  count: number;
  rows: number;
  /** rows + 1 entries; the last is `count`. */
  rowStarts: Uint32Array;
  rowTops: Float64Array;
  rowHeights: Float64Array;
  lefts: Float64Array;
  widths: Float64Array;
  height: number;
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Panoramas and slivers are cropped to these, or one of them would make a row unusable. */
const narrowest = 0.45;
const widest = 2.6;

const clampAspect = (aspect: number): number =>
  Number.isFinite(aspect) ? Math.min(widest, Math.max(narrowest, aspect)) : 1;

/** Fills rows one after the other. `aspects`: width over height of each photo. O(n). */
export function layoutJustified(aspects: ArrayLike<number>, { width, rowHeight, gap }: LayoutOptions): Layout {
  const count = aspects.length;
  const rowStarts: number[] = [];
  const rowTops: number[] = [];
  const rowHeights: number[] = [];
  const lefts = new Float64Array(count);
  const widths = new Float64Array(count);
  let top = 0;

  function closeRow(start: number, end: number, sum: number, height: number) {
    rowStarts.push(start);
    rowTops.push(top);
    rowHeights.push(Math.round(height));
    // Edges are rounded, not widths, so that the last photo ends exactly at the border.
    const scale = (end - start) * gap - gap + sum * height;
    let edge = 0;
    for (let i = start; i < end; i++) {
      const left = Math.round(edge);
      edge += clampAspect(aspects[i] ?? 1) * height + gap;
      lefts[i] = left;
      widths[i] = Math.max(1, Math.round(Math.min(edge - gap, scale)) - left);
    }
    top += Math.round(height) + gap;
  }

  let start = 0;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const aspect = clampAspect(aspects[i] ?? 1);
    const heightWith = heightOf(width, sum + aspect, i + 1 - start, gap);
    if (heightWith > rowHeight) {
      sum += aspect;
      continue;
    }
    const heightWithout = heightOf(width, sum, i - start, gap);
    // The photo that overfills the row stays in it or opens the next, whichever keeps closer to the wanted height.
    if (i === start || rowHeight / heightWith <= heightWithout / rowHeight) {
      closeRow(start, i + 1, sum + aspect, heightWith);
      start = i + 1;
      sum = 0;
    } else {
      closeRow(start, i, sum, heightWithout);
      start = i;
      sum = aspect;
      // A photo wider than the row by itself.
      if (heightOf(width, sum, 1, gap) <= rowHeight) {
        closeRow(start, i + 1, sum, heightOf(width, sum, 1, gap));
        start = i + 1;
        sum = 0;
      }
    }
  }
  // The last row keeps the wanted height and leaves its right side free.
  if (start < count) closeRow(start, count, sum, rowHeight);

  return {
    count,
    rows: rowStarts.length,
    rowStarts: Uint32Array.from([...rowStarts, count]),
    rowTops: Float64Array.from(rowTops),
    rowHeights: Float64Array.from(rowHeights),
    lefts,
    widths,
    height: rowStarts.length === 0 ? 0 : top - gap,
  };
}

const heightOf = (width: number, aspects: number, photos: number, gap: number): number =>
  aspects === 0 ? Infinity : Math.max(1, (width - (photos - 1) * gap) / aspects);

/** The row that covers y, or the nearest one. 0 when there is none. */
export function rowAtY(layout: Layout, y: number): number {
  return lastAtMost(layout.rowTops, layout.rows, y);
}

export function rowOf(layout: Layout, index: number): number {
  return lastAtMost(layout.rowStarts, layout.rows, index);
}

/** Index of the last of the first `length` ascending values that is <= x; 0 when none is. */
function lastAtMost(values: ArrayLike<number>, length: number, x: number): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((values[middle] ?? Infinity) <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function boxOf(layout: Layout, index: number): Box {
  const row = rowOf(layout, index);
  return {
    left: layout.lefts[index] ?? 0,
    top: layout.rowTops[row] ?? 0,
    width: layout.widths[index] ?? 0,
    height: layout.rowHeights[row] ?? 0,
  };
}

/** First and last + 1 index of the photos in the rows that touch [top, bottom]. */
export function indicesBetween(layout: Layout, top: number, bottom: number): { from: number; to: number } {
  if (layout.rows === 0) return { from: 0, to: 0 };
  const first = rowAtY(layout, top);
  const last = rowAtY(layout, bottom);
  return { from: layout.rowStarts[first] ?? 0, to: layout.rowStarts[last + 1] ?? layout.count };
}

/** Photos that a rectangle touches, in order. */
export function indicesInBox(layout: Layout, box: Box): number[] {
  const { from, to } = indicesBetween(layout, box.top, box.top + box.height);
  const hit: number[] = [];
  for (let i = from; i < to; i++) {
    const photo = boxOf(layout, i);
    const apart =
      photo.left > box.left + box.width ||
      photo.left + photo.width < box.left ||
      photo.top > box.top + box.height ||
      photo.top + photo.height < box.top;
    if (!apart) hit.push(i);
  }
  return hit;
}

/** The photo under a point, or null between photos. */
export function indexAt(layout: Layout, x: number, y: number): number | null {
  return indicesInBox(layout, { left: x, top: y, width: 0, height: 0 })[0] ?? null;
}

/** Nearer together than the narrowest photo is wide. */
const STRIDE_PX = 6;

/** Photos on the straight way between two points, in its order. */
export function indicesAlong(layout: Layout, from: { x: number; y: number }, to: { x: number; y: number }): number[] {
  const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / STRIDE_PX));
  const passed = new Set<number>();
  for (let step = 0; step <= steps; step++) {
    const part = step / steps;
    const index = indexAt(layout, from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part);
    if (index !== null) passed.add(index);
  }
  return [...passed];
}

/** The photo `rows` rows further down (up when negative) that lies nearest to `x`; stops at the first and last row. */
export function indexVertically(layout: Layout, index: number, rows: number, x: number): number {
  const row = Math.min(layout.rows - 1, Math.max(0, rowOf(layout, index) + rows));
  let best = layout.rowStarts[row] ?? index;
  let bestDistance = Infinity;
  for (let i = best; i < (layout.rowStarts[row + 1] ?? layout.count); i++) {
    const left = layout.lefts[i] ?? 0;
    const right = left + (layout.widths[i] ?? 0);
    const distance = Math.max(left - x, x - right, 0);
    if (distance < bestDistance) {
      best = i;
      bestDistance = distance;
    }
  }
  return best;
}
