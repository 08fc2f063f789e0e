// What a run shows outside the window, and what it asks of the system: the machine stays awake while it learns, the
// dock or task bar has its progress, and its end is told to whoever looks elsewhere. The one place where the desktop
// app notifies; pages do so in the web host only (renderer/app/notify.ts).

import { Notification, powerSaveBlocker } from 'electron';
import type { BrowserWindow } from 'electron';
import { runEndInWords } from '../../../shared/training.ts';
import type { RunSummary, TrainingState } from '../../../shared/training.ts';
import type { App } from '../../app.ts';
import type { Learning } from './learning.ts';
import type { MainWindow } from './window.ts';

/** Returns what each new window is to be given. */
export function showRuns(app: App, learning: Learning, window: MainWindow): (opened: BrowserWindow) => void {
  const keepAwake = wakefulness();
  let notified: Notification | null = null;

  function tell(run: RunSummary): void {
    if (window.current()?.isFocused() || run.status === 'interrupted' || !Notification.isSupported()) return;
    // Held here: one that is collected as garbage hears no click.
    notified = new Notification({ title: 'Whisker', body: runEndInWords(run) });
    notified.on('click', () => window.show());
    notified.show();
  }

  app.subscribe(({ name, payload }) => {
    if (name === 'run.ended') tell(payload);
    if (name !== 'training.state') return;
    keepAwake(payload.status === 'running' || payload.status === 'stopping');
    showProgress(window.current(), payload);
  });
  return (opened) => showProgress(opened, learning.state);
}

/** Told whether the machine may not fall asleep; the screen may. */
function wakefulness(): (needed: boolean) => void {
  let blocker: number | null = null;
  return (needed) => {
    if (needed) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  };
}

function showProgress(window: BrowserWindow | null, state: TrainingState): void {
  if (state.status === 'idle') window?.setProgressBar(-1);
  else window?.setProgressBar(state.progress.fraction, { mode: state.status === 'paused' ? 'paused' : 'normal' });
}
