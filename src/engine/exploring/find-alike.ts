// The photos that look most like one of them.

import { WhiskerError } from '../../shared/errors.ts';
import type { Alike, FindAlikeRequest } from '../messages.ts';
import { allRows, cosine, type Points } from './points.ts';

/** Nearest by the cosine of the coordinates.  Throws 'bad-input' when there is no such position. */
export function findAlike(library: Points, request: Omit<FindAlikeRequest, 'kind' | 'features'>): Alike {
  const { position, among = allRows(library.count), count } = request;
  if (!(position >= 0 && position < library.count)) {
    throw new WhiskerError('bad-input', `There is no photo at ${position} of ${library.count}.`);
  }
  const others = Array.from(among)
    .filter((i) => i !== position)
    .map((i) => ({ position: i, similarity: cosine(library, position, i) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, count);
  return {
    positions: Int32Array.from(others, (other) => other.position),
    similarities: Float32Array.from(others, (other) => other.similarity),
  };
}
