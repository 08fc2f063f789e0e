// A run's own folder, `<library>/runs/<id>`: its model, what that model fits, and a sign of life while it trains.

import { existsSync, readFileSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../files/whole-file.ts';
import type { ClassId, PhotoId, RunId } from '../../shared/types.ts';
import type { Db } from '../db/open.ts';
import { prunePredictions } from '../db/predictions-write.ts';
import { readInstalled } from '../db/registry.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { activeRun, deletedRuns, keepModels, newestUsable, pinnedRuns, runningRuns, thinMetrics } from '../db/runs.ts';

/** What the network was made to see. */
export type ModelInput =
  | { features: 'pixels'; sizePx: number; channels: 1 | 3 }
  /** With the place at which the backbone was when the run learned on it. */
  | { features: 'backbone'; backbone: InstalledBackbone };

/** What the model in a run's folder was made for. Position k of its output is `classIds[k]`. */
export type ModelNote = ModelInput & {
  classIds: ClassId[];
  /** Photos whose labels it, or a model that it started from, has learned from: no test may use them. */
  trainedOn: PhotoId[];
};

const KEPT_RUNS = 5;

export const runFolder = (libraryDir: string, id: RunId): string => join(libraryDir, 'runs', String(id));
export const modelFolder = (libraryDir: string, id: RunId): string => join(runFolder(libraryDir, id), 'model');
export const heartbeatFile = (libraryDir: string, id: RunId): string => join(runFolder(libraryDir, id), 'training.pid');
const noteFile = (libraryDir: string, id: RunId): string => join(runFolder(libraryDir, id), 'model.json');

export function writeNote(libraryDir: string, id: RunId, note: ModelNote): void {
  writeWhole(noteFile(libraryDir, id), [Buffer.from(JSON.stringify(note))]);
}

/** Null when the run left no model, or it is no longer kept. */
export function readNote(libraryDir: string, id: RunId): ModelNote | null {
  const file = noteFile(libraryDir, id);
  if (!existsSync(file)) return null;
  // Notes of earlier versions don't say what the network saw: it was pixels.
  const note: ModelNote = { features: 'pixels', ...JSON.parse(readFileSync(file, 'utf8')) };
  return note.features === 'backbone' ? { ...note, backbone: readInstalled(note.backbone) } : note;
}

/** What a run's folder takes on disk. */
export async function bytesOf(libraryDir: string, id: RunId): Promise<number> {
  const dir = runFolder(libraryDir, id);
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/**
 * Removes what all but a few runs take on disk: models and predictions. Kept are the newest that can be used, the one
 * in use, those that a person keeps, those that go on or can, and those that were deleted and may still be restored
 * (`restorable`). The rows of the others stay.
 */
export async function pruneRuns(db: Db, libraryDir: string, restorable = deletedRuns(db)): Promise<void> {
  const inUse = activeRun(db);
  const usable = [...newestUsable(db, KEPT_RUNS), ...(inUse === null ? [] : [inUse]), ...pinnedRuns(db), ...restorable];
  const kept = new Set([...usable, ...runningRuns(db)]);
  const ids = (await readdir(join(libraryDir, 'runs')).catch(() => [])).map(Number).filter(Number.isInteger);
  for (const id of ids) {
    if (![...kept].some((one) => one === id)) {
      await rm(join(libraryDir, 'runs', String(id)), { recursive: true, force: true });
    }
  }
  keepModels(db, usable);
  thinMetrics(db);
  await prunePredictions(db, [...kept]);
}
