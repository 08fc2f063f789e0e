// Feature vectors of the cats-and-dogs photos by a backbone, extracted once and kept where the caller wants them.

import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createExtractor } from '../../../src/engine/extractor.ts';
import type { ExtractorReplies, ExtractorRequest, FeatureFile } from '../../../src/engine/messages.ts';
import { requireTestData } from '../../fixtures/test-data.ts';
import { withCatsDogs, type LabelledFile } from './cats-dogs.ts';

export interface Features {
  file: FeatureFile;
  labels: Int32Array;
}

/**
 * `network`: an ONNX file, or the folder of a TensorFlow.js model. `cache`: where features of an earlier run may lie;
 * `scratch` is used when it is null.
 */
export async function readFeatures(
  network: string,
  cache: string | null,
  scratch: string,
): Promise<Record<'pool' | 'test', Features>> {
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

  async function extract(name: 'pool' | 'test', files: readonly LabelledFile[]): Promise<void> {
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

  function read(name: 'pool' | 'test'): Features {
    const labels = Int32Array.from(readFileSync(paths(name).labels));
    const rows = Int32Array.from(labels.keys());
    return { file: { path: paths(name).features, length: info.features, rows, backbone: info.sha256 }, labels };
  }

  if (!existsSync(paths('pool').labels) || !existsSync(paths('test').labels)) {
    await withCatsDogs(requireTestData('cats-dogs-10k.tar'), async ({ pool, test }) => {
      await extract('test', test);
      await extract('pool', pool);
    });
  }
  await extractor.close();
  return { pool: read('pool'), test: read('test') };
}
