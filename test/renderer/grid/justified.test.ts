import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inSorts } from '../../fixtures/processor-time.ts';
import {
  boxOf,
  indexAt,
  indexVertically,
  indicesAlong,
  indicesBetween,
  indicesInBox,
  layoutJustified,
  rowAtY,
  rowOf,
} from '../../../src/renderer/grid/justified.ts';

const options = { width: 1000, rowHeight: 200, gap: 6 };
const aspect = fc.double({ min: 0.2, max: 5, noNaN: true });
const anyOptions = fc.record({
  width: fc.integer({ min: 160, max: 2600 }),
  rowHeight: fc.integer({ min: 84, max: 320 }),
  gap: fc.integer({ min: 0, max: 12 }),
});

describe('the justified layout', () => {
  it('fills every row but the last to the pixel, in order, without overlap', () => {
    fc.assert(
      fc.property(fc.array(aspect, { maxLength: 120 }), anyOptions, (aspects, chosen) => {
        const layout = layoutJustified(aspects, chosen);
        let before = -chosen.gap;
        for (let row = 0; row < layout.rows; row++) {
          const from = layout.rowStarts[row]!;
          const to = layout.rowStarts[row + 1]!;
          expect(to).toBeGreaterThan(from);
          expect(layout.rowTops[row]).toBe(before + chosen.gap);
          before = layout.rowTops[row]! + layout.rowHeights[row]!;
          for (let i = from; i < to; i++) {
            const { left, width } = boxOf(layout, i);
            if (i === from) expect(left).toBe(0);
            else expect(left - (boxOf(layout, i - 1).left + boxOf(layout, i - 1).width)).toBeCloseTo(chosen.gap, -0.5);
            if (i === to - 1 && row < layout.rows - 1) expect(left + width).toBe(chosen.width);
            expect(left + width).toBeLessThanOrEqual(chosen.width + chosen.gap);
          }
        }
        expect(layout.height).toBe(layout.rows === 0 ? 0 : before);
        expect(layout.rowStarts[layout.rows]).toBe(aspects.length);
      }),
    );
  });

  it('keeps rows near the wanted height for everyday photos', () => {
    const aspects = Array.from({ length: 500 }, (_, i) => [1.5, 1.33, 0.67, 1, 0.75][i % 5]!);
    const layout = layoutJustified(aspects, options);
    for (const height of layout.rowHeights) expect(Math.abs(height - 200)).toBeLessThan(60);
  });

  it('gives the last row the wanted height and leaves its right side free', () => {
    const layout = layoutJustified([1.5, 1.5], options);
    expect(boxOf(layout, 1)).toEqual({ left: 306, top: 0, width: 300, height: 200 });
  });

  it('crops panoramas and slivers, and takes a broken size for a square', () => {
    const layout = layoutJustified([0.01, Number.NaN, 1], options);
    expect([0, 1, 2].map((i) => boxOf(layout, i).width)).toEqual([90, 200, 200]);
    expect(boxOf(layoutJustified([40, 1], { ...options, width: 300 }), 0)).toMatchObject({ width: 300, height: 115 });
  });

  it('has nothing to show for no photos', () => {
    const layout = layoutJustified([], options);
    expect(layout).toMatchObject({ rows: 0, height: 0 });
    expect(indicesBetween(layout, 0, 500)).toEqual({ from: 0, to: 0 });
    expect(indexAt(layout, 10, 10)).toBeNull();
  });

  it('lays out 100,000 photos in no more than it takes to sort as many twice, and finds what is on screen by halving', () => {
    const aspects = Float32Array.from({ length: 100_000 }, (_, i) => 0.6 + ((i * 37) % 100) / 80);
    const layout = layoutJustified(aspects, options);
    expect(inSorts(() => layoutJustified(aspects, options))).toBeLessThan(2);
    const look = () => {
      for (let y = 0; y < layout.height; y += layout.height / 100_000) indicesBetween(layout, y, y + 900);
    };
    // A walk over the rows would take a hundred times as long.
    expect(inSorts(look)).toBeLessThan(10);
  });
});

describe('finding photos in the layout', () => {
  const layout = layoutJustified(
    Array.from({ length: 60 }, (_, i) => [1.5, 1, 0.7][i % 3]!),
    options,
  );

  it('finds the row of a height and the row of a photo', () => {
    for (let row = 0; row < layout.rows; row++) {
      expect(rowAtY(layout, layout.rowTops[row]!)).toBe(row);
      expect(rowAtY(layout, layout.rowTops[row]! + layout.rowHeights[row]!)).toBe(row);
      expect(rowOf(layout, layout.rowStarts[row]!)).toBe(row);
      expect(rowOf(layout, layout.rowStarts[row + 1]! - 1)).toBe(row);
    }
    expect(rowAtY(layout, -50)).toBe(0);
    expect(rowAtY(layout, 1e9)).toBe(layout.rows - 1);
  });

  it('finds the photo under a point, and nothing in a gap', () => {
    const { left, top, width, height } = boxOf(layout, 7);
    expect(indexAt(layout, left + width / 2, top + height / 2)).toBe(7);
    expect(indexAt(layout, left + width + 3, top + 5)).toBeNull();
    expect(indexAt(layout, left + 5, top + height + 3)).toBeNull();
  });

  it('finds exactly the photos that a rectangle touches', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(2000), fc.nat(600), fc.nat(600), (left, top, width, height) => {
        const touches = (i: number) => {
          const box = boxOf(layout, i);
          return (
            box.left <= left + width &&
            box.left + box.width >= left &&
            box.top <= top + height &&
            box.top + box.height >= top
          );
        };
        const all = Array.from({ length: layout.count }, (_, i) => i).filter(touches);
        expect(indicesInBox(layout, { left, top, width, height })).toEqual(all);
      }),
    );
  });

  it('moves up and down to the photo nearest to the column, and stops at the ends', () => {
    const x = 480;
    const below = indexVertically(layout, 0, 1, x);
    const { left, width } = boxOf(layout, below);
    expect(rowOf(layout, below)).toBe(1);
    expect(left <= x && x <= left + width + options.gap).toBe(true);
    expect(rowOf(layout, indexVertically(layout, below, -1, x))).toBe(0);
    expect(rowOf(layout, indexVertically(layout, 3, -9, x))).toBe(0);
    expect(rowOf(layout, indexVertically(layout, 3, 999, x))).toBe(layout.rows - 1);
  });
});

describe('a straight way over the grid', () => {
  const layout = layoutJustified(Array<number>(40).fill(1.5), options);

  it('meets every photo of a row on the way, from either end', () => {
    const row = { from: layout.rowStarts[1]!, to: layout.rowStarts[2]! };
    const across = Array.from({ length: row.to - row.from }, (_, i) => row.from + i);
    const y = layout.rowTops[1]! + 5;
    expect(indicesAlong(layout, { x: 0, y }, { x: 1000, y })).toEqual(across);
    expect(indicesAlong(layout, { x: 1000, y }, { x: 0, y })).toEqual(across.toReversed());
  });

  it('meets each photo whose middle it goes through, in any direction', () => {
    const index = fc.nat(39);
    const middleOf = (i: number) => {
      const { left, top, width, height } = boxOf(layout, i);
      return { x: left + width / 2, y: top + height / 2 };
    };
    fc.assert(
      fc.property(index, index, (a, b) => {
        const passed = indicesAlong(layout, middleOf(a), middleOf(b));
        expect([passed[0], passed.at(-1)]).toEqual([a, b]);
        expect(new Set(passed).size).toBe(passed.length);
      }),
    );
  });

  it('is a single photo where it does not move, and none between photos', () => {
    const { left, top, width } = boxOf(layout, 3);
    const inside = { x: left + 2, y: top + 2 };
    expect(indicesAlong(layout, inside, inside)).toEqual([3]);
    const between = { x: left + width + 3, y: top + 2 };
    expect(indicesAlong(layout, between, between)).toEqual([]);
  });
});
