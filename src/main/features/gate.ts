// Where the work that nobody waits for stands still: as long as there is at least one reason for it to.

import { WhiskerError } from '../../shared/errors.ts';

export interface Gate {
  hold(reason: string): void;
  /** Holds for so long after the last time that this was said. */
  holdFor(reason: string, ms: number): void;
  release(reason: string): void;
  readonly isOpen: boolean;
  /** Resolves when nothing holds any more; rejects with 'cancelled' when aborted. */
  passed(signal: AbortSignal): Promise<void>;
}

export function createGate(onChange: () => unknown): Gate {
  const reasons = new Set<string>();
  const timers = new Map<string, NodeJS.Timeout>();
  let opening = Promise.withResolvers<void>();

  function hold(reason: string): void {
    if (reasons.has(reason)) return;
    if (reasons.size === 0) opening = Promise.withResolvers();
    reasons.add(reason);
    onChange();
  }

  function release(reason: string): void {
    clearTimeout(timers.get(reason));
    if (!reasons.delete(reason)) return;
    if (reasons.size === 0) opening.resolve();
    onChange();
  }

  return {
    hold,
    holdFor(reason, ms) {
      clearTimeout(timers.get(reason));
      timers.set(reason, setTimeout(() => release(reason), ms).unref());
      hold(reason);
    },
    release,
    get isOpen() {
      return reasons.size === 0;
    },
    async passed(signal) {
      const aborted = Promise.withResolvers<never>();
      const onAbort = () => aborted.reject(new WhiskerError('cancelled', 'The work was cancelled.'));
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        // It may be shut again by the time that this goes on.
        do await Promise.race([aborted.promise, reasons.size === 0 ? null : opening.promise]);
        while (reasons.size > 0);
      } finally {
        signal.removeEventListener('abort', onAbort);
        aborted.promise.catch(() => {});
      }
    },
  };
}
