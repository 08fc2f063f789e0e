// Waits longer and longer before a computer that was lost is asked again, until the person asks, or it is given up.

export interface Reconnection {
  /** True when it is to be asked again; false when it is given up, or nobody wants it any more. */
  wait(): Promise<boolean>;
  /** Ends the wait at once. */
  now(): void;
  /** It was reached: the next wait is the shortest again. */
  reached(): void;
  /** It was reached before, so that there is something to go on with. */
  wasReached(): boolean;
}

/** `ending`: each of these ends the wait for good. */
export function createReconnection(afterMs: readonly number[], ending: readonly AbortSignal[]): Reconnection {
  let attempt = 0;
  let isKnown = false;
  let goOn = (): void => {};

  return {
    async wait() {
      const wait = afterMs[attempt++];
      const isOver = () => ending.some(({ aborted }) => aborted);
      if (wait === undefined || isOver()) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait);
        goOn = () => {
          clearTimeout(timer);
          resolve();
        };
        for (const signal of ending) signal.addEventListener('abort', goOn, { once: true });
      });
      return !isOver();
    },
    now() {
      // Whoever asks believes that it is there again.
      attempt = 0;
      goOn();
    },
    reached() {
      attempt = 0;
      isKnown = true;
    },
    wasReached: () => isKnown,
  };
}
