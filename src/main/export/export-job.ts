// One export from its wish to its report, and the way back of one that has moved photos. Whatever ends it, nothing half
// done is left.

import { mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listClasses } from '../db/classes.ts';
import type { PredictedBy } from '../db/photos.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { ExportReport, ExportWish } from '../../shared/export.ts';
import { plural } from '../../shared/words.ts';
import { chosenPhotos, idsOf } from './chosen-photos.ts';
import type { ExportContext, Placement } from './format.ts';
import { tallyLeftOut } from './left-out.ts';
import type { LeftOutTally } from './left-out.ts';
import { endManifest, readManifest, writeManifest } from './manifest.ts';
import type { Manifest, Moved } from './manifest.ts';
import { moveBack, moveFiles } from './move-files.ts';
import { countPhotos, isInside } from './preview.ts';
import { formatOf } from './table.ts';
import { cancelled, troubleWith } from './trouble.ts';
import { refuseTaken, writeWholeExport } from './write-whole.ts';
import { isSidecar } from './xmp/sidecar.ts';

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
  const how = format.kind === 'folder' && format.placings?.find((placing) => placing === wish.how);
  const ids = idsOf(db, wish.photos, by);
  return {
    db,
    folder,
    name,
    classes: listClasses(db),
    ...(how && { how }),
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
 * Writes what is wished to `target`, an absolute path; null for what is written in place. Throws 'conflict' where
 * something is there, 'bad-input' where there is nothing to write, 'cancelled', and a sentence for whatever the system
 * refuses; nothing is left there then.
 */
export async function exportTo(
  open: OpenLibrary,
  wish: ExportWish,
  target: string | null,
  by: PredictedBy,
  { signal, progress }: ExportJob,
): Promise<ExportReport> {
  const format = formatOf(wish);
  const leftOut = tallyLeftOut();
  if (target !== null) await refuseTaken(target);
  const total = await countPhotos(open, wish, leftOut, { by, signal });
  if (total === 0) throw nothingToExport(leftOut);
  const notes = new Set<string>();
  let done = 0;
  const context: ExportContext = {
    ...contextOf(open, wish, by, signal),
    progress: (written) => progress((done = written), total),
    leaveOut: leftOut.add,
    note: (sentence) => void notes.add(sentence),
  };
  if (format.kind === 'in-place') {
    const into = wish.how === 'photos' ? 'photos' : 'sidecars';
    const { written, unchanged, left } = await format.write(context, { into });
    for (const { path, reason } of left) leftOut.add(path, reason);
    if (unchanged > 0) notes.add(`${plural(unchanged, ['# photo needed', '# photos needed'])} no change.`);
    const where = open.folder;
    return { kind: 'export', done: written, leftOut: leftOut.list(), notes: [...notes], where, manifest: null };
  }
  if (target === null) throw new WhiskerError('bad-input', `${format.title} needs a place to be written to.`);
  let manifest: string | null = null;
  if (context.how === 'move' && format.kind === 'folder' && format.plan) {
    const files = await plannedMoves(format.plan(context), target);
    if (files.length === 0) throw nothingToExport(leftOut);
    manifest = await moveAll(open, { target, files }, { signal, progress });
    done = files.filter(({ from }) => !isSidecar(from)).length;
    if (done < files.length)
      notes.add(`${plural(files.length - done, ['# XMP file', '# XMP files'])} went with their photos.`);
    notes.add(
      isInside(target, open.folder)
        ? 'The photos are in this library still, in their new folders.'
        : 'The photos have left this library. Their labels are kept, and come back with them.',
    );
  } else await writeWholeExport(format, context, target);
  return { kind: 'export', done, leftOut: leftOut.list(), notes: [...notes], where: target, manifest };
}

function nothingToExport(leftOut: LeftOutTally): WhiskerError {
  const [why] = leftOut.list();
  const remedy = why && `${plural(why.photos, ['# photo is', '# photos are'])} left out: ${why.reason}`;
  return new WhiskerError('bad-input', 'There is no photo to export.', remedy);
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
  const manifest = await listBefore(movesOf(open), list);
  try {
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

/** Makes the folder that is moved into, and writes the list. Neither is left when that can't be. */
async function listBefore(folder: string, list: Manifest): Promise<string> {
  await mkdir(folder, { recursive: true });
  // Nothing lies in it but what the list names: what is moved back later can be nobody else's.
  await mkdir(list.target).catch((error: unknown) => {
    throw troubleWith(dirname(list.target), error);
  });
  try {
    return writeManifest(folder, list);
  } catch (error) {
    await rmdir(list.target);
    throw error;
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
