import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, ProgressBarOptions } from 'electron';
import { app, fakeEvent } from './app.ts';
import { FakeWebContents } from './web-contents.ts';

/** A window that exists only as what was asked of it. Announces its web contents to the app, like the real one. */
export class FakeBrowserWindow extends EventEmitter {
  static readonly opened: FakeBrowserWindow[] = [];
  /** How the pages of windows to come load: shown at once, refused, or never done with. */
  static loads: 'well' | 'badly' | 'never' = 'well';
  readonly webContents = new FakeWebContents();
  readonly test = {
    options: {} as BrowserWindowConstructorOptions,
    shown: false,
    focused: 0,
    isFocused: true,
    minimized: false,
    reloads: 0,
    progress: null as { fraction: number; mode: ProgressBarOptions['mode'] } | null,
  };

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super();
    if (!app.test.ready) throw new Error('Cannot create BrowserWindow before app is ready');
    this.test.options = options;
    this.test.shown = options.show ?? true;
    FakeBrowserWindow.opened.push(this);
    app.test.windows.add(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    this.webContents.mainFrame.url = url;
    await Promise.resolve();
    if (FakeBrowserWindow.loads === 'never') return new Promise(() => {});
    if (FakeBrowserWindow.loads === 'badly') {
      this.webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', url, true, 1, 1);
      throw new Error(`ERR_FILE_NOT_FOUND (-6) loading '${url}'`);
    }
    this.emit('ready-to-show');
  }

  show(): void {
    this.test.shown = true;
    this.emit('show');
  }

  focus(): void {
    this.test.focused += 1;
  }

  isFocused(): boolean {
    return this.test.isFocused;
  }

  isMinimized(): boolean {
    return this.test.minimized;
  }

  isDestroyed(): boolean {
    return this.webContents.test.destroyed;
  }

  restore(): void {
    this.test.minimized = false;
  }

  reload(): void {
    this.test.reloads += 1;
  }

  /** Below 0 there is none. */
  setProgressBar(fraction: number, { mode }: ProgressBarOptions = { mode: 'normal' }): void {
    if (this.isDestroyed()) throw new TypeError('Object has been destroyed');
    this.test.progress = fraction < 0 ? null : { fraction, mode };
  }

  /** Asks its listeners first, each of which may prevent it. */
  close(): void {
    const event = fakeEvent();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  /** Gone at once; 'closed' is guaranteed. */
  destroy(): void {
    this.webContents.test.destroyed = true;
    app.test.windows.delete(this);
    this.emit('closed');
  }
}
