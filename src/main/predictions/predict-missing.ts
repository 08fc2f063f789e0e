// Lets a finished model judge the library's photos that came after it, so that a prediction of every photo can be had
// without training again.

import type { Prediction } from '../../engine/messages.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { libraryAccuracy } from '../../shared/training.ts';
import type { PhotoId, RunId } from '../../shared/types.ts';
import { findFault } from '../backbone/model-folder.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import { getRun } from '../db/runs.ts';
import { photosByPrediction } from '../db/readable-photos.ts';
import type { ReadablePhoto } from '../db/readable-photos.ts';
import type { Engine } from '../engine-host/engine.ts';
import type { FeatureService } from '../features/feature-service.ts';
import { readablePath } from '../library/open-library.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { packPixels } from '../training-data/packed-pixels.ts';
import type { ModelInput } from '../runs/run-folder.ts';
import { modelInUse } from './model-in-use.ts';
import type { ModelInUse } from './model-in-use.ts';
import { storePredictions } from './store.ts';

export interface PredictParts {
  imaging: Engine;
  trainer: Engine;
  features: Pick<FeatureService, 'of'>;
  onProgress?: ((done: number, total: number) => void) | undefined;
  /** Rejects with 'cancelled' then; nothing is stored of what was not finished. */
  signal?: AbortSignal;
}

export interface Predicted {
  run: RunId;
  /** Photos judged now; the run had judged all others before. */
  added: number;
}

/**
 * How likely predictions are wrong is told by how doubtful a run is of many photos: beside a few new ones, so many that
 * it has judged are asked about again.
 */
const BESIDE = 200;

/** Afterwards the active run has judged every readable photo. Throws 'not-found' when there is no model to ask. */
export async function predictMissing(library: OpenLibrary, parts: PredictParts): Promise<Predicted> {
  const { db } = library;
  const model = modelInUse(library);
  const { run, note } = model;
  const { missing, judged: before } = await photosByPrediction(db, run);
  if (missing.length === 0) return { run, added: 0 };
  const step = Math.max(1, Math.floor(before.length / BESIDE));
  const beside = before.filter((_, i) => i % step === 0);

  const { signal = new AbortController().signal } = parts;
  const request: Ask = { ...parts, signal, library, model, photos: [...missing, ...beside] };
  const judged = await (note.features === 'pixels'
    ? judgePixels(request, note)
    : judgeFeatures(request, note.backbone));
  if (signal.aborted) throw new WhiskerError('cancelled', 'Predicting was stopped.');
  const asked = new Set(missing.map(({ id }) => id));
  await storePredictions(
    db,
    run,
    { ...judged, classIds: note.classIds, heldOut: libraryAccuracy(getRun(db, run)) },
    (id) => asked.has(id),
  );
  return { run, added: judged.photoIds.filter((id) => asked.has(id)).length };
}

interface Ask extends PredictParts {
  library: OpenLibrary;
  model: ModelInUse;
  photos: ReadablePhoto[];
  signal: AbortSignal;
}

interface Judged extends Prediction {
  photoIds: PhotoId[];
}

type PixelInput = Extract<ModelInput, { features: 'pixels' }>;

async function judgePixels(
  { library, model, photos, imaging, trainer, onProgress, signal }: Ask,
  { sizePx, channels }: PixelInput,
): Promise<Judged> {
  const { ids, ...pixels } = await packPixels({
    imaging,
    photos,
    sizePx,
    channels,
    signal,
    libraryDir: library.dir,
    pathOf: (id) => readablePath(library, id),
    ...(onProgress && { onProgress }),
  });
  const request = { kind: 'predict', pixels, modelDir: model.dir, device: 'auto' } as const;
  return { photoIds: ids, ...(await trainer.request(request, { signal })) };
}

async function judgeFeatures(
  { model, photos, trainer, features: vectors, onProgress, signal }: Ask,
  backbone: InstalledBackbone,
): Promise<Judged> {
  const fault = await findFault(backbone);
  if (fault !== null) throw new WhiskerError('bad-input', fault, 'Put it back, or train again without it.');
  const { ids, features } = await vectors.of(photos, {
    network: backbone,
    signal,
    onProgress,
  });
  const request = { kind: 'predict-features', features, modelDir: model.dir, device: 'auto' } as const;
  return { photoIds: ids, ...(await trainer.request(request, { signal })) };
}
