// An App without services: remembers every call, answers what the test says, and lets the test emit events.

import type { EventMessage } from '../../src/shared/contract.ts';
import type { Result } from '../../src/shared/errors.ts';
import type { App } from '../../src/main/app.ts';

export interface FakeApp extends App {
  calls: { name: string; input: unknown }[];
  fetched: string[];
  answer: (name: string, input: unknown) => Result<unknown> | Promise<Result<unknown>>;
  emit(event: EventMessage): void;
  listeners: number;
  closed: false | 'whole' | 'now';
}

export function fakeApp(): FakeApp {
  const listeners = new Set<(event: EventMessage) => void>();
  return {
    calls: [],
    fetched: [],
    closed: false,
    answer: (name) => ({ ok: true, value: name === 'libraries.recent' ? [] : name === 'keys.state' ? {} : null }),
    async call(name, input) {
      this.calls.push({ name, input });
      return this.answer(name, input);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fetch(request) {
      this.fetched.push(new URL(request.url).pathname);
      return Promise.resolve(new Response('from the app', { headers: { 'content-type': 'image/webp' } }));
    },
    async close() {
      this.closed = 'whole';
    },
    closeNow() {
      this.closed = 'now';
    },
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    get listeners() {
      return listeners.size;
    },
  };
}
