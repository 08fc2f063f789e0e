// What an action left behind, and the events that tell of it: main announces them, and the window that asked takes the
// same from the reply, once.

import type { ClassId, Counts, PhotoClass, PhotoId, UndoState } from './types.ts';

/** The numbers and the undo of now, with the number of the outcome: later ones are greater, while the app runs. */
export interface OutcomeStamp {
  number: number;
  counts: Counts;
  undo: UndoState;
}

/** Photos that are said not to be of a class, or no longer so. */
export interface RefusalChange {
  classId: ClassId;
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
  /** In the order in which they came to be. */
  refusals: RefusalChange[];
  keeps: KeepChange[];
}

/** The events that tell of an outcome, each with its stamp: name -> payload. */
export interface OutcomeEvents {
  'labels.changed': OutcomeStamp & Pick<Outcome, 'ids' | 'labels'>;
  'classes.changed': OutcomeStamp & { classes: PhotoClass[] };
  'photos.refused': OutcomeStamp & { changes: RefusalChange[] };
  'labels.kept': OutcomeStamp & { changes: KeepChange[] };
}
type OutcomeEvent = { [K in keyof OutcomeEvents]: { name: K; payload: OutcomeEvents[K] } }[keyof OutcomeEvents];

/** One event for each kind of thing that changed; none when nothing did. */
export function eventsOf({ ids, labels, classes, refusals, keeps, ...stamp }: Outcome): OutcomeEvent[] {
  return [
    ...(classes ? [{ name: 'classes.changed', payload: { classes, ...stamp } } as const] : []),
    ...(ids.length > 0 ? [{ name: 'labels.changed', payload: { ids, labels, ...stamp } } as const] : []),
    ...(refusals.length > 0 ? [{ name: 'photos.refused', payload: { changes: refusals, ...stamp } } as const] : []),
    ...(keeps.length > 0 ? [{ name: 'labels.kept', payload: { changes: keeps, ...stamp } } as const] : []),
  ];
}
