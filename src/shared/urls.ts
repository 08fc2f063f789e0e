// Photos cross to the renderer by number, never by path: both hosts answer these relative URLs with one handler.

import type { DrawnMoment } from './drawings.ts';
import type { PhotoId, RunId } from './types.ts';

/**
 * Longest side in pixels of the picture that a size name stands for. `full` is every pixel that a camera takes today; a
 * browser needs 4 bytes for each, so there is an end to it.
 */
export const photoSizes = { thumb: 320, large: 2048, full: 10_000 } as const;
export type PhotoSize = keyof typeof photoSizes;

export const photoUrl = (id: PhotoId, size: PhotoSize): string => `/photo/${id}/${size}`;

/** Parses the path of a photo URL; null for anything that is not exactly one. */
export function parsePhotoUrl(pathname: string): { id: PhotoId; size: PhotoSize } | null {
  const match = /^\/photo\/([1-9]\d{0,14})\/(thumb|large|full)$/.exec(pathname);
  if (!match) return null;
  return { id: Number(match[1]) as PhotoId, size: match[2] as PhotoSize };
}

/**
 * What can be saved: a download that a page has asked for, the labels that a run learned from, its curves as a table, a
 * picture that a page has drawn.
 */
export type Export =
  | { what: 'download'; number: number }
  | { what: 'run-labels'; run: RunId }
  | { what: 'curves'; run: RunId }
  | { what: 'picture'; number: number };

/** A plain link with `download`: the browser and Electron both save it the way people know. */
export const downloadUrl = (number: number, extension: string): string => `/export/download-${number}.${extension}`;
/** The labels that a run learned from, as they were. */
export const runLabelsUrl = (run: RunId): string => `/export/run-${run}-labels.csv`;
export const curvesUrl = (run: RunId): string => `/export/curves-${run}.csv`;
export const pictureUrl = (number: number): string => `/export/picture-${number}.png`;

/** Parses the path of an export's URL; null for anything that is not exactly one. */
export function parseExportUrl(pathname: string): Export | null {
  const download = /^\/export\/download-([1-9]\d{0,14})\.[a-z\d]{1,10}$/.exec(pathname);
  if (download) return { what: 'download', number: Number(download[1]) };
  const runLabels = /^\/export\/run-([1-9]\d{0,14})-labels\.csv$/.exec(pathname);
  if (runLabels) return { what: 'run-labels', run: Number(runLabels[1]) as RunId };
  const curves = /^\/export\/curves-([1-9]\d{0,14})\.csv$/.exec(pathname);
  if (curves) return { what: 'curves', run: Number(curves[1]) as RunId };
  const picture = /^\/export\/picture-([1-9]\d{0,14})\.png$/.exec(pathname);
  return picture ? { what: 'picture', number: Number(picture[1]) } : null;
}

export const sheetUrl = ({ runId, step }: DrawnMoment): string => `/drawing/${runId}/${step}`;

export function parseSheetUrl(pathname: string): DrawnMoment | null {
  const match = /^\/drawing\/([1-9]\d{0,14})\/(\d{1,15})$/.exec(pathname);
  return match ? { runId: Number(match[1]) as RunId, step: Number(match[2]) } : null;
}
