// A run's own folder, `<library>/runs/<id>`: its model, what that model fits, and a sign of life while it trains.

import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainReply } from '../../engine/messages.ts';
import type { ClassId, PhotoId, RunId } from '../../shared/types.ts';

/** What the model in a run's folder was made for. Position k of its output is `classIds[k]`. */
export interface ModelNote {
  sizePx: number;
  channels: 1 | 3;
  /** Which of its two networks made the run's predictions. */
  active: TrainReply['active'];
  classIds: ClassId[];
  /** Photos whose labels it, or a model that it started from, has learned from: no test may use them. */
  trainedOn: PhotoId[];
}

const KEPT_MODELS = 5;
const SIGN_EVERY_MS = 2000;
const SIGN_STALE_MS = 20_000;

export const runFolder = (libraryDir: string, id: RunId): string => join(libraryDir, 'runs', String(id));
export const modelFolder = (libraryDir: string, id: RunId): string => join(runFolder(libraryDir, id), 'model');
const noteFile = (libraryDir: string, id: RunId): string => join(runFolder(libraryDir, id), 'model.json');
const signFile = (libraryDir: string, id: RunId): string => join(runFolder(libraryDir, id), 'training.pid');

export function writeNote(libraryDir: string, id: RunId, note: ModelNote): void {
  writeFileSync(noteFile(libraryDir, id), JSON.stringify(note));
}

/** Null when the run left no model, or it is no longer kept. */
export function readNote(libraryDir: string, id: RunId): ModelNote | null {
  const file = noteFile(libraryDir, id);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** Shows other processes that this one is training the run; returns the function that ends it. */
export function showSignOfLife(libraryDir: string, id: RunId): () => void {
  mkdirSync(runFolder(libraryDir, id), { recursive: true });
  const show = () => writeFileSync(signFile(libraryDir, id), String(process.pid));
  show();
  const timer = setInterval(show, SIGN_EVERY_MS).unref();
  return () => {
    clearInterval(timer);
    rmSync(signFile(libraryDir, id), { force: true });
  };
}

/** Is another process, or this one, training the run right now? */
export function isAlive(libraryDir: string, id: RunId): boolean {
  const file = signFile(libraryDir, id);
  if (!existsSync(file) || Date.now() - statSync(file).mtimeMs > SIGN_STALE_MS) return false;
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return true;
  } catch {
    // No such process.
    return false;
  }
}

/** Removes what all but the newest few models take on disk; their rows and predictions stay. */
export async function pruneModels(libraryDir: string): Promise<void> {
  const ids = (await readdir(join(libraryDir, 'runs'))).map(Number).filter(Number.isInteger);
  for (const id of ids.sort((a, b) => b - a).slice(KEPT_MODELS)) {
    await rm(join(libraryDir, 'runs', String(id)), { recursive: true, force: true });
  }
}
