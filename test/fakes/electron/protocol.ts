import type { CustomScheme } from 'electron';
import type { FakeElectronApp } from './app.ts';

type Handler = (request: Request) => Response | Promise<Response>;

/** Schemes are made privileged before the app is ready, and handled once each. */
export class FakeProtocol {
  readonly test = { schemes: [] as CustomScheme[], handlers: new Map<string, Handler>() };
  #app: FakeElectronApp | null;

  constructor(app: FakeElectronApp | null = null) {
    this.#app = app;
  }

  registerSchemesAsPrivileged(schemes: CustomScheme[]): void {
    if (this.#app?.test.ready)
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    this.test.schemes = schemes;
  }

  handle(scheme: string, handler: Handler): void {
    if (this.test.handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    this.test.handlers.set(scheme, handler);
  }

  /** What the page would be answered. */
  async request(url: string, init?: RequestInit): Promise<Response> {
    const handler = this.test.handlers.get(new URL(url).protocol.slice(0, -1));
    if (!handler) throw new Error('net::ERR_UNKNOWN_URL_SCHEME');
    return handler(new Request(url, init));
  }
}
