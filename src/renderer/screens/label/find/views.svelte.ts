// The searches that were given a name, and how many photos each finds by now.

import type { Api } from '../../../api.ts';
import type { SavedView, Search } from '../../../../shared/search.ts';
import type { Shown } from '../../../app/shown.ts';

/** Main counts them all anew, so it is asked once when much changes. */
const REST_MS = 400;

export class Views {
  list = $state.raw<SavedView[]>([]);
  readonly #api: Api;
  #request = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api) {
    this.#api = api;
    api.on('views.changed', () => void this.#count());
    for (const name of ['library.changed', 'labels.changed', 'live.changed', 'photos.added', 'photos.removed'] as const)
      api.on(name, () => {
        if (this.list.length > 0) this.#countSoon();
      });
  }

  /** Another library, which has views of its own. */
  reset(): void {
    this.#request++;
    this.list = [];
    void this.#count();
  }

  #countSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#count(), REST_MS);
  }

  /** A failure leaves what was known: the next change asks again. */
  async #count(): Promise<void> {
    const request = ++this.#request;
    const views = await this.#api.call('views.list').catch(() => null);
    if (views && request === this.#request) this.list = views;
  }
}

/** The search with the side bar's filter in it, where that can be said as a condition. */
export function withFilter(search: Search, shown: Shown): Search {
  switch (shown.kind) {
    case 'unlabelled':
      return { ...search, label: null };
    case 'excluded':
    case 'none':
    case 'unsure':
      return { ...search, label: shown.kind };
    case 'class':
      return { ...search, label: shown.classId };
    case 'predicted':
      // The side bar asks what is in use.
      return search.run === undefined ? { ...search, label: null, predicted: shown.classId } : search;
    case 'audited':
      return { ...search, chosen: 'audit' };
    default:
      return search;
  }
}
