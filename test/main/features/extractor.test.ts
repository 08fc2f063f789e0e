// What becomes of photos when the process that looks at them ends: the one at fault costs itself, and a network that is
// at fault is named.

import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createExtractor } from '../../../src/main/features/extractor.ts';
import { openFeatureStore } from '../../../src/main/training-data/feature-store.ts';
import type { BackboneInfo } from '../../../src/shared/training.ts';
import type { PhotoId } from '../../../src/shared/types.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

// What the engine that stands in says of every network.
const info: BackboneInfo = {
  ...{ name: 'fake', format: 'layers', sha256: 'b'.repeat(64), inputRange: 'zero-to-one' },
  ...{ inputPx: 32, features: 2, bytes: 1, takenFrom: 'pool' },
};
const sha = (n: number) => n.toString(16).padStart(64, '0');

/** Looks at photos with these names; returns which of them have a vector. */
async function extract(names: string[]): Promise<string[]> {
  const fake = join(import.meta.dirname, '../../fakes/engine-entry.ts');
  const extractor = createExtractor({ node: process.execPath, entry: fake });
  const store = await openFeatureStore(temporaryFolder(), info);
  onTestFinished(async () => {
    await extractor.rest();
    await store.close();
  });
  const photos = names.map((_, n) => ({ id: n as PhotoId, sha256: sha(n) }));
  await extractor.extract(photos, {
    ...{ network: { path: '/networks/fake', info }, store, device: 'auto' },
    pathOf: async (id) => names[id] ?? null,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  return names.filter((_, n) => store.rowOf(sha(n)) !== undefined);
}

test('photos that take the process down cost themselves, wherever they stand', async () => {
  expect(await extract(['a', 'crash 1', 'b', 'crash 2', 'c'])).toEqual(['a', 'b', 'c']);
});

test('when photo after photo takes it down, it is the network that is named', async () => {
  const names = Array.from({ length: 16 }, (_, n) => `crash ${n}`);
  await expect(extract(names)).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining("The network fake can't be used here. The extractor process ended unexpectedly"),
  });
});
