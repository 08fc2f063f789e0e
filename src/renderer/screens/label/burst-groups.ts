// Groups of photos that are nearly the same as plain maps: each is named by its first photo. Pure.

import type { BurstList, PhotoId } from '../../../shared/types.ts';

/** Photo -> the first of its group, for those that are like another. */
export type Groups = ReadonlyMap<PhotoId, PhotoId>;

export const noGroups: Groups = new Map();
export const noneOpen: ReadonlySet<PhotoId> = new Set();

export const firstsByPhoto = ({ photoIds, firsts }: BurstList): Groups =>
  new Map(photoIds.map((id, i) => [id, firsts[i] ?? id]));

/** The first of each group -> all its photos. */
export function membersByFirst(groups: Groups): ReadonlyMap<PhotoId, readonly PhotoId[]> {
  const members = new Map<PhotoId, PhotoId[]>();
  for (const [id, first] of groups) {
    const group = members.get(first);
    if (group) group.push(id);
    else members.set(first, [id]);
  }
  return members;
}

export function toggled(open: ReadonlySet<PhotoId>, first: PhotoId): ReadonlySet<PhotoId> {
  const next = new Set(open);
  if (!next.delete(first)) next.add(first);
  return next;
}

/** All photos of these groups but some. */
export function othersIn(
  members: ReadonlyMap<PhotoId, readonly PhotoId[]>,
  firsts: readonly PhotoId[],
  but: readonly PhotoId[],
): PhotoId[] {
  return without(
    [...new Set(firsts)].flatMap((first) => members.get(first) ?? []),
    but,
  );
}

/** Those that are not among some others. */
export function without(ids: readonly PhotoId[], others: readonly PhotoId[]): PhotoId[] {
  const left = new Set(others);
  return ids.filter((id) => !left.has(id));
}
