// The labelled photos that look most like those under review, asked for a few photos ahead.

import { SvelteMap } from 'svelte/reactivity';
import type { Api } from '../../api.ts';
import type { LabelledPhoto, PhotoId } from '../../../shared/types.ts';

export class Alike {
  readonly #api: Api;
  readonly #known = new SvelteMap<PhotoId, readonly LabelledPhoto[]>();

  #wanted: readonly PhotoId[] = [];
  #asking = false;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Most alike first; none while that is not known. */
  of(id: PhotoId): readonly LabelledPhoto[] {
    return this.#known.get(id) ?? [];
  }

  /**
   * The first one first, and what was asked before not again. One question at a time, and of those asked for last, so
   * that a person who has gone on does not wait for what they left behind.
   */
  async ask(ids: readonly PhotoId[]): Promise<void> {
    this.#wanted = ids.filter((id) => !this.#known.has(id));
    if (this.#asking) return;
    this.#asking = true;
    for (let [id] = this.#wanted; id !== undefined; [id] = this.#wanted) {
      this.#wanted = this.#wanted.slice(1);
      try {
        this.#known.set(id, await this.#api.call('review.alike', { photoId: id }));
      } catch {
        // They only help to decide: without them the photo is reviewed as well. It is asked again when it comes back.
      }
      this.#wanted = this.#wanted.filter((one) => !this.#known.has(one));
    }
    this.#asking = false;
  }

  /** Nobody looks any more: nothing further is asked. */
  close(): void {
    this.#wanted = [];
  }
}
