// Learns in the feature space of a backbone: each photo becomes a vector once, then small networks are trained over
// vectors.

import type { InstalledBackbone } from '../db/registry.ts';
import { readablePath } from '../library/open-library.ts';
import { extractFeatures } from '../training-data/extract-features.ts';
import { lesson, restartingTrainer, noticeMissingPhotos } from './learn.ts';
import type { Learned, LearnParts } from './learn.ts';

export async function learnOnBackbone(parts: LearnParts, backbone: InstalledBackbone): Promise<Learned> {
  const { library, options, snapshot, imaging, live, signal } = parts;
  const trainer = restartingTrainer(parts);
  live.advance({ stage: 'extracting' });
  const { ids, features } = await extractFeatures({
    imaging,
    trainer,
    backbone,
    signal,
    libraryDir: library.dir,
    pathOf: (id) => readablePath(library, id),
    photos: snapshot.photos,
    device: options.device,
    onProgress: live.read,
  });
  noticeMissingPhotos(parts, ids);
  live.advance({ stage: 'preparing', photosPerSecond: null, photos: null });
  const reply = await trainer.request(
    { kind: 'train-on-features', features, ...lesson(parts, ids) },
    { onEvent: (message) => parts.onTrainerEvent(message, ids, { features: 'backbone', backbone }) },
  );
  return { ids, reply };
}
