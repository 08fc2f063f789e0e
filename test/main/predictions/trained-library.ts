// An app on a small library of warm and cool pictures, with a run in use that has learned to tell them apart.

import { join } from 'node:path';
import { createApp } from '../../../src/main/app.ts';
import type { OpenedApp } from '../../../src/main/app.ts';
import { importLabels } from '../../../src/main/labels/import-labels.ts';
import { defaultOptions } from '../../../src/shared/defaults.ts';
import type { TrainingOptions } from '../../../src/shared/training.ts';
import type { RunId } from '../../../src/shared/types.ts';
import { meanColours, writeOnnx } from '../../fixtures/onnx-networks.ts';
import { cool, drawPhotos, warm } from '../photo-folder.ts';

const engine = { node: process.execPath, entry: join(import.meta.dirname, '../../../src/engine/entry.ts') };

export interface LibraryWishes {
  /** Of each kind. */
  pictures?: number;
  looksAhead?: boolean;
}

/** Opens it in `dir`, where eight pictures of each kind are labelled; nothing is trained. */
export async function openLibrary(
  dir: string,
  { pictures = 10, looksAhead = false }: LibraryWishes = {},
): Promise<{ app: OpenedApp; photos: string }> {
  const photos = join(dir, 'photos');
  await drawPhotos(photos, 0, pictures);
  const app = createApp({ host: 'web', dataDir: join(dir, 'data'), engine, offers: [], looksAhead });
  const { library, backbones } = app.services;
  await library.open(photos);
  await library.scanFinished();
  await backbones.choose(writeOnnx(join(dir, 'colours.onnx'), meanColours()), null);
  const rows = Array.from({ length: 8 }, (_, i) => [
    { row: 2 * i, file: warm(i), class: 'Warm' },
    { row: 2 * i + 1, file: cool(i), class: 'Cool' },
  ]).flat();
  importLabels(library.require().db, rows);
  return { app, photos };
}

/** Trains for some seconds and puts the run in use. */
export async function trainQuickly(app: OpenedApp, features: TrainingOptions['features'] = 'backbone'): Promise<RunId> {
  const { training } = app.services;
  const minutes = features === 'pixels' ? 0.1 : 0.04;
  await training.start({ ...defaultOptions('quick'), startFrom: 'scratch', features, minutes });
  const run = await training.ended();
  if (run?.status !== 'finished') throw new Error(`the run ended as ${run?.status}: ${run?.error}`);
  await training.use(run.id);
  return run.id;
}
