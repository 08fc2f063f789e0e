// The labelled photos that look most like those under review, asked for a few photos ahead.

import { SvelteMap } from 'svelte/reactivity';
import type { Api } from '../../api.ts';
import type { LabelledPhoto, PhotoId } from '../../../shared/types.ts';

export class Alike {
  readonly #api: Api;
  /** Empty while the answer is awaited. */
  readonly #known = new SvelteMap<PhotoId, readonly LabelledPhoto[]>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** Most alike first; none while that is not known. */
  of(id: PhotoId): readonly LabelledPhoto[] {
    return this.#known.get(id) ?? [];
  }

  /** One after the other, the first one first; what was asked before is not asked again. */
  async ask(ids: readonly PhotoId[]): Promise<void> {
    const fresh = ids.filter((id) => !this.#known.has(id));
    for (const id of fresh) this.#known.set(id, []);
    for (const id of fresh) {
      try {
        this.#known.set(id, await this.#api.call('review.alike', { photoId: id }));
      } catch {
        // They only help to decide: without them the photo is reviewed as well. It is asked again when it comes back.
        this.#known.delete(id);
      }
    }
  }
}
