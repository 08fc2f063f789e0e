// Where square tiles of one size lie in a scrolled pane, and which of them can be seen. Pure; no DOM.

import type { Box } from '../../grid/justified.ts';

export interface TileLayout {
  columns: number;
  /** Side of a tile and of its gap, px. */
  side: number;
  gap: number;
  /** Height of all rows together, px. */
  height: number;
}

export function tileLayout(count: number, width: number, leastSide: number, gap: number): TileLayout {
  const columns = Math.max(1, Math.floor((width + gap) / (leastSide + gap)));
  const side = Math.max(1, Math.floor((width - gap * (columns - 1)) / columns));
  const rows = Math.ceil(count / columns);
  return { columns, side, gap, height: Math.max(0, rows * (side + gap) - gap) };
}

export function tileAt({ columns, side, gap }: TileLayout, index: number): { left: number; top: number } {
  return { left: (index % columns) * (side + gap), top: Math.floor(index / columns) * (side + gap) };
}

/** [first, end) of the tiles that touch the pane, with `spareRows` more above and below. */
export function visibleTiles(
  { columns, side, gap }: TileLayout,
  count: number,
  scrollTop: number,
  paneHeight: number,
  spareRows = 2,
): [number, number] {
  const row = side + gap;
  const first = Math.max(0, Math.floor(scrollTop / row) - spareRows);
  const last = Math.ceil((scrollTop + paneHeight) / row) + spareRows;
  return [Math.min(count, first * columns), Math.min(count, last * columns)];
}

/** The tiles that a rectangle touches. */
export function tilesInBox(layout: TileLayout, count: number, box: Box): number[] {
  const step = layout.side + layout.gap;
  const first = Math.max(0, Math.floor(box.top / step) * layout.columns);
  const end = Math.min(count, (Math.floor((box.top + box.height) / step) + 1) * layout.columns);
  const touched: number[] = [];
  for (let i = first; i < end; i++) {
    const { left, top } = tileAt(layout, i);
    const isApart =
      left > box.left + box.width ||
      left + layout.side < box.left ||
      top > box.top + box.height ||
      top + layout.side < box.top;
    if (!isApart) touched.push(i);
  }
  return touched;
}
