// Rows of made-up photos. Knows no test runner, so that label-writer.ts can use it as a process of its own.

import { prepare, transact } from '../../../src/main/db/open.ts';
import type { Db } from '../../../src/main/db/open.ts';
import type { PhotoId } from '../../../src/shared/types.ts';

/** One photo per path; several paths joined by '|' are copies of the same content. */
export function addPhotos(db: Db, paths: readonly string[]): PhotoId[] {
  const photo = prepare<{ id: PhotoId }>(
    db,
    `INSERT INTO photo (sha256, width, height, format, bytes, added_at) VALUES (?, 640, 480, 'jpeg', 1000, '2026-01-01') RETURNING id`,
  );
  const file = prepare(db, `INSERT INTO file (path, photo_id, bytes, mtime_ms) VALUES (?, ?, 1000, 0)`);
  const first = prepare<{ n: number }>(db, `SELECT count(*) AS n FROM photo`).get()!.n;
  return transact(db, () =>
    paths.map((path, i) => {
      const id = photo.get((first + i).toString(16).padStart(64, '0'))!.id;
      for (const copy of path.split('|')) file.run(copy, id);
      return id;
    }),
  );
}
