// The one window: locked down, hidden until it has something to show, back where it was left.

import { app, BrowserWindow, nativeTheme } from 'electron';
import { appOrigin } from './protocol.ts';
import { tellStarter } from './starter.ts';

export interface MainWindow {
  /** The open window, null while there is none (macOS keeps running without). */
  current(): BrowserWindow | null;
  /** Brings the window to the front, or opens it. */
  show(): BrowserWindow;
}

/** `onOpened` is given each new window before it loads, and must show it. */
export function createMainWindow(
  files: { preload: string; icon: string },
  onOpened: (window: BrowserWindow) => void,
): MainWindow {
  let window: BrowserWindow | null = null;

  function open(): BrowserWindow {
    const opened = new BrowserWindow({
      name: 'main',
      windowStatePersistence: true,
      width: 1280,
      height: 840,
      minWidth: 720,
      minHeight: 480,
      show: false,
      title: 'Whisker',
      // A packaged app has its icon from its bundle.
      ...(app.isPackaged ? {} : { icon: files.icon }),
      // The colour of the page below, so that the window never flashes white.
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#161616' : '#f4f4f4',
      webPreferences: {
        preload: files.preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
        devTools: !app.isPackaged,
      },
    });
    opened.once('show', tellStarter);
    opened.once('closed', () => (window = null));
    onOpened(opened);
    // A failure is told by an event, which a later reload has as well.
    opened.loadURL(`${appOrigin}/`).catch(() => {});
    return opened;
  }

  return {
    current: () => window,
    show() {
      if (!window) return (window = open());
      if (window.isMinimized()) window.restore();
      window.focus();
      return window;
    },
  };
}
