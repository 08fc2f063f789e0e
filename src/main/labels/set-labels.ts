// What a person says of photos. Every change of a label by hand goes through here.

import { findClass } from '../db/classes.ts';
import { appendLabels, photosLabelledOtherwise, unknownPhotos } from '../db/labels.ts';
import { transact } from '../db/open.ts';
import type { Db } from '../db/open.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { ClassId, Label, LabelOrigin, LabelSource, PhotoClass, PhotoId } from '../../shared/types.ts';
import { act, untouched } from './undo.ts';
import type { Touched } from './undo.ts';
import { plural } from '../../shared/words.ts';

/**
 * Labels photos: one event each, committed together. Photos that have the label already are left alone.
 * Unknown ids or class: 'not-found', and nothing is written.
 * `audited`: those of the photos that had been drawn at random, whatever `how` says of the others. `alike`: they are
 * nearly the same as others that were given the label before.
 */
export function setLabels(
  db: Db,
  photoIds: readonly PhotoId[],
  label: Label,
  how: LabelOrigin,
  { audited = [], alike = false }: { audited?: readonly PhotoId[] | undefined; alike?: boolean | undefined } = {},
): Touched {
  return transact(db, () => {
    const [unknown] = unknownPhotos(db, photoIds);
    if (unknown !== undefined) {
      throw new WhiskerError('not-found', `There is no photo number ${unknown} in this library; no label was set.`);
    }
    const name = typeof label === 'number' ? requireClass(db, label).name : null;
    const changing = photosLabelledOtherwise(db, photoIds, label);
    if (changing.length === 0) return untouched;
    const drawn = new Set(audited);
    const byChoice = Map.groupBy(changing, (id) => (drawn.has(id) ? 'audit' : how.chosen));
    return act(db, {
      kind: alike ? 'label.alike' : 'label',
      description: describe(plural(changing.length, ['# photo', '# photos']), label, name, how.source),
      writeLabels(stamp) {
        for (const [chosen, ids] of byChoice) appendLabels(db, stamp, ids, label, { ...how, chosen });
      },
    });
  });
}

/** A live class, or 'not-found'. */
export function requireClass(db: Db, id: ClassId): PhotoClass {
  const found = findClass(db, id);
  if (!found) throw new WhiskerError('not-found', `There is no class number ${id} in this library.`);
  return found;
}

function describe(what: string, label: Label, name: string | null, source: LabelSource): string {
  if (label === 'excluded') return `Exclude ${what}`;
  if (label === 'none') return `Label ${what} as none of these`;
  if (label === 'unsure') return `Mark ${what} as unsure`;
  if (name === null) return `Remove the label of ${what}`;
  return source === 'suggestion' ? `Accept ${what} as ${name}` : `Label ${what} as ${name}`;
}
