// Passes every event on to every open page as server-sent events. A page that can't keep up is dropped; it connects
// again and asks anew.

import type { ServerResponse } from 'node:http';
import type { App } from '../../app.ts';
import { securityHeaders } from '../headers.ts';
import { Refusal } from './refusal.ts';

export interface EventStreamLimits {
  maxClients: number;
  heartbeatMs: number;
  /** Bytes waiting for one client before it is dropped. */
  maxBufferedBytes: number;
}

export interface EventStream {
  /** Throws a Refusal when too many pages are connected. */
  connect(response: ServerResponse): void;
  close(): void;
}

export function createEventStream(subscribe: App['subscribe'], limits: EventStreamLimits): EventStream {
  const clients = new Set<ServerResponse>();

  function send(text: string): void {
    for (const client of clients) {
      if (client.writableLength > limits.maxBufferedBytes) client.destroy();
      else client.write(text);
    }
  }

  const unsubscribe = subscribe((event) => {
    if (clients.size > 0) send(`data: ${JSON.stringify(event)}\n\n`);
  });
  const heartbeat = setInterval(() => send(': still here\n\n'), limits.heartbeatMs);

  return {
    connect(response) {
      if (clients.size >= limits.maxClients) {
        throw new Refusal(503, 'Too many pages of Whisker are open.', 'Close some of them.');
      }
      response.writeHead(200, {
        ...securityHeaders,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
      });
      response.write('retry: 1000\n\n');
      clients.add(response);
      response.once('close', () => clients.delete(response));
    },
    close() {
      unsubscribe();
      clearInterval(heartbeat);
      for (const client of clients) client.end();
    },
  };
}
