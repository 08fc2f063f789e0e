// The one channel on which services announce what changed; hosts pass it on to every renderer.

import type { EventMessage, EventName, Events } from '../shared/contract.ts';

export interface EventBus {
  emit<K extends EventName>(name: K, payload: Events[K]): void;
  /** Returns the function that unsubscribes. */
  subscribe(listener: (event: EventMessage) => void): () => void;
}

/** A listener that throws stops nobody: neither the others nor who announced. `report` hears what it threw. */
export function createEventBus(report: (error: unknown, name: EventName) => void = () => {}): EventBus {
  const listeners = new Set<(event: EventMessage) => void>();
  return {
    emit(name, payload) {
      // The pairing of name and payload is checked by the signature above; TypeScript can't carry it into the union.
      const message = { name, payload } as EventMessage;
      for (const listener of [...listeners]) {
        try {
          listener(message);
        } catch (error) {
          report(error, name);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
