// Which photos are among those found. Plain: a set of 100,000 that is made anew with each answer.

import { labelCode, type Label, type PhotoId } from '../../../../shared/types.ts';
import type { Wanted } from '../photo-table.ts';

/** Photos with this label, whatever it is where none is asked for, that main has found; all where it was not asked. */
export function foundBy(label: Label | undefined, ids: readonly PhotoId[] | null): Wanted {
  const wanted = label === undefined ? null : labelCode(label);
  const found = ids && new Set(ids);
  return (id, code) => (wanted === null || code === wanted) && (found === null || found.has(id));
}
