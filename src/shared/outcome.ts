// What an action left behind, and the events that tell of it: main announces them, and the window that asked takes the
// same from the reply, once.

import type { ClassId, Counts, PhotoClass, PhotoId, RunId, UndoState } from './types.ts';

/** The numbers and the undo of now, with the number of the outcome: later ones are greater, while the app runs. */
export interface OutcomeStamp {
  number: number;
  counts: Counts;
  undo: UndoState;
}

/** Photos set aside in a run's review list, or back in it; or said not to be of a class, in the lists of all runs. */
export interface SkipChange {
  /** Null for all runs. */
  runId: RunId | null;
  /** The class that they are not; null for those that were only set aside. */
  refused: ClassId | null;
  ids: PhotoId[];
  undone: boolean;
}

/** Photos whose label was looked at and is right, or is open to doubt again. */
export interface KeepChange {
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
  keeps: KeepChange | null;
}

/** The events that tell of an outcome, each with its stamp: name -> payload. */
export interface OutcomeEvents {
  'labels.changed': OutcomeStamp & Pick<Outcome, 'ids' | 'labels'>;
  'classes.changed': OutcomeStamp & { classes: PhotoClass[] };
  'review.skipped': OutcomeStamp & SkipChange;
  'labels.kept': OutcomeStamp & KeepChange;
}
type OutcomeEvent = { [K in keyof OutcomeEvents]: { name: K; payload: OutcomeEvents[K] } }[keyof OutcomeEvents];

/** One event for each kind of thing that changed; none when nothing did. */
export function eventsOf({ ids, labels, classes, skips, keeps, ...stamp }: Outcome): OutcomeEvent[] {
  return [
    ...(classes ? [{ name: 'classes.changed', payload: { classes, ...stamp } } as const] : []),
    ...(ids.length > 0 ? [{ name: 'labels.changed', payload: { ids, labels, ...stamp } } as const] : []),
    ...(skips ? [{ name: 'review.skipped', payload: { ...skips, ...stamp } } as const] : []),
    ...(keeps ? [{ name: 'labels.kept', payload: { ...keeps, ...stamp } } as const] : []),
  ];
}
