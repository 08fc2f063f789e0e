import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  actualFactor,
  boxOf,
  fitted,
  isFitted,
  panBy,
  scaleOf,
  toggleActual,
  wheelFactor,
  zoomBy,
  type Lay,
  type Zoom,
} from '../../../src/renderer/zoom/zoom.ts';

const lay: Lay = { picture: { width: 6000, height: 4000 }, view: { width: 900, height: 700 }, ratio: 1 };
const small: Lay = { ...lay, picture: { width: 32, height: 24 } };

const side = fc.integer({ min: 1, max: 12_000 });
const anyLay = fc.record({
  picture: fc.record({ width: side, height: side }),
  view: fc.record({ width: fc.integer({ min: 50, max: 3000 }), height: fc.integer({ min: 50, max: 2000 }) }),
  ratio: fc.constantFrom(1, 1.25, 1.5, 2, 3),
});
const place = fc.record({
  x: fc.double({ min: -40, max: 40, noNaN: true }),
  y: fc.double({ min: -30, max: 30, noNaN: true }),
});

/** The place of the picture, in its pixels, that is at a place of the view. */
function under(zoom: Zoom, now: Lay, at: { x: number; y: number }) {
  const box = boxOf(zoom, now);
  const toPicture = (px: number, edge: number, length: number, pixels: number) => ((px - edge) / length) * pixels;
  return {
    x: toPicture(at.x + now.view.width / 2, box.left, box.width, now.picture.width),
    y: toPicture(at.y + now.view.height / 2, box.top, box.height, now.picture.height),
  };
}

describe('at first', () => {
  it('the whole picture is in the middle of the view, and touches it on one pair of sides', () => {
    expect(boxOf(fitted, lay)).toEqual({ left: 0, top: 50, width: 900, height: 600 });
    fc.assert(
      fc.property(anyLay, (any) => {
        const { width, height } = boxOf(fitted, any);
        expect(Math.max(width / any.view.width, height / any.view.height)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('at 100 %', () => {
  it('each pixel of the picture is one of the screen, and begins at a whole one', () => {
    fc.assert(
      fc.property(anyLay, place, (any, at) => {
        const zoom = { ...fitted, factor: actualFactor(any) };
        const { left, top, width, height } = boxOf(panBy(zoom, any, at.x, at.y), any);
        expect(width * any.ratio).toBeCloseTo(any.picture.width, 6);
        expect(height * any.ratio).toBeCloseTo(any.picture.height, 6);
        for (const edge of [left, top]) expect(edge * any.ratio).toBeCloseTo(Math.round(edge * any.ratio), 6);
        expect(scaleOf(zoom, any)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('is one key away from the whole picture, and the whole picture from anything else', () => {
    const actual = toggleActual(fitted, lay);
    expect(scaleOf(actual, lay)).toBeCloseTo(1, 9);
    expect(toggleActual(actual, lay)).toBe(fitted);
    expect(toggleActual(zoomBy(fitted, lay, 1.5), lay)).toBe(fitted);
    expect(scaleOf(toggleActual(fitted, small), small)).toBeCloseTo(1, 9);
    const same: Lay = { ...lay, picture: lay.view };
    expect(toggleActual(fitted, same).factor).toBe(2);
  });
});

describe('zooming', () => {
  it('keeps what is under the pointer there, to a pixel of the screen, unless an edge would leave the view', () => {
    fc.assert(
      fc.property(place, fc.double({ min: 1.1, max: 1.6, noNaN: true }), (at, by) => {
        const before = zoomBy(fitted, lay, 2);
        const after = zoomBy(before, lay, by, at);
        const [was, is] = [under(before, lay, at), under(after, lay, at)];
        const pixel = lay.picture.width / boxOf(after, lay).width;
        expect(Math.abs(is.x - was.x)).toBeLessThanOrEqual(2 * pixel);
        expect(Math.abs(is.y - was.y)).toBeLessThanOrEqual(2 * pixel);
      }),
    );
  });

  it('ends at the whole picture and at eight screen pixels to one of the picture', () => {
    expect(zoomBy(zoomBy(fitted, lay, 3), lay, 0.01)).toBe(fitted);
    expect(scaleOf(zoomBy(fitted, lay, 1e6), lay)).toBeCloseTo(8, 9);
  });

  it('lets a small picture be as small as it is, and four times the view', () => {
    expect(scaleOf(zoomBy(fitted, small, 1e-6), small)).toBeCloseTo(1, 9);
    expect(zoomBy(fitted, small, 1e6).factor).toBe(4);
  });

  it('comes back to exactly the whole picture', () => {
    expect(isFitted(zoomBy(zoomBy(fitted, lay, 1.25), lay, 1 / 1.25))).toBe(true);
  });
});

describe('moving', () => {
  it('never shows more ground than it must: edges stay outside of the view, or the picture in its middle', () => {
    const far = fc.double({ min: -1e5, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(anyLay, fc.double({ min: 0.2, max: 30, noNaN: true }), far, far, (any, by, dx, dy) => {
        const box = boxOf(panBy(zoomBy(fitted, any, by), any, dx, dy), any);
        const check = (start: number, length: number, view: number) => {
          if (length <= view) expect(Math.abs(start + length / 2 - view / 2)).toBeLessThanOrEqual(1);
          else {
            expect(start).toBeLessThanOrEqual(1);
            expect(start + length).toBeGreaterThanOrEqual(view - 1);
          }
        };
        check(box.left, box.width, any.view.width);
        check(box.top, box.height, any.view.height);
      }),
    );
  });

  it('follows the pointer', () => {
    const close = zoomBy(fitted, lay, 4);
    const [before, after] = [boxOf(close, lay), boxOf(panBy(close, lay, 30, -20), lay)];
    expect([after.left - before.left, after.top - before.top]).toEqual([30, -20]);
  });

  it('means the same in another view, whose picture has another size', () => {
    const zoom = panBy(zoomBy(fitted, lay, 4), lay, 100, 50);
    const other: Lay = { ...lay, picture: { width: 3000, height: 2000 } };
    expect(boxOf(zoom, other)).toEqual(boxOf(zoom, lay));
  });
});

describe('the wheel', () => {
  const turn = (deltaY: number, deltaMode = 0, ctrlKey = false) => wheelFactor({ deltaY, deltaMode, ctrlKey });

  it('zooms in upwards and out downwards, and back again by as much', () => {
    expect(turn(-100)).toBeGreaterThan(1);
    expect(turn(100)).toBeLessThan(1);
    expect(turn(100) * turn(-100)).toBeCloseTo(1, 12);
  });

  it('counts lines as several px, and the small steps of a pinch for more', () => {
    expect(turn(-3, 1)).toBeCloseTo(turn(-90), 12);
    expect(turn(-5, 0, true)).toBeGreaterThan(turn(-5));
  });
});
