// Which photos are worth a label next, and which look like a given one. What is alike is the engine's to say.

import { WhiskerError } from '../../shared/errors.ts';
import type { Suggestion } from '../../shared/live.ts';
import type { PhotoId } from '../../shared/types.ts';
import type { LibraryService } from '../library/library.ts';

export interface Suggester {
  /** The best first, `count` at most. Throws 'conflict' while the photos have not been looked at. */
  suggest(count: number): Promise<{ items: Suggestion[] }>;
  /** Photos like this one, itself first, `count` at most. Throws as `suggest`. */
  alike(id: PhotoId, count: number): Promise<{ ids: PhotoId[] }>;
}

export function createSuggester({ library }: { library: Pick<LibraryService, 'require'> }): Suggester {
  /** Nothing looks at photos before a run yet. */
  async function looked(): Promise<never> {
    library.require();
    throw notLookedAt();
  }
  return { suggest: looked, alike: looked };
}

const notLookedAt = (): WhiskerError =>
  new WhiskerError('conflict', 'Whisker has not looked at these photos yet.', 'Wait until it has, then ask again.');
