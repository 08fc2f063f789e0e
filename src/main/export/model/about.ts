// What a model that is taken away says of itself: whisker.json, which is in the model's own file as well.

import type { ExportedModel } from '../../../engine/messages.ts';
import { isCalibrated, SURE_FROM } from '../../../shared/confidence.ts';
import { skewSentence, type MeasuredOn } from '../../../shared/measured-on.ts';
import { accuracyInUse } from '../../../shared/training.ts';
import type { Accuracy, Head, RunDetail } from '../../../shared/training.ts';
import type { ClassId, RunId } from '../../../shared/types.ts';
import { classesNow, listClasses } from '../../db/classes.ts';
import type { OpenLibrary } from '../../library/open-library.ts';
import { readLesson } from '../../runs/lesson-file.ts';
import type { ModelNote } from '../../runs/run-folder.ts';

/** Raised when a reader of the version before would misread it. */
export const ABOUT_SCHEMA = 1;

export interface AboutModel {
  schema: typeof ABOUT_SCHEMA;
  /** Version of the app. */
  whisker: string;
  run: RunId;
  /** ISO 8601, when the run began. */
  trained: string;
  /** In the order of the probabilities; names of today. */
  classes: string[];
  /** Of each class: from which probability on Whisker calls it sure. */
  thresholds: number[];
  /** Labels of each class that the run was given; null when that is no longer known. */
  labels: number[] | null;
  photos: number;
  learnedFrom: 'pixels' | 'pretrained network';
  network: { name: string; sha256: string; features: number } | null;
  head: Head;
  /** What the logits are divided by, within the model; null: nothing is known, and they are not divided. */
  temperature: number | null;
  calibrated: boolean;
  /** What accuracy and temperature were measured on: labels that were not learned from. */
  measured:
    (Accuracy & { by: 'held-out' | 'cross-validation'; chosen: MeasuredOn | null; warning: string | null }) | null;
  /** What a person should know of the numbers, or why there are none. */
  note: string | null;
  preprocessing: {
    /** Outside of the model, in this order. */
    before: string[];
    /** Within it. */
    inside: string[];
  };
}

/** With what was found when it was written. */
export type WrittenAbout = AboutModel & { input: ExportedModel };

export function aboutModel(library: OpenLibrary, run: RunDetail, note: ModelNote, whisker: string): AboutModel {
  const { receipt, backbone, measuredOn } = run;
  const found = accuracyInUse(run);
  const by = receipt?.measuredBy ?? null;
  return {
    schema: ABOUT_SCHEMA,
    whisker,
    run: run.id,
    trained: run.startedAt,
    classes: namesOf(library, run, note.classIds),
    thresholds: note.classIds.map(() => SURE_FROM),
    labels: labelsOf(library, run.id, note.classIds),
    photos: run.photos,
    learnedFrom: note.features === 'pixels' ? 'pixels' : 'pretrained network',
    network: backbone && { name: backbone.name, sha256: backbone.sha256, features: backbone.features },
    head: receipt?.active ?? 'ssgan',
    temperature: receipt?.temperature ?? null,
    calibrated: isCalibrated(receipt),
    measured: found && by && { ...found, by, chosen: measuredOn, warning: skewSentence(measuredOn) },
    note: receipt?.note ?? null,
    preprocessing: {
      before: [
        'upright by EXIF, in sRGB, on grey 128 where it is transparent',
        'the middle square, scaled to input.sizePx by a Lanczos filter',
      ],
      inside: [
        ...(note.features === 'pixels' && note.channels === 1
          ? ['grey: (299 R + 587 G + 114 B) / 1000, rounded to a whole number']
          : []),
        'scaled as the network expects it',
        'softmax of the logits, divided by the temperature',
      ],
    },
  };
}

function namesOf({ db }: OpenLibrary, run: RunDetail, ids: readonly ClassId[]): string[] {
  const names = new Map([...run.classes, ...listClasses(db)].map(({ id, name }) => [id, name]));
  const now = classesNow(db);
  return ids.map((id) => names.get(now.get(id) ?? id) ?? `Class ${id}`);
}

function labelsOf({ dir }: OpenLibrary, id: RunId, ids: readonly ClassId[]): number[] | null {
  const lesson = readLesson(dir, id);
  return lesson && ids.map((wanted) => lesson.photos.filter(([, classId]) => classId === wanted).length);
}
