// What a run was told, in its folder: with it and the last checkpoint a run that was cut off goes on as it began,
// whatever was labelled since.

import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../../files/whole-file.ts';
import type { TrainingOptions } from '../../shared/training.ts';
import type { ClassId, PhotoClass, PhotoId, RunId } from '../../shared/types.ts';
import { readInstalled } from '../db/registry.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { readablePhotos, type ReadablePhoto } from '../db/readable-photos.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { readNote, runFolder } from './run-folder.ts';
import { snapshotFrom } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';

export interface KeptLesson {
  options: TrainingOptions;
  backbone: InstalledBackbone | null;
  /** The run whose model it started from. */
  startFrom: RunId | null;
  classes: PhotoClass[];
  /** Every photo that it looks at, with the class that its label had. */
  photos: [PhotoId, ClassId | null][];
  /** Those whose label was accepted without a look at it; absent in a lesson of before that was told apart. */
  accepted?: PhotoId[];
  /** Those that showed none of the classes; absent in a lesson of before that could be said. */
  none?: PhotoId[];
  /** Those that were nearly the same as others, with `ReadablePhoto.burst`; absent before photos were grouped. */
  bursts?: [PhotoId, string][];
  /** ISO 8601: the moment whose labels these are; the run's own beginning when left out. */
  asOf?: string;
}

const lessonFile = (libraryDir: string, id: RunId): string => join(runFolder(libraryDir, id), 'lesson.json');

/** Makes the run's folder where there is none. Throws 'storage-failed'. */
export function writeLesson(libraryDir: string, id: RunId, lesson: KeptLesson): void {
  mkdirSync(runFolder(libraryDir, id), { recursive: true });
  writeWhole(lessonFile(libraryDir, id), [Buffer.from(JSON.stringify(lesson))]);
}

/** Null when the run left none: it was cut off before it began. */
export function readLesson(libraryDir: string, id: RunId): KeptLesson | null {
  const file = lessonFile(libraryDir, id);
  if (!existsSync(file)) return null;
  try {
    const lesson: KeptLesson = JSON.parse(readFileSync(file, 'utf8'));
    return { ...lesson, backbone: lesson.backbone && readInstalled(lesson.backbone) };
  } catch {
    // Damaged since: without it the run can't go on.
    return null;
  }
}

/** The snapshot of then, without the photos whose files have gone since. */
export async function snapshotOf(
  { db }: OpenLibrary,
  { classes, photos, accepted = [], none = [], bursts = [], asOf }: KeptLesson,
): Promise<Snapshot> {
  const classOf = new Map(photos);
  const known = (await readablePhotos(db)).filter(({ id }) => classOf.has(id));
  const [unseen, negative] = [new Set(accepted), new Set(none)];
  const burstOf = new Map(bursts);
  const then = known.map((photo): ReadablePhoto => ({
    ...photo,
    classId: classOf.get(photo.id) ?? null,
    none: negative.has(photo.id) ? 1 : 0,
    accepted: unseen.has(photo.id) ? 1 : 0,
    burst: burstOf.get(photo.id) ?? photo.sha256,
  }));
  return { ...snapshotFrom(classes, then), ...(asOf !== undefined && { asOf }) };
}

/** Whether what the run learned from is kept, and the model that it began with, if it did with one. */
export function canRepeat({ dir }: OpenLibrary, id: RunId): boolean {
  const lesson = readLesson(dir, id);
  return lesson !== null && (lesson.startFrom === null || readNote(dir, lesson.startFrom) !== null);
}
