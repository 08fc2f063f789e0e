// The map of the open library: where main has laid the photos, what it is coloured by, and which part of it is seen.
// What is selected is the grid's own selection.

import type { Api } from '../../../api.ts';
import type { Camera } from '../../../map/camera.ts';
import { indexPoints, type PointIndex } from '../../../map/nearest-point.ts';
import { toFailure, type Failure } from '../../../../shared/errors.ts';
import type { LaidOutPhotos, MapState } from '../../../../shared/map.ts';
import type { PhotoId } from '../../../../shared/types.ts';
import { byPhoto, type ColourBy } from './photo-looks.ts';

/** The photos of the map, as columns. */
export interface LaidOut {
  ids: readonly PhotoId[];
  /** x and y of each in turn. */
  places: Float32Array;
  points: PointIndex;
  method: LaidOutPhotos['method'];
}

const shownKey = 'whisker.map';
const LOOK_AGAIN_MS = 1500;
const noSuspicions = byPhoto({ ids: [], suspicions: [] });

export class PhotoMap {
  /** Null until main has answered. */
  state = $state.raw<MapState | null>(null);
  /** Why main could not answer. */
  failure = $state.raw<Failure | null>(null);
  /** How far laying out is, 0 to 1; null when nothing is under way. */
  fraction = $state<number | null>(null);
  /** Of the run in use. */
  suspicions = $state.raw(noSuspicions);
  colourBy = $state<ColourBy>('class');
  /** Null: the whole map is seen. */
  camera = $state.raw<Camera | null>(null);
  /** A drag draws a lasso; else it moves the map. */
  lasso = $state(false);

  readonly laidOut: LaidOut | null = $derived.by(() => {
    if (this.state?.status !== 'ready') return null;
    const { ids, method } = this.state;
    const places = Float32Array.from(this.state.places);
    return { ids, places, method, points: indexPoints(places) };
  });

  readonly #api: Api;
  #shown = $state(localStorage.getItem(shownKey) === 'shown');
  #watched = false;
  #request = 0;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api) {
    this.#api = api;
    api.on('map.changed', ({ fraction, isNews }) => {
      this.fraction = fraction;
      if (isNews && this.#watched) void this.load();
    });
    api.on('features.changed', ({ status }) => {
      if (status === 'looking') this.#lookAgain();
      else if (this.#watched) void this.load();
    });
    // Also comes when a run has ended or another one is in use.
    api.on('library.changed', () => this.#watched && void this.load());
  }

  /** Whether the map lies beside the grid; remembered on this machine. */
  get shown(): boolean {
    return this.#shown;
  }

  set shown(shown: boolean) {
    this.#shown = shown;
    localStorage.setItem(shownKey, shown ? 'shown' : 'hidden');
  }

  /** Forgets everything: another library. */
  reset(): void {
    this.#request++;
    this.state = null;
    this.failure = null;
    this.fraction = null;
    this.suspicions = noSuspicions;
    this.camera = null;
  }

  /** Keeps the map up to date while it is looked at. Returns the function that ends it. */
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
      await this.#api.snapshot('map.state', undefined, (state) => {
        if (request === this.#request) this.#take(state);
      });
      const suspicions = byPhoto(await this.#api.call('map.suspicions'));
      if (request === this.#request) this.suspicions = suspicions;
    } catch (error) {
      if (request === this.#request) this.failure = toFailure(error);
    }
  }

  #take(state: MapState): void {
    const before = this.laidOut?.method;
    this.state = state;
    this.failure = null;
    if (state.status !== 'ready') return;
    this.fraction = state.fraction;
    // The photos lie elsewhere altogether.
    if (before !== state.method) this.camera = null;
  }

  /** The network looks at more photos all the time: not each of them is worth a look at all. */
  #lookAgain(): void {
    if (!this.#watched) return;
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      void this.load();
    }, LOOK_AGAIN_MS);
  }
}
