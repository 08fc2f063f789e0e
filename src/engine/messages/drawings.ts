// What a run's generator is asked.

import type { PresetId } from '../../shared/presets.ts';
import type { PixelFile } from './training.ts';

/** A run whose generator can be asked to draw: which, and what its sheets are like. */
export interface DrawingSource {
  /** The run's own folder: model, checkpoint. */
  modelDir: string;
  /** It was cut off: its generator is that of its checkpoint. */
  cutOff: boolean;
  preset: PresetId;
  seed: number;
  /** Pictures on a sheet, and what each is. */
  count: number;
  sizePx: number;
  channels: 1 | 3;
}

/** Draws what lies between two pictures of the sheet. */
export interface DrawWalkRequest {
  kind: 'draw-walk';
  of: DrawingSource;
  /** Positions on the sheet. */
  from: number;
  to: number;
  /** How many pictures, both ends among them: at least 2. */
  frames: number;
}

/** [count, sizePx, sizePx, channels] bytes. */
export interface Drawn {
  count: number;
  sizePx: number;
  channels: 1 | 3;
  pixels: Uint8Array;
}

/** Which photos are nearest to each picture of the sheet. */
export interface FindNearestPhotosRequest {
  kind: 'find-nearest-photos';
  of: DrawingSource;
  pixels: PixelFile;
  /** The run has seen the photos mirrored, too. */
  mirror: boolean;
}

export interface NearestPhotos {
  /** Photos found for each picture: 3, or as many as there are. */
  each: number;
  /** [of.count, each] positions among the pixels, nearest first, and how far each is. */
  positions: Int32Array;
  distances: Float32Array;
  /** How far photos are from the photo nearest to each, of up to 500 of them, ascending. */
  betweenPhotos: Float32Array;
}
