import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { prepare } from '../../../src/main/db/open.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { createEventBus } from '../../../src/main/events.ts';
import { createExplorer } from '../../../src/main/explorer/explorer.ts';
import type { PhotoFeatures } from '../../../src/main/features/feature-service.ts';
import { readLayout, writeLayout } from '../../../src/main/map/layout-file.ts';
import { createMapService } from '../../../src/main/map/map.ts';
import type { LaidOutPhotos, MapState } from '../../../src/shared/map.ts';
import type { ClassId, FeatureState, PhotoId } from '../../../src/shared/types.ts';
import { blobs } from '../../engine/exploring/blobs.ts';
import { addRun, sampleDatabase, setMissing, temporaryFolder } from '../db/sample-photos.ts';
import '../../fixtures/needs-tensorflow.ts';

const entry = resolve(import.meta.dirname, '../../../src/engine/entry.ts');
const explorer = createExplorer({ node: process.execPath, entry });
afterAll(() => explorer.rest());

/** A library of three kinds of photos; the network has looked at all of them unless told otherwise. */
function mappedLibrary(sizes = [30, 30, 30]) {
  const { features: file, groupOf } = blobs(temporaryFolder(), sizes);
  const { db, ids } = sampleDatabase(groupOf.length);
  const open = { db, folder: '/photos', name: 'photos', dir: temporaryFolder() };
  let looked: FeatureState = { status: 'ready', photos: ids.length };
  let vectors: PhotoFeatures | null = { ids, features: file };
  const asked: string[] = [];
  const logged: [level: string, text: string, detail: string][] = [];
  /** As it is opened in a process of its own. */
  const opened = () => {
    const events = createEventBus();
    const library = { current: { ...open } as typeof open | null, require: () => library.current! };
    const fractions: (number | null)[] = [];
    events.subscribe(({ name, payload }) => name === 'map.changed' && fractions.push(payload.fraction));
    const map = createMapService({
      library,
      features: { state: () => looked, now: async () => vectors },
      explorer: {
        ask(request, options) {
          if (request.kind === 'lay-out') asked.push(request.known ? 'beside' : request.method);
          return explorer.ask(request, options);
        },
      },
      events,
      log: (level, text, detail = '') => logged.push([level, text, detail]),
    });
    return {
      map,
      fractions,
      /** Asks until nothing is under way. */
      async whole(): Promise<LaidOutPhotos> {
        for (;;) {
          const state = await map.state();
          if (state.status === 'ready' && state.fraction === null && state.method === 'alike') return state;
          if (state.status === 'failed') throw new Error(state.failure.message);
          await new Promise((later) => setTimeout(later, 20));
        }
      },
    };
  };
  return {
    ...{ db, ids, dir: open.dir, asked, logged, opened, groupOf },
    lookedAt(count: number, state: FeatureState = { status: 'ready', photos: count }) {
      looked = state;
      vectors =
        count === 0 ? null : { ids: ids.slice(0, count), features: { ...file, rows: file.rows.slice(0, count) } };
    },
  };
}

const placeOf = ({ ids, places }: LaidOutPhotos, id: PhotoId) =>
  places.slice(2 * ids.indexOf(id), 2 * ids.indexOf(id) + 2);

test('a first look shows a quick map at once, and then one by what is alike, telling how far it is', async () => {
  const library = mappedLibrary();
  const { map, whole, fractions } = library.opened();
  expect(await map.state()).toEqual({ status: 'looking' });
  const state = await whole();
  expect(library.asked).toEqual(['quick', 'alike']);
  expect(state.ids).toEqual(library.ids);
  expect(state.places).toHaveLength(2 * library.ids.length);
  expect(state.places.every((value) => Math.abs(value) <= 1)).toBe(true);
  expect(fractions.at(-1)).toBeNull();
}, 60_000);

test('opened again it is the same map at once, and nothing is laid out', async () => {
  const library = mappedLibrary();
  const first = await library.opened().whole();
  library.asked.length = 0;
  expect(await library.opened().map.state()).toEqual(first);
  expect(library.asked).toEqual([]);
}, 60_000);

test('photos that come later are put beside their kind, and no other moves', async () => {
  const library = mappedLibrary();
  // Of the last kind five are there.
  library.lookedAt(65);
  const before = await library.opened().whole();
  library.asked.length = 0;
  library.lookedAt(90);
  const after = await library.opened().whole();
  expect(library.asked).toEqual(['beside']);
  for (const id of before.ids) expect(placeOf(after, id)).toEqual(placeOf(before, id));
  const third = library.ids.filter((_, i) => library.groupOf[i] === 2);
  const other = library.ids.filter((_, i) => library.groupOf[i] !== 2);
  const away = (one: PhotoId, two: PhotoId) =>
    Math.hypot(...placeOf(after, one).map((value, axis) => value - placeOf(after, two)[axis]!));
  for (const id of third.slice(5)) {
    const nearest = (ids: PhotoId[]) => Math.min(...ids.map((one) => away(id, one)));
    expect(nearest(third.slice(0, 5))).toBeLessThan(nearest(other));
  }
}, 60_000);

test('when most came later, all are laid out anew', async () => {
  const library = mappedLibrary();
  library.lookedAt(40);
  await library.opened().whole();
  library.asked.length = 0;
  library.lookedAt(90);
  expect((await library.opened().whole()).ids).toHaveLength(90);
  expect(library.asked).toEqual(['alike']);
}, 60_000);

test('photos that came later add up over several openings', async () => {
  const library = mappedLibrary();
  library.lookedAt(55);
  await library.opened().whole();
  for (const [count, how] of [
    [75, 'beside'],
    [90, 'alike'], // By now 35 of 90.
  ] as const) {
    library.asked.length = 0;
    library.lookedAt(count);
    await library.opened().whole();
    expect(library.asked).toEqual([how]);
  }
}, 60_000);

test('a photo that is gone is taken off the map, and has its place again when it is back', async () => {
  const library = mappedLibrary();
  const { map, whole } = library.opened();
  const before = await whole();
  const [, gone] = library.ids;
  setMissing(library.db, '1.jpg');
  const now = (await map.state()) as LaidOutPhotos;
  expect(now.ids).toEqual(library.ids.filter((id) => id !== gone));
  expect(now.places).toHaveLength(2 * now.ids.length);
  for (const id of now.ids) expect(placeOf(now, id)).toEqual(placeOf(before, id));
  prepare(library.db, `UPDATE file SET missing = 0`).run();
  expect(await map.state()).toEqual(before);
}, 60_000);

test('a map that can’t be written is shown all the same, and the log says why it was not kept', async () => {
  const library = mappedLibrary();
  writeFileSync(join(library.dir, 'map'), 'A file where the folder should be.');
  expect((await library.opened().whole()).ids).toEqual(library.ids);
  expect(library.logged).toEqual([
    ['warning', expect.stringMatching(/^The map could not be kept/), expect.any(String)],
  ]);
}, 60_000);

test('a file that is cut short or altered counts as none', async () => {
  const library = mappedLibrary();
  const first = await library.opened().whole();
  const [name = ''] = readdirSync(join(library.dir, 'map'));
  const path = join(library.dir, 'map', name);
  const whole = readFileSync(path);
  for (const broken of [whole.subarray(0, 30), whole.subarray(0, 5), Buffer.concat([whole, whole]), altered(whole)]) {
    writeFileSync(path, broken);
    expect(readLayout(path)).toBeNull();
  }
  // It is made again, and the same.
  expect(await library.opened().whole()).toEqual(first);
  expect(existsSync(path)).toBe(true);
}, 60_000);

function altered(bytes: Buffer): Buffer {
  const other = Buffer.from(bytes);
  other[bytes.length - 3]! ^= 1;
  return other;
}

test('what is written is read again, number for number', () => {
  const path = join(temporaryFolder(), 'map', 'a.places');
  const layout = { ids: [7, 2 ** 40] as PhotoId[], places: Float32Array.of(0.5, -1, 0.25, 1), later: 1 };
  writeLayout(path, layout);
  expect(readLayout(path)).toEqual(layout);
  expect(readLayout(`${path}.none`)).toBeNull();
});

test('says why there is no map', async () => {
  const library = mappedLibrary();
  const { map } = library.opened();
  const states: [number, FeatureState, MapState][] = [
    [0, { status: 'none', reason: 'no-network' } as FeatureState, { status: 'none', reason: 'no-network' }],
    [2, { status: 'ready', photos: 2 }, { status: 'none', reason: 'too-few' }],
    [30, { status: 'looking', done: 30, total: 90, etaSeconds: 3, paused: false }, { status: 'looking' }],
  ];
  for (const [count, looked, state] of states) {
    library.lookedAt(count, looked);
    expect(await map.state()).toEqual(state);
  }
  expect(library.asked).toEqual([]);
});

test('suspicions are those of the run in use, of photos without a label', () => {
  const library = mappedLibrary([3, 3]);
  const { map } = library.opened();
  expect(map.suspicions()).toEqual({ ids: [], suspicions: [] });
  const [cat, dog] = ['Cat', 'Dog'].map((name) => createClass(library.db, { name }).id) as [ClassId, ClassId];
  addRun(
    library.db,
    library.ids.map((photoId, i) => ({ photoId, classId: cat, runnerUp: dog, confidence: 0.6 + i / 100 })),
  );
  const { ids, suspicions } = map.suspicions();
  expect(ids).toEqual(library.ids);
  expect(suspicions).toEqual(suspicions.toSorted((a, b) => b - a));
  setLabels(library.db, [library.ids[0]!], cat, { source: 'person', chosen: 'hand' });
  expect(map.suspicions().ids).toEqual(library.ids.slice(1));
});
