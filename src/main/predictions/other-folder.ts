// What the run in use says of a folder that is no library: every file in it and below, in the order in which they lie.
// Nothing is written there, and nothing of it is kept here.

import { resolve } from 'node:path';
import { inOrder } from '../../shared/in-order.ts';
import type { PredictedPicture } from '../../shared/predicted.ts';
import { walk } from '../library/walk.ts';
import { BATCH } from './predictor.ts';
import type { PredictedFile, Predictor } from './predictor.ts';

/** `path` is relative to the folder, '/' between folders. */
export type FoundFile = { path: string } & ({ predicted: PredictedPicture } | { reason: string });

export interface FolderListing {
  /** Files that may be pictures. */
  paths: string[];
  /** What can't hold one, and why. */
  problems: { path: string; reason: string }[];
}

/** `exclude`: folders of Whisker's own, absolute. Throws 'folder-unavailable', and the signal's reason. */
export async function listFolder(
  folder: string,
  { signal, exclude }: { signal: AbortSignal; exclude: readonly string[] },
): Promise<FolderListing> {
  const listing: FolderListing = { paths: [], problems: [] };
  for await (const chunk of walk(folder, { signal, exclude })) {
    for (const { path, problem } of chunk) {
      if (problem) listing.problems.push({ path, reason: problem.reason });
      else listing.paths.push(path);
    }
  }
  return listing;
}

/** Enough that the next batch waits when one is done. */
const AHEAD = 2 * BATCH;

/**
 * Answers for paths in their order, each relative to the folder or absolute; read no faster than the answers are taken.
 * Throws as `Predictor.file` does.
 */
export const predictPaths = (
  folder: string,
  paths: Iterable<string> | AsyncIterable<string>,
  predictor: Pick<Predictor, 'file'>,
): AsyncGenerator<FoundFile> =>
  inOrder(paths, AHEAD, async (path) => asFound(path, await predictor.file(resolve(folder, path))));

const asFound = (path: string, file: PredictedFile): FoundFile =>
  file.ok ? { path, predicted: file.predicted } : { path, reason: file.reason };
