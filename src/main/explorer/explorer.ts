// The one engine that answers questions about the photos of the open library: piles, suggestions, what was learned so
// far. It keeps what it has read from one question to the next, and goes when nobody asks for a while.

import type { EngineReply, TrainerRequest } from '../../engine/messages.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { createEngine } from '../engine-host/engine.ts';
import type { EngineOptions, RequestOptions } from '../engine-host/engine.ts';

type AskOptions = Pick<RequestOptions, 'signal' | 'onEvent'>;

export interface Explorer {
  /**
   * Questions of one kind are answered one after the other; labels of this moment are learned from at once, which ends
   * what still learns from earlier ones. `signal` takes a question back: it rejects with 'cancelled' at once, and is
   * never asked when its turn has not come; an answer under way is waited for by the next. Rejects as `Engine.request`
   * does.
   */
  ask<R extends TrainerRequest>(request: R, options?: AskOptions): Promise<EngineReply<R>>;
  /** Ends the process, and every question with 'cancelled'; the next question starts another. */
  rest(): Promise<void>;
  readonly pid: number | null;
}

const IDLE_MS = 2 * 60_000;

export function createExplorer(engine: Omit<EngineOptions, 'role'>, idleMs = IDLE_MS): Explorer {
  const trainer = createEngine({ role: 'trainer', ...engine });
  /** The last question of each kind. */
  const lines = new Map<TrainerRequest['kind'], Promise<unknown>>();
  let unanswered = 0;
  let resting = new AbortController();
  let idle: NodeJS.Timeout | undefined;

  function lineOf({ kind }: TrainerRequest): Promise<unknown> {
    return (kind !== 'learn-live' && lines.get(kind)) || Promise.resolve();
  }

  function settled(): void {
    unanswered -= 1;
    if (unanswered > 0) return;
    idle = setTimeout(() => void trainer.kill(), idleMs);
    idle.unref();
  }

  return {
    ask<R extends TrainerRequest>(request: R, { signal, ...how }: AskOptions = {}) {
      const takenBack = signal ? AbortSignal.any([signal, resting.signal]) : resting.signal;
      clearTimeout(idle);
      unanswered += 1;
      const answer = lineOf(request).then(() => {
        if (takenBack.aborted) throw cancelled();
        return trainer.request(request, how);
      });
      lines.set(request.kind, answer.catch(() => {}).finally(settled));
      return unlessAborted(answer, takenBack);
    },
    async rest() {
      resting.abort();
      resting = new AbortController();
      await trainer.kill();
    },
    get pid() {
      return trainer.pid;
    },
  };
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(cancelled());
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

const cancelled = () => new WhiskerError('cancelled', 'The question was taken back.');
