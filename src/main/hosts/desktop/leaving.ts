// How the app ends: it asks while a run learns, closes its services within a deadline, and never holds up a person who
// logs out or a system that shuts down.

import { app as electron, powerMonitor } from 'electron';
import type { BrowserWindow } from 'electron';
import type { App } from '../../app.ts';
import type { Log } from '../../log.ts';
import type { Learning } from './learning.ts';
import { ask } from './message.ts';

/** SQLite is whole at any moment and engines end with this process: no more is worth an app that nobody sees. */
const DEADLINE_MS = 5000;

export interface Leaving {
  /** What each new window is to be given. */
  watch(window: BrowserWindow): void;
  /** The person's session is over: nothing is to be asked or said any more. */
  readonly isOver: boolean;
}

export interface LeavingParts {
  app: App;
  learning: Learning;
  log: Log;
  /** The window to ask in, null while there is none. */
  currentWindow(): BrowserWindow | null;
  /** Says why not everything could be closed, and ends the process. */
  fail(error: unknown): void;
}

export function createLeaving({ app, learning, log, currentWindow, fail }: LeavingParts): Leaving {
  let asking = false;
  let agreed = false;
  let isClosing = false;
  let isOver = false;
  const mustAsk = (): boolean => !isOver && !agreed && learning.state.status !== 'idle';

  /** True when it may end; what was learned is kept by then, or will be by closing the services. */
  async function mayLeave(): Promise<boolean> {
    const choice = await ask(currentWindow(), {
      type: 'question',
      message: 'Whisker is training.',
      detail: 'Paused, the run goes on from here the next time you open these photos.',
      buttons: ['Pause and quit', 'Stop and keep the best so far', 'Cancel'],
    });
    if (choice === 'Stop and keep the best so far') {
      const ended = learning.ended();
      await app.call('training.stop', { keep: true });
      await ended;
    }
    return choice !== 'Cancel';
  }

  electron.on('before-quit', (event) => {
    if (!mustAsk()) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    void mayLeave().then((yes) => {
      asking = false;
      agreed = yes;
      if (yes) electron.quit();
    });
  });

  electron.on('will-quit', (event) => {
    if (isOver) return;
    // The engine processes and the database close before this process ends, however often it is told to quit.
    event.preventDefault();
    if (isClosing) return;
    isClosing = true;
    const deadline = setTimeout(() => {
      log('warning', `Closing took longer than ${DEADLINE_MS / 1000} s and was cut off.`);
      electron.exit(0);
    }, DEADLINE_MS);
    void app
      .close()
      .then(() => electron.exit(0), fail)
      .finally(() => clearTimeout(deadline));
  });

  // Whoever sends a signal is not there to answer: the run is paused, as a person would most likely have said.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      agreed = true;
      electron.quit();
    });
  }

  function endNow(): void {
    isOver = true;
    try {
      app.closeNow();
    } finally {
      electron.exit(0);
    }
  }
  // On macOS this comes before every app is asked to quit, where a no would cancel the whole log-out.
  powerMonitor.on('shutdown', endNow);

  return {
    watch(window) {
      // Windows first asks whether the session may end; unheard, the answer is yes.
      window.on('session-end', endNow);
      window.on('close', (event) => {
        // On macOS the app and its run outlive the window.
        if (process.platform === 'darwin' || !mustAsk()) return;
        event.preventDefault();
        electron.quit();
      });
    },
    get isOver() {
      return isOver;
    },
  };
}
