// Photos as squares of bytes, [sizePx, sizePx, 3], upright and on the backdrop: what networks learn from and look at.

import { createHash } from 'node:crypto';
import type { ResizeOptions } from 'sharp';
import type { ExpectedPhoto } from '../messages.ts';
import { openPicture } from './decode.ts';
import { withFile } from './read.ts';
import { Unusable } from './unusable.ts';

/** The middle of the photo. Null when the file holds something else now or can't be decoded. */
export const centreOf = (photo: ExpectedPhoto, sizePx: number): Promise<Buffer | null> =>
  squareOf(photo, sizePx, { fit: 'cover' });

/** What a pretrained network is shown of a photo. Null when the file holds something else now or can't be decoded. */
export const networkView = (photo: ExpectedPhoto, sizePx: number): Promise<Buffer | null> =>
  squareOf(photo, sizePx, { fit: 'cover' });

async function squareOf({ path, sha256 }: ExpectedPhoto, sizePx: number, how: ResizeOptions): Promise<Buffer | null> {
  try {
    return await withFile(path, async (file) => {
      if (createHash('sha256').update(file.bytes).digest('hex') !== sha256) return null;
      const picture = await openPicture(file);
      return picture.render((upright) => upright.resize(sizePx, sizePx, how).raw({ depth: 'uchar' }));
    });
  } catch (error) {
    if (error instanceof Unusable) return null;
    throw error;
  }
}
