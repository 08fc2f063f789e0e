// Draws the points of the map: on the graphics card where there is one, else pixel by pixel. The graphics of a
// processor that plays the card take ten times as long as the latter.

import type { Camera, Size } from './camera.ts';
import type { Looks, Rgb } from './looks.ts';
import { paintOnCard } from './paint-on-card.ts';
import { paintPixels } from './paint-pixels.ts';

export interface View extends Size {
  camera: Camera;
  /** Pixels of the screen in one of CSS. */
  ratio: number;
  /** Of a point, in pixels of CSS. */
  diameter: number;
  ring: Rgb;
}

export interface Painter {
  readonly kind: 'card' | 'pixels';
  /** places: x and y of each point in turn. */
  setPlaces(places: Float32Array): void;
  setLooks(looks: Looks): void;
  /** Draws the canvas anew; it has the size of the view times its ratio. */
  draw(view: View): void;
  close(): void;
}

/** Pixels by which a ring makes a point larger. */
export const RING_PX = 2;

/** Null where a canvas can't be drawn on at all. */
export const createPainter = (canvas: HTMLCanvasElement): Painter | null => paintOnCard(canvas) ?? paintPixels(canvas);
