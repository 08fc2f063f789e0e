// What every export says of a photo, format by format the same: its label, what the run in use says of it, its places.
// Which of it stands in tables, and in which form, is in schema.ts.

import { classesNow, listClasses } from '../db/classes.ts';
import { exportPages } from '../db/export-rows.ts';
import type { ExportRow } from '../db/export-rows.ts';
import type { Db } from '../db/open.ts';
import { activeRun, getRun } from '../db/runs.ts';
import { isCalibrated } from '../../shared/confidence.ts';
import { labelFromCode } from '../../shared/types.ts';
import type { ClassId, LabelChoice, LabelSource, PhotoId, RunId } from '../../shared/types.ts';

export interface ExportedPhoto {
  /** Means nothing outside this library, and stands in no table. */
  id: PhotoId;
  /** Relative to the library's folder. */
  path: string;
  /** SHA-256 of the file. */
  hash: string;
  /** The label; where there is none, the prediction, and then `source` says so. */
  class: string | null;
  source: LabelSource | 'prediction' | null;
  /** How the photo came to be labelled; null without a label. */
  chosen: LabelChoice | null;
  excluded: boolean;
  /** It shows none of the classes. */
  none: boolean;
  /** Somebody is to look at it again. */
  unsure: boolean;
  /** What the run in use says, whatever the label. */
  predicted: string | null;
  /** What the run gives to `predicted`, 0 to 1, rounded to 4 digits. */
  confidence: number | null;
  /** Whether confidences of the run were checked on photos it has not learned from; a probability only then. */
  calibrated: boolean | null;
  run: RunId | null;
  /** Other places where the same content lies. */
  copies: string[];
  /** In pixels, as it is shown: upright. */
  width: number;
  height: number;
  /** By its camera's clock: ISO 8601 to the millisecond, without a zone. */
  taken: string | null;
}

/** Page by page, so that a slow reader never holds the database. */
export function* exportedPhotos(db: Db): Generator<ExportedPhoto[]> {
  const run = activeRun(db);
  const calibrated = run !== null && isCalibrated(getRun(db, run).receipt);
  for (const page of exportPages(db, run)) {
    const names = new Map(listClasses(db).map(({ id, name }) => [id, name]));
    const now = classesNow(db);
    const nameOf = (id: ClassId | null) => (id === null ? null : (names.get(now.get(id) ?? id) ?? null));
    yield page.map((row) => exported(row, run, calibrated, nameOf));
  }
}

function exported(
  row: ExportRow,
  run: RunId | null,
  calibrated: boolean,
  nameOf: (id: ClassId | null) => string | null,
): ExportedPhoto {
  const [path = '', ...copies]: string[] = JSON.parse(row.paths);
  const predicted = nameOf(row.predicted);
  const label = labelFromCode(row.code);
  const isOpen = label === null || label === 'unsure';
  const isPrediction = isOpen && predicted !== null;
  const unpredicted = predicted === null || row.confidence === null;
  return {
    id: row.id,
    path,
    hash: row.sha256,
    class: isPrediction ? predicted : nameOf(row.classId),
    source: isPrediction ? 'prediction' : isOpen ? null : row.source,
    chosen: isOpen ? null : row.chosen,
    excluded: label === 'excluded',
    none: label === 'none',
    unsure: label === 'unsure',
    predicted,
    confidence: unpredicted ? null : rounded(row.confidence),
    calibrated: unpredicted ? null : calibrated,
    run: predicted === null ? null : run,
    copies,
    width: row.width,
    height: row.height,
    taken: row.taken,
  };
}

/** A prediction has no more than 4 digits that mean anything. */
export const rounded = (confidence: number | null): number | null =>
  confidence === null ? null : Number(confidence.toFixed(4));
