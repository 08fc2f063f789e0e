// Photos that leave the grid because of a label fade where they were, and the others glide into their places.

import type { PhotoId } from '../../shared/types.ts';
import type { Box } from './justified.ts';

/** A photo of the grid at its place. */
export interface Cell {
  id: PhotoId;
  index: number;
  box: Box;
}

const settleMs = 220;

export class Settling {
  /** Photos that have left and are still fading. */
  ghosts = $state.raw<readonly Cell[]>([]);

  readonly #isShown: (id: PhotoId) => boolean;
  #drawn: readonly Cell[] = [];
  #seen: number;
  #faded: ReturnType<typeof setTimeout> | undefined;

  /** `settlings`: how often photos have left until now. */
  constructor(settlings: number, isShown: (id: PhotoId) => boolean) {
    this.#seen = settlings;
    this.#isShown = isShown;
  }

  /** Tells what is drawn now; a higher count than before means that some photos have left since. */
  draw(cells: readonly Cell[], settlings: number): void {
    if (settlings !== this.#seen) {
      this.#seen = settlings;
      this.ghosts = this.#drawn.filter(({ id }) => !this.#isShown(id));
      clearTimeout(this.#faded);
      this.#faded = setTimeout(() => (this.ghosts = []), settleMs);
      glide(this.#drawn, cells);
    }
    this.#drawn = cells;
  }
}

/** Lets photos glide from where they were; by transform, so that no frame needs a layout. */
function glide(before: readonly Cell[], after: readonly Cell[]): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  for (const { id, box } of after) {
    const was = before.find((cell) => cell.id === id)?.box;
    if (!was || (was.left === box.left && was.top === box.top)) continue;
    const from = `${was.left - box.left}px ${was.top - box.top}px`;
    document.getElementById(`photo-${id}`)?.animate([{ translate: from }, { translate: '0 0' }], {
      duration: settleMs,
      easing: 'cubic-bezier(0.2, 0, 0, 1)',
    });
  }
}
