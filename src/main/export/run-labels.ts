// The labels that a run learned from, as they were: a table that can be imported again.

import { stringify } from 'csv-stringify/sync';
import { presentFiles } from '../db/present-files.ts';
import { guardCell } from '../labels/label-csv.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { readLesson } from '../runs/lesson-file.ts';
import type { RunId } from '../../shared/types.ts';
import { download, named } from './download.ts';

/** 404 when what the run learned from is no longer kept. Photos that have no file now are left out. */
export function runLabelsResponse(library: OpenLibrary, id: RunId): Response {
  const lesson = readLesson(library.dir, id);
  if (lesson === null) return new Response(null, { status: 404 });
  const names = new Map(lesson.classes.map((one) => [one.id, one.name]));
  const labels = new Map(lesson.photos);

  function* lines(): Generator<string> {
    const line = (...cells: string[]) => stringify([cells.map(guardCell)], { record_delimiter: 'windows' });
    yield line('file', 'class');
    for (const { path, photoId } of presentFiles(library.db)) {
      const classId = photoId === null ? null : (labels.get(photoId) ?? null);
      if (classId !== null) yield line(path, names.get(classId) ?? '');
    }
  }
  return download(lines(), 'text/csv; charset=utf-8; header=present', `${named(library.name)} labels of run ${id}.csv`);
}
