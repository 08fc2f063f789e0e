// All that is known of every photo that is there, page by page, so that a slow reader never holds the database. Only
// reads.

import type { ClassId, LabelChoice, LabelSource, PhotoId, RunId } from '../../shared/types.ts';
import { labelCodeSql } from './labels.ts';
import { prepare } from './open.ts';
import type { Db } from './open.ts';
import { joinOpenPrediction } from './photos.ts';

export interface ExportRow {
  id: PhotoId;
  sha256: string;
  width: number;
  height: number;
  /** By its camera's clock, ISO 8601 without a zone. */
  taken: string | null;
  /** JSON list, relative to the library's folder, or the URI where it lies elsewhere; at least one. */
  paths: string;
  classId: ClassId | null;
  /** See `labelCode`. */
  code: number;
  source: LabelSource | null;
  chosen: LabelChoice | null;
  /** As the run knew it, see `classesNow`. */
  predicted: ClassId | null;
  confidence: number | null;
}

const pageSize = 1000;

/** Pages of photos by id. Between two pages others may write; each page is true for its moment. */
export function* exportPages(db: Db, runId: RunId | null): Generator<ExportRow[]> {
  const page = prepare<ExportRow>(
    db,
    `SELECT photo.id, photo.sha256, photo.width, photo.height, photo.taken_at AS taken,
       coalesce(
         (SELECT json_group_array(path ORDER BY path) FROM file WHERE photo_id = photo.id AND missing = 0
          HAVING count(*) > 0),
         (SELECT json_array(uri) FROM elsewhere WHERE photo_id = photo.id)) AS paths,
       label.class_id AS classId, ${labelCodeSql} AS code, label.source, label.chosen,
       prediction.class_id AS predicted, prediction.confidence
     FROM photo LEFT JOIN label ON label.photo_id = photo.id LEFT ${joinOpenPrediction}
     WHERE photo.id > ? AND photo.present = 1 ORDER BY photo.id LIMIT ${pageSize}`,
  );
  let last = 0;
  for (;;) {
    const rows = page.all(runId, last);
    if (rows.length === 0) return;
    yield rows;
    last = rows.at(-1)?.id ?? last;
  }
}
