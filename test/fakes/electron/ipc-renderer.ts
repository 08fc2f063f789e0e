import { EventEmitter } from 'node:events';
import type { FakeIpcMain, FakeSender } from './ipc-main.ts';

/** The preload's end of the wire, joined to a FakeIpcMain once the test has said which sender it is. */
export class FakeIpcRenderer extends EventEmitter {
  readonly test = { sender: null as FakeSender | null, invoked: [] as unknown[][] };
  #main: FakeIpcMain;

  constructor(main: FakeIpcMain) {
    super();
    this.#main = main;
  }

  async invoke(channel: string, ...args: unknown[]): Promise<unknown> {
    this.test.invoked.push([channel, ...args]);
    if (!this.test.sender) throw new Error('The test has not said who sends.');
    return this.#main.invokeFrom(this.test.sender, channel, ...args);
  }
}
