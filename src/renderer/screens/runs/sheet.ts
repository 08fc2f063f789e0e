// A sheet of drawn pictures as a canvas can draw it, from what a run says live or from what it has kept.

import type { DrawnMoment, Pictures } from '../../../shared/drawings.ts';
import { sheetUrl } from '../../../shared/urls.ts';
import { columnsFor, sampleSheet } from './sample-grid.ts';

export interface Sheet {
  count: number;
  sizePx: number;
  /** The pictures one below the other. */
  stack: ImageBitmap;
}

export async function sheetOf(pictures: Pictures): Promise<Sheet> {
  const { rgba, width, height } = sampleSheet(pictures, 1);
  const stack = await createImageBitmap(new ImageData(rgba, width, height));
  return { count: pictures.count, sizePx: pictures.sizePx, stack };
}

/** Null when it is no longer kept. */
export async function keptSheet(moment: DrawnMoment): Promise<Sheet | null> {
  const response = await fetch(sheetUrl(moment));
  if (!response.ok) return null;
  const stack = await createImageBitmap(await response.blob());
  return { count: Math.round(stack.height / stack.width), sizePx: stack.width, stack };
}

/** Columns and rows in which a sheet is shown. */
export function gridOf(count: number, columns = columnsFor(count)): { columns: number; rows: number } {
  return { columns, rows: Math.ceil(count / columns) };
}

/** Draws the pictures row by row, each `side` px large, with hard pixels. */
export function drawSheet(
  context: CanvasRenderingContext2D,
  { count, sizePx, stack }: Sheet,
  { x = 0, y = 0, side = sizePx, columns = columnsFor(count), gap = 0 } = {},
): void {
  context.imageSmoothingEnabled = false;
  for (let i = 0; i < count; i++) {
    const left = x + (i % columns) * (side + gap);
    const top = y + Math.floor(i / columns) * (side + gap);
    context.drawImage(stack, 0, i * sizePx, sizePx, sizePx, left, top, side, side);
  }
}
