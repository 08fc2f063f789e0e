// The photos that look most like one of them.

import { WhiskerError } from '../../shared/errors.ts';
import type { Alike, FindAlikeRequest } from '../messages.ts';
import { highest } from './highest.ts';
import { allRows, cosine, type Points } from './points.ts';

/** Nearest by the cosine of the coordinates.  Throws 'bad-input' when there is no such position. */
export function findAlike(library: Points, request: Omit<FindAlikeRequest, 'kind' | 'features'>): Alike {
  const { position, among = allRows(library.count), count } = request;
  if (!(position >= 0 && position < library.count)) {
    throw new WhiskerError('bad-input', `There is no photo at ${position} of ${library.count}.`);
  }
  const others = among.filter((i) => i !== position);
  const similarities = new Float32Array(others.length).map((_, at) => cosine(library, position, others[at]!));
  const nearest = highest(similarities, count);
  return {
    positions: nearest.map((at) => others[at]!),
    similarities: Float32Array.from(nearest, (at) => similarities[at]!),
  };
}
