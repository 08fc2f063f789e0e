import { EventEmitter } from 'node:events';
import { fakeEvent } from './app.ts';
import type { FakeEvent } from './app.ts';

export interface FakeFrame {
  url: string;
  parent: FakeFrame | null;
}

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' };

/** What a window shows: one main frame, messages sent to it, and the attempts of a page to leave. */
export class FakeWebContents extends EventEmitter {
  readonly mainFrame: FakeFrame = { url: '', parent: null };
  readonly test = { sent: [] as { channel: string; args: unknown[] }[], downloads: [] as string[], destroyed: false };
  #openHandler: OpenHandler = () => ({ action: 'allow' });

  send(channel: string, ...args: unknown[]): void {
    if (this.test.destroyed) throw new TypeError('Object has been destroyed');
    this.test.sent.push({ channel, args: structuredClone(args) });
  }

  downloadURL(url: string): void {
    this.test.downloads.push(url);
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  /** A page's window.open or target=_blank: true when a window would open. */
  tryOpen(url: string): boolean {
    return this.#openHandler({ url }).action === 'allow';
  }

  /** A page's attempt, by the event that announces it: true when nothing stopped it. */
  attempt(
    name: 'will-navigate' | 'will-frame-navigate' | 'will-redirect' | 'will-attach-webview',
    url: string,
  ): boolean {
    const event: FakeEvent & { url: string } = { ...fakeEvent(), url };
    this.emit(name, event, url);
    return !event.defaultPrevented;
  }
}
