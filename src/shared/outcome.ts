// What an action left behind, and the events that tell of it: main announces them, and the window that asked takes the
// same from the reply, once.

import type { EventMessage } from './contract.ts';
import type { Counts, PhotoClass, PhotoId, RunId, UndoState } from './types.ts';

/** The numbers and the undo of now, with the number of the outcome: later ones are greater, while the app runs. */
export interface OutcomeStamp {
  number: number;
  counts: Counts;
  undo: UndoState;
}

/** Photos set aside in a run's review list, or back in it. */
export interface SkipChange {
  runId: RunId;
  ids: PhotoId[];
  undone: boolean;
}

export interface Outcome extends OutcomeStamp {
  /** Photos whose label changed, and what it is now, see `labelCode`. */
  ids: PhotoId[];
  labels: number[];
  /** All classes, when any of them changed. */
  classes: PhotoClass[] | null;
  skips: SkipChange | null;
}

/** One event for each kind of thing that changed; none when nothing did. */
export function eventsOf({ ids, labels, classes, skips, ...stamp }: Outcome): EventMessage[] {
  return [
    ...(classes ? [{ name: 'classes.changed', payload: { classes, ...stamp } } as const] : []),
    ...(ids.length > 0 ? [{ name: 'labels.changed', payload: { ids, labels, ...stamp } } as const] : []),
    ...(skips ? [{ name: 'review.skipped', payload: { ...skips, ...stamp } } as const] : []),
  ];
}
