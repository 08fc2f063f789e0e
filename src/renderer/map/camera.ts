// Which part of the map is seen, and where a point of it is on the screen. The map's y goes up, the screen's down.

export interface Camera {
  /** The place in the middle of the view. */
  readonly x: number;
  readonly y: number;
  /** Pixels (of CSS) that one unit of the map takes. */
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What lies over the map stands at its edges. */
const MARGIN_PX = [28, 48] as const;
const MOST_SCALE = 200_000;
const LEAST_SCALE = 20;

/** Shows all of these places: x and y in turn. A view too small to show anything shows the middle. */
export function fit(places: Float32Array, { width, height }: Size): Camera {
  const [low, high] = [
    [Infinity, Infinity],
    [-Infinity, -Infinity],
  ];
  for (let at = 0; at < places.length; at++) {
    low[at % 2] = Math.min(low[at % 2]!, places[at]!);
    high[at % 2] = Math.max(high[at % 2]!, places[at]!);
  }
  if (places.length === 0) return { x: 0, y: 0, scale: 100 };
  const scaleFor = (px: number, axis: 0 | 1) =>
    Math.max(1, px - 2 * MARGIN_PX[axis]) / Math.max(1e-6, high[axis]! - low[axis]!);
  return {
    x: (low[0]! + high[0]!) / 2,
    y: (low[1]! + high[1]!) / 2,
    scale: within(Math.min(scaleFor(width, 0), scaleFor(height, 1))),
  };
}

export const toScreen = ({ x, y, scale }: Camera, { width, height }: Size, place: Point): Point => ({
  x: width / 2 + (place.x - x) * scale,
  y: height / 2 - (place.y - y) * scale,
});

export const toMap = ({ x, y, scale }: Camera, { width, height }: Size, px: Point): Point => ({
  x: x + (px.x - width / 2) / scale,
  y: y - (px.y - height / 2) / scale,
});

/** Moves what is seen by so many pixels. */
export const pan = (camera: Camera, dx: number, dy: number): Camera => ({
  ...camera,
  x: camera.x - dx / camera.scale,
  y: camera.y + dy / camera.scale,
});

/** What is under `px` stays there. */
export function zoom(camera: Camera, size: Size, px: Point, factor: number): Camera {
  const scale = within(camera.scale * factor);
  const fixed = toMap(camera, size, px);
  const moved = toMap({ ...camera, scale }, size, px);
  return { x: camera.x + fixed.x - moved.x, y: camera.y + fixed.y - moved.y, scale };
}

const within = (scale: number): number => Math.max(LEAST_SCALE, Math.min(MOST_SCALE, scale));
