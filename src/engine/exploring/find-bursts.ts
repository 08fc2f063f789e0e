// Photos that are nearly the same: of one burst, or one picture cut or lit otherwise.

import type { Bursts } from '../messages.ts';
import { ONE_BURST } from './herding.ts';
import { squaredDistance, usualSquaredDistance, type Points } from './points.ts';

/**
 * Each photo in its order joins the first one before it that it is nearly the same as and that has joined none itself.
 * positions: rows of the library, a few thousand at most; takes a distance for each pair of firsts.
 */
export function findBursts(library: Points, positions: Int32Array): Bursts {
  const nearlySame = ONE_BURST * usualSquaredDistance(library);
  const firsts: number[] = [];
  const first = positions.map((position, place) => {
    const found = firsts.find((one) => squaredDistance(library, positions[one] ?? 0, library, position) <= nearlySame);
    if (found !== undefined) return found;
    firsts.push(place);
    return place;
  });
  return { first };
}
