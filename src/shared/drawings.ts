// What the generator of a run has drawn: its sheets through time, the way between two pictures, the photos nearest to
// one.

import type { PhotoId, RunId } from './types.ts';

/** A sheet that was kept. */
export interface DrawnMoment {
  /** The run itself, or one that it goes on from. */
  runId: RunId;
  /** Steps of that run before it was drawn. */
  step: number;
}

/** Pictures one after the other. */
export interface Pictures {
  count: number;
  sizePx: number;
  channels: 1 | 3;
  /** base64 of count × sizePx × sizePx × channels bytes, 0 to 255. */
  pixels: string;
}

/** How many pictures a walk has, both ends among them. */
export const WALK_FRAMES = 9;

export interface NearestToDrawing {
  /** Nearest first. */
  photos: { photoId: PhotoId; distance: number }[];
  /** How far a photo is from the photo nearest to it: of 5 in 100, and of half of them, at most so far. */
  betweenPhotos: { low: number; median: number } | null;
  /** Of the whole sheet: how many drawings are nearer to a photo than the median. */
  nearer: number;
  drawings: number;
}
