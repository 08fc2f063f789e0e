// What two runs say of the same photos: how many they put into different classes, and from which into which.

import type { RunComparison, SortChange } from '../../shared/training.ts';
import type { PhotoId, RunId } from '../../shared/types.ts';
import { prepare } from './open.ts';
import type { Db } from './open.ts';

/** Photos without a label that both runs have judged; classes are those of today. */
export const judgedByBoth = `FROM photo
  JOIN prediction AS later ON later.run_id = ? AND later.photo_id = photo.id
  JOIN prediction AS earlier ON earlier.run_id = ? AND earlier.photo_id = photo.id
  JOIN class_now AS into_class ON into_class.id = later.class_id
  JOIN class_now AS from_class ON from_class.id = earlier.class_id
  WHERE photo.present = 1 AND NOT EXISTS (SELECT 1 FROM label WHERE label.photo_id = photo.id)`;

/** Examples of each change: those that the later run doubts most. */
const EXAMPLES = 6;

/** `earlier` and `later` may be any two runs of the library; of a run without predictions nothing can be said. */
export function compareRuns(db: Db, earlier: RunId, later: RunId): RunComparison {
  const both = [later, earlier] as const;
  const { photos } = prepare<{ photos: number }>(db, `SELECT count(*) AS photos ${judgedByBoth}`).get(...both) ?? {
    photos: 0,
  };
  const changes = prepare<Omit<SortChange, 'examples'>>(
    db,
    `SELECT from_class.now_id AS "from", into_class.now_id AS "into", count(*) AS photos ${judgedByBoth}
       AND from_class.now_id <> into_class.now_id
     GROUP BY 1, 2 ORDER BY photos DESC, 1, 2`,
  ).all(...both);
  const examples = ({ from, into }: Pick<SortChange, 'from' | 'into'>): PhotoId[] =>
    prepare<{ id: PhotoId }>(
      db,
      `SELECT photo.id ${judgedByBoth} AND from_class.now_id = ? AND into_class.now_id = ?
       ORDER BY later.suspicion DESC, photo.id LIMIT ?`,
    )
      .all(...both, from, into, EXAMPLES)
      .map(({ id }) => id);
  return { photos, changes: changes.map((change) => ({ ...change, examples: examples(change) })) };
}
