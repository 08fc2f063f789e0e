// What was decided of the photos that the review of one run has shown. Maps are replaced, not changed: thousands of
// labels can come at once, and whoever looks is told once.

/* eslint-disable svelte/prefer-svelte-reactivity */
import {
  isMark,
  labelFromCode,
  NO_LABEL_CODE,
  type ClassId,
  type Label,
  type Mark,
  type PhotoId,
  type ReviewItem,
} from '../../../shared/types.ts';

export type Decision = 'accepted' | 'corrected' | Mark | 'refused';

export interface Tally {
  /** All of which something was said but that somebody is unsure. */
  reviewed: number;
  /** Of another class, or of none. */
  corrected: number;
  unsure: number;
}

export class Decisions {
  /** Every item that this run has shown, so that a decided one can be looked at again. */
  #seen = $state.raw<ReadonlyMap<PhotoId, ReviewItem>>(new Map());
  #labels = $state.raw<ReadonlyMap<PhotoId, Label>>(new Map());
  /** Photos that need not be asked about: not of that class, or put off once more. */
  #setAside = $state.raw<ReadonlyMap<PhotoId, 'unsure' | 'refused'>>(new Map());

  readonly tally: Tally = $derived.by(() => {
    const decisions = [...this.#seen.keys()].map((id) => this.of(id));
    const count = (one: Decision) => decisions.filter((decision) => decision === one).length;
    const corrected = count('corrected') + count('none');
    const reviewed = count('accepted') + corrected + count('excluded') + count('refused');
    return { reviewed, corrected, unsure: count('unsure') };
  });

  of(id: PhotoId): Decision | null {
    const label = this.labelOf(id);
    if (isMark(label)) return label;
    if (label !== null) return label === this.#seen.get(id)?.predicted ? 'accepted' : 'corrected';
    return this.#setAside.get(id) ?? null;
  }

  isOpen(id: PhotoId): boolean {
    return this.of(id) === null;
  }

  labelOf(id: PhotoId): Label {
    return this.#labels.get(id) ?? null;
  }

  predictedOf(id: PhotoId): ClassId | null {
    return this.#seen.get(id)?.predicted ?? null;
  }

  /**
   * Items as main lists them; those of which somebody is unsure have come back, and are asked about. `newer`: photos of
   * which something else was heard since the list was asked for.
   */
  show(items: readonly ReviewItem[], newer: ReadonlySet<PhotoId>): void {
    this.#seen = changed(
      this.#seen,
      items.map((item) => [item.photoId, item]),
    );
    const fresh = items.filter(({ photoId }) => !newer.has(photoId));
    this.#labels = changed(
      this.#labels,
      fresh.map(({ photoId, label }) => [photoId, label === 'unsure' ? null : label]),
    );
    const again = fresh.filter(({ photoId }) => this.#setAside.get(photoId) !== 'unsure');
    this.setAside(
      again.map(({ photoId }) => photoId),
      null,
    );
  }

  /** codes: see `labelCode`. A photo of which something is said is not put off any more. */
  label(ids: readonly PhotoId[], codes: readonly number[]): void {
    this.setAside(
      ids.filter((id) => this.#setAside.get(id) === 'unsure'),
      null,
    );
    this.#labels = changed(
      this.#labels,
      ids.map((id, i) => [id, labelFromCode(codes[i] ?? NO_LABEL_CODE)]),
    );
  }

  /** Null: they wait again. */
  setAside(ids: readonly PhotoId[], how: 'unsure' | 'refused' | null): void {
    this.#setAside = changed(
      this.#setAside,
      ids.map((id) => [id, how]),
    );
  }

  /** Photos that nobody has looked at here after all. */
  forget(ids: readonly PhotoId[]): void {
    this.#seen = changed(
      this.#seen,
      ids.map((id) => [id, null]),
    );
  }

  reset(): void {
    this.#seen = new Map();
    this.#labels = new Map();
    this.#setAside = new Map();
  }
}

/** A copy with these entries; null takes one out. */
function changed<Value>(
  map: ReadonlyMap<PhotoId, Value>,
  entries: readonly (readonly [PhotoId, Value | null])[],
): ReadonlyMap<PhotoId, Value> {
  if (entries.length === 0) return map;
  const copy = new Map(map);
  for (const [id, value] of entries) {
    if (value === null) copy.delete(id);
    else copy.set(id, value);
  }
  return copy;
}
