// Tells every window what an action changed, in one way for calls, imports and services; the caller gets the same as a
// value.

import type { LibraryState } from '../../shared/contract.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { eventsOf } from '../../shared/outcome.ts';
import type { Outcome } from '../../shared/outcome.ts';
import { listClasses } from '../db/classes.ts';
import { countPhotos } from '../db/counts.ts';
import { labelCodes } from '../db/labels.ts';
import { activeRun } from '../db/runs.ts';
import type { EventBus } from '../events.ts';
import { undoState } from '../labels/undo.ts';
import type { Touched } from '../labels/undo.ts';
import type { LibraryService } from '../library/library.ts';
import type { TrainingService } from '../runs/service.ts';
import { libraryState } from './library-state.ts';

export interface Announcer {
  /** What an action touched, with the numbers of now. */
  outcome(touched: Touched): Outcome;
  /** The whole state: too much changed at once. */
  library(): void;
  /** The same of a library that must be open. Throws 'no-library'. */
  openLibrary(): LibraryState;
}

export interface AnnouncerParts {
  library: LibraryService;
  training: TrainingService;
  events: EventBus;
}

export function createAnnouncer({ library, training, events }: AnnouncerParts): Announcer {
  let number = 0;
  return {
    outcome({ photoIds, classes, refusals, keeps }) {
      const { db } = library.require();
      const outcome: Outcome = {
        number: ++number,
        ids: photoIds,
        labels: labelCodes(db, photoIds),
        classes: classes ? listClasses(db) : null,
        refusals,
        keeps,
        counts: countPhotos(db, activeRun(db)),
        undo: undoState(db),
      };
      for (const { name, payload } of eventsOf(outcome)) events.emit(name, payload);
      return outcome;
    },
    library: () => events.emit('library.changed', libraryState(library, training)),
    openLibrary() {
      const state = libraryState(library, training);
      if (!state) throw new WhiskerError('no-library', 'No folder is open.', 'Open a folder of photos first.');
      events.emit('library.changed', state);
      events.emit('libraries.changed', null);
      return state;
    },
  };
}
