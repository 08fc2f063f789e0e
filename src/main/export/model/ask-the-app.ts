// What Whisker itself says of some photos with a run's model, and the pixels that the exported model is asked about.
// It is what the app does for a prediction, without its caches: the photos are decoded anew.

import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureFile, PixelFile } from '../../../engine/messages.ts';
import type { Engine } from '../../engine-host/engine.ts';
import type { ModelNote } from '../../runs/run-folder.ts';
import type { LocatedPhoto } from '../../training-data/pack-batch.ts';

export interface AskOrder {
  photos: LocatedPhoto[];
  note: ModelNote;
  modelDir: string;
  /** For the pixels and vectors, which are not kept. */
  scratch: string;
  engines: Record<'imaging' | 'extractor' | 'trainer', Engine>;
  signal: AbortSignal;
}

export interface AppSaid {
  /** Bytes in three colours, of the side that the model takes. */
  pixels: PixelFile;
  /** [pixels.count, K] row-major. */
  probabilities: Float32Array;
}

/** Photos that can't be decoded are left out. */
export async function askTheApp(order: AskOrder): Promise<AppSaid> {
  const { note } = order;
  const sizePx = note.features === 'pixels' ? note.sizePx : note.backbone.info.inputPx;
  const colour = await packed(order, 'colour', sizePx, 3);
  if (note.features === 'pixels') {
    const seen = note.channels === 3 ? colour : await packed(order, 'grey', sizePx, 1);
    const common = inCommon(colour.places, seen.places);
    const pixels = pixelFile(colour, common);
    const { modelDir, engines, signal } = order;
    const request = { kind: 'predict', pixels: pixelFile(seen, common), modelDir, device: 'cpu' } as const;
    return { pixels, probabilities: (await engines.trainer.request(request, { signal })).probabilities };
  }
  const { features, places } = await lookedAt(order, note.backbone);
  const common = inCommon(colour.places, places);
  const { modelDir, engines, signal } = order;
  const rows = Int32Array.from(common, (photo) => places.get(photo) ?? 0);
  const request = { kind: 'predict-features', features: { ...features, rows }, modelDir, device: 'cpu' } as const;
  const { probabilities } = await engines.trainer.request(request, { signal });
  return { pixels: pixelFile(colour, common), probabilities };
}

/** Place among the photos -> row of the file. */
type Places = ReadonlyMap<number, number>;

interface PackedFile extends Omit<PixelFile, 'rows' | 'count'> {
  places: Places;
}

async function packed(
  { photos, scratch, engines, signal }: AskOrder,
  name: string,
  sizePx: number,
  channels: 1 | 3,
): Promise<PackedFile> {
  const path = emptyFile(join(scratch, name));
  const request = { kind: 'pack', photos, sizePx, channels, file: path, firstRow: 0 } as const;
  const { rows } = await engines.imaging.request(request, { signal });
  return { path, sizePx, channels, places: new Map(rows.map(({ index }, row) => [index, row])) };
}

async function lookedAt(
  { photos, scratch, engines, signal }: AskOrder,
  { path, info }: Extract<ModelNote, { features: 'backbone' }>['backbone'],
): Promise<{ features: Omit<FeatureFile, 'rows'>; places: Places }> {
  const file = emptyFile(join(scratch, 'vectors'));
  const backbone = { path, inputRange: info.inputRange };
  const request = { kind: 'extract', backbone, photos, file, firstRow: 0, device: 'cpu' } as const;
  const { rows, backbone: found } = await engines.extractor.request(request, { signal });
  return {
    features: { path: file, length: found.features, backbone: found.sha256 },
    places: new Map(rows.map(({ index }, row) => [index, row])),
  };
}

const inCommon = (one: Places, other: Places): number[] =>
  [...one.keys()].filter((photo) => other.has(photo)).sort((a, b) => a - b);

const pixelFile = ({ places, ...file }: PackedFile, photos: readonly number[]): PixelFile => ({
  ...file,
  count: photos.length,
  rows: Int32Array.from(photos, (photo) => places.get(photo) ?? 0),
});

function emptyFile(path: string): string {
  closeSync(openSync(path, 'w'));
  return path;
}
