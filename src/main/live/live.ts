// What Whisker makes of the open library while somebody labels, and which knowledge of it is the newest. In memory only:
// nothing here is ever a label, and nothing outlives the library.

import type { LivePredictions, LiveState } from '../../shared/live.ts';
import { accuracyInUse } from '../../shared/training.ts';
import type { ClassId } from '../../shared/types.ts';
import { labelledSince } from '../db/labels.ts';
import { inRegistry } from '../db/open-registry.ts';
import type { Db } from '../db/open.ts';
import type { PredictedBy } from '../db/photos.ts';
import { waitingGuesses } from '../db/predictions.ts';
import { isGuessing, setGuessing } from '../db/registry.ts';
import { activeRun, getRun } from '../db/runs.ts';
import type { EventBus } from '../events.ts';
import type { LibraryService } from '../library/library.ts';

export interface LiveService {
  state(): LiveState;
  /** Remembered for all libraries. */
  set(on: boolean): LiveState;
  /** Whose predictions the filters go by. */
  newest(): PredictedBy;
}

export interface LiveParts {
  dataDir: string;
  library: Pick<LibraryService, 'current'>;
  events: EventBus;
}

const nothing = { predictions: null, run: null, counts: {}, estimate: null, labels: 0, problem: null } as const;

export function createLiveService({ dataDir, library, events }: LiveParts): LiveService {
  let on: boolean | null = null;
  const isOn = () => (on ??= inRegistry(dataDir, isGuessing));

  function state(): LiveState {
    if (!isOn()) return { status: 'off', ...nothing };
    const db = library.current?.db;
    const known = db ? knownFromRun(db) : null;
    return known ? { status: 'ready', ...known } : { status: 'waiting', ...nothing };
  }

  return {
    state,
    set(wanted) {
      inRegistry(dataDir, (db) => setGuessing(db, wanted));
      on = wanted;
      const now = state();
      events.emit('live.changed', now);
      return now;
    },
    newest: () => (library.current ? activeRun(library.current.db) : null),
  };
}

/** What the run in use says, as long as nothing was labelled since it began. */
function knownFromRun(db: Db): Omit<LiveState, 'status'> | null {
  const id = activeRun(db);
  if (id === null) return null;
  const run = getRun(db, id);
  if (labelledSince(db, run.startedAt)) return null;
  const predictions = waitingGuesses(db, id);
  const counts = countByClass(predictions);
  return { predictions, run: id, counts, estimate: accuracyInUse(run), labels: run.labelled, problem: null };
}

function countByClass({ classIds }: LivePredictions): Record<ClassId, number> {
  const counts: Record<number, number> = {};
  for (const id of classIds) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}
