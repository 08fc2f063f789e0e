// What the screens know of a model that is being taken away: how far it is, and what came of the last one.

import type { Api } from '../../api.ts';
import { toFailure, type Failure } from '../../../shared/errors.ts';
import type { ExportedModelReport, ModelExportProgress, ModelFormat } from '../../../shared/model-export.ts';
import type { RunId } from '../../../shared/types.ts';

export class ModelExport {
  /** Null while none is under way. */
  progress = $state.raw<ModelExportProgress | null>(null);
  report = $state.raw<ExportedModelReport | null>(null);
  failure = $state.raw<(Failure & { run: RunId }) | null>(null);

  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
    // Another window's is not ours to show.
    api.on('models.progress', (progress) => (this.progress &&= progress));
  }

  /** `into`: the folder in which the model gets one of its own. */
  async takeAway(run: RunId, format: ModelFormat, into: string): Promise<void> {
    if (this.progress) return;
    this.forget();
    this.progress = { run, step: 'asking' };
    try {
      this.report = await this.#api.call('models.takeAway', { run, format, into });
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code !== 'cancelled') this.failure = { ...failure, run };
    } finally {
      this.progress = null;
    }
  }

  async cancel(): Promise<void> {
    await this.#api.call('models.cancel');
  }

  /** What came of the last one is no longer shown. */
  forget(): void {
    this.report = null;
    this.failure = null;
  }
}
