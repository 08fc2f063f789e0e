// What unlabelled photos look like, as the window knows it. Fit for 100,000 photos: columns, and a search in them for
// the few that are on screen.

import type { Api } from '../../api.ts';
import type { LiveChange, LiveState } from '../../../shared/live.ts';
import type { ClassId, PhotoId } from '../../../shared/types.ts';

const nothing: LiveState = {
  status: 'waiting',
  predictions: null,
  run: null,
  counts: {},
  estimate: null,
  labels: 0,
  problem: null,
};

export class Guesses {
  state = $state.raw<LiveState>(nothing);
  /** Ascending. */
  readonly #ids = $derived(Float64Array.from(this.state.predictions?.ids ?? []));
  readonly #api: Api;

  /** `onPredictions` is told when other photos may be predicted as a class. */
  constructor(api: Api, onPredictions: () => void) {
    this.#api = api;
    api.on('live.changed', (change) => {
      const isNews = change.predictions !== undefined;
      this.#take(change);
      if (isNews) onPredictions();
    });
  }

  get isOn(): boolean {
    return this.state.status !== 'off';
  }

  reset(): void {
    this.state = { ...nothing, status: this.isOn ? 'waiting' : 'off' };
  }

  /** Asks for what is guessed now. Throws WhiskerError. */
  refresh(): Promise<void> {
    return this.#api.snapshot('live.state', undefined, (state) => this.#take(state));
  }

  /** Throws WhiskerError. */
  async set(on: boolean): Promise<void> {
    this.#take(await this.#api.call('live.set', { on }));
  }

  /** The class that a photo looks like, if it waits for a label. */
  classOf(id: PhotoId): ClassId | null {
    const at = find(this.#ids, id);
    return this.state.predictions?.classIds[at] ?? null;
  }

  #take(change: LiveChange): void {
    this.state = { predictions: this.state.predictions, ...change };
  }
}

/** Where a number stands among ascending ones; -1 when it doesn't. */
function find(ascending: Float64Array, wanted: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const here = ascending[middle] ?? Infinity;
    if (here === wanted) return middle;
    if (here < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
