// One export from its wish to its report, and the way back of one that has moved photos. Whatever ends it, nothing half
// done is left.

import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listClasses } from '../db/classes.ts';
import type { PredictedBy } from '../db/photos.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { ExportReport, ExportWish } from '../../shared/export.ts';
import { chosenPhotos, idsOf } from './chosen-photos.ts';
import type { ExportContext, Placement } from './format.ts';
import { tallyLeftOut } from './left-out.ts';
import { endManifest, readManifest, writeManifest } from './manifest.ts';
import type { Manifest, Moved } from './manifest.ts';
import { moveBack, moveFiles } from './move-files.ts';
import { countPhotos, isInside } from './preview.ts';
import { formatOf, placingsOf } from './table.ts';
import { cancelled, troubleWith } from './trouble.ts';
import { refuseTaken, writeWholeExport } from './write-whole.ts';

export interface ExportJob {
  signal: AbortSignal;
  progress(done: number, total: number): void;
}

/** Where the lists of what was moved out of a library lie. */
export const movesOf = ({ dir }: Pick<OpenLibrary, 'dir'>): string => join(dir, 'moves');

/** What a format is handed. `by`: whose predictions a filter means. Throws as `formatOf` does. */
export function contextOf(open: OpenLibrary, wish: ExportWish, by: PredictedBy, signal: AbortSignal): ExportContext {
  const { db, folder, name } = open;
  const format = formatOf(wish);
  const chosen = { ...wish, format };
  const ids = idsOf(db, wish.photos, by);
  return {
    db,
    folder,
    name,
    classes: listClasses(db),
    how: placingsOf(format).includes(wish.how) ? wish.how : 'copy',
    signal,
    *photos() {
      for (const page of chosenPhotos(db, ids, chosen)) {
        signal.throwIfAborted();
        yield page;
      }
    },
    progress: () => {},
  };
}

/**
 * Writes what is wished to `target`, an absolute path. Throws 'conflict' where something is there, 'bad-input' where
 * there is nothing to write, 'cancelled', and a sentence for whatever the system refuses; nothing is left there then.
 */
export async function exportTo(
  open: OpenLibrary,
  wish: ExportWish,
  target: string,
  by: PredictedBy,
  { signal, progress }: ExportJob,
): Promise<ExportReport> {
  const format = formatOf(wish);
  const leftOut = tallyLeftOut();
  await refuseTaken(target);
  const total = await countPhotos(open, wish, leftOut, { by, signal });
  if (total === 0) {
    const [why] = leftOut.list();
    const reason = why ? `Of ${why.photos === 1 ? 'the photo' : 'most photos'} it says: ${why.reason}` : undefined;
    throw new WhiskerError('bad-input', 'There is no photo to export.', reason);
  }
  const notes = new Set<string>();
  let done = 0;
  const context: ExportContext = {
    ...contextOf(open, wish, by, signal),
    progress: (written) => progress((done = written), total),
    leaveOut: leftOut.add,
    note: (sentence) => void notes.add(sentence),
  };
  let manifest: string | null = null;
  if (context.how === 'move' && format.kind === 'folder' && format.plan) {
    const files = await plannedMoves(format.plan(context), target);
    manifest = await moveAll(open, { target, files }, { signal, progress });
    done = files.length;
    notes.add(
      isInside(target, open.folder)
        ? 'The photos are in this library still, in their new folders.'
        : 'The photos have left this library. Their labels are kept, and come back with them.',
    );
  } else await writeWholeExport(format, context, target);
  return { kind: 'export', done, leftOut: leftOut.list(), notes: [...notes], where: target, manifest };
}

async function plannedMoves(plan: AsyncIterable<Placement>, target: string): Promise<Moved[]> {
  const files: Moved[] = [];
  for await (const { from, to, sha256, bytes } of plan) files.push({ from, to: join(target, to), sha256, bytes });
  return files;
}

/** Moves files, with their list on the disk before, and returns its path. When it can't go on, all are moved back. */
async function moveAll(
  open: OpenLibrary,
  { target, files }: Pick<Manifest, 'target' | 'files'>,
  { signal, progress }: ExportJob,
): Promise<string> {
  const list: Manifest = { startedAt: new Date().toISOString(), library: open.folder, target, files };
  await mkdir(movesOf(open), { recursive: true });
  const manifest = writeManifest(movesOf(open), list);
  try {
    await mkdir(target);
    await moveFiles(files, { signal, progress: (done) => progress(done, files.length) });
    return manifest;
  } catch (error) {
    const why = signal.aborted ? cancelled() : troubleWith(dirname(target), error);
    const isBack = await moveBack(list, { signal: new AbortController().signal, progress: () => {} }).then(
      ({ leftOut }) => leftOut.length === 0,
      () => false,
    );
    if (!isBack) throw new WhiskerError('storage-failed', why.message, 'Some photos are not back yet: choose Revert.');
    await rm(manifest, { force: true });
    throw why;
  }
}

/** Moves back what a list says that was moved. Throws 'bad-input' for what is no list, 'cancelled'. */
export async function revertMove(manifest: string, { signal, progress }: ExportJob): Promise<ExportReport> {
  const list = await readManifest(manifest);
  const leftOut = tallyLeftOut();
  try {
    const reverted = await moveBack(list, { signal, progress: (done) => progress(done, list.files.length) });
    for (const { path, reason } of reverted.leftOut) leftOut.add(path, reason);
    if (reverted.leftOut.length === 0) await endManifest(manifest);
    return { kind: 'revert', done: reverted.back, leftOut: leftOut.list(), notes: [], where: list.library, manifest };
  } catch (error) {
    if (signal.aborted) throw new WhiskerError('cancelled', 'Stopped. What is not back yet can be reverted later.');
    throw troubleWith(list.library, error);
  }
}
