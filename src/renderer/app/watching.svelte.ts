// Whether the open library's folder is watched for changes: a switch for all libraries, as main keeps it.

import type { Api } from '../api.ts';

export class Watching {
  on = $state(true);

  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
    api.on('watch.changed', ({ on }) => (this.on = on));
  }

  async refresh(): Promise<void> {
    this.on = (await this.#api.call('watch.state')).on;
  }

  async set(on: boolean): Promise<void> {
    this.on = (await this.#api.call('watch.set', { on })).on;
  }
}
