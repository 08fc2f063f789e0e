// What the screens know of the native TensorFlow that this machine lacks: what is offered, and a download on its way.

import type { Api } from '../../api.ts';
import { inSentences, toFailure } from '../../../shared/errors.ts';
import type { RuntimeState } from '../../../shared/training.ts';

export class RuntimeDownload {
  state = $state.raw<RuntimeState>({ status: 'none' });
  /** Why the last attempt failed. */
  broken = $state<string | null>(null);

  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
    api.on('runtime.changed', ({ state, error }) => {
      this.state = state;
      if (error !== null) this.broken = error;
    });
  }

  /** Throws WhiskerError. */
  async refresh(): Promise<void> {
    await this.#api.snapshot('runtime.state', undefined, (state) => (this.state = state));
  }

  async download(): Promise<void> {
    await this.#ask('runtime.download');
  }

  /** What has come so far stays. */
  async pause(): Promise<void> {
    await this.#ask('runtime.cancelDownload');
  }

  /** A download may fail before the answer that says it has begun is here. */
  async #ask(name: 'runtime.download' | 'runtime.cancelDownload'): Promise<void> {
    this.broken = null;
    try {
      await this.#api.snapshot(name, undefined, (state) => (this.state = state));
    } catch (error) {
      this.broken = inSentences(toFailure(error));
    }
  }
}
