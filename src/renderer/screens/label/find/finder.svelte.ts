// What is searched for beside the side bar's filter, and the order of the grid: in the page's address as well, and
// answered by main. The label that is asked for is the one condition that the page knows by itself.

import type { Api } from '../../../api.ts';
import { toFailure, type Failure } from '../../../../shared/errors.ts';
import {
  asAdded,
  isAsAdded,
  isEmptySearch,
  withCondition,
  type Condition,
  type Search,
  type Sort,
} from '../../../../shared/search.ts';
import type { PhotoId } from '../../../../shared/types.ts';
import { addressOf, readAddress, type Asked } from '../../../../shared/search-address.ts';
import { foundBy } from './found.ts';

export class Finder {
  asked = $state.raw<Asked>(readAddress(location.hash));
  /** Why main could not answer; null while it could. */
  failure = $state.raw<Failure | null>(null);
  /** What the keyboard goes to when photos are to be found: the field, while it is there. */
  field = $state.raw<HTMLInputElement | null>(null);

  /** What main has found, in order; null while every photo is shown in the library's order. */
  #found = $state.raw<{ asked: Asked; ids: readonly PhotoId[] } | null>(null);
  readonly ids = $derived(this.#found?.ids ?? null);

  readonly #api: Api;
  /** Runs what changes the photos that are shown. */
  readonly #narrow: (change: () => void) => void;
  #looking = false;
  #stale = false;

  constructor(api: Api, narrow: (change: () => void) => void) {
    this.#api = api;
    this.#narrow = narrow;
    api.on('photos.added', () => void this.look());
    api.on('library.changed', () => void this.look());
    api.on('live.changed', () => {
      if (this.#minds('predicted', 'confidence') || this.sort.by === 'confidence') void this.look();
    });
    api.on('labels.changed', () => {
      if (this.#minds('chosen', 'predicted', 'confidence')) void this.look();
    });
  }

  get search(): Search {
    return this.asked.search;
  }

  get sort(): Sort {
    return this.asked.sort;
  }

  get isSearching(): boolean {
    return !isEmptySearch(this.search);
  }

  /** Whether something is searched for, or in another order than the library's. */
  get isActive(): boolean {
    return addressOf(this.asked) !== '';
  }

  /** Names what is found, to come back to where it was scrolled. */
  get place(): string {
    const label = this.search.label === undefined ? '' : String(this.search.label);
    return this.#found ? `${label}${addressOf(this.#found.asked)}` : label;
  }

  /** True until the first answer to the first question has come. */
  get waiting(): boolean {
    return this.#asksMain && this.#found === null && this.failure === null;
  }

  /** Whether a photo with this label is among those found. */
  readonly meets = $derived(foundBy(this.search.label, this.ids));

  /** `undefined` takes the condition out. */
  setCondition<Key extends Condition>(key: Key, value: Search[Key] | undefined): void {
    this.ask({ search: withCondition(this.search, key, value), sort: this.sort });
  }

  setSort(sort: Sort): void {
    this.ask({ search: this.search, sort });
  }

  clear(): void {
    this.ask({ search: {}, sort: this.sort });
  }

  /** Another library: nothing is asked of it yet. */
  reset(): void {
    this.ask({ search: {}, sort: asAdded });
  }

  ask(asked: Asked): void {
    if (addressOf(asked) === addressOf(this.asked)) return;
    this.#narrow(() => {
      this.asked = asked;
      this.failure = null;
      if (!this.#asksMain) this.#found = null;
    });
    history.replaceState(history.state, '', location.pathname + location.search + addressOf(asked));
    void this.look();
  }

  /** Takes what the address asks for by now. */
  readAddress(): void {
    this.ask(readAddress(location.hash));
  }

  /** Has main look again. What is wished meanwhile is met by one more look. */
  async look(): Promise<void> {
    this.#stale = true;
    if (this.#looking) return;
    this.#looking = true;
    while (this.#stale) {
      this.#stale = false;
      if (this.#asksMain) await this.#hear(this.asked);
    }
    this.#looking = false;
  }

  async #hear(asked: Asked): Promise<void> {
    const { search, sort } = asked;
    try {
      const ids = await this.#api.call('photos.find', { search: withCondition(search, 'label', undefined), sort });
      if (this.asked !== asked) return;
      this.failure = null;
      this.#narrow(() => (this.#found = { asked, ids }));
    } catch (error) {
      if (this.asked === asked) this.failure = toFailure(error);
    }
  }

  get #asksMain(): boolean {
    return !isAsAdded(this.sort) || !isEmptySearch(withCondition(this.search, 'label', undefined));
  }

  #minds(...keys: Condition[]): boolean {
    return keys.some((key) => this.search[key] !== undefined);
  }
}
