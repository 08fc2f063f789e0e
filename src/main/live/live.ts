// What Whisker makes of the open library while somebody labels, and which knowledge of it is the newest. In memory
// only: nothing here is ever a label, and nothing outlives the library.

import { availableParallelism, totalmem } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { LivePredictions, LiveState } from '../../shared/live.ts';
import { accuracyInUse } from '../../shared/training.ts';
import type { RunId } from '../../shared/types.ts';
import { acceptedOption, labelledSince } from '../db/accepted.ts';
import { countPhotos } from '../db/counts.ts';
import { inRegistry } from '../db/open-registry.ts';
import type { Db } from '../db/open.ts';
import type { PredictedBy } from '../db/photos.ts';
import { waitingGuesses } from '../db/predictions.ts';
import { isGuessing, setGuessing } from '../db/registry.ts';
import { activeRun, getRun } from '../db/runs.ts';
import type { EventBus } from '../events.ts';
import type { LibraryService } from '../library/library.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { createLearner, type Learner, type LearnerParts } from './learner.ts';
import { countByClass } from './lesson.ts';

export interface LiveService {
  state(): LiveState;
  /** Remembered for all libraries. */
  set(on: boolean): LiveState;
  /** Whose predictions the filters go by. */
  newest(): PredictedBy;
  readonly learner: Pick<Learner, 'lesson' | 'learned'>;
  close(): void;
}

export interface LiveParts extends Pick<LearnerParts, 'features' | 'explorer' | 'restMs'> {
  dataDir: string;
  library: Pick<LibraryService, 'current' | 'require'>;
  events: EventBus;
  /** Whether this machine can learn from each label while a run learns. */
  canDoBoth?: boolean;
}

/** Processors and memory that leave a run its own: two of the first are what it keeps busy. */
const hasRoomBesideRun = (): boolean => availableParallelism() >= 4 && totalmem() >= 8e9;

type Known = Pick<LiveState, 'predictions' | 'run' | 'counts' | 'estimate' | 'labels' | 'change'>;
const nothing: Known = { predictions: null, run: null, counts: {}, estimate: null, labels: 0 };

export function createLiveService(parts: LiveParts): LiveService {
  const { dataDir, library, events, features, explorer, canDoBoth = hasRoomBesideRun() } = parts;
  let on: boolean | null = null;
  let open: OpenLibrary | null = null;
  let isTraining = false;
  let ofRun: { id: RunId; predictions: LivePredictions } | null = null;
  let told: LiveState | null = null;

  const isOn = () => (on ??= inRegistry(dataDir, isGuessing));
  const learner = createLearner({
    features,
    explorer,
    db: () => library.require().db,
    onChange: announce,
    mayBeThorough: () => !isTraining && !isKnownByRun(),
    ...(parts.restMs === undefined ? {} : { restMs: parts.restMs }),
  });

  function state(): LiveState {
    if (!isOn()) return { status: 'off', ...nothing, problem: null };
    const known = library.current ? newestOf(library.current.db) : nothing;
    return { status: statusOf(known), ...known, problem: learner.problem };
  }

  function statusOf({ predictions, run }: Known): LiveState['status'] {
    if (learner.isLearning) return 'learning';
    const isOfNow = run === null ? !isHeldUp() && learner.problem === null : isKnownByRun();
    return predictions !== null && isOfNow ? 'ready' : 'waiting';
  }

  /** Whether the run in use knows all that labels can tell. */
  function isKnownByRun(): boolean {
    const run = library.current && activeRun(library.current.db);
    return library.current !== null && run !== null && hasSeenEveryLabel(library.current.db, run);
  }

  const isHeldUp = () => isTraining && !canDoBoth;

  /** A run that has seen every label of now; else what was learned from them; else a run that has seen some. */
  function newestOf(db: Db): Known {
    const run = activeRun(db);
    const { learned, estimate, change } = learner;
    if (run !== null && (!learned || hasSeenEveryLabel(db, run))) return saidBy(db, run);
    if (!learned) return nothing;
    const { predictions, lesson } = learned;
    const found = { predictions, run: null, counts: countByClass(predictions), estimate, labels: lesson.labelled };
    return change ? { ...found, change } : found;
  }

  function saidBy(db: Db, id: RunId): Known {
    if (ofRun?.id !== id) ofRun = { id, predictions: waitingGuesses(db, id) };
    const run = getRun(db, id);
    return {
      predictions: ofRun.predictions,
      run: id,
      counts: countPhotos(db, id).predictedByClass,
      estimate: accuracyInUse(run),
      labels: run.labelled,
    };
  }

  /** Tells what has changed; the predictions only when they have. */
  function announce(): void {
    const now = state();
    if (told && isDeepStrictEqual({ ...now, predictions: null }, { ...told, predictions: null })) {
      if (now.predictions === told.predictions) return;
    }
    const { predictions, ...rest } = now;
    const isNew = predictions !== told?.predictions;
    told = now;
    events.emit('live.changed', isNew ? now : rest);
  }

  /** Learns from what has changed, unless somebody else knows better or needs the machine. */
  function learn(change: 'changed' | 'photosChanged'): void {
    if (open && isOn() && !isHeldUp() && !isKnownByRun()) learner[change]();
  }

  /** What is open, or in use, may be something else than before. */
  function lookAgain(): void {
    ofRun = null;
    if (library.current !== open) {
      open = library.current;
      learner.forget();
      learn('photosChanged');
    }
    if (isKnownByRun()) learner.rest();
    announce();
  }

  const unsubscribe = events.subscribe(({ name, payload }) => {
    if (name === 'labels.changed') learn('changed');
    if (name === 'features.changed' && payload.status === 'ready') learn('photosChanged');
    if (name === 'photos.removed') learn('photosChanged');
    if (name === 'library.changed') lookAgain();
    if (name === 'classes.changed') ofRun = null;
    if (name === 'photos.refused') {
      ofRun = null;
      learn('changed');
      announce();
    }
    if (name === 'labels.changed' || name === 'classes.changed') announce();
    if (name === 'training.state') {
      const wasTraining = isTraining;
      isTraining = payload.status !== 'idle' && payload.status !== 'paused';
      if (isHeldUp()) learner.rest();
      if (wasTraining && !isTraining) learn('changed');
      announce();
    }
  });

  return {
    state,
    set(wanted) {
      inRegistry(dataDir, (db) => setGuessing(db, wanted));
      on = wanted;
      if (wanted) learn('photosChanged');
      else learner.forget();
      announce();
      return state();
    },
    newest() {
      if (!library.current) return null;
      const { db } = library.current;
      const { run, predictions } = isOn() ? newestOf(db) : { run: activeRun(db), predictions: null };
      return run ?? predictions;
    },
    learner,
    close() {
      unsubscribe();
      learner.forget();
    },
  };
}

/** Whether nothing to learn from was labelled, or taken back, after the run had begun. */
const hasSeenEveryLabel = (db: Db, run: RunId): boolean =>
  !labelledSince(db, getRun(db, run).startedAt, acceptedOption(db));
