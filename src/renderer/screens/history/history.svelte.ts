// The list of what was done, page by page: of 10,000 steps only those near the screen are ever asked for.

import type { Api } from '../../api.ts';
import { toFailure, type Failure } from '../../../shared/errors.ts';
import type { HistoryEntry } from '../../../shared/history.ts';

const PAGE = 100;

/** By number. */
type Pages = Readonly<Record<number, readonly HistoryEntry[]>>;

export class History {
  shown = $state(false);
  /** How many steps there are, and how many of them, the newest, are undone. */
  total = $state(0);
  undone = $state(0);
  /** False until the first answer. */
  loaded = $state(false);
  failure = $state.raw<Failure | null>(null);

  #pages = $state.raw<Pages>({});
  /** Those that the screen shows. */
  #near: readonly number[] = [0];
  #request = 0;
  #isStale = false;
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
    const events = ['labels.changed', 'classes.changed', 'photos.refused', 'labels.kept', 'library.changed'] as const;
    for (const name of events) api.on(name, () => this.#changed());
  }

  /** Another library. */
  reset(): void {
    this.#request++;
    this.#near = [0];
    this.#pages = {};
    this.total = 0;
    this.undone = 0;
    this.loaded = false;
    this.failure = null;
    if (this.shown) void this.#ask([0], {});
  }

  open(): void {
    this.shown = true;
    void this.#ask(this.#near, {});
  }

  close(): void {
    this.shown = false;
  }

  /** The step at a place, 0 the newest; null until it has come. */
  at(place: number): HistoryEntry | null {
    return this.#pages[Math.floor(place / PAGE)]?.[place % PAGE] ?? null;
  }

  /** The screen shows these places, up to but not including `to`. */
  look(from: number, to: number): void {
    const [first, last] = [Math.floor(from / PAGE), Math.floor(Math.max(from, to - 1) / PAGE)];
    this.#near = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const missing = this.#near.filter((page) => !this.#pages[page]);
    if (missing.length > 0 && this.loaded) void this.#ask(missing, this.#pages);
  }

  /** One outcome comes as several events. */
  #changed(): void {
    if (!this.shown || this.#isStale) return;
    this.#isStale = true;
    queueMicrotask(() => {
      this.#isStale = false;
      void this.#ask(this.#near, {});
    });
  }

  /** `known`: pages that still hold. What shows stays until the answer is there. */
  async #ask(pages: readonly number[], known: Pages): Promise<void> {
    const request = ++this.#request;
    try {
      const answers = await Promise.all(
        pages.map((page) => this.#api.call('history.list', { from: page * PAGE, count: PAGE })),
      );
      if (request !== this.#request) return;
      const [first] = answers;
      this.total = first?.total ?? 0;
      this.undone = first?.undone ?? 0;
      this.#pages = {
        ...known,
        ...Object.fromEntries(pages.map((page, i) => [page, answers[i]?.entries ?? []])),
      };
      this.loaded = true;
      this.failure = null;
    } catch (error) {
      if (request === this.#request) this.failure = toFailure(error);
    }
  }
}
