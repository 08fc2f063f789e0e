import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions } from 'electron';
import { app } from './app.ts';
import { FakeWebContents } from './web-contents.ts';

/** A window that exists only as what was asked of it. Announces its web contents to the app, like the real one. */
export class FakeBrowserWindow extends EventEmitter {
  static readonly opened: FakeBrowserWindow[] = [];
  readonly webContents = new FakeWebContents();
  readonly test = {
    options: {} as BrowserWindowConstructorOptions,
    shown: false,
    focused: 0,
    minimized: false,
    reloads: 0,
  };

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super();
    if (!app.test.ready) throw new Error('Cannot create BrowserWindow before app is ready');
    this.test.options = options;
    this.test.shown = options.show ?? true;
    FakeBrowserWindow.opened.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    this.webContents.mainFrame.url = url;
    await Promise.resolve();
    this.emit('ready-to-show');
  }

  show(): void {
    this.test.shown = true;
    this.emit('show');
  }

  focus(): void {
    this.test.focused += 1;
  }

  isMinimized(): boolean {
    return this.test.minimized;
  }

  restore(): void {
    this.test.minimized = false;
  }

  reload(): void {
    this.test.reloads += 1;
  }

  /** Asks its listeners first, each of which may prevent it. */
  close(): void {
    let prevented = false;
    this.emit('close', { preventDefault: () => (prevented = true) });
    if (!prevented) this.destroy();
  }

  /** Gone at once; 'closed' is guaranteed. */
  destroy(): void {
    this.webContents.test.destroyed = true;
    this.emit('closed');
  }
}
