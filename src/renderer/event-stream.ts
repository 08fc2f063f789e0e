// Main's events for all pages of one browser over one connection. A browser allows six connections to a host, a stream
// keeps one for good, and the pages of a seventh tab would wait for ever. The page that holds the lock has the stream
// and passes everything on; when it goes, the browser gives the lock to another.

import type { EventMessage } from '../shared/contract.ts';

/** 'refused': main is there but does not know this page; it was started anew, say. */
export type Connection = 'online' | 'lost' | 'refused';

export interface EventListener {
  event(message: EventMessage): void;
  /** Every 'online' is a new stream: what happened before it may have been missed. */
  connection(now: Connection): void;
}

type Passed =
  | { kind: 'event'; message: EventMessage }
  | { kind: 'connection'; now: Connection }
  /** A page that has just come asks how things stand, and is answered. */
  | { kind: 'ask' }
  | { kind: 'answer'; now: Connection };

const shared = 'whisker.events';
const retryMs = 1_500;

/** Listens to `url` for as long as the page lives. `isRefused` asks main whether it knows this page. */
export function listenToEvents(url: string, listener: EventListener, isRefused: () => Promise<boolean>): void {
  const channel = new BroadcastChannel(shared);
  const pass = (message: Passed) => channel.postMessage(message);
  let leads = false;
  let known: Connection | null = null;

  function learn(now: Connection) {
    known = now;
    listener.connection(now);
  }

  channel.onmessage = ({ data }: MessageEvent<Passed>) => {
    if (data.kind === 'event') listener.event(data.message);
    else if (data.kind === 'connection') learn(data.now);
    else if (data.kind === 'answer' && known === null) learn(data.now);
    else if (data.kind === 'ask' && leads && known !== null) pass({ kind: 'answer', now: known });
  };
  pass({ kind: 'ask' });

  void navigator.locks.request(shared, () => {
    leads = true;
    openStream();
    return new Promise<never>(() => {});
  });

  function became(now: Connection) {
    if (now === known && now !== 'online') return;
    learn(now);
    pass({ kind: 'connection', now });
  }

  function openStream() {
    const stream = new EventSource(url);
    stream.onopen = () => became('online');
    stream.onmessage = ({ data }: MessageEvent<string>) => {
      const message: EventMessage = JSON.parse(data);
      listener.event(message);
      pass({ kind: 'event', message });
    };
    stream.onerror = () => {
      // The browser tries again by itself when nobody answers, but not after an answer that it can't use.
      if (stream.readyState !== EventSource.CLOSED) return became('lost');
      void isRefused().then((refused) => became(refused ? 'refused' : 'lost'));
      setTimeout(openStream, retryMs);
    };
  }
}
