// Which photos a filter means, and all that is known of one. Only photos that still have a file count as being there.

import { posix } from 'node:path';
import { isUri } from '../../shared/elsewhere.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { LivePredictions } from '../../shared/live.ts';
import { labelCode, labelFromCode } from '../../shared/types.ts';
import type {
  LabelSource,
  PhotoDetail,
  PhotoFilter,
  PhotoId,
  PhotoPage,
  PhotoSpan,
  RunId,
} from '../../shared/types.ts';
import { judgedByBoth } from './compare-runs.ts';
import { labelCodeSql } from './labels.ts';
import { measuredIds } from './measured.ts';
import { prepare, prepareColumn, prepareTuples } from './open.ts';
import type { Db } from './open.ts';
import { refusedSql } from './refusals.ts';

/** What the run `?` says of a photo; `class_id` is the class of that day, see `class_now`. */
export const joinPrediction = `JOIN prediction ON prediction.run_id = ? AND prediction.photo_id = photo.id`;
/** The same, unless the person has said that the photo is not of that class. */
export const joinOpenPrediction = `${joinPrediction} AND (photo.id, prediction.class_id) NOT IN ${refusedSql}`;
const predictedNow = `prediction.class_id IN (SELECT id FROM class_now WHERE now_id = ?)`;

/** SQL for the first place in which the photo lies, a URI where that is elsewhere; null when it is not there. */
export const firstPathSql = `coalesce(
  (SELECT min(path) FROM file WHERE file.photo_id = photo.id AND file.missing = 0),
  (SELECT uri FROM elsewhere WHERE elsewhere.photo_id = photo.id))`;

/** What a list of photos calls one that lies at a place. */
export const nameAt = (place: string): string => (isUri(place) ? place : posix.basename(place));

/** Whose predictions count: a run's, or what was learned while labelling. */
export type PredictedBy = RunId | LivePredictions | null;

/** SQL pieces of a filter: a join with its values, then a condition with its values. */
function partsOf(filter: PhotoFilter, by: PredictedBy): { join: string; where: string; values: unknown[] } {
  switch (filter.kind) {
    case 'all':
      return { join: '', where: 'true', values: [] };
    case 'unlabelled':
      return { join: '', where: 'label.photo_id IS NULL', values: [] };
    case 'labelled':
      return { join: '', where: 'label.class_id IS NOT NULL', values: [] };
    case 'class':
      return { join: '', where: 'label.class_id = ?', values: [filter.classId] };
    case 'excluded':
    case 'none':
    case 'unsure':
      return { join: '', where: `${labelCodeSql} = ?`, values: [labelCode(filter.kind)] };
    case 'audited':
      return { join: '', where: `label.chosen = 'audit'`, values: [] };
    case 'predicted':
      return typeof by === 'object' && by !== null
        ? {
            join: '',
            where: 'label.photo_id IS NULL AND photo.id IN (SELECT value FROM json_each(?))',
            values: [JSON.stringify(by.ids.filter((_, i) => by.classIds[i] === filter.classId))],
          }
        : {
            join: joinOpenPrediction,
            where: `label.photo_id IS NULL AND ${predictedNow}`,
            values: [by, filter.classId],
          };
    case 'confusion':
    case 'confident': {
      const { sql, values } = measuredIds(filter);
      return { join: '', where: `photo.id IN ${sql}`, values };
    }
    case 'resorted':
      return {
        join: '',
        where: `photo.id IN (SELECT photo.id ${judgedByBoth} AND from_class.now_id = ? AND into_class.now_id = ?)`,
        values: [filter.later, filter.earlier, filter.from, filter.into],
      };
  }
}

/** In the order in which the photos came to the library, so that new ones always follow. */
export function listPhotos(
  db: Db,
  filter: PhotoFilter,
  by: PredictedBy,
  { after, most }: PhotoSpan = { after: null, most: -1 },
): PhotoPage {
  const { join, where, values } = partsOf(filter, by);
  const rows = prepareTuples<[PhotoId, number, number, number, string]>(
    db,
    `SELECT photo.id, photo.width, photo.height, ${labelCodeSql}, ${firstPathSql}
     FROM photo LEFT JOIN label ON label.photo_id = photo.id ${join}
     WHERE photo.present = 1 AND ${where} AND photo.id > ? ORDER BY photo.id LIMIT ?`,
  ).all(...values, after ?? 0, most);
  return {
    ids: rows.map((row) => row[0]),
    names: rows.map((row) => nameAt(row[4])),
    widths: rows.map((row) => row[1]),
    heights: rows.map((row) => row[2]),
    labels: rows.map((row) => row[3]),
  };
}

/** The first place in which each of the photos lies. */
export const firstPaths = (db: Db, photoIds: readonly PhotoId[]): Map<PhotoId, string> =>
  new Map(
    prepareTuples<[PhotoId, string]>(
      db,
      `SELECT photo.id, ${firstPathSql} FROM json_each(?) JOIN photo ON photo.id = value WHERE photo.present = 1`,
    ).all(JSON.stringify(photoIds)),
  );

/** Photos of which no file is there now. */
export const absentPhotos = (db: Db): PhotoId[] =>
  prepareTuples<[PhotoId]>(db, `SELECT id FROM photo WHERE present = 0`)
    .all()
    .map(([id]) => id);

interface DetailRow extends Pick<PhotoDetail, 'id' | 'width' | 'height' | 'format' | 'bytes' | 'sha256'> {
  code: number;
  source: LabelSource | null;
}

/** Throws 'not-found' for a number that no photo has. */
export function getPhoto(db: Db, id: PhotoId, by: PredictedBy): PhotoDetail {
  const row = prepare<DetailRow>(
    db,
    `SELECT photo.id, width, height, format, bytes, sha256, ${labelCodeSql} AS code, label.source
     FROM photo LEFT JOIN label ON label.photo_id = photo.id WHERE photo.id = ?`,
  ).get(id);
  if (!row) throw new WhiskerError('not-found', `There is no photo number ${id} in this library.`);

  const { code, ...photo } = row;
  const paths = prepareColumn<string>(
    db,
    `SELECT path FROM file WHERE photo_id = @id AND missing = 0
     UNION ALL SELECT uri FROM elsewhere WHERE photo_id = @id
       AND NOT EXISTS (SELECT 1 FROM file WHERE photo_id = @id AND missing = 0)
     ORDER BY path`,
  );
  return {
    ...photo,
    label: labelFromCode(code),
    paths: paths.all({ id }),
    prediction: predictionOf(db, id, by),
  };
}

function predictionOf(db: Db, id: PhotoId, by: PredictedBy): PhotoDetail['prediction'] {
  if (typeof by === 'object' && by !== null) {
    const at = by.ids.indexOf(id);
    const [classId, confidence] = [by.classIds[at], by.confidences[at]];
    return classId === undefined || confidence === undefined ? null : { classId, confidence };
  }
  const prediction = prepare<NonNullable<PhotoDetail['prediction']>>(
    db,
    `SELECT class_now.now_id AS classId, prediction.confidence
     FROM photo ${joinOpenPrediction} JOIN class_now ON class_now.id = prediction.class_id WHERE photo.id = ?`,
  );
  return prediction.get(by, id) ?? null;
}
