// Connections that have not yet shown what lets them in.

import type { Socket } from 'node:net';

export interface Strangers {
  arrived(socket: Socket): void;
  /** The connection has shown it and is never dropped for another. */
  known(socket: Socket): void;
}

/** When there are too many the oldest goes, so that idle ones keep nobody out. */
export function createStrangers(limit: number): Strangers {
  const waiting = new Set<Socket>();
  return {
    arrived(socket) {
      waiting.add(socket);
      socket.once('close', () => waiting.delete(socket));
      const [oldest] = waiting;
      if (waiting.size > limit && oldest) {
        waiting.delete(oldest);
        oldest.destroy();
      }
    },
    known: (socket) => void waiting.delete(socket),
  };
}
