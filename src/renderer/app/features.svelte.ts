// How far the pretrained network has looked at the open library's photos; what goes wrong with it is said once.

import { toFailure } from '../../shared/errors.ts';
import type { FeatureState } from '../../shared/types.ts';
import type { Api } from '../api.ts';
import type { Toasts } from './toasts.svelte.ts';

export class Features {
  state = $state.raw<FeatureState>({ status: 'none', reason: 'no-library' });

  readonly #api: Api;
  readonly #toasts: Toasts;

  constructor(api: Api, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
    api.on('features.changed', (state) => this.#take(state));
  }

  async refresh(): Promise<void> {
    await this.#ask('features.state');
  }

  async pause(): Promise<void> {
    await this.#ask('features.pause');
  }

  /** Goes on, or tries again what has failed. */
  async resume(): Promise<void> {
    await this.#ask('features.resume');
  }

  async #ask(name: 'features.state' | 'features.pause' | 'features.resume'): Promise<void> {
    try {
      await this.#api.snapshot(name, undefined, (state) => this.#take(state));
    } catch (error) {
      this.#toasts.fail(toFailure(error));
    }
  }

  #take(state: FeatureState): void {
    const before = this.state;
    this.state = state;
    if (state.status !== 'failed' || (before.status === 'failed' && before.reason === state.reason)) return;
    this.#toasts.show({
      kind: 'error',
      message: `The pretrained network could not look at your photos: ${state.reason}`,
      action: { label: 'Try again', run: () => void this.resume() },
    });
  }
}
