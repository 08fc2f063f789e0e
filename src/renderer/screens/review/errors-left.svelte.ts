// How many of the photos that wait are wrong, as main last said: asked again after every change, one question at a
// time.

import type { ErrorsLeft } from '../../../shared/errors-left.ts';
import type { Api } from '../../api.ts';

export class ErrorsLeftMeter {
  /** Null until it is known, and without a run. */
  now = $state.raw<ErrorsLeft | null>(null);

  readonly #api: Api;
  #asking = false;
  #stale = false;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Ends without news when main can't be reached: the review list says so itself. */
  async refresh(): Promise<void> {
    this.#stale = true;
    if (this.#asking) return;
    this.#asking = true;
    try {
      while (this.#stale) {
        this.#stale = false;
        this.now = await this.#api.call('review.errorsLeft');
      }
    } catch {
      this.now = null;
    } finally {
      this.#asking = false;
    }
  }
}
