// Takes back one earlier action by itself, as an action of its own, where nothing that came later rests on it.

import { doneAfter } from '../db/actions.ts';
import type { Action, Change } from '../db/actions.ts';
import type { ClassLook, ClassState } from '../db/classes.ts';
import { classesOfAction, firstLabelling, firstNaming } from '../db/history.ts';
import { photosOfActions, takeBackLabels } from '../db/labels.ts';
import { transact } from '../db/open.ts';
import type { Db } from '../db/open.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { ClassId, PhotoId } from '../../shared/types.ts';
import { classKey } from './classes.ts';
import { act, listedAction, takenBackIn } from './undo.ts';
import type { Touched } from './undo.ts';

/**
 * Throws 'not-found' for an action that is not in the history any more, and 'conflict' for one that is not done, or
 * that a later one rests on: it is about the same photos, or about a class that this one made, changed or
 * speaks of, or the order.
 */
export function takeBack(db: Db, id: number): Touched {
  return transact(db, () => {
    const action = listedAction(db, id);
    if (action.state === 'undone') throw new WhiskerError('conflict', 'That step is undone.', 'Redo it first.');
    if (action.takenBackBy !== null) throw new WhiskerError('conflict', 'That step is taken back already.');
    const later = restsOn(db, action);
    if (later) {
      throw new WhiskerError(
        'conflict',
        `“${action.description}” can’t be taken back by itself: “${later.description}”, which came later, ${later.shares}.`,
        'Take that back first, or jump to before both.',
      );
    }
    return act(db, {
      kind: 'take-back',
      description: `Take back: ${action.description}`,
      change: { takesBack: id },
      writeLabels: (stamp) => takeBackLabels(db, stamp, id),
    });
  });
}

/** The first that came later, is in effect, and can't be without this one; null when there is none. */
function restsOn(db: Db, action: Action): { description: string; shares: string } | null {
  const later = doneAfter(db, action.id).filter((one) => isInEffect(one, action.id));
  const numbers = later.map(({ id }) => id);
  const own = partsOf(db, action);
  const photos = new Set([...own.photos, ...photosOfActions(db, [action.id])]);
  const spokenOf = new Set([...own.spokenOf, ...classesOfAction(db, action.id)]);
  const [changed, ended, names] = [new Set(own.changed), new Set(own.ended), new Set(own.names)];
  const labelsPhoto = firstLabelling(db, [...photos], numbers);
  const namesClass = firstNaming(db, own.ended, numbers);
  for (const one of later.reverse()) {
    const other = partsOf(db, one);
    const { id, description } = one;
    if (id === labelsPhoto || meet(other.photos, photos)) return { description, shares: 'is about the same photos' };
    const sharesClass =
      id === namesClass ||
      meet(other.changed, changed) ||
      meet(other.names, names) ||
      meet(other.spokenOf, ended) ||
      meet(other.ended, spokenOf);
    if (sharesClass) return { description, shares: 'is about the same class' };
    if (own.orders && other.orders) return { description, shares: 'changes the order as well' };
  }
  return null;
}

/** What was done later and taken back later is as if it had never been. */
const isInEffect = ({ takenBackBy, change: { takesBack } }: Action, since: number): boolean =>
  takenBackBy === null && (takesBack === undefined || takesBack <= since);

const meet = <T>(some: readonly T[], others: ReadonlySet<T>): boolean => some.some((one) => others.has(one));

/** What an action is about, beside the photos and classes that its label events name. */
interface Parts {
  photos: PhotoId[];
  changed: ClassId[];
  /** Those of them that came to be, or went. */
  ended: ClassId[];
  /** Names and keys that classes took or gave up. */
  names: string[];
  /** Whether the order of classes changes. */
  orders: boolean;
  /** Classes that photos were said not to be of, or to be of. */
  spokenOf: ClassId[];
}

function partsOf(db: Db, { change: own }: Action): Parts {
  const changes: Change[] = [];
  for (let change: Change | undefined = own; change; change = takenBackIn(db, change)?.change) changes.push(change);
  const classes = changes.flatMap((change) => change.classes ?? []);
  const states = classes.flatMap(({ before, after }) => [before, after]);
  return {
    photos: changes.flatMap(({ refusal, keep }) => [...(refusal?.photoIds ?? []), ...(keep ? [keep.photoId] : [])]),
    changed: classes.map(({ id }) => id),
    ended: classes.filter(({ before, after }) => isGone(before) !== isGone(after)).map(({ id }) => id),
    names: states.flatMap((state) => ('name' in state ? namesOf(state) : [])),
    orders: changes.some(({ order }) => order !== undefined),
    spokenOf: changes.flatMap(({ refusal, keep }) => [refusal, keep].flatMap((one) => (one ? [one.classId] : []))),
  };
}

const namesOf = ({ name, key }: ClassLook): string[] => [classKey(name), ...(key ? [`key ${key}`] : [])];

const isGone = (state: ClassState): boolean => 'mergedInto' in state;
