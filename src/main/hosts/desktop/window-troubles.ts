// What can go wrong with the window: it is shown all the same, says what happened, and offers what helps.

import { app as electron } from 'electron';
import type { BrowserWindow } from 'electron';
import type { Log } from '../../log.ts';
import { ask } from './message.ts';

/** A window that is not ready by then is shown as it is. */
const READY_WITHIN_MS = 5000;

/** Chromium's ERR_ABORTED: another load took the place of this one. */
const ABORTED = -3;

interface Trouble {
  message: string;
  detail: string;
  mend: 'Try again' | 'Reload';
  /** Where it may pass by itself. */
  wait?: 'Wait';
}

/** Must be given each new window before it loads. */
export function watchWindow(window: BrowserWindow, log: Log): void {
  const { webContents } = window;
  /** Ends the question that is open. */
  let settle = new AbortController();

  async function say({ message, detail, mend, wait }: Trouble): Promise<void> {
    settle.abort();
    const { signal } = (settle = new AbortController());
    window.show();
    const choice = await (wait
      ? ask(window, { type: 'question', message, detail, buttons: [wait, mend, 'Quit'], cancelId: 0, signal })
      : ask(window, { type: 'error', message, detail, buttons: [mend, 'Quit'], signal }));
    if (signal.aborted || window.isDestroyed()) return;
    if (choice === 'Quit') electron.quit();
    else if (choice === mend) window.reload();
  }

  const late = setTimeout(() => {
    log('warning', `The window was not ready after ${READY_WITHIN_MS / 1000} s.`);
    void say({
      message: 'Whisker’s window takes long to appear.',
      detail: 'A busy or slow machine may only need more time. Your labels are safe.',
      mend: 'Try again',
      wait: 'Wait',
    });
  }, READY_WITHIN_MS);
  window.once('ready-to-show', () => {
    clearTimeout(late);
    settle.abort();
    window.show();
  });
  window.once('closed', () => {
    clearTimeout(late);
    settle.abort();
  });

  webContents.on('did-fail-load', (_event, code, reason, _url, isMainFrame) => {
    if (!isMainFrame || code === ABORTED) return;
    clearTimeout(late);
    log('error', `The page could not be loaded: ${reason} (${code}).`);
    void say({
      message: 'Whisker’s window could not be loaded.',
      detail: `The reason given is ${reason} (${code}). ${whatToDo}`,
      mend: 'Try again',
    });
  });
  webContents.on('preload-error', (_event, _path, error) => {
    clearTimeout(late);
    log('error', 'The preload script failed.', String(error));
    void say({
      message: 'Whisker’s window can’t reach Whisker.',
      detail: `The reason given is “${error.message}”. ${whatToDo}`,
      mend: 'Try again',
    });
  });
  webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    log('error', `The window's process is gone: ${reason}.`);
    void say({
      message: 'Whisker’s window stopped working.',
      detail: 'Your labels are safe, and training goes on.',
      mend: 'Reload',
    });
  });
  window.on('unresponsive', () => {
    log('warning', 'The window does not respond.');
    void say({
      message: 'Whisker’s window does not respond.',
      detail: 'Your labels are safe, and training goes on. Reloading loses nothing that was saved.',
      mend: 'Reload',
      wait: 'Wait',
    });
  });
  window.on('responsive', () => settle.abort());
}

const whatToDo =
  'Your labels are safe. If trying again does not help, install Whisker again, or in a checkout run "npm run build".';
