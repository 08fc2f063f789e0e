// A folder that is sorted without becoming a library: how far it is, and what was found so far of one class or all.

import { toFailure, type Failure } from '../../../shared/errors.ts';
import type { FolderSorting, SortedFile } from '../../../shared/handed-in.ts';
import type { Api } from '../../api.ts';

const PAGE = 120;

export class Sorting {
  /** The dialog is open. */
  shown = $state(false);
  state = $state.raw<FolderSorting | null>(null);
  files = $state.raw<SortedFile[]>([]);
  /** How many there are of the class that is shown. */
  total = $state(0);
  /** Name of the class; null: all. */
  wanted = $state<string | null>(null);
  problems = $state.raw<{ path: string; reason: string }[]>([]);
  failure = $state.raw<Failure | null>(null);
  /** Asks the person for a folder; the window puts it here. */
  chooseFolder: () => unknown = () => {};

  readonly #api: Api;
  #most = PAGE;
  #asking = false;
  #isStale = false;

  constructor(api: Api) {
    this.#api = api;
    api.on('sorting.changed', (state) => {
      this.state = state;
      if (this.shown) void this.#ask();
    });
  }

  get isRunning(): boolean {
    return this.state?.phase === 'listing' || this.state?.phase === 'predicting';
  }

  reset(): void {
    this.shown = false;
    this.state = null;
    this.#forget();
  }

  /** Shows what was sorted last, or asks for a folder. */
  async open(): Promise<void> {
    this.state = await this.#api.call('sorting.state').catch(() => null);
    if (this.state === null) return void this.chooseFolder();
    this.shown = true;
    await this.#ask();
  }

  /** False when the folder can't be sorted, which is said. */
  async start(folder: string, report: (failure: Failure) => void): Promise<boolean> {
    try {
      const state = await this.#api.call('sorting.start', { folder });
      this.#forget();
      this.state = state;
      this.shown = true;
      return true;
    } catch (error) {
      report(toFailure(error));
      return false;
    }
  }

  async stop(): Promise<void> {
    await this.#api.call('sorting.stop').catch((error: unknown) => (this.failure = toFailure(error)));
  }

  async show(wanted: string | null): Promise<void> {
    this.wanted = wanted;
    this.#most = PAGE;
    await this.#ask();
  }

  async more(): Promise<void> {
    this.#most += PAGE;
    await this.#ask();
  }

  /** One question at a time; what has changed meanwhile is asked for after it. */
  async #ask(): Promise<void> {
    this.#isStale = true;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#isStale && this.state) {
      this.#isStale = false;
      const { job } = this.state;
      try {
        const [page, problems] = await Promise.all([
          this.#api.call('sorting.page', { job, class: this.wanted, from: 0, count: this.#most }),
          this.#api.call('sorting.problems', { job }),
        ]);
        if (this.state?.job !== job) continue;
        this.files = page.files;
        this.total = page.total;
        this.problems = problems;
        this.failure = null;
      } catch (error) {
        this.failure = toFailure(error);
      }
    }
    this.#asking = false;
  }

  #forget(): void {
    this.files = [];
    this.total = 0;
    this.wanted = null;
    this.problems = [];
    this.failure = null;
    this.#most = PAGE;
  }
}
