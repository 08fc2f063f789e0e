// What two runs say of the same photos: how many they put into different classes, and from which into which.

import type { RunComparison, SortChange } from '../../shared/training.ts';
import type { ClassId, PhotoId, RunId } from '../../shared/types.ts';
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

interface Row {
  id: PhotoId;
  from: ClassId;
  into: ClassId;
  photos: number;
}

/** `earlier` and `later` may be any two runs of the library; of a run without predictions nothing can be said. */
export function compareRuns(db: Db, earlier: RunId, later: RunId): RunComparison {
  const judged = prepare<{ photos: number }>(db, `SELECT count(*) AS photos ${judgedByBoth}`).get(later, earlier);
  // One look at all photos, however many pairs of classes there are.
  const examples = prepare<Row>(
    db,
    `WITH changed AS (
       SELECT photo.id, from_class.now_id AS "from", into_class.now_id AS "into", later.suspicion ${judgedByBoth}
         AND from_class.now_id <> into_class.now_id
     ), placed AS (
       SELECT id, "from", "into", count(*) OVER (PARTITION BY "from", "into") AS photos,
         row_number() OVER (PARTITION BY "from", "into" ORDER BY suspicion DESC, id) AS place
       FROM changed
     )
     SELECT id, "from", "into", photos FROM placed WHERE place <= ? ORDER BY photos DESC, "from", "into", place`,
  ).all(later, earlier, EXAMPLES);
  const changes: SortChange[] = [];
  for (const { id, ...change } of examples) {
    const last = changes.at(-1);
    if (last?.from === change.from && last.into === change.into) last.examples.push(id);
    else changes.push({ ...change, examples: [id] });
  }
  return { photos: judged?.photos ?? 0, changes };
}
