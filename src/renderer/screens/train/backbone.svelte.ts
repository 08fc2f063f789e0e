// What the screens know of the backbone of this machine: the one that is set up, those on offer, and a download on its
// way.

import type { Api } from '../../api.ts';
import type { Input } from '../../../shared/contract.ts';
import { toFailure, type Failure } from '../../../shared/errors.ts';
import type { BackboneInfo, BackboneOffer, BackboneState, InputRange, ListedOffer } from '../../../shared/training.ts';

type Asking = 'backbone.choose' | 'backbone.download' | 'backbone.cancelDownload' | 'backbone.remove';

export class Backbone {
  state = $state.raw<BackboneState>({ status: 'none' });
  offers = $state.raw<readonly ListedOffer[]>([]);
  /** Why the folder that was chosen, or the removal, was refused. */
  refusal = $state.raw<Failure | null>(null);
  /** Which download has failed last, and why. */
  broken = $state.raw<{ offer: BackboneOffer['id'] | null; sentence: string } | null>(null);
  /** Main looks at a folder: reading a model takes a moment. */
  checking = $state(false);

  readonly info: BackboneInfo | null = $derived(this.state.status === 'ready' ? this.state.info : null);

  /** The person has asked for one here, and it is not there yet. */
  #asked = false;
  readonly #api: Api;
  readonly #onReady: () => void;

  /** `onReady`: called when the one is ready that was chosen or downloaded in this window. */
  constructor(api: Api, onReady: () => void) {
    this.#api = api;
    this.#onReady = onReady;
    api.on('backbone.changed', ({ state, error }) => {
      const { state: before } = this;
      this.#take(state);
      if (error !== null)
        this.broken = { offer: before.status === 'downloading' ? before.offer : null, sentence: error };
      // What is here changes with it. A list that can't be had now stays as it was.
      if (state.status !== 'downloading') void this.#listOffers().catch(() => {});
    });
  }

  /** Throws WhiskerError. */
  async refresh(): Promise<void> {
    await this.#api.snapshot('backbone.state', undefined, (state) => (this.state = state));
    await this.#listOffers();
  }

  async #listOffers(): Promise<void> {
    this.offers = await this.#api.call('backbone.offers');
  }

  async choose(path: string, inputRange: InputRange | null): Promise<void> {
    this.checking = true;
    this.#asked = true;
    await this.#ask('backbone.choose', { path, inputRange });
    this.checking = false;
  }

  async download(id: BackboneOffer['id']): Promise<void> {
    this.#asked = true;
    await this.#ask('backbone.download', { id });
  }

  async cancelDownload(): Promise<void> {
    await this.#ask('backbone.cancelDownload', undefined);
  }

  async remove(): Promise<void> {
    await this.#ask('backbone.remove', undefined);
  }

  /** A download may fail before the answer that says it has begun is here. */
  async #ask<K extends Asking>(name: K, input: Input<K>): Promise<void> {
    this.refusal = null;
    this.broken = null;
    try {
      await this.#api.snapshot(name, input, (state) => this.#take(state));
    } catch (error) {
      this.refusal = toFailure(error);
    }
  }

  #take(state: BackboneState): void {
    const isNew =
      state.status === 'ready' && (this.info?.sha256 !== state.info.sha256 || this.state.status !== 'ready');
    this.state = state;
    if (!isNew || !this.#asked) return;
    this.#asked = false;
    this.#onReady();
  }
}
