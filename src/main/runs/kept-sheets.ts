// The sheets of drawings that a run has kept: one JPEG a moment, drawings/<step>.jpg in its folder, its pictures one
// below the other. A bounded number, spread evenly however long the run learns.

import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Drawn } from '../../engine/messages.ts';
import type { RunId } from '../../shared/types.ts';
import type { Engine } from '../engine-host/engine.ts';
import { runFolder } from './run-folder.ts';

export const MOST_SHEETS = 60;

const folderOf = (libraryDir: string, id: RunId): string => join(runFolder(libraryDir, id), 'drawings');

export const sheetFile = (libraryDir: string, id: RunId, step: number): string =>
  join(folderOf(libraryDir, id), `${step}.jpg`);

/** Ascending. */
export async function keptSteps(libraryDir: string, id: RunId): Promise<number[]> {
  const names = await readdir(folderOf(libraryDir, id)).catch(() => []);
  return names
    .flatMap((name) => /^(\d+)\.jpg$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * What of the kept steps and a new one stays, ascending. One that comes before a kept one begins there anew: the run
 * went back. One that is nearer to the last than a 60th of the way so far is left out, and of too many the one whose
 * neighbours are nearest to each other goes; never the first or the last.
 */
export function withStep(kept: readonly number[], step: number, most = MOST_SHEETS): number[] {
  const before = kept.filter((one) => one < step);
  const [first, last] = [before[0] ?? step, before.at(-1)];
  if (last !== undefined && step - last < (step - first) / most) return before;
  const all = [...before, step];
  if (all.length <= most) return all;
  const gap = (i: number) => (all[i + 1] ?? 0) - (all[i - 1] ?? 0);
  const inner = Array.from({ length: all.length - 2 }, (_, i) => i + 1);
  const densest = inner.reduce((best, i) => (gap(i) < gap(best) ? i : best));
  return all.filter((_, i) => i !== densest);
}

export interface SheetKeeper {
  /** Keeps the sheet when it is time for one; returns at once. Sheets that come while one is written are left out. */
  offer(step: number, sheet: Drawn): void;
  /** Resolves when nothing is being written. */
  settled(): Promise<void>;
}

/** `onError`: hears once why sheets can't be kept; no more are tried then. */
export function createSheetKeeper(
  { libraryDir, runId, imaging }: { libraryDir: string; runId: RunId; imaging: Pick<Engine, 'request'> },
  onError: (error: unknown) => void,
): SheetKeeper {
  let writing: Promise<void> | null = null;
  let failed = false;

  async function keep(step: number, sheet: Drawn): Promise<void> {
    const kept = await keptSteps(libraryDir, runId);
    const staying = withStep(kept, step);
    for (const one of kept.filter((each) => !staying.includes(each))) await rm(sheetFile(libraryDir, runId, one));
    if (!staying.includes(step)) return;
    const jpeg = await imaging.request({ kind: 'encode-pictures', pictures: sheet });
    const file = sheetFile(libraryDir, runId, step);
    await mkdir(folderOf(libraryDir, runId), { recursive: true });
    await writeFile(`${file}.partial`, jpeg); // Not flushed to the disk: a picture is no reason to wait for it.
    await rename(`${file}.partial`, file);
  }

  return {
    offer(step, sheet) {
      if (writing || failed) return;
      writing = keep(step, sheet)
        .catch((error: unknown) => {
          failed = true;
          onError(error);
        })
        .finally(() => (writing = null));
    },
    async settled() {
      await writing;
    },
  };
}
