// How a picture lies in its view while it is looked at closely: pure arithmetic in px of CSS. The zoom is told relative
// to the view, so that it means the same in two views side by side.

import type { Point } from '../grid/marquee.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture of so many pixels in a view of so many px, of which each is `ratio` pixels of the screen wide. */
export interface Lay {
  readonly picture: Size;
  readonly view: Size;
  readonly ratio: number;
}

/** `factor`: times as large as fits the view. x, y: the place of the picture, 0 to 1, that is in the view's middle. */
export interface Zoom {
  readonly factor: number;
  readonly x: number;
  readonly y: number;
}

export const fitted: Zoom = { factor: 1, x: 0.5, y: 0.5 };

export const isFitted = ({ factor, x, y }: Zoom): boolean => factor === 1 && x === 0.5 && y === 0.5;

/** How many times a pixel of the picture may be as wide as one of the screen. */
const MOST_SCREEN_PIXELS = 8;
/** A small picture, which fills the view at more than that already, can still be enlarged. */
const MOST_FACTOR = 4;

/** Pixels of the screen that a pixel of the picture takes: 1 is 100 %. */
export const scaleOf = ({ factor }: Zoom, lay: Lay): number => factor / actualFactor(lay);

/** The factor at which each pixel of the picture is one of the screen. */
export function actualFactor({ picture, view, ratio }: Lay): number {
  const fitScale = Math.min(view.width / picture.width, view.height / picture.height);
  return 1 / (fitScale * ratio);
}

/** What is at `at`, told from the middle of the view, stays there. */
export function zoomBy(zoom: Zoom, lay: Lay, by: number, at: Point = { x: 0, y: 0 }): Zoom {
  const actual = actualFactor(lay);
  const least = Math.min(1, actual);
  const most = Math.max(MOST_FACTOR, MOST_SCREEN_PIXELS * actual);
  const factor = Math.max(least, Math.min(most, zoom.factor * by));
  if (Math.abs(factor - 1) < 1e-3) return fitted;
  const before = shownSize(zoom, lay);
  const after = shownSize({ ...zoom, factor }, lay);
  const x = zoom.x + at.x / before.width - at.x / after.width;
  const y = zoom.y + at.y / before.height - at.y / after.height;
  return within({ factor, x, y }, lay);
}

/** The whole picture, or each of its pixels; twice as large where that is the same. */
export function toggleActual(zoom: Zoom, lay: Lay, at?: Point): Zoom {
  if (!isFitted(zoom)) return fitted;
  const actual = actualFactor(lay);
  return zoomBy(zoom, lay, Math.abs(actual - 1) < 0.01 ? 2 : actual, at);
}

/** Moves the picture by so many px. */
export function panBy(zoom: Zoom, lay: Lay, dx: number, dy: number): Zoom {
  const { width, height } = shownSize(zoom, lay);
  return within({ ...zoom, x: zoom.x - dx / width, y: zoom.y - dy / height }, lay);
}

/** Where the picture lies in the view; on whole pixels of the screen, so that at 100 % none is blurred. */
export function boxOf(zoom: Zoom, lay: Lay): { left: number; top: number; width: number; height: number } {
  const { width, height } = shownSize(zoom, lay);
  const { x, y } = within(zoom, lay);
  const whole = (px: number) => Math.round(px * lay.ratio) / lay.ratio;
  return { left: whole(lay.view.width / 2 - x * width), top: whole(lay.view.height / 2 - y * height), width, height };
}

/** Times as large by one turn of the wheel; a pinch on a trackpad comes as a wheel with Ctrl, in small steps. */
export function wheelFactor({
  deltaY,
  deltaMode,
  ctrlKey,
}: Pick<WheelEvent, 'deltaY' | 'deltaMode' | 'ctrlKey'>): number {
  const px = deltaY * (deltaMode === 0 ? 1 : 30);
  return Math.exp(-px * (ctrlKey ? 0.01 : 0.0015));
}

function shownSize({ factor }: Zoom, { picture, view }: Lay): Size {
  const scale = factor * Math.min(view.width / picture.width, view.height / picture.height);
  return { width: picture.width * scale, height: picture.height * scale };
}

/** The picture's edges stay at or beyond those of the view, and it stays in the middle where it is smaller. */
function within(zoom: Zoom, lay: Lay): Zoom {
  const shown = shownSize(zoom, lay);
  const inside = (place: number, length: number, view: number) => {
    const half = view / (2 * length);
    return half >= 0.5 ? 0.5 : Math.max(half, Math.min(1 - half, place));
  };
  return {
    factor: zoom.factor,
    x: inside(zoom.x, shown.width, lay.view.width),
    y: inside(zoom.y, shown.height, lay.view.height),
  };
}
