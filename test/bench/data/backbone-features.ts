// Feature vectors of labelled photos by a backbone, extracted once and kept where the caller wants them: cats and dogs,
// digits, and the sample library.

import { hash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createExtractor } from '../../../src/engine/extractor.ts';
import { drawSample, sampleName, samplePets } from '../../../src/engine/imaging/sample/draw-sample.ts';
import type { ExtractorReplies, ExtractorRequest, FeatureFile } from '../../../src/engine/messages.ts';
import { cacheFolder } from '../../../src/files/cache-folder.ts';
import { requireTestData } from '../../fixtures/test-data.ts';
import { withCatsDogs, type LabelledFile } from './cats-dogs.ts';
import { readMnist } from './mnist.ts';

export interface Features {
  file: FeatureFile;
  labels: Int32Array;
}

/** Of the 10,000 test digits. */
const DIGITS = 5000;

/** Where vectors come from and lie: a network, and a folder of an earlier run or one that goes with this run. */
export interface FeaturePlace {
  /** An ONNX file, or the folder of a TensorFlow.js model. */
  network: string;
  cache: string | null;
  scratch: string;
}

/** The network that the app uses by itself. */
export const networkOfSetUp = join(cacheFolder(), 'networks', 'efficientnet-lite2', 'model.onnx');

/** 2,000 photos by the name of the case. */
export const twoThousand: Record<string, { classes: number; read: (place: FeaturePlace) => Promise<Features> }> = {
  'cats-dogs': { classes: 2, read: (place) => readTestPhotos(place) },
  digits: { classes: 10, read: (place) => readDigits(place, 2000) },
};

type Extract = (name: string, files: readonly LabelledFile[]) => Promise<void>;

/** Cats and dogs to learn from and to test on. */
export async function readFeatures(place: FeaturePlace): Promise<Record<'pool' | 'test', Features>> {
  const [pool, test] = await read(place, ['pool', 'test'], (extract) =>
    withCatsDogs(requireTestData('cats-dogs-10k.tar'), async (photos) => {
      await extract('test', photos.test);
      await extract('pool', photos.pool);
    }),
  );
  if (!pool || !test) throw new Error('There are no features of cats and dogs.');
  return { pool, test };
}

/** The test photos alone. */
export async function readTestPhotos(place: FeaturePlace): Promise<Features> {
  const [test] = await read(place, ['test'], (extract) =>
    withCatsDogs(requireTestData('cats-dogs-10k.tar'), (photos) => extract('test', photos.test)),
  );
  if (!test) throw new Error('There are no features of cats and dogs.');
  return test;
}

/** Digits of MNIST of ten kinds, 5,000 unless fewer are enough. */
export const readDigits = (place: FeaturePlace, most = DIGITS): Promise<Features> =>
  readFolder(place, most === DIGITS ? 'digits' : `digits-${most}`, async (folder) => {
    const { pixels, labels, sizePx } = readMnist(requireTestData('mnist'), 't10k');
    const bytes = sizePx * sizePx;
    const files: LabelledFile[] = [];
    for (const [i, label] of labels.subarray(0, most).entries()) {
      const path = join(folder, `${i}.png`);
      const raw = { width: sizePx, height: sizePx, channels: 1 } as const;
      await sharp(pixels.subarray(i * bytes, (i + 1) * bytes), { raw })
        .png()
        .toFile(path);
      files.push({ path, label });
    }
    return files;
  });

/** The sample library: cats are 0, dogs 1. */
export const readSample = (place: FeaturePlace): Promise<Features> =>
  readFolder(place, 'sample', async (folder) => {
    await drawSample({ kind: 'draw-sample', folder });
    return samplePets.map((pet, i) => ({ path: join(folder, sampleName(i)), label: pet === 'cat' ? 0 : 1 }));
  });

async function readFolder(
  place: FeaturePlace,
  name: string,
  fill: (folder: string) => Promise<LabelledFile[]>,
): Promise<Features> {
  const [features] = await read(place, [name], async (extract) => {
    const folder = mkdtempSync(join(tmpdir(), 'whisker-photos-'));
    try {
      await extract(name, await fill(folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
  if (!features) throw new Error(`There are no features of the ${name}.`);
  return features;
}

/** The sets of those names; `make` extracts them where one is missing. */
async function read(
  { network, cache, scratch }: FeaturePlace,
  names: readonly string[],
  make: (extract: Extract) => Promise<void>,
): Promise<Features[]> {
  const extractor = createExtractor();
  const backbone = { path: network };
  const info = await ask({ kind: 'open-backbone', backbone });
  const kept = join(cache ?? scratch, info.sha256.slice(0, 16));
  mkdirSync(kept, { recursive: true });
  const paths = (name: string) => ({ features: join(kept, `${name}.f32`), labels: join(kept, `${name}.labels`) });

  /** An engine answers each request with its own reply. */
  async function ask<R extends ExtractorRequest>(request: R): Promise<ExtractorReplies[R['kind']]> {
    return (await extractor.handle(request, () => {})) as ExtractorReplies[R['kind']];
  }

  async function extract(name: string, files: readonly LabelledFile[]): Promise<void> {
    const began = performance.now();
    const file = paths(name).features;
    writeFileSync(file, '');
    const photos = files.map(({ path }) => ({ path, sha256: hash('sha256', readFileSync(path)) }));
    const { rows } = await ask({ kind: 'extract', backbone, photos, file, firstRow: 0, device: 'auto' });
    const photosPerSecond = rows.length / ((performance.now() - began) / 1000);
    console.error(`${info.name}: ${rows.length} photos, ${photosPerSecond.toFixed(0)} a second`);
    // In the order of the files, so that a seed means the same photos everywhere.
    const bytes = readFileSync(file);
    const rowBytes = info.features * Float32Array.BYTES_PER_ELEMENT;
    const inOrder = rows.map(({ index }, row) => ({ index, row })).sort((a, b) => a.index - b.index);
    const sorted = inOrder.map(({ row }) => bytes.subarray(row * rowBytes, (row + 1) * rowBytes));
    writeFileSync(file, Buffer.concat(sorted));
    writeFileSync(
      paths(name).labels,
      Uint8Array.from(inOrder, ({ index }) => files[index]?.label ?? 0),
    );
  }

  function readOne(name: string): Features {
    const labels = Int32Array.from(readFileSync(paths(name).labels));
    const rows = Int32Array.from(labels.keys());
    return { file: { path: paths(name).features, length: info.features, rows, backbone: info.sha256 }, labels };
  }

  if (!names.every((name) => existsSync(paths(name).labels))) await make(extract);
  await extractor.close();
  return names.map(readOne);
}
