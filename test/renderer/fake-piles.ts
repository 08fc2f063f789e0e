// The piles of the in-memory main: photos in the order of their numbers, so many in each pile.

import type { Handlers } from '../../src/shared/contract.ts';
import { WhiskerError } from '../../src/shared/errors.ts';
import type { Outcome } from '../../src/shared/outcome.ts';
import {
  MOST_PILES,
  TYPICAL_KEPT,
  type PileChange,
  type PilesState,
  type SortedPiles,
} from '../../src/shared/piles.ts';
import { labelFromCode, type PhotoId, type PileId } from '../../src/shared/types.ts';

export interface FakePiles {
  /** Photos in each pile. */
  sizes: number[];
  sureness?: number[];
  separates?: boolean;
  /** Photos that came later. */
  since?: number;
  /** In place of piles. */
  instead?: Exclude<PilesState, SortedPiles>;
}

interface Library {
  labels: () => readonly number[];
  emit: () => void;
  name: (name: string, photoIds: readonly PhotoId[]) => Outcome;
}

interface Lying {
  id: PileId;
  photos: PhotoId[];
  sureness: number;
}

type PileCalls = Pick<Handlers, Extract<keyof Handlers, `piles.${string}`>>;

export function fakePiles(options: FakePiles | undefined, { labels, emit, name }: Library): PileCalls {
  const { sizes = [], sureness = [], separates = true, since = 0, instead } = options ?? {};
  let last = 0;
  const pileOf = (photos: PhotoId[], sure = 0.8): Lying => ({ id: ++last as PileId, photos, sureness: sure });
  const all = Array.from({ length: sizes.reduce((sum, size) => sum + size, 0) }, (_, i) => (i + 1) as PhotoId);
  const named = new Set<PhotoId>();
  let asked: number | null = null;
  let aside: Lying[] = [];
  let piles = dealt(sizes);
  let changes: { change: PileChange; before: [Lying[], Lying[]] }[] = [];

  function dealt(into: number[]): Lying[] {
    let from = 0;
    return into.map((size, i) => pileOf(all.slice(from, (from += size)), sureness[i]));
  }

  function find(id: PileId): Lying {
    const found = piles.find((pile) => pile.id === id);
    if (!found) throw new WhiskerError('not-found', 'That pile is gone: the photos were sorted anew.', 'Look again.');
    return found;
  }

  function state(): PilesState {
    if (!options) return { status: 'none', reason: 'no-network' };
    if (instead) return instead;
    const codeOf = (id: PhotoId) => labels()[id - 1] ?? 0;
    return {
      status: 'ready',
      piles: piles.map(({ id, photos, sureness: sure }) => {
        const given = photos.filter((photo) => named.has(photo) && codeOf(photo) > 0);
        const classId = labelFromCode(given[0] === undefined ? 0 : codeOf(given[0]));
        return {
          id,
          photos: photos.length,
          labelled: photos.filter((photo) => codeOf(photo) > 0).length,
          typical: photos.filter((photo) => codeOf(photo) === 0).slice(0, TYPICAL_KEPT),
          sureness: sure,
          named: typeof classId === 'number' ? { classId, photoIds: given } : null,
        };
      }),
      asked,
      most: MOST_PILES,
      separates,
      since,
      setAside: aside.reduce((sum, { photos }) => sum + photos.length, 0),
      undo: changes.at(-1)?.change ?? null,
    };
  }

  function changed(next: Lying[], nextAside = aside): PilesState {
    piles = next;
    aside = nextAside;
    emit();
    return state();
  }

  function rearranged(change: PileChange, next: Lying[], nextAside = aside): PilesState {
    changes.push({ change, before: [piles, aside] });
    return changed(next, nextAside);
  }

  return {
    'piles.state': state,
    'piles.arrange'({ piles: number }) {
      asked = number;
      changes = [];
      const each = number === null ? sizes : Array<number>(number).fill(Math.floor(all.length / number));
      return changed(dealt(each));
    },
    'piles.keep': state,
    'piles.split'({ pile }) {
      const { photos } = find(pile);
      const half = Math.ceil(photos.length / 2);
      const parts = [pileOf(photos.slice(0, half)), pileOf(photos.slice(half))];
      return rearranged(
        'split',
        piles.flatMap((one) => (one.id === pile ? parts : [one])),
      );
    },
    'piles.merge'({ from, into }) {
      const one = pileOf([...find(into).photos, ...find(from).photos]);
      const lying = piles.flatMap((pile) => (pile.id === from ? [] : pile.id === into ? [one] : [pile]));
      return rearranged('merge', lying);
    },
    'piles.setAside': ({ pile }) =>
      rearranged(
        'set-aside',
        piles.filter(({ id }) => id !== pile),
        [...aside, find(pile)],
      ),
    'piles.putBack': () => rearranged('put-back', [...piles, ...aside], []),
    'piles.undo'() {
      const last = changes.pop();
      if (!last) throw new WhiskerError('not-found', 'There is nothing to undo.');
      return changed(...last.before);
    },
    'piles.photos': ({ pile }) => find(pile).photos,
    'piles.name'({ pile, name: called, photoIds }) {
      find(pile);
      for (const id of photoIds) named.add(id);
      return name(called, photoIds);
    },
  };
}
