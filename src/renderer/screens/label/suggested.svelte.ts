// The photos that are worth a label, as a list that is worked off: the first few that have none are shown, and more are
// asked for before they are needed.

import type { Api } from '../../api.ts';
import type { Suggestion, SuggestionReason } from '../../../shared/live.ts';
import { NO_LABEL_CODE, UNSURE_CODE } from '../../../shared/types.ts';
import type { PhotoId } from '../../../shared/types.ts';

/** How many are shown at a time. */
export const SHOWN = 12;
const ASKED = 2 * SHOWN;

export class Suggested {
  /** In order; labelled ones stay in their place, where undo brings them back to. */
  #items = $state.raw<Suggestion[]>([]);
  /** No other photo is left, so these are some of which somebody is unsure. */
  unsureToo = $state(false);
  readonly ids: PhotoId[] = $derived(this.#items.map(({ photoId }) => photoId));
  readonly #api: Api;
  #asking: Promise<void> | null = null;
  #isStale = false;
  /** Goes up with every library: an answer about the one before is no answer any more. */
  #library = 0;

  constructor(api: Api) {
    this.#api = api;
  }

  reset(): void {
    this.#library++;
    this.#items = [];
  }

  reasonOf(id: PhotoId): SuggestionReason | null {
    return this.#items.find(({ photoId }) => photoId === id)?.reason ?? null;
  }

  /**
   * Asks what follows the first `SHOWN` that wait for a label; those keep their places. A second wish meanwhile is
   * served after the first. `codeOf`: see `labelCode`; null for a photo that is gone. Throws WhiskerError.
   */
  async ask(codeOf: (id: PhotoId) => number | null): Promise<void> {
    this.#isStale = true;
    this.#asking ??= this.#askUntilFresh(codeOf).finally(() => (this.#asking = null));
    await this.#asking;
  }

  async #askUntilFresh(codeOf: (id: PhotoId) => number | null): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      const library = this.#library;
      const { items } = await this.#api.call('suggestions.list', { count: ASKED });
      if (library !== this.#library) continue;
      const waiting = this.unsureToo ? UNSURE_CODE : NO_LABEL_CODE;
      this.unsureToo = items.length > 0 && items.every(({ photoId }) => codeOf(photoId) === UNSURE_CODE);
      const kept = this.#upToShown((id) => codeOf(id) === waiting);
      this.#items = [...kept, ...items.filter(({ photoId }) => !kept.some((one) => one.photoId === photoId))];
    }
  }

  /** What is shown, and what was labelled on the way to it. */
  #upToShown(waits: (id: PhotoId) => boolean): Suggestion[] {
    let shown = 0;
    return this.#items.filter(({ photoId }) => {
      if (shown === SHOWN) return false;
      if (waits(photoId)) shown++;
      return true;
    });
  }
}
