// A library with rows for photos and drawn vectors for features, and the piles service over a real engine.

import { resolve } from 'node:path';
import { afterAll } from 'vitest';
import { createEventBus } from '../../../src/main/events.ts';
import { createExplorer } from '../../../src/main/explorer/explorer.ts';
import type { PhotoFeatures } from '../../../src/main/features/feature-service.ts';
import { createPilesService } from '../../../src/main/piles/piles.ts';
import type { PilesState, SortedPiles } from '../../../src/shared/piles.ts';
import type { FeatureState, PhotoId } from '../../../src/shared/types.ts';
import { blobs } from '../../engine/exploring/blobs.ts';
import { sampleDatabase, temporaryFolder } from '../db/sample-photos.ts';

const entry = resolve(import.meta.dirname, '../../../src/engine/entry.ts');
/** One for all tests of a file: it takes seconds to load TensorFlow. */
const explorer = createExplorer({ node: process.execPath, entry });
afterAll(() => explorer.rest());

/** `sizes[g]` photos of each group, group after group; the network has looked at all of them. */
export function sortedLibrary(sizes: number[], spread?: number) {
  const { features: file, groupOf } = blobs(temporaryFolder(), sizes, spread);
  const { db, ids } = sampleDatabase(groupOf.length);
  const events = createEventBus();
  const open = { db, folder: '/photos', name: 'photos', dir: '/library' };
  const library = { current: open as typeof open | null, require: () => open };
  let looked: FeatureState = { status: 'ready', photos: ids.length };
  let vectors: PhotoFeatures | null = { ids, features: file };
  const questions: { among: number | null; piles: number | null }[] = [];
  const piles = createPilesService({
    library,
    features: { state: () => looked, now: async () => vectors },
    explorer: {
      ask(request, options) {
        if (request.kind === 'find-piles') {
          questions.push({ among: request.among?.length ?? null, piles: request.piles });
        }
        return explorer.ask(request, options);
      },
    },
    events,
  });

  return {
    db,
    ids,
    piles,
    library,
    /** What the engine was asked. */
    questions,
    groupOf: (id: PhotoId) => groupOf[ids.indexOf(id)],
    /** The network has looked at the first so many photos. */
    lookedAt(count: number, state: FeatureState = { status: 'ready', photos: count }) {
      looked = state;
      const rows = file.rows.slice(0, count);
      vectors = count === 0 ? null : { ids: ids.slice(0, count), features: { ...file, rows } };
    },
    /** The state when the photos are sorted. */
    async sorted(): Promise<SortedPiles> {
      const changed = new Promise<void>((done) => {
        const stop = events.subscribe(({ name }) => {
          if (name !== 'piles.changed') return;
          stop();
          done();
        });
      });
      const now = await piles.state();
      if (now.status === 'looking') await changed;
      return expectSorted(await piles.state());
    },
  };
}

export function expectSorted(state: PilesState): SortedPiles {
  if (state.status !== 'ready') throw new Error(`The photos are not sorted: ${JSON.stringify(state)}`);
  return state;
}
