// Photos as squares of bytes, [sizePx, sizePx, 3], upright and on the backdrop: what networks learn from and look at.

import { createHash } from 'node:crypto';
import type { ExpectedPhoto } from '../messages.ts';
import { openPicture } from './decode.ts';
import { withFile } from './read.ts';
import { Unusable } from './unusable.ts';

/**
 * The middle of the photo: a network that was made elsewhere knows things better in their own shape than squeezed
 * (docs/benchmarks.md). Null when the file holds something else now or can't be decoded.
 */
export async function centreOf({ path, sha256 }: ExpectedPhoto, sizePx: number): Promise<Buffer | null> {
  try {
    return await withFile(path, async (file) => {
      if (createHash('sha256').update(file.bytes).digest('hex') !== sha256) return null;
      const picture = await openPicture(file);
      return picture.render((upright) => upright.resize(sizePx, sizePx, { fit: 'cover' }).raw({ depth: 'uchar' }));
    });
  } catch (error) {
    if (error instanceof Unusable) return null;
    throw error;
  }
}
