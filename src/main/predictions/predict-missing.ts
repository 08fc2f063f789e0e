// Lets a finished model judge photos that came after it, so that a prediction of every photo can be had without
// training again.

import type { Prediction } from '../../engine/messages.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { libraryAccuracy } from '../../shared/training.ts';
import type { PhotoId, RunId } from '../../shared/types.ts';
import { findFault } from '../backbone/model-folder.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { activeRun, getRun } from '../db/runs.ts';
import { photosWithoutPrediction } from '../db/readable-photos.ts';
import type { ReadablePhoto } from '../db/readable-photos.ts';
import type { Engine } from '../engine-host/engine.ts';
import type { FeatureService } from '../features/feature-service.ts';
import { readablePath } from '../library/open-library.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { packPixels } from '../training-data/packed-pixels.ts';
import { storePredictions } from './store.ts';
import { modelFolder, readNote } from '../runs/run-folder.ts';
import type { ModelInput } from '../runs/run-folder.ts';

export interface PredictParts {
  imaging: Engine;
  trainer: Engine;
  features: Pick<FeatureService, 'of'>;
  onProgress: ((done: number, total: number) => void) | undefined;
}

export interface Predicted {
  run: RunId;
  /** Photos judged now; the run had judged all others before. */
  added: number;
}

/** Afterwards the active run has judged every readable photo. Throws 'not-found' when there is no model to ask. */
export async function predictMissing(library: OpenLibrary, parts: PredictParts): Promise<Predicted> {
  const { db, dir } = library;
  const runId = activeRun(db);
  if (runId === null)
    throw new WhiskerError('not-found', 'Nothing has been trained on these photos yet.', 'Train first.');
  const photos = await photosWithoutPrediction(db, runId);
  if (photos.length === 0) return { run: runId, added: 0 };
  const note = readNote(dir, runId);
  if (note === null)
    throw new WhiskerError('not-found', `The model of training run ${runId} is no longer there.`, 'Train again.');

  const request: Ask = { ...parts, library, runId, photos };
  const judged = await (note.features === 'pixels'
    ? judgePixels(request, note)
    : judgeFeatures(request, note.backbone));
  await storePredictions(db, runId, {
    ...judged,
    classIds: note.classIds,
    heldOut: libraryAccuracy(getRun(db, runId)),
  });
  return { run: runId, added: judged.photoIds.length };
}

interface Ask extends PredictParts {
  library: OpenLibrary;
  runId: RunId;
  photos: ReadablePhoto[];
}

interface Judged extends Prediction {
  photoIds: PhotoId[];
}

type PixelInput = Extract<ModelInput, { features: 'pixels' }>;

async function judgePixels(
  { library, runId, photos, imaging, trainer, onProgress }: Ask,
  { sizePx, channels }: PixelInput,
): Promise<Judged> {
  const { ids, ...pixels } = await packPixels({
    imaging,
    photos,
    sizePx,
    channels,
    signal: new AbortController().signal,
    libraryDir: library.dir,
    pathOf: (id) => readablePath(library, id),
    ...(onProgress && { onProgress }),
  });
  const modelDir = modelFolder(library.dir, runId);
  return { photoIds: ids, ...(await trainer.request({ kind: 'predict', pixels, modelDir, device: 'auto' })) };
}

async function judgeFeatures(
  { library, runId, photos, trainer, features: vectors, onProgress }: Ask,
  backbone: InstalledBackbone,
): Promise<Judged> {
  const fault = await findFault(backbone);
  if (fault !== null) throw new WhiskerError('bad-input', fault, 'Put it back, or train again without it.');
  const { ids, features } = await vectors.of(photos, {
    network: backbone,
    signal: new AbortController().signal,
    onProgress,
  });
  const modelDir = modelFolder(library.dir, runId);
  const request = { kind: 'predict-features', features, modelDir, device: 'auto' } as const;
  return { photoIds: ids, ...(await trainer.request(request)) };
}
