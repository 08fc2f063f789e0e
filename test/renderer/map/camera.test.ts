import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fit, pan, toMap, toScreen, zoom } from '../../../src/renderer/map/camera.ts';

const size = { width: 800, height: 500 };
const number = fc.double({ min: -1, max: 1, noNaN: true });
const cameras = fc.record({ x: number, y: number, scale: fc.double({ min: 30, max: 5000, noNaN: true }) });
const points = fc.record({ x: fc.integer({ min: 0, max: 800 }), y: fc.integer({ min: 0, max: 500 }) });

it('a place of the map is where it was taken from on the screen', () => {
  fc.assert(
    fc.property(cameras, points, (camera, px) => {
      const back = toScreen(camera, size, toMap(camera, size, px));
      expect(back.x).toBeCloseTo(px.x, 6);
      expect(back.y).toBeCloseTo(px.y, 6);
    }),
  );
});

it('the whole map is in sight, as large as that allows, and up is up', () => {
  const places = Float32Array.of(-1, -0.5, 1, 0.5, 0, 0);
  const camera = fit(places, size);
  const [low, high] = [toScreen(camera, size, { x: -1, y: -0.5 }), toScreen(camera, size, { x: 1, y: 0.5 })];
  expect(high.y).toBeLessThan(low.y);
  expect([low.x, high.x]).toEqual([28, 772]);
  expect(Math.min(high.y, 500 - low.y)).toBeGreaterThanOrEqual(48);
});

it('one place alone and none at all are seen, too', () => {
  expect(toScreen(fit(Float32Array.of(0.3, 0.2), size), size, { x: Math.fround(0.3), y: Math.fround(0.2) })).toEqual({
    x: 400,
    y: 250,
  });
  expect(Number.isFinite(fit(new Float32Array(0), size).scale)).toBe(true);
});

it('zooming keeps what is under the pointer there, and ends somewhere', () => {
  fc.assert(
    fc.property(cameras, points, fc.double({ min: 0.2, max: 5, noNaN: true }), (camera, px, factor) => {
      const [before, after] = [toMap(camera, size, px), toMap(zoom(camera, size, px, factor), size, px)];
      expect(after.x).toBeCloseTo(before.x, 6);
      expect(after.y).toBeCloseTo(before.y, 6);
    }),
  );
  const far = zoom({ x: 0, y: 0, scale: 100 }, size, { x: 0, y: 0 }, 1e12);
  expect(far.scale).toBeLessThan(1e6);
  expect(zoom(far, size, { x: 0, y: 0 }, 1e-12).scale).toBeGreaterThan(1);
});

it('a drag takes the map along', () => {
  const camera = { x: 0.1, y: 0.2, scale: 200 };
  const before = toScreen(camera, size, { x: 0.3, y: 0.3 });
  const after = toScreen(pan(camera, 15, -7), size, { x: 0.3, y: 0.3 });
  expect(after.x - before.x).toBeCloseTo(15, 6);
  expect(after.y - before.y).toBeCloseTo(-7, 6);
});
