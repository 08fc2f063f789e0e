import { EventEmitter } from 'node:events';
import type { JumpListCategory } from 'electron';

/** Electron's `app`: not ready until the test says so; remembers what it was told. */
export class FakeElectronApp extends EventEmitter {
  isPackaged = false;
  name = 'Whisker';
  readonly test = {
    ready: false,
    sandboxed: false,
    /** What requestSingleInstanceLock answers. */
    onlyInstance: true,
    paths: new Map<string, string>([['documents', '/home/ada/Documents']]),
    quits: 0,
    exitCode: null as number | null,
    appUserModelId: null as string | null,
    /** Newest first, as the dock shows them. */
    recentDocuments: [] as string[],
    jumpList: null as JumpListCategory[] | null,
    /** Windows that quit() closes first; those of BrowserWindow add themselves. */
    windows: new Set<{ close(): void }>(),
  };
  #ready = Promise.withResolvers<void>();

  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  enableSandbox(): void {
    if (this.test.ready) throw new Error('app.enableSandbox() can only be called before app is ready');
    this.test.sandboxed = true;
  }

  requestSingleInstanceLock(): boolean {
    return this.test.onlyInstance;
  }

  setPath(name: string, path: string): void {
    if (!/^([A-Za-z]:)?[\\/]/.test(path)) throw new Error('Path must be absolute');
    this.test.paths.set(name, path);
  }

  getPath(name: string): string {
    const path = this.test.paths.get(name);
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }

  setAppUserModelId(id: string): void {
    this.test.appUserModelId = id;
  }

  addRecentDocument(path: string): void {
    this.test.recentDocuments.unshift(path);
  }

  clearRecentDocuments(): void {
    this.test.recentDocuments = [];
  }

  setJumpList(categories: JumpListCategory[] | null): 'ok' {
    this.test.jumpList = categories;
    return 'ok';
  }

  /** Asks 'before-quit', then every window, then 'will-quit': each may prevent it. */
  quit(): void {
    this.test.quits += 1;
    const before = fakeEvent();
    this.emit('before-quit', before);
    if (before.defaultPrevented) return;
    for (const window of [...this.test.windows]) window.close();
    if (this.test.windows.size > 0) return;
    const event = fakeEvent();
    this.emit('will-quit', event);
    if (!event.defaultPrevented) this.exit(0);
  }

  exit(code = 0): void {
    this.test.exitCode ??= code;
  }

  becomeReady(): void {
    this.test.ready = true;
    this.#ready.resolve();
  }
}

/** The one app of a module graph; a test that needs a fresh one resets its modules. */
export const app = new FakeElectronApp();

export interface FakeEvent {
  defaultPrevented: boolean;
  preventDefault(): void;
}

export function fakeEvent(): FakeEvent {
  return {
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true;
    },
  };
}
