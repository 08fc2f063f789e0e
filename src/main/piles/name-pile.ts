// The name of a pile becomes the label of the photos that were shown of it. One action, made class and all.

import { insertClass, listClasses } from '../db/classes.ts';
import { appendLabels, photosLabelledOtherwise } from '../db/labels.ts';
import { transact } from '../db/open.ts';
import type { Db } from '../db/open.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { PhotoId } from '../../shared/types.ts';
import { plural } from '../../shared/words.ts';
import { classKey, cleanClassName, creation, nextLook } from '../labels/classes.ts';
import { act, untouched } from '../labels/undo.ts';
import type { Touched } from '../labels/undo.ts';

const byPile = { source: 'person', chosen: 'pile' } as const;

/**
 * Labels photos with the class of that name, which is made unless there is one. Nothing is written when all have that
 * label. Throws 'bad-input' for a name that no class may have, and without photos.
 */
export function namePile(db: Db, photoIds: readonly PhotoId[], wanted: string): Touched {
  if (photoIds.length === 0) {
    throw new WhiskerError('bad-input', 'All photos of the pile were taken out.', 'Leave at least one in.');
  }
  return transact(db, () => {
    const name = cleanClassName(wanted);
    const classes = listClasses(db);
    const known = classes.find((existing) => classKey(existing.name) === classKey(name));
    const changing = known ? photosLabelledOtherwise(db, photoIds, known.id) : [...photoIds];
    if (changing.length === 0) return untouched;
    const target = known ?? insertClass(db, { name, ...nextLook(classes) });
    return act(db, {
      kind: 'pile.name',
      description: `Name a pile ${target.name} by ${plural(changing.length, ['# photo', '# photos'])}`,
      change: known ? {} : { classes: [creation(target)] },
      writeLabels: (stamp) => appendLabels(db, stamp, changing, target.id, byPile),
    });
  });
}
