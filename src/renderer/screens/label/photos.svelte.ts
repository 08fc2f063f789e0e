// The photos of the open library: which of them the screen shows, what label they carry, and what is selected.
// A label counts only after main has stored it; until then it shows as being stored.

import type { Api } from '../../api.ts';
import * as select from '../../grid/selection.ts';
import type { Input } from '../../../shared/contract.ts';
import { toFailure, type Failure } from '../../../shared/errors.ts';
import { NO_LABEL_CODE, type Label, type PhotoId, type PhotoPage } from '../../../shared/types.ts';
import { isInOrder, needsMain, type Shown } from '../../app/shown.ts';
import { nextUnlabelled } from './auto-advance.svelte.ts';
import { Bursts } from './bursts.svelte.ts';
import { cardsOf, type Cards } from './burst-cards.ts';
import { without } from './burst-groups.ts';
import { Finder } from './find/finder.svelte.ts';
import { PhotoTable, wantedBy, type ShownPhotos, type Wanted } from './photo-table.ts';
import { SHOWN as SUGGESTED_AT_ONCE, Suggested } from './suggested.svelte.ts';

/** How many photos like one are shown: more are less and less like it. */
const ALIKE = 100;
/** The list comes in spans, so that the first photos are there at once and main is never held up for long. */
const FIRST_SPAN = 2000;
const SPAN = 20_000;
/** While they come, the grid is laid out anew whenever there are so many times as many. */
const GROWTH = 4;

export class Photos {
  /** False until the whole list has come. */
  loaded = $state(false);
  /** Why the list did not come. */
  failure = $state.raw<Failure | null>(null);
  selection = $state.raw<select.Selection>(select.nothing);
  /** Goes up when photos leave or come back because of a label: the grid then moves instead of jumping. */
  settlings = $state(0);

  readonly shown: ShownPhotos = $derived.by(() => {
    void this.#listing;
    const filter = this.#filter();
    const ordered = this.finder.ids;
    if (!isInOrder(filter) && ordered) return this.#table.chooseAmong(ordered, this.#wanted, Infinity);
    if (!isInOrder(filter)) return this.#table.choose(this.#wanted);
    return this.#table.chooseAmong(this.#answer, this.#wanted, filter.kind === 'suggested' ? SUGGESTED_AT_ONCE : ALIKE);
  });
  /** What the grid shows of them: of those that are nearly the same one, unless they are opened. */
  readonly cards: Cards = $derived.by(() => cardsOf(this.shown, this.bursts.firstOf, this.bursts.opened));
  readonly selected: PhotoId[] = $derived.by(() => {
    void this.#listing;
    const { ids } = this.selection;
    // Most often it is one, of many.
    return ids.size > 1 ? this.shown.ids.filter((id) => ids.has(id)) : [...ids].filter(this.isShown);
  });
  /** Whether the screen shows a photo. */
  readonly isShown = (id: PhotoId): boolean =>
    isInOrder(this.#filter()) ? this.shown.ids.includes(id) : this.#table.has(id, this.#wanted);
  /** Those that were picked on the map to be shown alone. */
  picked = $state.raw<readonly PhotoId[]>([]);
  readonly suggested: Suggested;
  readonly finder: Finder;
  readonly bursts: Bursts;
  /** How far down each filter was scrolled, by its JSON. */
  readonly scrolls: Record<string, number> = {};

  readonly #api: Api;
  readonly #filter: () => Shown;
  /** What main is storing: shown as such, and nothing goes by it yet. */
  #storing = $state.raw<{ ids: ReadonlySet<PhotoId>; label: Label } | null>(null);
  /** Not reactive by itself: `#version` says when it changed. */
  #table = new PhotoTable();
  /** How far the list has come, in its order. */
  #listedTo: PhotoId | null = null;
  #version = $state(0);
  /** Goes up with it when other photos may be shown: laying out many is not worth a label that moves none of them. */
  #listing = $state(0);
  /** The photos of a filter that only main can answer. */
  #asked = $state.raw<{ filter: Shown; ids: readonly PhotoId[] } | null>(null);
  /** What main said of the filter. */
  readonly #answer: readonly PhotoId[] = $derived.by(() => {
    const filter = this.#filter();
    if (filter.kind === 'suggested') return this.suggested.ids;
    if (filter.kind === 'learned') return filter.photoIds;
    if (filter.kind === 'picked') return this.picked;
    return this.#asked?.filter === filter ? this.#asked.ids : [];
  });
  readonly #wanted: Wanted = $derived.by(() => {
    const [wanted, { meets }] = [wantedBy(this.#filter(), this.#answer, this.suggested.unsureToo), this.finder];
    return (id, code) => meets(id, code) && wanted(id, code);
  });
  #request = 0;
  #revealNext = false;

  constructor(api: Api, filter: () => Shown) {
    this.#api = api;
    this.#filter = filter;
    this.suggested = new Suggested(api);
    this.finder = new Finder(api, (change) => this.#narrow(change));
    this.bursts = new Bursts(api);
    api.on('photos.added', (page) => {
      // While the list comes, those after what has come are in what is asked for next.
      this.#table.add(page, this.loaded ? Infinity : (this.#listedTo ?? 0));
      this.#relist();
    });
    api.on('photos.removed', ({ ids }) => this.#change(ids, () => this.#table.remove(ids), select.afterRemoval));
    api.on('labels.changed', ({ ids, labels }) => {
      this.#change(ids, () => this.#table.setCodes(ids, labels));
      if (this.#revealNext) this.#reveal(ids);
    });
  }

  /** Forgets every photo: another library. */
  reset(): void {
    this.#request++;
    this.#forget();
    this.#asked = null;
    this.picked = [];
    this.suggested.reset();
    this.bursts.reset();
    this.selection = select.nothing;
    for (const place of Object.keys(this.scrolls)) delete this.scrolls[place];
  }

  /** Asks for all photos, again after a lost connection. Resolves when the first of them are there. */
  async load(): Promise<void> {
    const request = ++this.#request;
    this.failure = null;
    try {
      await Promise.all([this.bursts.load(), this.loaded ? this.#loadAgain(request) : this.#loadFirst(request)]);
      await Promise.all([this.ask(this.#filter()), this.finder.look()]);
      // Nobody waits for the others: what is there can be looked at and labelled.
      if (!this.loaded) void this.#loadRest(request).catch((error: unknown) => this.#failed(request, error));
    } catch (error) {
      this.#failed(request, error);
    }
  }

  #failed(request: number, error: unknown): void {
    if (request !== this.#request) return;
    this.failure = toFailure(error);
    if (!this.loaded) this.#forget();
  }

  /** What is shown stays until all is there. */
  #loadAgain(request: number): Promise<void> {
    return this.#api.snapshot('photos.list', { filter: { kind: 'all' } }, (page) => {
      if (request === this.#request) this.#replace(page);
    });
  }

  async #loadFirst(request: number): Promise<void> {
    this.#forget();
    await this.#loadSpan(request, FIRST_SPAN);
    this.#relist();
  }

  async #loadRest(request: number): Promise<void> {
    let listed = this.#table.size;
    while (request === this.#request && !this.loaded) {
      await this.#loadSpan(request, SPAN);
      if (!this.loaded && this.#table.size < GROWTH * listed) continue;
      listed = this.#table.size;
      this.#relist();
    }
    await this.ask(this.#filter());
  }

  #loadSpan(request: number, most: number): Promise<void> {
    const after = this.#listedTo;
    return this.#api.snapshot('photos.list', { filter: { kind: 'all' }, span: { after, most } }, (page) => {
      if (request !== this.#request) return;
      this.#table.add(page);
      this.#listedTo = page.ids.at(-1) ?? after;
      this.loaded = page.ids.length < most;
    });
  }

  #forget(): void {
    this.loaded = false;
    this.#table = new PhotoTable();
    this.#listedTo = null;
    this.#relist();
  }

  #relist(): void {
    this.#version++;
    this.#listing++;
  }

  /** Fetches the photos of a filter that only main can answer; the others are answered from here. */
  async ask(filter: Shown): Promise<void> {
    if (!needsMain(filter)) return;
    try {
      this.#heard(filter, await this.#idsFor(filter));
    } catch (error) {
      // Nothing is awaited any more.
      if (this.waiting) this.#heard(filter, []);
      throw error;
    }
  }

  #heard(filter: Shown, ids: readonly PhotoId[]): void {
    if (this.#filter() === filter) this.#asked = { filter, ids };
  }

  async #idsFor(
    filter: Extract<
      Shown,
      {
        kind:
          | 'predicted'
          | 'confusion'
          | 'confident'
          | 'resorted'
          | 'audited'
          | 'suggested'
          | 'alike'
          | 'pile'
          | 'receipt'
          | 'reguessed';
      }
    >,
  ) {
    if (filter.kind === 'alike') return (await this.#api.call('photos.alike', { id: filter.id, count: ALIKE })).ids;
    if (filter.kind === 'pile') return this.#api.call('piles.photos', { pile: filter.pile });
    if (filter.kind === 'receipt') return this.#api.call('runs.receiptPhotos', { id: filter.run, part: filter.part });
    if (filter.kind === 'reguessed') return (await this.#api.call('live.state')).change?.photos ?? [];
    if (filter.kind !== 'suggested') return (await this.#api.call('photos.list', { filter })).ids;
    await this.suggested.ask((id) => (this.#table.has(id, () => true) ? this.#table.codeOf(id) : null));
    return this.suggested.ids;
  }

  /** True while the photos of the filter are still awaited. */
  get waiting(): boolean {
    const filter = this.#filter();
    const isComing = !this.loaded && this.shown.ids.length === 0;
    return isComing || this.finder.waiting || (needsMain(filter) && this.#asked?.filter !== filter);
  }

  /** How many photos carry what, for a scan in progress: main counts when something else changes. */
  tally(): ReturnType<PhotoTable['tally']> {
    return this.#table.tally();
  }

  /** File name. */
  nameOf(id: PhotoId): string {
    void this.#version;
    return this.#table.nameOf(id);
  }

  /** Whether the photo is not in the folder, and another machine has looked at it. */
  liesElsewhere(id: PhotoId): boolean {
    void this.#version;
    return this.#table.liesElsewhere(id);
  }

  /** Whether the photo is in the library. */
  has(id: PhotoId): boolean {
    void this.#version;
    return this.#table.has(id, () => true);
  }

  /** See `labelCode`. */
  codeOf(id: PhotoId): number {
    void this.#version;
    return this.#table.codeOf(id);
  }

  /** The label that main is storing for a photo; undefined: none. */
  storingOf(id: PhotoId): Label | undefined {
    return this.#storing?.ids.has(id) ? this.#storing.label : undefined;
  }

  /** Has main store a label; what comes of it shows as every change does. Throws WhiskerError. */
  async setLabel(ids: PhotoId[], label: Label): Promise<void> {
    this.#revealNext = false;
    const isSuggested = this.#filter().kind === 'suggested';
    const audited = isSuggested ? ids.filter((id) => this.suggested.reasonOf(id) === 'audit') : [];
    await this.#store({
      photoIds: ids,
      label,
      source: 'person',
      chosen: isSuggested ? 'suggested' : 'hand',
      ...(audited.length > 0 && { audited }),
    });
  }

  /** From the one photo that was selected, and still is, to the next without a label. */
  goOn(from: select.Selection): void {
    const [id, ...others] = from.ids;
    if (id === undefined || others.length > 0 || this.selection !== from) return;
    const next = nextUnlabelled(this.cards.ids, id, (one) => this.#table.codeOf(one));
    if (next !== null) this.selection = select.only(next);
  }

  /** Opens the group that a photo is of, or closes it; then the keyboard is on what still shows. */
  toggleBurst(id: PhotoId): void {
    if (!this.bursts.toggle(id)) return;
    const first = this.bursts.firstOf.get(id);
    const lead = this.cards.ids.find((card) => this.bursts.firstOf.get(card) === first);
    const { focus } = this.selection;
    if (lead !== undefined && focus !== null && !this.cards.ids.includes(focus)) this.selection = select.only(lead);
  }

  /** All photos of the group that a photo is of; itself alone where it is like no other. */
  burstOf(id: PhotoId): PhotoId[] {
    const first = this.bursts.firstOf.get(id);
    return first === undefined ? [id] : this.shown.ids.filter((one) => this.bursts.firstOf.get(one) === first);
  }

  /** Opens the group that a photo is of, and selects all of it. */
  selectBurst(id: PhotoId): void {
    if (!this.bursts.isOpen(id)) this.bursts.toggle(id);
    this.selection = select.among(this.cards.ids, this.burstOf(id));
  }

  /** Photos without a label that are nearly the same as these, and that no card of their own shows. */
  restOf(ids: readonly PhotoId[]): PhotoId[] {
    const others = this.bursts.othersOf(ids);
    if (others.length === 0) return others;
    const hidden = without(others, this.cards.ids);
    return hidden.filter((id) => this.#table.has(id, (_, code) => code === NO_LABEL_CODE));
  }

  /** Gives photos that are nearly the same as others the label of these. Throws WhiskerError. */
  async labelRest(photoIds: PhotoId[], label: Label): Promise<void> {
    await this.#store({ photoIds, label, source: 'person', chosen: 'hand', alike: true });
  }

  async #store(wish: Input<'labels.set'>): Promise<void> {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- Never changed.
    this.#storing = { ids: new Set(wish.photoIds), label: wish.label };
    try {
      await this.#api.call('labels.set', wish);
    } finally {
      this.#storing = null;
    }
  }

  /** The photos of the next change are selected: what undo and redo touch should be seen. */
  revealNextChange(): void {
    this.#revealNext = true;
  }

  #replace(page: PhotoPage): void {
    const before = this.cards.ids;
    this.#table = new PhotoTable();
    this.#table.add(page);
    this.#relist();
    this.selection = select.afterRemoval(this.selection, before, this.isShown);
  }

  /** Another search: what was selected and is still shown stays so, and nothing else is. */
  #narrow(change: () => void): void {
    const before = this.shown.ids;
    change();
    if (before.length > 0) this.selection = select.afterRemoval(this.selection, before, this.isShown);
  }

  /** Changes what the table says of these photos and keeps the selection among what is shown afterwards. */
  #change(ids: readonly PhotoId[], mutate: () => boolean | void, settle = select.afterLeaving): void {
    const [before, cards] = [this.shown.ids, this.cards.ids];
    const wanted = ids.map((id) => this.#table.has(id, this.#wanted));
    if (mutate() === false) return;
    this.#version++;
    if (ids.every((id, i) => this.#table.has(id, this.#wanted) === wanted[i])) return;
    this.#listing++;
    // Where one photo leaves, another may have moved in.
    const isSame = isInOrder(this.#filter()) ? before.every(this.isShown) : this.shown.ids.length === before.length;
    if (isSame) return;
    this.settlings++;
    this.selection = settle(this.selection, cards, this.isShown);
  }

  #reveal(ids: readonly PhotoId[]): void {
    this.#revealNext = false;
    const touched = select.among(this.shown.ids, ids);
    if (touched.ids.size > 0) this.selection = touched;
  }
}
