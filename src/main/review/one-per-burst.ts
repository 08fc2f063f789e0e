// Of photos that are nearly the same one comes in its place in the review list, the others after those that are like no
// earlier one: what is said of the one is as a rule true of all. Pure.

import { DOUBTFUL } from '../../shared/training.ts';
import type { PhotoId } from '../../shared/types.ts';

interface Suspect {
  photoId: PhotoId;
  /** 0 to 1. */
  suspicion: number;
}

/**
 * suspects: the most doubtful first. firstOf: photo -> the photo of its burst that stands for it, itself for that one.
 * The first of each burst that is listed names the others. Where the list may end (see `queueEnd`) stays where it is:
 * those that are worth a look come before the others, each with their repetitions at their end.
 */
export function onePerBurst<Item extends Suspect>(
  suspects: readonly Item[],
  firstOf: ReadonlyMap<PhotoId, PhotoId>,
): (Item & { burst?: PhotoId[] })[] {
  const bursts = Map.groupBy(suspects, ({ photoId }) => firstOf.get(photoId) ?? photoId);
  const named = suspects.map((item) => {
    const [first, ...others] = bursts.get(firstOf.get(item.photoId) ?? item.photoId) ?? [];
    const isFirst = first?.photoId === item.photoId;
    const burst = isFirst && others.length > 0 ? { burst: others.map(({ photoId }) => photoId) } : {};
    return { item: { ...item, ...burst }, place: (item.suspicion >= DOUBTFUL ? 0 : 2) + (isFirst ? 0 : 1) };
  });
  return named.sort((a, b) => a.place - b.place).map(({ item }) => item);
}
