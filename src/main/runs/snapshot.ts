// Decides what a run learns from: the classes in use, the photos with a file, and which earlier model it may start
// from.

import { WhiskerError } from '../../shared/errors.ts';
import { sizeFor } from '../../shared/presets.ts';
import { teaches, whyNotTrain } from '../../shared/rules.ts';
import { PREVIEWED_PHOTOS } from '../../shared/training.ts';
import type { BackboneInfo, TrainingOptions } from '../../shared/training.ts';
import { NONE_CODE } from '../../shared/types.ts';
import type { ClassId, PhotoClass, PhotoId, RunId } from '../../shared/types.ts';
import { classesAsMade } from '../db/classes.ts';
import { activeRun } from '../db/runs.ts';
import { readablePhotos } from '../db/readable-photos.ts';
import type { ReadablePhoto } from '../db/readable-photos.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { modelFolder, readNote } from './run-folder.ts';
import type { ModelNote } from './run-folder.ts';

export interface Snapshot {
  /** Classes that have labels; position k of the network's output is `classes[k]`. */
  classes: PhotoClass[];
  /** By id; excluded photos are left out. */
  photos: ReadablePhoto[];
  /** Those of `photos` that have a class: the labels that are learned from. */
  labelled: PhotoId[];
  /** Those of `labelled` that somebody has looked at: they can measure. */
  measurable: PhotoId[];
  /** ISO 8601: the moment whose labels these are, where that is not when the run begins. */
  asOf?: string;
}

/** Throws 'too-few-labels' as `whyNotTrain` has it. */
export async function takeSnapshot({ db }: OpenLibrary, options: Pick<TrainingOptions, 'accepted'>): Promise<Snapshot> {
  const all = await readablePhotos(db);
  const photos = all.map((photo) => (teaches(!photo.accepted, options) ? photo : { ...photo, classId: null }));
  const classes = classesAsMade(db);
  checkSnapshot({ classes, photos });
  const used = new Set(photos.map(({ classId }) => classId));
  return snapshotFrom(
    classes.filter(({ id }) => used.has(id)),
    photos,
  );
}

/** Of these photos, as their labels are. */
export function snapshotFrom(classes: PhotoClass[], photos: ReadablePhoto[]): Snapshot {
  const labelled = photos.filter(({ classId }) => classId !== null);
  const looked = labelled.filter(({ accepted }) => !accepted);
  return { classes, photos, labelled: labelled.map(({ id }) => id), measurable: looked.map(({ id }) => id) };
}

/** Throws 'too-few-labels' as `whyNotTrain` has it. */
export function checkSnapshot({ classes, photos }: Pick<Snapshot, 'classes' | 'photos'>): void {
  const counts = new Map<ClassId, number>();
  for (const { classId } of photos) if (classId !== null) counts.set(classId, (counts.get(classId) ?? 0) + 1);
  const obstacle = whyNotTrain(classes.map(({ id, name }) => ({ name, labels: counts.get(id) ?? 0 })));
  if (obstacle) throw new WhiskerError('too-few-labels', obstacle.reason, obstacle.remedy);
}

export interface StartingModel {
  runId: RunId;
  dir: string;
  note: ModelNote;
}

/** The model of a run; null without one. */
export function startingModel({ dir }: Pick<OpenLibrary, 'dir'>, runId: RunId | null): StartingModel | null {
  const note = runId === null ? null : readNote(dir, runId);
  return runId === null || note === null ? null : { runId, dir: modelFolder(dir, runId), note };
}

/**
 * The active run's model, when the options ask for it and it fits: the same classes in the same order, and the same to
 * look at.
 */
export function findStartingModel(
  library: OpenLibrary,
  options: TrainingOptions,
  classes: readonly PhotoClass[],
  backbone: BackboneInfo | null,
): StartingModel | null {
  const found = startingModel(library, options.startFrom === 'last-model' ? activeRun(library.db) : null);
  if (found === null) return null;
  const { classIds } = found.note;
  const fits = seesTheSame(found.note, options, backbone) && classIds.join() === classes.map(({ id }) => id).join();
  return fits ? found : null;
}

function seesTheSame(note: ModelNote, { colour, preset }: TrainingOptions, backbone: BackboneInfo | null): boolean {
  if (note.features === 'backbone') {
    const { sha256, inputRange } = note.backbone.info;
    return sha256 === backbone?.sha256 && inputRange === backbone.inputRange;
  }
  const sameColour = colour === 'auto' || (colour === 'grey' ? 1 : 3) === note.channels;
  return backbone === null && sameColour && note.sizePx === sizeFor(preset, note.channels);
}

/** What a run is told of its photos. Position i of every array is the photo `ids[i]`. */
export interface Lesson {
  /** Class position, -1, or -2 for a photo of none of the classes. */
  labels: Int32Array;
  /**
   * From the content of the first of the photos that are nearly the same, so that they share it, and that it stays the
   * same from run to run and from machine to machine.
   */
  keys: Uint32Array;
  /** Positions of photos that the starting model has learned from. */
  learnedBefore: Int32Array;
  /** Positions of labels that were accepted without a look at each. */
  unmeasured: Int32Array;
  /** Positions of some photos without a label, the same from run to run as long as they have none. */
  preview: Int32Array;
}

/**
 * Which of the labels a model has learned from, when those of `measured` were held out: none of a photo that is nearly
 * the same as one of them.
 */
export function learnedFrom({ photos, labelled }: Snapshot, measured: ReadonlySet<PhotoId>): PhotoId[] {
  const heldOut = new Set(photos.flatMap(({ id, burst }) => (measured.has(id) ? [burst] : [])));
  const without = new Set(photos.flatMap(({ id, burst }) => (heldOut.has(burst) ? [id] : [])));
  return labelled.filter((id) => !without.has(id));
}

/** For `ids`, which are some of the snapshot's in its order. */
export function lessonOf(snapshot: Snapshot, ids: readonly PhotoId[], startFrom: StartingModel | null): Lesson {
  const position = new Map(snapshot.classes.map(({ id }, k) => [id, k]));
  const known = new Set(startFrom?.note.trainedOn);
  const labels = new Int32Array(ids.length).fill(-1);
  const keys = new Uint32Array(ids.length);
  let row = 0;
  const acceptedRows: number[] = [];
  for (const { id, classId, none, burst, accepted } of snapshot.photos) {
    if (ids[row] !== id) continue;
    if (none) labels[row] = NONE_CODE;
    if (classId !== null) labels[row] = position.get(classId) ?? -1;
    keys[row] = Number.parseInt(burst.slice(0, 8), 16);
    if (accepted) acceptedRows.push(row);
    row++;
  }
  const accepted = new Set(acceptedRows);
  return {
    labels,
    keys,
    learnedBefore: Int32Array.from(positionsOf(ids, known)),
    unmeasured: Int32Array.from(acceptedRows).filter((i) => labels[i]! >= 0),
    preview: watchedOn(labels, keys, accepted),
  };
}

/** Keys come from the photos' content, so that the lowest ones are a random choice that stays; one of a burst. */
function watchedOn(labels: Int32Array, keys: Uint32Array, accepted: ReadonlySet<number>): Int32Array {
  const unlabelled = Int32Array.from(labels.keys()).filter((i) => labels[i] === -1 && !accepted.has(i));
  const inOrder = unlabelled.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
  return inOrder.filter((i, place) => keys[i] !== keys[inOrder[place - 1] ?? -1]).slice(0, PREVIEWED_PHOTOS);
}

function* positionsOf(ids: readonly PhotoId[], wanted: ReadonlySet<PhotoId>): Generator<number> {
  for (const [i, id] of ids.entries()) if (wanted.has(id)) yield i;
}
