import { EventEmitter } from 'node:events';
import { fakeEvent } from './app.ts';
import type { FakeDownloadItem } from './download-item.ts';
import { FakeProtocol } from './protocol.ts';
import { FakeWebRequest } from './web-request.ts';

type RequestHandler = (
  contents: unknown,
  permission: string,
  callback: (granted: boolean) => void,
  details: object,
) => void;
type CheckHandler = (contents: unknown, permission: string) => boolean;

/** Without handlers it grants everything, as the real one does. */
export class FakeSession extends EventEmitter {
  readonly protocol = new FakeProtocol();
  readonly webRequest = new FakeWebRequest();
  readonly test = {
    spellChecks: true,
    fetched: [] as { url: string; init: RequestInit }[],
    /** What comes of a request that `webRequest` lets out. */
    answer: (): Promise<Response> => Promise.reject(new Error('net::ERR_INTERNET_DISCONNECTED')),
  };
  #request: RequestHandler | null = null;
  #check: CheckHandler | null = null;
  #device: ((details: unknown) => boolean) | null = null;

  setPermissionRequestHandler(handler: RequestHandler | null): void {
    this.#request = handler;
  }

  setPermissionCheckHandler(handler: CheckHandler | null): void {
    this.#check = handler;
  }

  setDevicePermissionHandler(handler: ((details: unknown) => boolean) | null): void {
    this.#device = handler;
  }

  setSpellCheckerEnabled(enable: boolean): void {
    this.test.spellChecks = enable;
  }

  /** Goes the way of all requests of the session, and ends early when its signal says so. */
  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    this.test.fetched.push({ url, init });
    if (!(await this.webRequest.lets(url))) throw new Error('net::ERR_BLOCKED_BY_CLIENT');
    const { signal } = init;
    const aborted = new Promise<never>((_done, refuse) => {
      if (signal?.aborted) refuse(signal.reason);
      signal?.addEventListener('abort', () => refuse(signal.reason));
    });
    return Promise.race([this.test.answer(), aborted]);
  }

  /** A page's wish to save something: true when nothing stopped it. */
  download(item: FakeDownloadItem): boolean {
    const event = fakeEvent();
    this.emit('will-download', event, item, {});
    return !event.defaultPrevented;
  }

  /** What a page asking for the permission gets, by each of the three ways. */
  async granted(
    permission: string,
    details: object = {},
    contents: object = {},
  ): Promise<{ asked: boolean; checked: boolean; device: boolean }> {
    const asked = new Promise<boolean>((resolve) => {
      if (this.#request) this.#request(contents, permission, resolve, details);
      else resolve(true);
    });
    return {
      asked: await asked,
      checked: this.#check?.({}, permission) ?? true,
      device: this.#device?.({ deviceType: permission }) ?? true,
    };
  }
}

/** Electron's `session`: the default one, and one for each partition that was asked for. */
export class FakeSessions {
  readonly defaultSession = new FakeSession();
  readonly test = { partitions: new Map<string, FakeSession>() };

  fromPartition(partition: string): FakeSession {
    const known = this.test.partitions.get(partition) ?? new FakeSession();
    this.test.partitions.set(partition, known);
    return known;
  }
}
