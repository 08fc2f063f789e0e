// Lets a finished model judge photos that came after it, so that a prediction of every photo can be had without training again.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainReply } from '../../engine/messages.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { RunId } from '../../shared/types.ts';
import { activeRun, getRun } from '../db/runs.ts';
import { photosWithoutPrediction } from '../db/snapshot.ts';
import type { Engine } from '../engine-host/engine.ts';
import type { OpenLibrary } from '../library/library.ts';
import { packPixels } from './pixels.ts';
import { heldOutScore, storePredictions } from './predictions.ts';
import { modelFolder, readNote, runFolder } from './run-folder.ts';

export interface PredictParts {
  imaging: Engine;
  trainer: Engine;
  onProgress: ((done: number, total: number) => void) | undefined;
}

export interface Predicted {
  run: RunId;
  /** Photos judged now; the run had judged all others before. */
  added: number;
}

/** Afterwards the active run has judged every readable photo. Throws 'not-found' when there is no model to ask. */
export async function predictMissing({ db, dir, folder }: OpenLibrary, parts: PredictParts): Promise<Predicted> {
  const runId = activeRun(db);
  if (runId === null)
    throw new WhiskerError('not-found', 'Nothing has been trained on these photos yet.', 'Train first.');
  const photos = await photosWithoutPrediction(db, runId);
  if (photos.length === 0) return { run: runId, added: 0 };
  const note = readNote(dir, runId);
  if (note === null)
    throw new WhiskerError('not-found', `The model of training run ${runId} is no longer there.`, 'Train again.');

  const { imaging, trainer, onProgress } = parts;
  const packDir = join(runFolder(dir, runId), 'newcomers');
  try {
    const { sizePx, channels, active, classIds } = note;
    const { signal } = new AbortController();
    const { ids, ...pixels } = await packPixels({
      imaging,
      dir: packDir,
      folder,
      photos,
      sizePx,
      channels,
      signal,
      ...(onProgress && { onProgress }),
    });
    const modelDir = modelFolder(dir, runId);
    const ask = async (network: TrainReply['active']) =>
      (await trainer.request({ kind: 'predict', pixels, modelDir, device: 'auto', network })).probabilities;
    await storePredictions(db, runId, {
      photoIds: ids,
      classIds,
      probabilities: await ask(active),
      // A run that was stopped early may have no SSGAN to ask; the labels-only network is always there.
      otherProbabilities: active === 'ssgan' ? await ask('labels-only') : null,
      heldOut: heldOutScore(getRun(db, runId).receipt, active),
    });
    return { run: runId, added: ids.length };
  } finally {
    await rm(packDir, { recursive: true, force: true });
  }
}
