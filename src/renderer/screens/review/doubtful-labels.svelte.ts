// The person's own labels that look wrong, and what is decided of each. The list stays as it is while somebody works on
// it; what was decided follows main's events, so that undo brings a label back.

import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Api } from '../../api.ts';
import { toFailure, type Failure } from '../../../shared/errors.ts';
import {
  isMark,
  labelFromCode,
  NO_LABEL_CODE,
  type DoubtfulLabel,
  type Label,
  type LabelCheck,
  type Mark,
  type PhotoId,
} from '../../../shared/types.ts';
import { mergeQueue, withoutPhotos } from './queue.ts';

export type LabelDecision = 'kept' | 'changed' | Mark | 'removed';

export class DoubtfulLabels {
  /** Whether this is the way to review that was chosen. */
  shown = $state(false);
  /** What main said last; null before its first answer. */
  check = $state.raw<LabelCheck | null>(null);
  /** Decided ones stay in front, so that a look back finds them. */
  items = $state.raw<readonly DoubtfulLabel[]>([]);
  currentId = $state<PhotoId | null>(null);
  failure = $state.raw<Failure | null>(null);

  readonly current: DoubtfulLabel | null = $derived(
    this.items.find(({ photoId }) => photoId === this.currentId) ?? null,
  );
  /** While it is not known what looks wrong after the last decision. */
  readonly checking: boolean = $derived.by(() => this.#asking || this.#pending.size > 0);
  readonly left: number = $derived(this.items.filter((item) => this.decision(item) === null).length);

  readonly #api: Api;
  /** Labels of listed photos that were heard of since they were listed. */
  readonly #labels = new SvelteMap<PhotoId, Label>();
  readonly #kept = new SvelteSet<PhotoId>();
  /** Photos whose decision is on its way to main. */
  readonly #pending = new SvelteSet<PhotoId>();
  #asking = $state(false);
  #request = 0;

  constructor(api: Api) {
    this.#api = api;
    api.on('labels.changed', ({ ids, labels }) => this.#labelsChanged(ids, labels));
    api.on('labels.kept', ({ changes }) => changes.forEach(({ ids, undone }) => this.#keepsChanged(ids, undone)));
    api.on('photos.removed', ({ ids }) => {
      this.items = withoutPhotos(this.items, ids);
      if (this.current === null) this.currentId = this.#nextOpen(-1);
    });
    // Merged or deleted classes: labels are other ones now.
    api.on('classes.changed', () => this.shown && void this.load());
  }

  /** Another library. */
  reset(): void {
    this.#request++;
    this.shown = false;
    this.check = null;
    this.items = [];
    this.currentId = null;
    this.failure = null;
    this.#asking = false;
    this.#labels.clear();
    this.#kept.clear();
    this.#pending.clear();
  }

  /** Asks which labels look wrong now. */
  async load(): Promise<void> {
    const request = ++this.#request;
    this.#asking = true;
    try {
      const check = await this.#api.call('review.doubtfulLabels');
      if (request !== this.#request) return;
      const fresh = check.status === 'checked' ? check.items : [];
      for (const { photoId, label } of fresh) {
        this.#labels.set(photoId, label);
        this.#kept.delete(photoId);
      }
      this.items = mergeQueue(this.items, fresh, (id) => this.#isOpen(id));
      this.check = check;
      this.failure = null;
      if (this.current === null || fresh.length === this.items.length) this.currentId = this.#nextOpen(-1);
    } catch (error) {
      if (request === this.#request) this.failure = toFailure(error);
    } finally {
      if (request === this.#request) this.#asking = false;
    }
  }

  decision({ photoId, label }: DoubtfulLabel): LabelDecision | null {
    const now = this.labelOf(photoId);
    if (now === label) return this.#kept.has(photoId) ? 'kept' : null;
    return isMark(now) ? now : now === null ? 'removed' : 'changed';
  }

  labelOf(id: PhotoId): Label {
    return this.#labels.get(id) ?? null;
  }

  /** The label is right. */
  async keep(): Promise<void> {
    const item = this.current;
    if (!item) return;
    const { photoId, label } = item;
    if (this.decision(item) === 'kept') return this.#leave(photoId);
    if (this.labelOf(photoId) !== label) return this.correct(label);
    await this.#send(photoId, () => this.#api.call('review.keepLabel', { photoId, classId: label }));
  }

  /** Another class, or a mark; the class that it has already is kept. */
  async correct(label: Exclude<Label, null>): Promise<void> {
    const { current } = this;
    if (!current) return;
    const { photoId } = current;
    if (this.labelOf(photoId) === label) {
      if (label === current.label) return this.keep();
      return this.#leave(photoId);
    }
    const origin = { source: 'person', chosen: 'review' } as const;
    await this.#send(photoId, () => this.#api.call('labels.set', { photoIds: [photoId], label, ...origin }));
  }

  /** Moves to a neighbour, decided or not; stops at the ends. */
  step(by: -1 | 1): void {
    const at = this.items.findIndex(({ photoId }) => photoId === this.currentId);
    const to = at < 0 ? this.items.at(by < 0 ? -1 : 0) : this.items[at + by];
    if (to) this.currentId = to.photoId;
  }

  async #send(id: PhotoId, commit: () => Promise<unknown>): Promise<void> {
    this.#pending.add(id);
    this.#leave(id);
    try {
      await commit();
      this.failure = null;
    } catch (error) {
      this.failure = toFailure(error);
      this.currentId = id;
    } finally {
      this.#pending.delete(id);
    }
    // What was corrected may show that others are wrong.
    if (this.left === 0 && this.failure === null) await this.load();
  }

  #leave(id: PhotoId): void {
    if (this.currentId !== id) return;
    this.currentId = this.#nextOpen(this.items.findIndex(({ photoId }) => photoId === id));
  }

  #nextOpen(after: number): PhotoId | null {
    const open = (item: DoubtfulLabel) => this.decision(item) === null && !this.#pending.has(item.photoId);
    return (this.items.slice(after + 1).find(open) ?? this.items.find(open))?.photoId ?? null;
  }

  #isOpen(id: PhotoId): boolean {
    const item = this.items.find(({ photoId }) => photoId === id);
    return item !== undefined && this.decision(item) === null;
  }

  #labelsChanged(ids: readonly PhotoId[], codes: readonly number[]): void {
    ids.forEach((id, i) => {
      const item = this.items.find(({ photoId }) => photoId === id);
      if (!item) return;
      const label = labelFromCode(codes[i] ?? NO_LABEL_CODE);
      this.#labels.set(id, label);
      if (label === item.label) this.currentId = id;
    });
  }

  #keepsChanged(ids: readonly PhotoId[], undone: boolean): void {
    for (const id of ids) {
      if (!undone) this.#kept.add(id);
      else if (this.#kept.delete(id) && this.items.some(({ photoId }) => photoId === id)) this.currentId = id;
    }
  }
}
