// Learns in the feature space of a backbone: each photo becomes a vector once, then small networks are trained over
// vectors.

import type { InstalledBackbone } from '../db/registry.ts';
import { lesson, restartingTrainer, noticeMissingPhotos } from './learn.ts';
import type { Learned, LearnParts } from './learn.ts';

export async function learnOnBackbone(parts: LearnParts, backbone: InstalledBackbone): Promise<Learned> {
  const { options, snapshot, live, signal } = parts;
  live.advance({ stage: 'extracting' });
  const { ids, features } = await parts.features.of(snapshot.photos, {
    network: backbone,
    // The photos are looked at here, also where another computer trains.
    device: options.computer === undefined ? options.device : 'auto',
    signal,
    onProgress: live.read,
  });
  noticeMissingPhotos(parts, ids);
  live.advance({ stage: 'preparing', photosPerSecond: null, photos: null });
  const reply = await restartingTrainer(parts).request(
    { kind: 'train-on-features', features, ...lesson(parts, ids) },
    { onEvent: (message) => parts.onTrainerEvent(message, ids, { features: 'backbone', backbone }) },
  );
  return { ids, reply };
}
