// The piles that the Label view shows: as main has sorted them, and what the person has taken out and typed meanwhile.
// Names are labels: they show when main has stored them.

import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Api } from '../../../api.ts';
import { toFailure, type Failure } from '../../../../shared/errors.ts';
import { TYPICAL_SHOWN, type Pile, type PilesState, type SortedPiles } from '../../../../shared/piles.ts';
import type { PhotoId, PileId } from '../../../../shared/types.ts';

interface Surroundings {
  /** Whether the network still looks at photos. */
  isLooking: () => boolean;
  /** Says that something could not be done. */
  report: (error: unknown) => void;
  /** Does what must be stored, after what was asked for before; says so when it could not be. */
  save: (act: () => Promise<void>) => Promise<void>;
}

const CALM_MS = 300;
const LOOK_AGAIN_MS = 1500;

export class Piles {
  /** Null until main has answered. */
  state = $state.raw<PilesState | null>(null);
  /** Why main could not answer. */
  failure = $state.raw<Failure | null>(null);
  /** All photos are being sorted anew, or one pile is being changed. */
  busy = $state.raw<'all' | PileId | null>(null);
  /** As many piles as the slider asks for, until they are there. */
  wanted = $state<number | null>(null);
  /** The offer to sort was put away. */
  declined = $state(false);
  /** Photos that don't get the name of their pile. */
  readonly out = new SvelteSet<PhotoId>();
  /** What was typed and is no name yet. */
  readonly drafts = new SvelteMap<PileId, string>();

  readonly sorted: SortedPiles | null = $derived(this.state?.status === 'ready' ? this.state : null);

  readonly #api: Api;
  readonly #app: Surroundings;
  #watched = false;
  /** Somebody works on these very piles: they are not sorted anew by themselves. */
  #touched = false;
  /** They are being sorted anew by themselves. */
  #sortsByItself = false;
  #request = 0;
  #wish = 0;
  #calm: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  /** Piles in the order in which they were named, and what undo would then take back. */
  #named = $state.raw<{ pile: PileId; phrase: string }[]>([]);

  constructor(api: Api, app: Surroundings) {
    this.#api = api;
    this.#app = app;
    api.on('piles.changed', () => this.#watched && void this.load());
    api.on('labels.changed', () => this.#watched && void this.load());
    api.on('classes.changed', () => this.#watched && void this.load());
    api.on('features.changed', ({ status }) => {
      if (status === 'looking') this.#lookAgain();
      else if (this.#watched) void this.load();
    });
  }

  /** Forgets everything: another library. */
  reset(): void {
    this.#request++;
    this.#wish++;
    clearTimeout(this.#calm);
    this.state = null;
    this.failure = null;
    this.busy = null;
    this.wanted = null;
    this.declined = false;
    this.#touched = false;
    this.#sortsByItself = false;
    this.#named = [];
    this.out.clear();
    this.drafts.clear();
  }

  /** Keeps the piles up to date while they are looked at. Returns the function that ends it. */
  watch(): () => void {
    this.#watched = true;
    void this.load();
    return () => {
      this.#watched = false;
      clearTimeout(this.#again);
    };
  }

  async load(): Promise<void> {
    const request = ++this.#request;
    try {
      await this.#api.snapshot('piles.state', undefined, (state) => {
        if (request === this.#request) this.#take(state);
      });
    } catch (error) {
      if (request === this.#request) this.failure = toFailure(error);
    }
  }

  /** Somebody has begun to work on the piles as they lie: nothing takes them from under their hands. */
  touch(): void {
    this.#touched = true;
    if (!this.#sortsByItself) return;
    this.#sortsByItself = false;
    this.#wish++;
    this.#api.call('piles.keep').then((state) => this.#take(state), this.#app.report);
  }

  /** Asks for another number of piles when the slider rests. */
  wish(piles: number): void {
    this.wanted = piles;
    clearTimeout(this.#calm);
    this.#calm = setTimeout(() => void this.arrange(piles), CALM_MS);
  }

  /** Sorts all photos anew; what was taken out and typed is forgotten. */
  async arrange(piles: number | null, { byItself = false } = {}): Promise<void> {
    const wish = ++this.#wish;
    this.#sortsByItself = byItself;
    if (!byItself) this.busy = 'all';
    try {
      const state = await this.#api.call('piles.arrange', { piles });
      if (wish !== this.#wish) return;
      this.out.clear();
      this.drafts.clear();
      this.#touched = false;
      this.#take(state);
    } catch (error) {
      if (wish === this.#wish) this.#app.report(error);
    } finally {
      if (wish === this.#wish) {
        this.#sortsByItself = false;
        this.busy = null;
        this.wanted = null;
      }
    }
  }

  split = (pile: PileId) => this.#change(pile, () => this.#api.call('piles.split', { pile }));
  merge = (from: PileId, into: PileId) => this.#change(from, () => this.#api.call('piles.merge', { from, into }));
  setAside = (pile: PileId) => this.#change(pile, () => this.#api.call('piles.setAside', { pile }));
  putBack = () => this.#change('all', () => this.#api.call('piles.putBack'));
  undo = () => this.#change('all', () => this.#api.call('piles.undo'));

  /** Labels the photos of the pile that are kept; resolves when the piles show it. */
  name({ id: pile, named }: Pile, name: string, kept: PhotoId[]): Promise<void> {
    return this.#app.save(async () => {
      this.touch();
      const photoIds = named?.photoIds ?? kept;
      const { undo } = await this.#api.call('piles.name', { pile, name, photoIds });
      if (undo.undo !== null) this.#named = [...this.#named, { pile, phrase: undo.undo }];
      this.drafts.delete(pile);
      for (const id of this.shownOf(pile)) this.out.delete(id);
      await this.load();
    });
  }

  /** Whether undo would now take back the name of this pile. `undo`: what it would take back. */
  isNewest(pile: PileId, undo: string | null): boolean {
    const isNamed = (id: PileId) => this.sorted?.piles.find((one) => one.id === id)?.named;
    return this.#named.findLast(({ pile: id, phrase }) => phrase === undo && isNamed(id))?.pile === pile;
  }

  toggle(photo: PhotoId): void {
    this.touch();
    if (!this.out.delete(photo)) this.out.add(photo);
  }

  /** Photos to show of a pile: as many as get its name, and those taken out among them. */
  shownOf(id: PileId): PhotoId[] {
    const typical = this.sorted?.piles.find((pile) => pile.id === id)?.typical ?? [];
    const shown: PhotoId[] = [];
    let kept = 0;
    for (const photo of typical) {
      if (kept === TYPICAL_SHOWN) break;
      shown.push(photo);
      if (!this.out.has(photo)) kept += 1;
    }
    return shown;
  }

  keptOf(id: PileId): PhotoId[] {
    return this.shownOf(id).filter((photo) => !this.out.has(photo));
  }

  async #change(busy: PileId | 'all', act: () => Promise<PilesState>): Promise<void> {
    this.touch();
    this.busy = busy;
    try {
      this.#take(await act());
    } catch (error) {
      this.#app.report(error);
    } finally {
      this.busy = null;
    }
  }

  #take(state: PilesState): void {
    this.failure = null;
    this.state = state;
    if (state.status !== 'ready') return;
    for (const pile of [...this.drafts.keys()]) {
      if (!state.piles.some(({ id }) => id === pile)) this.drafts.delete(pile);
    }
    if (this.#watched && this.#isTimeToSortAgain(state)) void this.arrange(state.asked, { byItself: true });
  }

  /** There is much more to sort, and nobody has touched what was sorted before. */
  #isTimeToSortAgain({ piles, since, setAside }: SortedPiles): boolean {
    if (this.#touched || this.#sortsByItself || this.busy !== null || since === 0 || setAside > 0) return false;
    if (piles.some(({ named }) => named)) return false;
    const sorted = piles.reduce((sum, { photos }) => sum + photos, 0);
    return since >= sorted || !this.#app.isLooking();
  }

  #lookAgain(): void {
    if (!this.#watched || this.#again !== undefined) return;
    this.#again = setTimeout(() => {
      this.#again = undefined;
      if (this.#watched) void this.load();
    }, LOOK_AGAIN_MS);
  }
}
