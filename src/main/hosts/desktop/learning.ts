// Whether a run learns, as this process last heard.

import type { TrainingState } from '../../../shared/training.ts';
import type { App } from '../../app.ts';

export interface Learning {
  readonly state: TrainingState;
  /** Resolves when no run learns any more. */
  ended(): Promise<void>;
}

export function learningNow(app: App): Learning {
  let state: TrainingState = { status: 'idle' };
  let idle = Promise.withResolvers<void>();
  app.subscribe(({ name, payload }) => {
    if (name !== 'training.state') return;
    state = payload;
    if (state.status !== 'idle') return;
    idle.resolve();
    idle = Promise.withResolvers();
  });
  return {
    get state() {
      return state;
    },
    ended: () => (state.status === 'idle' ? Promise.resolve() : idle.promise),
  };
}
