// The one line of things done: every action is recorded here, undone in strict order and redone. Holds no rule of its
// own about labels.

import type { ActionKind, Change } from '../db/actions.ts';
import { insertAction, newestDone, oldestUndone, setActionState } from '../db/actions.ts';
import { orderClasses, setClassState } from '../db/classes.ts';
import { photosOfAction, repeatLabels, revertLabels } from '../db/labels.ts';
import { transact } from '../db/open.ts';
import type { Db } from '../db/open.ts';
import { setSkipped } from '../db/predictions.ts';
import { setRefused } from '../db/refusals.ts';
import type { KeepChange, SkipChange } from '../../shared/outcome.ts';
import type { PhotoId, UndoState } from '../../shared/types.ts';

/** What a screen must look at again. */
export interface Touched {
  photoIds: PhotoId[];
  classes: boolean;
  skips: SkipChange | null;
  keeps: KeepChange | null;
}

export const untouched: Touched = { photoIds: [], classes: false, skips: null, keeps: null };

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
    const actionId = insertAction(db, kind, description, change, at);
    apply(db, change, 'after');
    writeLabels?.({ actionId, at });
    return touchedBy(db, actionId, change, 'after');
  });
}

/** Takes back the newest action; nothing happens when there is none. */
export function undo(db: Db): Touched {
  return transact(db, () => {
    const action = newestDone(db);
    if (!action) return untouched;
    setActionState(db, action.id, 'undone');
    apply(db, action.change, 'before');
    revertLabels(db, { actionId: action.id, at: new Date().toISOString() });
    return touchedBy(db, action.id, action.change, 'before');
  });
}

/** Does the last undone action again; nothing happens when there is none. */
export function redo(db: Db): Touched {
  return transact(db, () => {
    const action = oldestUndone(db);
    if (!action) return untouched;
    setActionState(db, action.id, 'done');
    apply(db, action.change, 'after');
    repeatLabels(db, { actionId: action.id, at: new Date().toISOString() });
    return touchedBy(db, action.id, action.change, 'after');
  });
}

export const undoState = (db: Db): UndoState => ({
  undo: newestDone(db)?.description ?? null,
  redo: oldestUndone(db)?.description ?? null,
});

type Side = 'before' | 'after';

function apply(db: Db, { classes = [], skip, refusal, order }: Change, side: Side): void {
  for (const change of classes) setClassState(db, change.id, change[side]);
  if (skip) setSkipped(db, skip, side === 'after');
  if (refusal) setRefused(db, refusal, side === 'after');
  if (order) orderClasses(db, order[side]);
}

const touchedBy = (db: Db, actionId: number, change: Change, side: Side): Touched => ({
  photoIds: photosOfAction(db, actionId),
  classes: (change.classes ?? []).length > 0 || change.order !== undefined,
  skips: skipsOf(change, side === 'before'),
  keeps: change.keep ? { ids: [change.keep.photoId], undone: side === 'before' } : null,
});

function skipsOf({ skip, refusal }: Change, undone: boolean): SkipChange | null {
  if (skip) return { runId: skip.runId, refused: null, ids: [skip.photoId], undone };
  return refusal ? { runId: null, refused: refusal.classId, ids: refusal.photoIds, undone } : null;
}
