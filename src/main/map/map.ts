// The map of the open library: laid out when somebody first looks, at once by the photos' main differences and then by
// what is alike; kept in a file. Photos that come later are put beside those they are like, and the others stay.

import { toFailure } from '../../shared/errors.ts';
import type { Failure } from '../../shared/errors.ts';
import { FEWEST_FOR_MAP } from '../../shared/map.ts';
import type { LaidOutPhotos, MapState, Suspicions } from '../../shared/map.ts';
import { gonePhotos } from '../db/readable-photos.ts';
import { activeRun } from '../db/runs.ts';
import { suspicionsByPhoto } from '../db/predictions.ts';
import type { EventBus } from '../events.ts';
import type { Explorer } from '../explorer/explorer.ts';
import type { FeatureService, PhotoFeatures } from '../features/feature-service.ts';
import type { LibraryService } from '../library/library.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { framesOf } from '../log.ts';
import type { Log } from '../log.ts';
import type { PhotoId } from '../../shared/types.ts';
import { throttle } from '../throttle.ts';
import { layoutFile, readLayout, writeLayout } from './layout-file.ts';
import type { LaidOut } from './layout-file.ts';

export interface MapService {
  /** Begins to lay out what is missing; 'map.changed' tells how it goes on. Throws 'no-library'. */
  state(): Promise<MapState>;
  /** Of the run in use; none without one. Throws 'no-library'. */
  suspicions(): Suspicions;
}

export interface MapParts {
  library: Pick<LibraryService, 'current' | 'require'>;
  features: Pick<FeatureService, 'state' | 'now'>;
  explorer: Pick<Explorer, 'ask'>;
  events: EventBus;
  log: Log;
}

/** While the network still looks at photos, so many are enough to begin with. */
const ENOUGH_TO_BEGIN = 60;
/** When more than this share of the photos came later, all are laid out anew. */
const MOST_LATER = 1 / 3;
const TELL_EVERY_MS = 250;
const SEED = 1;

/** What is known of one library's map. */
interface Known extends LaidOut {
  library: OpenLibrary;
  backbone: string;
  method: LaidOutPhotos['method'];
}

export function createMapService({ library, features, explorer, events, log }: MapParts): MapService {
  let known: Known | null = null;
  /** Why these photos could not be laid out. */
  let failed: { library: OpenLibrary; photos: number; failure: Failure } | null = null;
  let working: { library: OpenLibrary; fraction: number } | null = null;

  const tellProgress = throttle(TELL_EVERY_MS, () => {
    if (working) events.emit('map.changed', { fraction: working.fraction, isNews: false });
  });

  function take(next: Known): void {
    known = next;
    events.emit('map.changed', { fraction: working?.fraction ?? null, isNews: true });
  }

  /** What is known of these photos, also from an earlier opening. */
  function recall(open: OpenLibrary, { features: file }: PhotoFeatures): Known | null {
    if (known?.library === open && known.backbone === file.backbone) return known;
    const kept = readLayout(layoutFile(open.dir, file.backbone));
    known = kept && { ...kept, library: open, backbone: file.backbone, method: 'alike' };
    return known;
  }

  async function work(open: OpenLibrary, photos: PhotoFeatures): Promise<void> {
    const mine = (working = { library: open, fraction: 0 });
    try {
      await layOut(open, photos, recall(open, photos), (fraction) => {
        mine.fraction = fraction;
        tellProgress();
      });
      failed = null;
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code !== 'cancelled') {
        failed = { library: open, photos: photos.ids.length, failure };
        log('error', `The map could not be laid out: ${failure.code} ${framesOf(error)}`.trimEnd(), String(error));
      }
    } finally {
      if (working === mine) working = null;
      if (library.current === open) events.emit('map.changed', { fraction: null, isNews: true });
    }
  }

  async function layOut(
    open: OpenLibrary,
    { ids, features: file }: PhotoFeatures,
    before: Known | null,
    onProgress: (fraction: number) => void,
  ): Promise<void> {
    const asked = { kind: 'lay-out', features: file, seed: SEED } as const;
    const of = { library: open, backbone: file.backbone, ids };
    const isOpen = () => library.current === open;
    const later = before?.method === 'alike' ? missingFrom(before, ids) + before.later : Infinity;
    if (before && later <= MOST_LATER * ids.length) {
      const places = placesOf(before, ids);
      const answer = await explorer.ask({ ...asked, method: 'alike', known: places });
      if (isOpen()) keep({ ...of, places: answer.places, method: 'alike', later });
      return;
    }
    if (!before) {
      const { places } = await explorer.ask({ ...asked, method: 'quick', known: null });
      if (isOpen()) take({ ...of, places, method: 'quick', later: 0 });
    }
    const { places } = await explorer.ask(
      { ...asked, method: 'alike', known: null },
      { onEvent: (event) => event.event === 'progress' && onProgress(event.fraction) },
    );
    if (isOpen()) keep({ ...of, places, method: 'alike', later: 0 });
  }

  /** What can't be written is laid out again the next time; it is as good meanwhile. */
  function keep(next: Known): void {
    known = next;
    try {
      writeLayout(layoutFile(next.library.dir, next.backbone), next);
    } catch (error) {
      log('warning', `The map could not be kept: ${framesOf(error)}`.trimEnd(), String(error));
    }
  }

  return {
    async state() {
      const open = library.require();
      const photos = await features.now();
      const looked = features.state();
      const count = photos?.ids.length ?? 0;
      if (!photos || count < FEWEST_FOR_MAP || (looked.status === 'looking' && count < ENOUGH_TO_BEGIN)) {
        if (looked.status === 'none') return { status: 'none', reason: 'no-network' };
        if (looked.status === 'looking') return { status: 'looking' };
        if (looked.status === 'failed') {
          return { status: 'failed', failure: { code: 'training-failed', message: looked.reason } };
        }
        return { status: 'none', reason: 'too-few' };
      }
      const here = recall(open, photos);
      const hasFailed = failed?.library === open && failed.photos === count;
      const isWhole = here?.method === 'alike' && missingFrom(here, photos.ids) === 0;
      if (!isWhole && !hasFailed && working?.library !== open) void work(open, photos);
      if (here) return laidOut(here, gonePhotos(open.db), working?.library === open ? working.fraction : null);
      return hasFailed && failed ? { status: 'failed', failure: failed.failure } : { status: 'looking' };
    },
    suspicions() {
      const { db } = library.require();
      const run = activeRun(db);
      return run !== null ? suspicionsByPhoto(db, run) : { ids: [], suspicions: [] };
    },
  };
}

function missingFrom({ ids }: LaidOut, wanted: PhotoFeatures['ids']): number {
  const there = new Set(ids);
  return wanted.reduce((missing, id) => missing + (there.has(id) ? 0 : 1), 0);
}

/** [wanted, 2] NaN for photos without a place. */
function placesOf({ ids, places }: LaidOut, wanted: PhotoFeatures['ids']): Float32Array {
  const at = new Map(ids.map((id, i) => [id, i]));
  return Float32Array.from({ length: 2 * wanted.length }, (_, k) => {
    const i = at.get(wanted[k >> 1]!);
    return i === undefined ? NaN : places[2 * i + (k % 2)]!;
  });
}

/** Photos that are gone have their place should they come back, and are not shown. */
function laidOut({ ids, places, method }: Known, gone: ReadonlySet<PhotoId>, fraction: number | null): LaidOutPhotos {
  const isThere = ids.map((id) => !gone.has(id));
  return {
    status: 'ready',
    ids: ids.filter((_, i) => isThere[i]),
    places: Array.from(places, (value) => Math.round(value * 10_000) / 10_000).filter((_, k) => isThere[k >> 1]),
    method,
    fraction,
  };
}
