// Asks before the window closes while a run learns. Whatever the answer, nothing that was learned is lost.

import { app as electron, dialog, type BrowserWindow } from 'electron';
import type { App } from '../../app.ts';

const choices = ['Pause and close', 'Stop and keep the best so far', 'Cancel'] as const;

/** Returns what each new window is to be given, so that it asks. */
export function createClosingQuestion(app: App): (window: BrowserWindow) => void {
  let learning = false;
  let quitting = false;
  let whenIdle = Promise.withResolvers<void>();
  app.subscribe(({ name, payload }) => {
    if (name !== 'training.state') return;
    learning = payload.status !== 'idle';
    if (learning) return;
    whenIdle.resolve();
    whenIdle = Promise.withResolvers();
  });
  electron.on('before-quit', () => (quitting = true));

  /** True when the window may close. */
  async function decide(window: BrowserWindow): Promise<boolean> {
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: 'Whisker is training.',
      detail: 'Paused, the run goes on from here the next time you open these photos.',
      buttons: [...choices],
      defaultId: 0,
      cancelId: 2,
    });
    const choice = choices[response];
    if (choice === 'Stop and keep the best so far' && learning) {
      const idle = whenIdle.promise;
      await app.call('training.stop', { keep: true });
      await idle;
    }
    return choice !== 'Cancel';
  }

  return (window) => {
    let decided = false;
    window.on('close', (event) => {
      if (decided || !learning) return;
      event.preventDefault();
      void decide(window).then((yes) => {
        decided = yes;
        if (!yes) quitting = false;
        else if (quitting) electron.quit();
        else window.close();
      });
    });
  };
}
