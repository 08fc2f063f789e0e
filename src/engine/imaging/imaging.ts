// The imaging role: one reply for each request. Decodes and draws; never decides what a photo means.

import { WhiskerError } from '../../shared/errors.ts';
import type { ImagingReplies, ImagingRequest, RenderRequest } from '../messages.ts';
import { groupBursts, wordsOf } from './bursts.ts';
import { openPicture } from './decode.ts';
import { encodePictures } from './encode-pictures.ts';
import { readPhotoExif } from './exif.ts';
import { inspect, renderJpeg, renderWebp } from './inspect.ts';
import { readKeywords } from './keywords.ts';
import { inLane } from './lanes.ts';
import { measureLook } from './look.ts';
import { pack } from './pack.ts';
import { withFile } from './read.ts';
import { drawSample } from './sample/draw-sample.ts';
import { Unusable } from './unusable.ts';

export interface Imaging {
  /**
   * Rejects with 'bad-input' when a picture that must be shown can't be; `inspect` reports such files in its reply,
   * the others leave them out of it.
   */
  handle(request: ImagingRequest): Promise<ImagingReplies[keyof ImagingReplies]>;
}

export function createImaging(): Imaging {
  return {
    async handle(request) {
      switch (request.kind) {
        case 'inspect':
          return inspect(request);
        case 'render':
          return shown(() => render(request));
        case 'read-exif':
          return shown(() => readPhotoExif(request.path));
        case 'pack':
          return pack(request);
        case 'measure-look':
          return measureLook(request);
        case 'draw-sample':
          return drawSample(request);
        case 'encode-pictures':
          return encodePictures(request);
        case 'group-bursts':
          return { first: groupBursts({ fingerprints: wordsOf(request.fingerprints), takenAt: request.takenAt }) };
        case 'read-keywords':
          return readKeywords(request);
      }
    },
  };
}

const render = ({ path, sizePx, as }: RenderRequest): Promise<Uint8Array> =>
  withFile(path, async (file) => {
    const picture = await openPicture(file);
    return as === 'jpeg' ? renderJpeg(picture, sizePx) : renderWebp(picture, sizePx);
  });

async function shown<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await inLane(read);
  } catch (error) {
    throw error instanceof Unusable ? new WhiskerError('bad-input', error.message) : error;
  }
}
