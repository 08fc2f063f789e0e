// Photos cross to the renderer by number, never by path: both hosts answer these relative URLs with one handler.

import type { PhotoId, RunId } from './types.ts';

/** Longest side in pixels of the WebP that a size name stands for. */
export const photoSizes = { thumb: 320, large: 2048 } as const;
export type PhotoSize = keyof typeof photoSizes;

export const photoUrl = (id: PhotoId, size: PhotoSize): string => `/photo/${id}/${size}`;

/** Parses the path of a photo URL; null for anything that is not exactly one. */
export function parsePhotoUrl(pathname: string): { id: PhotoId; size: PhotoSize } | null {
  const match = /^\/photo\/([1-9]\d{0,14})\/(thumb|large)$/.exec(pathname);
  if (!match) return null;
  return { id: Number(match[1]) as PhotoId, size: match[2] as PhotoSize };
}

export const exportFormats = ['csv', 'json'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** A plain link with `download`: the browser and Electron both save it the way people know. */
export const exportUrl = (format: ExportFormat): string => `/export/labels.${format}`;

export function parseExportUrl(pathname: string): ExportFormat | null {
  const match = /^\/export\/labels\.(csv|json)$/.exec(pathname);
  return match ? (match[1] as ExportFormat) : null;
}

/** The labels that a run learned from, as they were. */
export const runLabelsUrl = (id: RunId): string => `/export/run-${id}-labels.csv`;

/** Null for anything that is not exactly one. */
export function parseRunLabelsUrl(pathname: string): RunId | null {
  const match = /^\/export\/run-([1-9]\d{0,14})-labels\.csv$/.exec(pathname);
  return match ? (Number(match[1]) as RunId) : null;
}

/** Whether it is an export of one kind or the other. */
export const isExportUrl = (pathname: string): boolean =>
  parseExportUrl(pathname) !== null || parseRunLabelsUrl(pathname) !== null;
