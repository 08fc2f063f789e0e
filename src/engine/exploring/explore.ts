// Questions about a whole library that need feature vectors and no model: its piles, which photos to label next, which
// look alike.

import { WhiskerError } from '../../shared/errors.ts';
import type {
  Alike,
  Bursts,
  FindAlikeRequest,
  FindBurstsRequest,
  FindPilesRequest,
  Piles,
  SuggestRequest,
  Suggestions,
} from '../messages.ts';
import { compactCoordinatesOf, isLarge } from '../features/compact-coordinates.ts';
import { coordinatesOf } from '../features/coordinates.ts';
import { findAlike } from './find-alike.ts';
import { findBursts } from './find-bursts.ts';
import { findPiles } from './find-piles.ts';
import { pointsOf } from './points.ts';
import { suggest } from './suggest.ts';

/**
 * Throws 'bad-input' or 'not-found' when there are fewer than two photos, all of them look the same, or the features
 * can't be read.
 */
export async function explore(
  request: FindPilesRequest | SuggestRequest | FindAlikeRequest | FindBurstsRequest,
): Promise<Piles | Suggestions | Alike | Bursts> {
  const { rows } = request.features;
  if (rows.length < 2) {
    const message = 'A photo alone has nothing to be compared with.';
    throw new WhiskerError('bad-input', message, 'Add more photos to the folder.');
  }
  const values = isLarge(request.features)
    ? compactCoordinatesOf(request.features).values
    : coordinatesOf(request.features).dataSync<'float32'>();
  const library = pointsOf(values, rows.length);
  switch (request.kind) {
    case 'find-piles':
      return findPiles(library, request);
    case 'suggest':
      return suggest(library, request);
    case 'find-alike':
      return findAlike(library, request);
    case 'find-bursts':
      return findBursts(library, request.positions);
  }
}
