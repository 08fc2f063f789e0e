// Which photos the screen means, as main is told of them: by their filter where main can answer it, else one by one.

import type { PhotoChoice } from '../../../shared/export.ts';
import { isEmptySearch, type Search } from '../../../shared/search.ts';
import type { PhotoFilter, PhotoId } from '../../../shared/types.ts';
import type { Shown } from '../../app/shown.ts';

/** Filters that main answers, all of them. */
const filters: Record<PhotoFilter['kind'], true> = {
  all: true,
  unlabelled: true,
  labelled: true,
  excluded: true,
  none: true,
  unsure: true,
  audited: true,
  class: true,
  predicted: true,
  confusion: true,
  confident: true,
  resorted: true,
};

const isFilter = (shown: Shown): shown is PhotoFilter => shown.kind in filters;

/** The photos of the grid; null while it shows all of them, or no photos. `ids`: those in it. */
export function shownChoice(shown: Shown, search: Search, ids: readonly PhotoId[]): PhotoChoice | null {
  if (shown.kind === 'problems' || shown.kind === 'piles') return null;
  if (!isFilter(shown)) return { of: 'these', photoIds: [...ids] };
  return shown.kind === 'all' && isEmptySearch(search) ? null : { of: 'found', filter: shown, search };
}
