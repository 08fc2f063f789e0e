// @vitest-environment node

import { describe, expect, it } from 'vitest';
import { tileAt, tileLayout, visibleTiles } from '../../../../src/renderer/screens/review/tile-layout.ts';

describe('the tiles of one class', () => {
  it('fill the width with whole columns', () => {
    const layout = tileLayout(10, 400, 120, 8);
    expect(layout).toEqual({ columns: 3, side: 128, gap: 8, height: 4 * 136 - 8 });
    expect(tileAt(layout, 4)).toEqual({ left: 136, top: 136 });
  });

  it('are one column in a pane narrower than a tile, and nothing without photos', () => {
    expect(tileLayout(3, 50, 120, 8).columns).toBe(1);
    expect(tileLayout(0, 400, 120, 8).height).toBe(0);
  });

  it('are in the page only near what can be seen, however long the list', () => {
    const layout = tileLayout(100_000, 400, 120, 8);
    const [first, end] = visibleTiles(layout, 100_000, 136 * 1000, 600);
    expect(first).toBe(998 * 3);
    expect(end - first).toBeLessThan(40);
    expect(visibleTiles(layout, 100_000, 0, 600)[0]).toBe(0);
    expect(visibleTiles(layout, 100_000, 1e9, 600)).toEqual([100_000, 100_000]);
  });
});
