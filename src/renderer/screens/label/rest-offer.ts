// After a card was labelled: the photos that are nearly the same and have no label yet, and one press that gives them
// the same one, as a step of its own for undo.

import type { Label, PhotoId } from '../../../shared/types.ts';
import { plural } from '../../../shared/words.ts';
import type { Toasts } from '../../app/toasts.svelte.ts';
import { keyInBrackets } from '../../ui/keys.ts';

type Given = Exclude<Label, null>;

export interface RestOfferParts {
  toasts: Toasts;
  label(photoIds: PhotoId[], label: Given): Promise<void>;
  /** "Cat" */
  nameOf(label: Given): string;
}

export class RestOffer {
  readonly #parts: RestOfferParts;
  #open: { photoIds: PhotoId[]; label: Given; toast: number } | null = null;

  constructor(parts: RestOfferParts) {
    this.#parts = parts;
  }

  show(photoIds: PhotoId[], label: Label): void {
    this.withdraw();
    if (photoIds.length === 0 || label === null) return;
    const n = photoIds.length;
    const { toasts, nameOf } = this.#parts;
    const toast = toasts.show({
      kind: 'info',
      message: plural(n, ['# more is nearly the same.', '# more are nearly the same.']),
      action: {
        label: `${label === 'excluded' ? 'Exclude' : nameOf(label)} too${keyInBrackets('label-alike')}`,
        run: () => this.#take(),
      },
    });
    this.#open = { photoIds, label, toast };
  }

  /** Whether the offer still shows. */
  get isOpen(): boolean {
    return this.#parts.toasts.list.some(({ id }) => id === this.#open?.toast);
  }

  /** What the key does; nothing when the offer shows no more. */
  accept(): void {
    if (this.isOpen) this.#take();
  }

  #take(): void {
    const offer = this.#open;
    this.withdraw();
    if (offer) void this.#parts.label(offer.photoIds, offer.label);
  }

  withdraw(): void {
    if (this.#open) this.#parts.toasts.close(this.#open.toast);
    this.#open = null;
  }
}
