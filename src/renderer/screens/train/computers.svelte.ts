// What the screens know of other computers to train on: the list, and what one said when it was tried.

import type { Api } from '../../api.ts';
import { DEFAULT_COMMAND, isCommand, isDestination } from '../../../shared/computers.ts';
import type { Computer, ComputerReport } from '../../../shared/computers.ts';
import { inSentences, toFailure } from '../../../shared/errors.ts';

export class Computers {
  list = $state.raw<readonly Computer[]>([]);
  /** Destination of the one that is being tried: that takes seconds. */
  trying = $state.raw<string | null>(null);
  /** What the one said that was tried last. */
  report = $state.raw<{ destination: string; said: ComputerReport } | null>(null);
  /** Why the list could not be changed, as a sentence. */
  failure = $state.raw<string | null>(null);

  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async refresh(): Promise<void> {
    this.list = await this.#api.call('computers.list');
  }

  async try(computer: Computer): Promise<void> {
    const { destination } = computer;
    this.trying = destination;
    this.report = null;
    await this.#carryOut(async () => {
      const said = await this.#api.call('computers.test', computer);
      // Another may have been tried meanwhile.
      if (this.trying === destination) this.report = { destination, said };
    });
    if (this.trying === destination) this.trying = null;
  }

  /** True when it is in the list. */
  save(computer: Computer): Promise<boolean> {
    return this.#carryOut(async () => void (this.list = await this.#api.call('computers.save', computer)));
  }

  async remove(destination: string): Promise<void> {
    if (this.report?.destination === destination) this.report = null;
    await this.#carryOut(async () => void (this.list = await this.#api.call('computers.remove', { destination })));
  }

  async #carryOut(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.failure = null;
      return true;
    } catch (error) {
      this.failure = inSentences(toFailure(error));
      return false;
    }
  }
}

/** What was typed, as a computer; or what is wrong with it. */
export function computerOf(
  destination: string,
  command: string,
): Computer | { field: 'destination' | 'command'; error: string } {
  const name = destination.trim();
  const words = command.trim().replace(/\s+/g, ' ') || DEFAULT_COMMAND;
  if (!isDestination(name)) {
    return { field: 'destination', error: 'A host of your ssh config, user@host, or ssh://user@host:port.' };
  }
  if (!isCommand(words)) return { field: 'command', error: 'Plain words, without quotes or signs of a shell.' };
  return { destination: name, command: words };
}
