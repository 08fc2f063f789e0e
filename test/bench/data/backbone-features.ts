// Feature vectors of the cats-and-dogs photos by a backbone, extracted once and kept where the caller wants them.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureFile, TrainerReplies } from '../../../src/engine/messages.ts';
import type { ListeningTrainer } from '../../engine/trainer-with.ts';
import type { BackboneInfo } from '../../../src/shared/training.ts';
import { requireTestData } from '../../fixtures/test-data.ts';
import { readCatsDogs } from './cats-dogs.ts';
import { packPictures, type LabelledPictures } from './labelled-pictures.ts';

export interface Features {
  file: FeatureFile;
  labels: Int32Array;
}

/** `cache`: folder in which features of an earlier run may lie; `scratch` is used when it is null. */
export async function readFeatures(
  trainer: ListeningTrainer,
  folder: string,
  cache: string | null,
  scratch: string,
): Promise<Record<'pool' | 'test', Features>> {
  const backbone = { path: folder };
  const info = (await trainer.handle({ kind: 'open-backbone', backbone })) as BackboneInfo;
  const kept = join(cache ?? scratch, info.sha256.slice(0, 16));
  mkdirSync(kept, { recursive: true });
  const paths = (name: string) => ({ features: join(kept, `${name}.f32`), labels: join(kept, `${name}.labels`) });

  async function extract(name: 'pool' | 'test', pictures: LabelledPictures): Promise<void> {
    const began = performance.now();
    const pixels = packPictures(join(scratch, 'pixels.u8'), pictures);
    const request = { kind: 'extract', backbone, pixels, device: 'auto' } as const;
    const { features } = (await trainer.handle(request)) as TrainerReplies['extract'];
    rmSync(pixels.path);
    const photosPerSecond = pictures.count / ((performance.now() - began) / 1000);
    console.error(`${info.name}: ${pictures.count} photos, ${photosPerSecond.toFixed(0)} a second`);
    writeFileSync(paths(name).labels, Uint8Array.from(pictures.labels));
    writeFileSync(paths(name).features, features);
  }

  function read(name: 'pool' | 'test'): Features {
    const labels = Int32Array.from(readFileSync(paths(name).labels));
    const rows = Int32Array.from(labels.keys());
    return { file: { path: paths(name).features, length: info.features, rows, backbone: info.sha256 }, labels };
  }

  if (!existsSync(paths('pool').features) || !existsSync(paths('test').features)) {
    const { pool, test } = await readCatsDogs(requireTestData('cats-dogs-10k.tar'), info.inputPx);
    await extract('test', test);
    await extract('pool', pool);
  }
  return { pool: read('pool'), test: read('test') };
}
