import { FakeProtocol } from './protocol.ts';
import { FakeWebRequest } from './web-request.ts';

type RequestHandler = (contents: unknown, permission: string, callback: (granted: boolean) => void) => void;
type CheckHandler = (contents: unknown, permission: string) => boolean;

/** Without handlers it grants everything, as the real one does. */
export class FakeSession {
  readonly protocol = new FakeProtocol();
  readonly webRequest = new FakeWebRequest();
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

  /** What a page asking for the permission gets, by each of the three ways. */
  async granted(permission: string): Promise<{ asked: boolean; checked: boolean; device: boolean }> {
    const asked = new Promise<boolean>((resolve) => {
      if (this.#request) this.#request({}, permission, resolve);
      else resolve(true);
    });
    return {
      asked: await asked,
      checked: this.#check?.({}, permission) ?? true,
      device: this.#device?.({ deviceType: permission }) ?? true,
    };
  }
}
