import { EventEmitter } from 'node:events';
import type { NotificationConstructorOptions } from 'electron';

/** A notification of the system; those that were shown are kept for the test. */
export class FakeNotification extends EventEmitter {
  static readonly shown: FakeNotification[] = [];
  static supported = true;
  readonly test: { options: NotificationConstructorOptions };

  constructor(options: NotificationConstructorOptions = {}) {
    super();
    this.test = { options };
  }

  static isSupported(): boolean {
    return FakeNotification.supported;
  }

  show(): void {
    FakeNotification.shown.push(this);
  }
}
