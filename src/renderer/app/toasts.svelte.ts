// Short messages that pass by. Says nothing of how they look.

import type { Failure } from '../../shared/errors.ts';

export interface Toast {
  id: number;
  kind: 'error' | 'done' | 'info';
  message: string;
  remedy?: string;
  action?: { label: string; run: () => void };
}

const lifetimeMs = { error: 12_000, done: 4_000, info: 6_000 };
const atMost = 3;

export class Toasts {
  list = $state.raw<Toast[]>([]);
  #nextId = 1;

  /** Shows a toast and returns its id. It replaces the same message, and "done" replaces what was done before. */
  show(toast: Omit<Toast, 'id'>): number {
    const id = this.#nextId++;
    const others = this.list.filter(
      ({ message, kind }) => message !== toast.message && (kind !== 'done' || toast.kind !== 'done'),
    );
    this.list = [...others, { ...toast, id }].slice(-atMost);
    setTimeout(() => this.close(id), lifetimeMs[toast.kind]);
    return id;
  }

  fail(failure: Failure, action?: Toast['action']): void {
    this.show({
      kind: 'error',
      message: failure.message,
      ...(failure.remedy === undefined ? {} : { remedy: failure.remedy }),
      ...(action && { action }),
    });
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}
