// Taking a run's model away: in which formats, and what is told of it. Pure data.

import type { RunId } from './types.ts';

export const modelFormats = ['onnx', 'tfjs', 'savedmodel'] as const;
export type ModelFormat = (typeof modelFormats)[number];

/** As a person is offered them. */
export const modelFormatWords: Record<ModelFormat, { title: string; about: string }> = {
  onnx: { title: 'ONNX', about: 'Runs nearly everywhere; with a Python script' },
  tfjs: { title: 'TensorFlow.js', about: 'Runs in a browser; with a page to try it' },
  savedmodel: { title: 'TensorFlow SavedModel', about: 'For TensorFlow in Python and on servers' },
};

/** How many photos a model must agree on with the app, and how closely, before it is called done. */
export const AGREEMENT = { photos: 20, difference: 1e-4 } as const;

/** What a model's export is doing. */
export type ModelExportStep = 'asking' | 'writing' | 'checking';

export interface ModelExportProgress {
  run: RunId;
  step: ModelExportStep;
}

export interface ExportedModelReport {
  run: RunId;
  format: ModelFormat;
  /** Absolute path of the folder, and the files in it. */
  folder: string;
  files: string[];
  bytes: number;
  /** Photos that the model was asked about after it was written, and how far it is from the app at most. */
  photos: number;
  largestDifference: number;
}
