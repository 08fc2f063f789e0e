// How far a run is, for tests that need one.

import type { TrainingProgress, TrainingState } from '../../src/shared/training.ts';
import type { RunId } from '../../src/shared/types.ts';

export const progressAt = (fraction: number): TrainingProgress => ({
  runId: 1 as RunId,
  stage: 'ssgan',
  step: 1,
  fraction,
  photosPerSecond: null,
  photos: null,
  seconds: 1,
  etaSeconds: null,
  device: null,
  notices: [],
  preview: [],
});

export const stateOf = (status: TrainingState['status'], fraction = 0.5): TrainingState =>
  status === 'idle' ? { status } : { status, progress: progressAt(fraction) };
