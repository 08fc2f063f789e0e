import { expect, test } from 'vitest';
import { deleteView, listViews, renameView, saveView } from '../../../src/main/db/saved-views.ts';
import { openDatabase } from '../../../src/main/db/open.ts';
import { toFailure } from '../../../src/shared/errors.ts';
import type { Sort } from '../../../src/shared/search.ts';
import { sampleDatabase } from './sample-photos.ts';

const byPath: Sort = { by: 'path', descending: true };

function failureOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    return toFailure(error).code;
  }
  return 'none';
}

test('a view keeps a search and an order, counts its photos, and is there when the library is opened again', () => {
  const { db, file } = sampleDatabase(['cats/1.jpg', 'cats/2.jpg', 'dogs/1.jpg']);
  saveView(db, { name: ' Cats ', search: { name: 'cats', label: null }, sort: byPath });
  saveView(db, { name: 'All by name', search: {}, sort: byPath });
  const again = openDatabase(file);
  expect(listViews(again, null)).toEqual([
    { id: 1, name: 'Cats', search: { name: 'cats', label: null }, sort: byPath, photos: 2 },
    { id: 2, name: 'All by name', search: {}, sort: byPath, photos: 3 },
  ]);
  again.close();
});

test('a name is given once, can be changed, and is free again when its view is deleted', () => {
  const { db } = sampleDatabase(['a.jpg']);
  const view = { search: { name: 'a' }, sort: byPath };
  saveView(db, { name: 'Cats', ...view });
  expect(failureOf(() => saveView(db, { name: 'cats', ...view }))).toBe('conflict');
  for (const name of ['', '  ', 'x'.repeat(61)])
    expect(failureOf(() => saveView(db, { name, ...view }))).toBe('bad-input');
  saveView(db, { name: 'Dogs', ...view });
  expect(failureOf(() => renameView(db, { id: 2, name: 'Cats' }))).toBe('conflict');
  expect(failureOf(() => renameView(db, { id: 9, name: 'Birds' }))).toBe('not-found');
  renameView(db, { id: 2, name: 'dogs' });
  deleteView(db, { id: 1 });
  renameView(db, { id: 2, name: 'Cats' });
  expect(listViews(db, null).map(({ id, name }) => [id, name])).toEqual([[2, 'Cats']]);
});
