// Notices that a process has fallen silent: stopped, or hung where no code of ours runs. Asks it for a sign of life
// while it has work, and counts the questions that stay unanswered, so that a machine that slept is no silence.

export interface Watchdog {
  /** The process has work from now on; nothing happens when it had before. */
  watch(): void;
  /** The process said something. */
  heard(): void;
  /** It has no work, or is gone. */
  rest(): void;
}

/** How many questions fit into the time that a process may be silent. */
const QUESTIONS = 10;

/** `silenceMs` must be well over the longest piece of work that leaves the process unable to listen. */
export function createWatchdog(silenceMs: number, { ask, onSilent }: { ask(): void; onSilent(): void }): Watchdog {
  let timer: NodeJS.Timeout | undefined;
  let unanswered = 0;

  function rest(): void {
    clearInterval(timer);
    timer = undefined;
  }

  function tick(): void {
    if (unanswered++ < QUESTIONS) return ask();
    rest();
    onSilent();
  }

  return {
    watch() {
      if (timer) return;
      unanswered = 0;
      timer = setInterval(tick, silenceMs / QUESTIONS);
      timer.unref();
    },
    heard() {
      unanswered = 0;
    },
    rest,
  };
}
