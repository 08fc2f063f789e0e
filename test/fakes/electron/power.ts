import { EventEmitter } from 'node:events';

/** The machine's sleep and shutdown, as far as the test plays them. */
export class FakePowerMonitor extends EventEmitter {}

/** Counts what keeps the machine awake. */
export class FakePowerSaveBlocker {
  readonly test = { held: new Map<number, string>() };
  #next = 0;

  start(type: 'prevent-app-suspension' | 'prevent-display-sleep'): number {
    this.test.held.set(this.#next, type);
    return this.#next++;
  }

  stop(id: number): boolean {
    return this.test.held.delete(id);
  }
}
