// The desktop app in a Chromium of the tests: the built main on the fakes, its window on the screen.

import type { Browser } from 'playwright-core';
import { startMain, type MainOptions } from './main-on-fakes.ts';
import type { DesktopWindow } from './story.ts';
import { showWindow, type WindowPage } from './window-page.ts';
import type { MainProcess } from './main-on-fakes.ts';

export interface WindowOnFakes extends DesktopWindow, WindowPage {
  main: MainProcess;
}

/** Starts the built app and shows its window. Throws with what main had to say when there is none. */
export async function startOnFakes(browser: Browser, options: MainOptions): Promise<WindowOnFakes> {
  const main = startMain(options);
  const port = await main.order('serve');
  const opened = new Promise<string>((resolve, reject) => {
    main.onNotice((notice) => notice.kind === 'opened' && resolve(notice.preload));
    void main.ended.then((code) => reject(new Error(`Main ended with code ${code}. ${main.errors()}`)));
  });
  await main.order('becomeReady');
  const window = await showWindow(browser, main, { port, preload: await opened });
  return {
    ...window,
    main,
    ended: main.ended,
    answerFolderDialog: (folder) => main.order('answerFolderDialog', folder),
    answerQuestions: (button) => main.order('answerQuestions', button),
    questions: () => main.order('questions'),
    choose: (label) => main.order('choose', label),
    startAgain: (folder) => main.order('startAgain', folder),
    // The process may be gone before it can answer.
    quit: () => main.order('quit').catch(() => {}),
  };
}
