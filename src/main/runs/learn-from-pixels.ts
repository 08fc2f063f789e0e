// Learns from the photos' own pixels: packs them, then trains networks over pictures.

import { lesson, restartingTrainer, noticeMissingPhotos } from './learn.ts';
import type { Learned, LearnParts } from './learn.ts';
import type { PhotoId } from '../../shared/types.ts';
import { readablePath } from '../library/open-library.ts';
import { findChannels } from '../training-data/kind-of-pictures.ts';
import { packPixels } from '../training-data/packed-pixels.ts';
import type { PixelPack } from '../training-data/packed-pixels.ts';
import { sizeFor } from '../../shared/presets.ts';

export async function learnFromPixels(parts: LearnParts): Promise<Learned> {
  const { options, live } = parts;
  const { ids, ...pixels } = await pack(parts);
  noticeMissingPhotos(parts, ids);
  live.advance({ stage: 'preparing', photosPerSecond: null, photos: null });
  const { preset, mirror } = options;
  const { sizePx, channels } = pixels;
  const reply = await restartingTrainer(parts).request(
    { kind: 'train', pixels, preset, mirror, ...lesson(parts, ids) },
    { onEvent: (message) => parts.onTrainerEvent(message, ids, { features: 'pixels', sizePx, channels }) },
  );
  return { ids, reply };
}

async function pack({ library, options, snapshot, startFrom, imaging, live, signal }: LearnParts): Promise<PixelPack> {
  live.advance({ stage: 'packing' });
  const pathOf = (id: PhotoId) => readablePath(library, id);
  const order = { imaging, pathOf, libraryDir: library.dir, photos: snapshot.photos, signal };
  const before = startFrom?.note.features === 'pixels' ? startFrom.note.channels : undefined;
  const channels = { auto: before, grey: 1 as const, rgb: 3 as const }[options.colour] ?? (await findChannels(order));
  return packPixels({ ...order, sizePx: sizeFor(options.preset, channels), channels, onProgress: live.read });
}
