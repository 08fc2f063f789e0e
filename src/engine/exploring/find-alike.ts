// The photos that look most like one of them.

import { WhiskerError } from '../../shared/errors.ts';
import type { Alike, FindAlikeRequest } from '../messages.ts';
import { allRows, cosine, type Points } from './points.ts';

/** Nearest by the cosine of the coordinates.  Throws 'bad-input' when there is no such position. */
export function findAlike(library: Points, { position, count }: Omit<FindAlikeRequest, 'kind' | 'features'>): Alike {
  if (!(position >= 0 && position < library.count)) {
    throw new WhiskerError('bad-input', `There is no photo at ${position} of ${library.count}.`);
  }
  const similarities = Float32Array.from({ length: library.count }, (_, i) => cosine(library, position, i));
  const others = allRows(library.count)
    .filter((i) => i !== position)
    .sort((a, b) => (similarities[b] ?? 0) - (similarities[a] ?? 0))
    .slice(0, count);
  return { positions: others, similarities: Float32Array.from(others, (i) => similarities[i] ?? 0) };
}
