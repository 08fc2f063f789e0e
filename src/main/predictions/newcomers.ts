// Photos that come into the open library are predicted by the run in use without being asked for. Gives way to a run
// that learns, and is silent where none is in use.

import { setTimeout as after } from 'node:timers/promises';
import { toFailure } from '../../shared/errors.ts';
import { activeRun } from '../db/runs.ts';
import type { EventBus } from '../events.ts';
import type { FeatureService } from '../features/feature-service.ts';
import type { LibraryService } from '../library/library.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import type { Log } from '../log.ts';
import type { TrainingService } from '../runs/service.ts';
import { predictMissing } from './predict-missing.ts';
import type { Predictor } from './predictor.ts';

export interface NewcomerParts {
  library: LibraryService;
  training: Pick<TrainingService, 'state'>;
  features: Pick<FeatureService, 'of'>;
  predictor: Pick<Predictor, 'lend'>;
  events: EventBus;
  log: Log;
  /** Other photos are predicted now. */
  onPredicted: () => void;
}

/** Files come in batches, and a scan tells of them piece by piece. */
const PAUSE_MS = 500;

/** Returns the function that ends it. */
export function predictNewcomers(parts: NewcomerParts): () => Promise<void> {
  const { library, training, features, predictor, events, log, onPredicted } = parts;
  let open: OpenLibrary | null = null;
  let stopped = new AbortController();
  let working: Promise<void> | null = null;
  /** Photos came, and nobody has looked since. */
  let due = false;
  /** The open library has been scanned once. */
  let scanned = false;

  function look(): void {
    due = true;
    if (!open || training.state().status !== 'idle') return;
    const here = open;
    const { signal } = stopped;
    working ??= predictAll(here, signal).finally(() => {
      working = null;
      if (due && here === open) look();
    });
  }

  async function predictAll(here: OpenLibrary, signal: AbortSignal): Promise<void> {
    try {
      await after(PAUSE_MS, undefined, { signal });
      await library.scanFinished();
      if (signal.aborted) return;
      due = false;
      if (activeRun(here.db) === null) return;
      const { added } = await predictor.lend((engines) => predictMissing(here, { ...engines, features, signal }));
      if (added > 0) onPredicted();
    } catch (error) {
      const { code, message } = toFailure(error);
      if (signal.aborted) due = here === open;
      // A store that another process writes to is looked at again with the next photos.
      else log('warning', `New photos could not be predicted: ${code}.`, message);
    }
  }

  async function stop(): Promise<void> {
    stopped.abort();
    stopped = new AbortController();
    await working;
  }

  library.accompany({
    opened: (opened) => void (open = opened),
    closing() {
      open = null;
      due = false;
      scanned = false;
      return stop();
    },
  });

  const unsubscribe = events.subscribe(({ name, payload }) => {
    if (name === 'photos.added') look();
    if (name === 'scan.progress' && payload.phase === 'done' && !scanned) {
      // Nothing may be new, and photos still wait from the last time.
      scanned = true;
      look();
    }
    if (name !== 'training.state') return;
    if (payload.status !== 'idle') void stop();
    else if (due) look();
  });
  return () => {
    unsubscribe();
    open = null;
    return stop();
  };
}
