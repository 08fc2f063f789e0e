// The review list: which photos the active run most likely got wrong, what the person said of each, and where they are.
// A decision shows only after main has stored it; the next photo comes at once.

import { SvelteSet } from 'svelte/reactivity';
import type { Api } from '../../api.ts';
import { Decisions, type Decision, type Tally } from './decisions.svelte.ts';
import { Latest } from './latest.svelte.ts';
import { idsOf, mergeQueue, unlabelledAmong, withFirst, withoutPhotos } from './queue.ts';
import type { Surest } from '../../../shared/accept-top.ts';
import type { Input } from '../../../shared/contract.ts';
import type { ErrorsLeft } from '../../../shared/errors-left.ts';
import type { RefusalChange } from '../../../shared/outcome.ts';
import type { QueueEnd } from '../../../shared/queue-end.ts';
import { toFailure, type Failure } from '../../../shared/errors.ts';
import {
  acceptedUnseen,
  type ClassId,
  type Label,
  type PhotoId,
  type ReviewItem,
  type RunId,
} from '../../../shared/types.ts';

export type ReviewMode = { kind: 'suspicion' } | { kind: 'class'; classId: ClassId };

/** What can be said of a photo here. */
export type Given = Exclude<Label, null>;
type Origin = Pick<Input<'labels.set'>, 'source' | 'chosen' | 'alike'>;
/** Photos here come in the order of doubt, but for the random checks. */
const fromReview = (source: Origin['source'], item?: ReviewItem): Origin => ({
  source,
  chosen: item?.isCheck ? 'audit' : 'review',
});

/** Photos that are nearly the same as one that was just labelled, and how. */
export interface AlikeOffer {
  photoIds: readonly PhotoId[];
  label: Given;
  source: Origin['source'];
}

export class Review {
  mode = $state.raw<ReviewMode>({ kind: 'suspicion' });
  items = $state.raw<readonly ReviewItem[]>([]);
  currentId = $state<PhotoId | null>(null);
  /** Photos marked in the "By class" grid. */
  readonly selected = new SvelteSet<PhotoId>();
  /** A run that came in use while somebody reviews: its list waits until it is asked for. */
  newerRun = $state<RunId | null>(null);
  /** Where the list of this run may end; null where that can't be told. */
  end = $state.raw<QueueEnd | null>(null);
  /** Photos nearly the same as the one that was labelled last, and what that one is: they can be labelled too. */
  alikeOffer = $state.raw<AlikeOffer | null>(null);
  /** Set while the first answer is awaited. */
  loading = $state(true);
  failure = $state.raw<Failure | null>(null);
  /** Photos whose decision is on its way to main. */
  readonly pending = new SvelteSet<PhotoId>();

  readonly current: ReviewItem | null = $derived(this.items.find(({ photoId }) => photoId === this.currentId) ?? null);
  readonly left: number = $derived.by(() => this.items.filter(({ photoId }) => this.#decided.isOpen(photoId)).length);
  /** How many are still wrong, as the random checks tell. */
  readonly meter: Latest<ErrorsLeft>;
  /** What is known of the errors among the surest of the class that is shown. */
  readonly surest: Latest<Surest>;

  readonly #api: Api;
  readonly #decided = new Decisions();
  #runId: RunId | null = null;
  #watched = false;
  #request = 0;
  // Nothing on the screen depends on these two.
  /* eslint-disable svelte/prefer-svelte-reactivity */
  /** Photos of the class that is shown which have been on the screen. */
  readonly #inSight = new Set<PhotoId>();
  /** Photos decided while a list is on its way: what main says of them there may be older. */
  readonly #newer = new Set<PhotoId>();
  /* eslint-enable svelte/prefer-svelte-reactivity */

  constructor(api: Api) {
    this.#api = api;
    this.meter = new Latest(() => api.call('review.errorsLeft'));
    this.surest = new Latest(async () => {
      const { mode } = this;
      const found = mode.kind === 'class' ? await api.call('review.surest', { classId: mode.classId }) : null;
      // While the list waits for a newer run to be looked at, that run's numbers say nothing of it.
      return found?.runId === this.#runId ? found : null;
    });
    api.on('labels.changed', ({ ids, labels }) => this.#labelsChanged(ids, labels));
    api.on('photos.refused', ({ changes }) => this.#refusalsChanged(changes));
    api.on('photos.removed', ({ ids }) => this.#removed(ids));
    api.on('review.regrouped', () => this.#watched && this.mode.kind === 'suspicion' && void this.#list());
    // Merged or deleted classes change what is predicted.
    api.on('classes.changed', () => this.#watched && void this.load());
  }

  /**
   * Shows what this run says; another run than before starts anew. While somebody reviews the list stays as it is, so
   * that the next key press means the photo they see, and `refresh` shows the new one.
   */
  async open(runId: RunId | null): Promise<void> {
    if (this.#watched && this.left > 0 && runId !== null && this.#runId !== null) {
      this.newerRun = runId === this.#runId ? null : runId;
      if (this.newerRun !== null) return;
    }
    if (runId !== this.#runId) this.reset();
    this.#runId = runId;
    this.#watched = true;
    if (this.currentId !== null && !this.#decided.isOpen(this.currentId)) this.currentId = null;
    if (runId !== null) await this.load();
  }

  /** Shows what the newer run says, in the same mode. */
  async refresh(): Promise<void> {
    const { newerRun, mode } = this;
    if (newerRun === null) return;
    this.#begin(newerRun);
    await this.load(mode);
  }

  /** Nobody looks any more: changes need not be followed, the next `open` asks again. */
  close(): void {
    this.#watched = false;
  }

  #begin(runId: RunId): void {
    this.reset();
    this.#runId = runId;
  }

  /** Forgets everything: another library, or another run's predictions. */
  reset(): void {
    this.#request++;
    this.#runId = null;
    this.newerRun = null;
    this.mode = { kind: 'suspicion' };
    this.selected.clear();
    this.pending.clear();
    this.#decided.reset();
    this.items = [];
    this.end = null;
    this.alikeOffer = null;
    this.currentId = null;
    this.loading = true;
    this.meter.now = null;
    this.surest.now = null;
  }

  /** Asks for the list in the mode given, and for the numbers beside it. */
  async load(mode: ReviewMode = this.mode): Promise<void> {
    const listed = this.#list(mode);
    this.#recount();
    await listed;
  }

  /**
   * Photos decided since this run began stay in front, so that Back finds them, and the one that is looked at is next.
   */
  async #list(mode: ReviewMode = this.mode): Promise<void> {
    if (this.newerRun !== null) {
      // Main speaks of the newer run only. A list that is used up, or another way to look, is no photo being looked at.
      if (sameMode(mode, this.mode) && this.left > 0) return;
      this.#begin(this.newerRun);
    }
    const request = ++this.#request;
    this.#newer.clear();
    if (!sameMode(mode, this.mode)) {
      this.mode = mode;
      this.surest.now = null;
      this.#inSight.clear();
      this.items = [];
      this.currentId = null;
      this.selected.clear();
      this.loading = true;
    }
    try {
      const order =
        mode.kind === 'suspicion'
          ? ({ order: 'suspicion' } as const)
          : ({ order: 'class', classId: mode.classId } as const);
      const [open, end] = await Promise.all([this.#api.call('review.list', order), this.#api.call('review.end')]);
      if (request !== this.#request) return;
      this.end = end;
      this.#decided.show(open, this.#newer);
      const fresh = mode.kind === 'suspicion' ? withFirst(open, this.currentId) : open;
      this.items = mergeQueue(this.items, fresh, (id) => this.#decided.isOpen(id));
      this.failure = null;
      if (this.current === null) this.currentId = this.#nextOpen(-1);
    } catch (error) {
      if (request === this.#request) this.failure = toFailure(error);
    } finally {
      if (request === this.#request) this.loading = false;
    }
  }

  get tally(): Tally {
    return this.#decided.tally;
  }

  decision(id: PhotoId): Decision | null {
    return this.#decided.of(id);
  }

  labelOf = (id: PhotoId): Label => this.#decided.labelOf(id);

  /** What the model says is right; a photo that says so already is only left. */
  async accept(): Promise<void> {
    const item = this.current;
    if (!item) return;
    if (this.labelOf(item.photoId) === item.predicted) this.#leave([item.photoId]);
    else await this.#decideOne(item, item.predicted, 'suggestion');
  }

  /** Another class, or the same one said aloud, or a mark: the person's own word. */
  async correct(label: Given): Promise<void> {
    const item = this.current;
    if (!item) return;
    // It has come back, and is put off once more.
    if (label === 'unsure' && item.label === 'unsure') {
      this.#decided.setAside([item.photoId], 'unsure');
      this.#leave([item.photoId]);
    } else await this.#decideOne(item, label, 'person');
  }

  /** Labels what is nearly the same as the last one in the same way, without a look at each. */
  async labelAlike(): Promise<void> {
    const offer = this.alikeOffer;
    if (offer === null) return;
    this.alikeOffer = null;
    const { photoIds, label, source } = offer;
    const origin = { source, chosen: acceptedUnseen.chosen, alike: true } as const;
    await this.#decide([...photoIds], label, origin);
  }

  /** It is not of the class it was taken for, and is never taken for it again. */
  async refuse(): Promise<void> {
    const item = this.current;
    if (!item) return;
    const { photoId, predicted } = item;
    if (!this.#decided.isOpen(photoId)) return this.#leave([photoId]);
    await this.#send([photoId], () => this.#api.call('review.refuse', { photoIds: [photoId], classId: predicted }));
  }

  /** Photos of the class's list that are on the screen now. */
  look(ids: readonly PhotoId[]): void {
    for (const id of ids) this.#inSight.add(id);
  }

  /** The class they are taken for is right. Some that were never on the screen count as accepted without a look. */
  right(ids: readonly PhotoId[]): Promise<void> {
    const { mode } = this;
    if (mode.kind !== 'class') return Promise.resolve();
    const looked = ids.every((id) => this.#inSight.has(id));
    return this.#decide([...ids], mode.classId, looked ? fromReview('suggestion') : acceptedUnseen);
  }

  /** They are not of the class they are taken for, whatever else they are. */
  wrong(ids: readonly PhotoId[]): Promise<void> {
    const { mode } = this;
    if (mode.kind !== 'class') return Promise.resolve();
    const photoIds = [...ids];
    return this.#send(photoIds, () => this.#api.call('review.refuse', { photoIds, classId: mode.classId }));
  }

  /** The surest of the class that is shown, as many as were counted by `surest`; true when they are stored. */
  async acceptTop(count: number): Promise<boolean> {
    const { mode, surest } = this;
    if (mode.kind !== 'class' || surest.now === null) return false;
    try {
      const { runId } = surest.now;
      const { ids } = await this.#api.call('review.acceptTop', { runId, classId: mode.classId, count });
      // Nobody has looked at them: they are not among what was reviewed.
      this.#decided.forget(ids);
      this.items = withoutPhotos(this.items, ids);
    } catch (error) {
      // What was counted is no longer so.
      await this.load();
      this.failure ??= toFailure(error);
      return false;
    }
    await this.#list();
    return true;
  }

  correctAll(ids: readonly PhotoId[], label: Given): Promise<void> {
    return this.#decide([...ids], label, fromReview('person'));
  }

  /** Moves to a neighbour, decided or not; stops at the ends. */
  step(by: -1 | 1): void {
    const at = this.items.findIndex(({ photoId }) => photoId === this.currentId);
    const to = at < 0 ? this.items.at(by < 0 ? -1 : 0) : this.items[at + by];
    if (to) this.currentId = to.photoId;
  }

  async #decideOne(item: ReviewItem, label: Given, source: Origin['source']): Promise<void> {
    this.alikeOffer = null;
    await this.#decide([item.photoId], label, fromReview(source, item));
    const photoIds = (item.burst ?? []).filter((id) => this.#decided.isOpen(id) && !this.pending.has(id));
    if (photoIds.length > 0 && this.labelOf(item.photoId) === label) this.alikeOffer = { photoIds, label, source };
  }

  #decide(ids: PhotoId[], label: Given, origin: Origin): Promise<void> {
    return this.#send(ids, () => this.#api.call('labels.set', { photoIds: ids, label, ...origin }));
  }

  async #send(ids: PhotoId[], commit: () => Promise<unknown>): Promise<void> {
    if (ids.length === 0) return;
    for (const id of ids) {
      this.pending.add(id);
      this.#newer.add(id);
    }
    this.#leave(ids);
    try {
      await commit();
      this.failure = null;
      for (const id of ids) this.selected.delete(id);
    } catch (error) {
      this.failure = toFailure(error);
      this.currentId = ids[0] ?? null;
    } finally {
      for (const id of ids) this.pending.delete(id);
    }
    // The list has an end before the library has: there may be more.
    if (this.left === 0 && this.failure === null) await this.#list();
  }

  /** Goes to the next open photo when the current one is among those just decided. */
  #leave(ids: readonly PhotoId[]): void {
    if (this.currentId === null || !ids.includes(this.currentId)) return;
    this.currentId = this.#nextOpen(this.items.findIndex(({ photoId }) => photoId === this.currentId));
  }

  #nextOpen(after: number): PhotoId | null {
    const open = ({ photoId }: ReviewItem) => this.#decided.isOpen(photoId) && !this.pending.has(photoId);
    return (this.items.slice(after + 1).find(open) ?? this.items.find(open))?.photoId ?? null;
  }

  /** The numbers that every decision changes. */
  #recount(): void {
    void this.meter.refresh();
    if (this.mode.kind === 'class') void this.surest.refresh();
  }

  #labelsChanged(ids: readonly PhotoId[], codes: readonly number[]): void {
    const opened = unlabelledAmong(ids, codes);
    const listed = idsOf(this.items);
    const returned = this.items.find(({ photoId }) => opened.has(photoId) && !this.#decided.isOpen(photoId));
    for (const id of ids) this.#newer.add(id);
    this.#decided.label(ids, codes);
    if (returned) {
      this.currentId = returned.photoId;
      this.alikeOffer = null;
    }
    if (this.#watched) this.#recount();
    // A photo that is not in the list has lost its label: only main knows where it ranks.
    if (this.#watched && [...opened].some((id) => !listed.has(id))) void this.#list();
  }

  #refusalsChanged(changes: readonly RefusalChange[]): void {
    for (const { classId, ids, undone } of changes) {
      const touched = ids.filter((id) => (this.#decided.predictedOf(id) ?? classId) === classId);
      for (const id of touched) this.#newer.add(id);
      this.#decided.setAside(touched, undone ? null : 'refused');
    }
    if (this.#watched) this.#recount();
    const back = changes.flatMap(({ ids, undone }) => (undone ? ids : []));
    if (back.length === 0) return;
    const returned = this.items.find(({ photoId }) => back.includes(photoId));
    if (returned) this.currentId = returned.photoId;
    else if (this.#watched) void this.#list();
  }

  #removed(ids: readonly PhotoId[]): void {
    this.items = withoutPhotos(this.items, ids);
    if (this.#watched) this.#recount();
    if (this.currentId !== null && ids.includes(this.currentId)) this.currentId = this.#nextOpen(-1);
  }
}

const sameMode = (a: ReviewMode, b: ReviewMode): boolean =>
  a.kind === 'suspicion' ? b.kind === 'suspicion' : b.kind === 'class' && a.classId === b.classId;
