// Large pictures that are likely to be wanted next, fetched and decoded while another is looked at. A browser shows a
// picture that an element of the page holds without asking for it again.

import { photoUrl } from '../../../../shared/urls.ts';
import type { PhotoId } from '../../../../shared/types.ts';

/** So many on each side. */
const REACH = 3;

/** The photo at `index` and its neighbours, the nearest first, and of two the next before the one before. */
export function around(ids: readonly PhotoId[], index: number, reach = REACH): PhotoId[] {
  const steps = Array.from({ length: reach }, (_, i) => [i + 1, -i - 1]).flat();
  return index < 0 ? [] : [0, ...steps].flatMap((step) => ids[index + step] ?? []);
}

export class Prefetch {
  readonly #held = new Map<PhotoId, HTMLImageElement>();

  /** Holds these and no others; what is still on its way of the others is not waited for. */
  hold(ids: readonly PhotoId[]): void {
    const wanted = new Set(ids);
    for (const [id, image] of this.#held) {
      if (wanted.has(id)) continue;
      if (!image.complete) image.src = '';
      this.#held.delete(id);
    }
    for (const id of ids) {
      if (this.#held.has(id)) continue;
      const image = new Image();
      image.src = photoUrl(id, 'large');
      // One that can't be had says so where it is shown.
      image.decode().catch(() => {});
      this.#held.set(id, image);
    }
  }
}
