import type { FakeFrame, FakeWebContents } from './web-contents.ts';

export interface FakeSender {
  sender: FakeWebContents;
  senderFrame: FakeFrame | null;
}

type Handler = (event: FakeSender, ...args: unknown[]) => unknown;

/** One handler a channel. What crosses is copied as between processes: functions and promises can't. */
export class FakeIpcMain {
  readonly test = { handlers: new Map<string, Handler>() };

  handle(channel: string, handler: Handler): void {
    if (this.test.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.test.handlers.set(channel, handler);
  }

  removeHandler(channel: string): void {
    this.test.handlers.delete(channel);
  }

  /** What ipcRenderer.invoke in that sender would come to. */
  async invokeFrom(from: FakeSender, channel: string, ...args: unknown[]): Promise<unknown> {
    const handler = this.test.handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return structuredClone(await handler(from, ...structuredClone(args)));
  }
}
