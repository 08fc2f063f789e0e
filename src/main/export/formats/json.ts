// All photos and classes as one JSON document, one photo a line.

import { listClasses } from '../../db/classes.ts';
import type { Db } from '../../db/open.ts';
import { exportedPhotos } from '../rows.ts';

/** `{ format, version, exportedAt, classes, photos }`. */
export function* exportJson(db: Db): Generator<string> {
  const head = { format: 'whisker-labels', version: 1, exportedAt: new Date().toISOString() };
  const classes = listClasses(db).map(({ name, colour, shape }) => ({ name, colour, shape }));
  yield `${JSON.stringify({ ...head, classes }).slice(0, -1)},"photos":[`;
  let separator = '\n';
  for (const photos of exportedPhotos(db)) {
    yield separator + photos.map((photo) => JSON.stringify(photo)).join(',\n');
    separator = ',\n';
  }
  yield '\n]}\n';
}
