// What is asked when a model is taken away.

import type { ModelFormat } from '../../shared/model-export.ts';
import type { BackboneInfo } from '../../shared/training.ts';
import type { BackboneSource } from './extractor.ts';
import type { PixelFile } from './training.ts';

/** What a model can be taken away as. */
export interface ExportModelRequest {
  kind: 'export-model';
  format: ModelFormat;
  /** The run's model. */
  modelDir: string;
  /** The network that it learned on, as it was found then; null when it learned from pixels. */
  backbone: (BackboneSource & Pick<BackboneInfo, 'inputPx' | 'takenFrom'>) | null;
  /** Is there already, and empty: the model's files are written into it. */
  folder: string;
  /** What the files say of themselves; survives JSON. */
  metadata: object;
}

export interface ExportedModel {
  /** Side of the square pictures that it takes, and how many at once; null: any number. */
  sizePx: number;
  together: number | null;
}

/** Loads a model that was taken away from its files, and asks it. */
export interface AskExportedRequest {
  kind: 'ask-exported';
  format: ModelFormat;
  folder: string;
  /** Of the pictures: three colours. */
  pixels: PixelFile;
  /** How many it takes at once; null: any number. */
  together: number | null;
}

export interface AskedExported {
  /** [count, K] row-major. */
  probabilities: Float32Array;
}
