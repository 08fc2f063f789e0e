// The one line of things done: every action is recorded here, undone in strict order and redone, one or many at once.
// Holds no rule of its own about labels.

import type { Action, ActionKind, Change } from '../db/actions.ts';
import {
  doneAfter,
  findAction,
  insertAction,
  newestDone,
  oldestUndone,
  setActionState,
  setPhotos,
  setTakenBack,
  undoneUpTo,
} from '../db/actions.ts';
import { orderClasses, setClassState } from '../db/classes.ts';
import { photosOfActions, repeatLabels, revertLabels } from '../db/labels.ts';
import { transact } from '../db/open.ts';
import type { Db } from '../db/open.ts';
import { setRefused } from '../db/refusals.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { KeepChange, RefusalChange } from '../../shared/outcome.ts';
import type { PhotoId, UndoState } from '../../shared/types.ts';

/** What a screen must look at again. */
export interface Touched {
  photoIds: PhotoId[];
  classes: boolean;
  refusals: RefusalChange[];
  keeps: KeepChange[];
}

export const untouched: Touched = { photoIds: [], classes: false, refusals: [], keeps: [] };

export interface NewAction {
  kind: ActionKind;
  /** What undo would take back, as a phrase: "Label 3 photos as Cat". */
  description: string;
  change?: Change;
  /** Appends the action's label events. */
  writeLabels?: (stamp: { actionId: number; at: string }) => void;
}

/** Does something and remembers it, in one transaction; whatever was undone before can't be redone any more. */
export function act(db: Db, { kind, description, change = {}, writeLabels }: NewAction): Touched {
  return transact(db, () => {
    const at = new Date().toISOString();
    const id = insertAction(db, kind, description, change, at);
    apply(db, { id, change }, 'after');
    writeLabels?.({ actionId: id, at });
    const touched = touchedBy(db, [{ id, change }], 'after');
    const about = [...touched.photoIds, ...touched.refusals.flatMap(({ ids }) => ids), ...touched.keeps.flatMap(idsOf)];
    setPhotos(db, id, new Set(about).size);
    return touched;
  });
}

const idsOf = ({ ids }: KeepChange): PhotoId[] => ids;

/** Takes back the newest action; nothing happens when there is none. */
export const undo = (db: Db): Touched =>
  transact(db, () => {
    const newest = newestDone(db);
    return newest ? undoAll(db, [newest]) : untouched;
  });

/** Does the last undone action again; nothing happens when there is none. */
export const redo = (db: Db): Touched =>
  transact(db, () => {
    const oldest = oldestUndone(db);
    return oldest ? redoAll(db, [oldest]) : untouched;
  });

/**
 * Undoes or redoes all that lies between, so that this action is the newest that is done; null: none is. Throws
 * 'not-found' for one that is not in the line any more.
 */
export function jumpTo(db: Db, id: number | null): Touched {
  return transact(db, () => {
    if (id === null) return undoAll(db, doneAfter(db, 0));
    const action = listedAction(db, id);
    return action.state === 'undone' ? redoAll(db, undoneUpTo(db, id)) : undoAll(db, doneAfter(db, id));
  });
}

/** One that is done or can be redone. Throws 'not-found'. */
export function listedAction(db: Db, id: number): Action {
  const action = findAction(db, id);
  if (action && action.state !== 'dropped') return action;
  throw new WhiskerError('not-found', 'That step is not in the history any more.', 'Look at the history again.');
}

/** The newest first. */
function undoAll(db: Db, actions: readonly Action[]): Touched {
  for (const action of actions) {
    setActionState(db, action.id, 'undone');
    apply(db, action, 'before');
  }
  revertLabels(db, numbersOf(actions), new Date().toISOString());
  return touchedBy(db, actions, 'before');
}

/** The oldest first. */
function redoAll(db: Db, actions: readonly Action[]): Touched {
  for (const action of actions) {
    setActionState(db, action.id, 'done');
    apply(db, action, 'after');
  }
  repeatLabels(db, numbersOf(actions), new Date().toISOString());
  return touchedBy(db, actions, 'after');
}

const numbersOf = (actions: readonly Step[]): number[] => actions.map(({ id }) => id);

export const undoState = (db: Db): UndoState => ({
  undo: newestDone(db)?.description ?? null,
  redo: oldestUndone(db)?.description ?? null,
});

type Side = 'before' | 'after';
type Step = Pick<Action, 'id' | 'change'>;

const otherSide = { before: 'after', after: 'before' } as const;

function apply(db: Db, { id, change }: Step, side: Side): void {
  const { classes = [], refusal, order, takesBack } = change;
  for (const one of classes) setClassState(db, one.id, one[side]);
  if (refusal) setRefused(db, refusal, side === 'after');
  if (order) orderClasses(db, order[side]);
  const taken = takenBackIn(db, change);
  if (taken) apply(db, taken, otherSide[side]);
  if (takesBack !== undefined) setTakenBack(db, takesBack, side === 'after' ? id : null);
}

/** The action that this change takes back. */
export const takenBackIn = (db: Db, { takesBack }: Change): Action | null =>
  takesBack === undefined ? null : findAction(db, takesBack);

function touchedBy(db: Db, actions: readonly Step[], side: Side): Touched {
  const touched: Touched = { ...untouched, photoIds: photosOfActions(db, numbersOf(actions)), refusals: [], keeps: [] };
  const look = (change: Change, at: Side): void => {
    const undone = at === 'before';
    if (change.classes?.length || change.order) touched.classes = true;
    if (change.refusal)
      touched.refusals.push({ classId: change.refusal.classId, ids: change.refusal.photoIds, undone });
    if (change.keep) touched.keeps.push({ ids: [change.keep.photoId], undone });
    const taken = takenBackIn(db, change);
    if (taken) look(taken.change, otherSide[at]);
  };
  for (const { change } of actions) look(change, side);
  return touched;
}
