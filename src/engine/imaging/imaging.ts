// The imaging role: one reply for each request. Decodes, never decides what a photo means.

import { WhiskerError } from '../../shared/errors.ts';
import type { ImagingReplies, ImagingRequest } from '../messages.ts';

export interface Imaging {
  handle(request: ImagingRequest): Promise<ImagingReplies[keyof ImagingReplies]>;
}

export function createImaging(): Imaging {
  return {
    async handle(request) {
      throw new WhiskerError('internal', `'${request.kind}' is not built yet.`);
    },
  };
}
