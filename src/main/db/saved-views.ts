// Searches that were given a name: kept in the library, with how many photos each finds now.

import { WhiskerError } from '../../shared/errors.ts';
import { asAdded, LONGEST_VIEW_NAME, type SavedView, type Search, type Sort } from '../../shared/search.ts';
import { findPhotos } from './find.ts';
import { prepare } from './open.ts';
import type { Db } from './open.ts';
import type { PredictedBy } from './photos.ts';

interface Row {
  id: number;
  name: string;
  search: string;
  sort: string;
}

/** In the order in which they were saved. `by`: whose predictions count. */
export const listViews = (db: Db, by: PredictedBy): SavedView[] =>
  prepare<Row>(db, `SELECT id, name, search, sort FROM saved_view ORDER BY id`)
    .all()
    .map(({ id, name, ...asked }) => {
      const search = JSON.parse(asked.search) as Search;
      const photos = findPhotos(db, { search, sort: asAdded, by }).length;
      return { id, name, search, sort: JSON.parse(asked.sort) as Sort, photos };
    });

/** Throws 'bad-input' for no name or a long one, 'conflict' for one that is taken. */
export function saveView(db: Db, { name, search, sort }: { name: string; search: Search; sort: Sort }): void {
  const free = freeName(db, name, null);
  prepare(db, `INSERT INTO saved_view (name, search, sort) VALUES (?, ?, ?)`).run(
    ...[free, JSON.stringify(search), JSON.stringify(sort)],
  );
}

/** Throws as `saveView`, and 'not-found'. */
export function renameView(db: Db, { id, name }: { id: number; name: string }): void {
  const { changes } = prepare(db, `UPDATE saved_view SET name = ? WHERE id = ?`).run(freeName(db, name, id), id);
  if (changes === 0) throw new WhiskerError('not-found', 'This view is not there any more.');
}

export function deleteView(db: Db, { id }: { id: number }): void {
  prepare(db, `DELETE FROM saved_view WHERE id = ?`).run(id);
}

/** The name without spaces around it, if no other view than `own` has it. */
function freeName(db: Db, name: string, own: number | null): string {
  const trimmed = name.trim();
  if (trimmed === '') throw new WhiskerError('bad-input', 'A view needs a name.');
  if ([...trimmed].length > LONGEST_VIEW_NAME)
    throw new WhiskerError('bad-input', `A name has at most ${LONGEST_VIEW_NAME} characters.`);
  const holder = prepare<{ id: number }>(db, `SELECT id FROM saved_view WHERE name = ?`).get(trimmed);
  if (holder && holder.id !== own)
    throw new WhiskerError('conflict', `There is a view “${trimmed}” already.`, 'Choose another name.');
  return trimmed;
}
