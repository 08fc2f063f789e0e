import { EventEmitter } from 'node:events';

/** Electron's `app`: not ready until the test says so; remembers what it was told. */
export class FakeElectronApp extends EventEmitter {
  isPackaged = false;
  readonly test = {
    ready: false,
    sandboxed: false,
    /** What requestSingleInstanceLock answers. */
    onlyInstance: true,
    paths: new Map<string, string>(),
    quits: 0,
    exitCode: null as number | null,
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
    this.test.paths.set(name, path);
  }

  /** Asks 'will-quit' first, as the real one does once all windows are closed. */
  quit(): void {
    this.test.quits += 1;
    const event = fakeEvent();
    this.emit('will-quit', event);
    if (!event.defaultPrevented) this.exit(0);
  }

  exit(code = 0): void {
    this.test.exitCode = code;
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
