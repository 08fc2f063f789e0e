// The piles of the open library: sorted when somebody first looks, kept while it is open, rearranged by the person.
// What they are named lies with the labels; the rest is forgotten with the library.

import type { FeatureFile, Piles as FoundPiles } from '../../engine/messages.ts';
import { toFailure, WhiskerError } from '../../shared/errors.ts';
import type { Failure } from '../../shared/errors.ts';
import { FEWEST_FOR_PILES, MOST_PILES } from '../../shared/piles.ts';
import type { PileChange, PilesState } from '../../shared/piles.ts';
import type { PhotoId, PileId } from '../../shared/types.ts';
import type { Db } from '../db/open.ts';
import type { EventBus } from '../events.ts';
import type { Explorer } from '../explorer/explorer.ts';
import type { FeatureService, PhotoFeatures } from '../features/feature-service.ts';
import type { Touched } from '../labels/undo.ts';
import type { LibraryService } from '../library/library.ts';
import { merged, pileAt, pilesOf, putBack, replaced, setAside } from './arrangement.ts';
import type { Arrangement } from './arrangement.ts';
import { describePiles } from './describe.ts';
import { namePile } from './name-pile.ts';

export interface PilesService {
  /** Begins to sort the photos when that has not been done and enough of them have been looked at. */
  state(): Promise<PilesState>;
  /**
   * Sorts all photos that have been looked at into so many piles, or as many as they suggest themselves; what was split
   * and merged is forgotten. Rejects with 'cancelled' when another wish comes meanwhile, and as the engine does.
   */
  arrange(piles: number | null): Promise<PilesState>;
  /** Leaves the piles as they lie: a sorting anew that is under way ends, its `arrange` rejecting with 'cancelled'. */
  keep(): Promise<PilesState>;
  /** Into two. Throws 'not-found', 'bad-input' when there are not two to be told apart. */
  split(id: PileId): Promise<PilesState>;
  /** Throws 'not-found', 'bad-input'. */
  merge(piles: { from: PileId; into: PileId }): Promise<PilesState>;
  /** Takes a pile that is none out of the offer, also when the photos are sorted anew. Throws 'not-found'. */
  setAside(id: PileId): Promise<PilesState>;
  /** Offers again what was set aside. */
  putBack(): Promise<PilesState>;
  /** Takes back the last of these four. Throws 'not-found' without any. */
  undo(): Promise<PilesState>;
  /** Labels photos of the pile by its name; see `namePile`. Throws 'not-found', 'bad-input'. */
  name(wish: { pile: PileId; name: string; photoIds: readonly PhotoId[] }): Touched;
  /** All photos of a pile. Throws 'not-found'. */
  photosOf(id: PileId): PhotoId[];
}

export interface PilesParts {
  library: Pick<LibraryService, 'current' | 'require'>;
  features: Pick<FeatureService, 'state' | 'now'>;
  explorer: Pick<Explorer, 'ask'>;
  events: EventBus;
}

/** While the network still looks at photos, so many are enough to begin with. */
const ENOUGH_TO_BEGIN = 60;
const SEED = 1;

/** Photos of one library that were sorted. */
interface Sorted {
  db: Db;
  photos: PhotoFeatures;
  asked: number | null;
  separates: boolean;
  arrangement: Arrangement;
  /** What was changed since, and how the piles lay before; the last change last. */
  changes: { change: PileChange; before: Arrangement }[];
  /** What was found of these very photos, by the number that was asked for. */
  found: Map<number | null, FoundPiles>;
}

export function createPilesService({ library, features, explorer, events }: PilesParts): PilesService {
  let sorted: Sorted | null = null;
  /** Why the photos could not be sorted, and how many there were. */
  let failed: { db: Db; photos: number; failure: Failure } | null = null;
  let sorting: { db: Db; wish: AbortController } | null = null;

  const now = async () => ({ db: library.require().db, photos: await features.now() });
  const of = (db: Db) => (sorted?.db === db ? sorted : null);

  function require(): Sorted {
    const found = of(library.require().db);
    if (!found) throw new WhiskerError('not-found', 'The photos have not been sorted yet.', 'Open Piles first.');
    return found;
  }

  /** Does nothing with fewer photos than piles are made of. */
  async function sort(asked: number | null): Promise<void> {
    const { db } = library.require();
    sorting?.wish.abort();
    const mine = (sorting = { db, wish: new AbortController() });
    let photos: PhotoFeatures | null = null;
    try {
      photos = await features.now();
      if (!photos || photos.ids.length < FEWEST_FOR_PILES) return;
      await sortThese(db, photos, asked, mine.wish.signal);
      failed = null;
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code !== 'cancelled') failed = { db, photos: photos?.ids.length ?? 0, failure };
      throw error;
    } finally {
      if (sorting === mine) sorting = null;
    }
  }

  async function sortThese(db: Db, photos: PhotoFeatures, asked: number | null, signal: AbortSignal): Promise<void> {
    const before = of(db);
    const aside = before?.arrangement.aside ?? [];
    const gone = new Set(aside.flatMap((pile) => pile.photos));
    const among = gone.size === 0 ? null : positionsOf(photos.ids, (id) => !gone.has(id));
    if (among && among.length < FEWEST_FOR_PILES) {
      throw new WhiskerError('conflict', 'Nearly all photos are set aside.', 'Put them back first.');
    }
    const known = before && isSame(before.photos, photos) ? before.found : new Map<number | null, FoundPiles>();
    const found = known.get(asked) ?? (await find(photos.features, among, asked, signal));
    if (library.current?.db !== db || signal.aborted)
      throw new WhiskerError('cancelled', 'Other piles were asked for.');
    known.set(asked, found);
    sorted = {
      db,
      photos,
      asked,
      separates: found.separates,
      arrangement: { piles: pilesOf(found, photos.ids, among), aside },
      changes: [],
      found: known,
    };
    events.emit('piles.changed', null);
  }

  const find = (file: FeatureFile, among: Int32Array | null, piles: number | null, signal?: AbortSignal) =>
    explorer.ask({ kind: 'find-piles', features: file, among, piles, seed: SEED }, signal ? { signal } : {});

  /** Why there are no piles yet; begins to sort where nothing stands against it. */
  async function unsorted(): Promise<PilesState> {
    const { db, photos } = await now();
    const looked = features.state();
    const count = photos?.ids.length ?? 0;
    if (failed?.db === db && failed.photos === count) return { status: 'failed', failure: failed.failure };
    if (looked.status === 'none') return { status: 'none', reason: 'no-network' };
    if (looked.status === 'failed' && count < FEWEST_FOR_PILES) {
      return { status: 'failed', failure: { code: 'training-failed', message: looked.reason } };
    }
    if (looked.status === 'looking' && count < ENOUGH_TO_BEGIN) return { status: 'looking' };
    if (count < FEWEST_FOR_PILES) return { status: 'none', reason: 'too-few' };
    if (sorting?.db !== db) void sort(null).catch(() => events.emit('piles.changed', null));
    return { status: 'looking' };
  }

  async function state(): Promise<PilesState> {
    const { db, photos } = await now();
    const here = of(db);
    // Those of another network are another matter.
    if (!here || (photos && photos.features.backbone !== here.photos.features.backbone)) return unsorted();
    const { asked, separates, arrangement, changes } = here;
    const known = new Set(here.photos.ids);
    return {
      status: 'ready',
      piles: describePiles(db, arrangement.piles),
      asked,
      most: Math.max(2, Math.min(MOST_PILES, Math.floor(known.size / 3))),
      separates,
      since: photos ? photos.ids.filter((id) => !known.has(id)).length : 0,
      setAside: arrangement.aside.reduce((sum, pile) => sum + pile.photos.length, 0),
      undo: changes.at(-1)?.change ?? null,
    };
  }

  function rearrange(change: PileChange, apply: (arrangement: Arrangement) => Arrangement): Promise<PilesState> {
    const here = require();
    const before = here.arrangement;
    here.arrangement = apply(before);
    here.changes.push({ change, before });
    return lieAnew(here, change);
  }

  function undo(): Promise<PilesState> {
    const here = require();
    const last = here.changes.pop();
    if (!last) throw new WhiskerError('not-found', 'The piles lie as they were sorted: there is nothing to undo.');
    here.arrangement = last.before;
    return lieAnew(here, last.change);
  }

  function lieAnew(here: Sorted, change: PileChange): Promise<PilesState> {
    // What was found before is of other photos now.
    if (change === 'set-aside' || change === 'put-back') here.found.clear();
    events.emit('piles.changed', null);
    return state();
  }

  return {
    state,
    async arrange(piles) {
      await sort(piles);
      return state();
    },
    keep() {
      const here = of(library.require().db);
      if (here && sorting?.db === here.db) sorting.wish.abort();
      return state();
    },
    async split(id) {
      const { arrangement, photos } = require();
      const wanted = new Set(pileAt(arrangement, id).photos);
      const among = positionsOf(photos.ids, (photo) => wanted.has(photo));
      const apart = wanted.size < 2 ? [] : pilesOf(await find(photos.features, among, 2), photos.ids, among);
      if (apart.length < 2) {
        throw new WhiskerError('bad-input', 'The photos of this pile can’t be told apart.', 'Name it as it is.');
      }
      return rearrange('split', (current) => replaced(current, pileAt(current, id).id, apart));
    },
    merge: async ({ from, into }) => rearrange('merge', (current) => merged(current, from, into)),
    setAside: async (id) => rearrange('set-aside', (current) => setAside(current, id)),
    putBack: async () => rearrange('put-back', putBack),
    undo: async () => undo(),
    name({ pile, name, photoIds }) {
      const { db, arrangement } = require();
      const members = new Set(pileAt(arrangement, pile).photos);
      if (photoIds.some((id) => !members.has(id))) {
        throw new WhiskerError('bad-input', 'Only photos of the pile can get its name; nothing was labelled.');
      }
      return namePile(db, photoIds, name);
    },
    photosOf: (id) => [...pileAt(require().arrangement, id).photos],
  };
}

const positionsOf = (ids: readonly PhotoId[], isWanted: (id: PhotoId) => boolean): Int32Array =>
  Int32Array.from(ids.flatMap((id, position) => (isWanted(id) ? [position] : [])));

const isSame = (one: PhotoFeatures, other: PhotoFeatures): boolean =>
  one.features.path === other.features.path &&
  one.features.backbone === other.features.backbone &&
  one.ids.length === other.ids.length &&
  one.ids.every((id, i) => id === other.ids[i]);
