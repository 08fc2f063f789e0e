// A picture on its way to main: in pieces, as one call can't carry all of a camera's files.

import { WhiskerError } from '../../../shared/errors.ts';
import { MOST_PICTURE_BYTES, PIECE_BYTES } from '../../../shared/handed-in.ts';
import type { Api } from '../../api.ts';
import { base64 } from '../../ui/base64.ts';

/** Its number. Throws 'bad-input' for one that is empty, too large or can't be read. */
export async function handIn(api: Pick<Api, 'call'>, picture: Blob): Promise<number> {
  if (picture.size === 0) throw new WhiskerError('bad-input', 'This file is empty.');
  if (picture.size > MOST_PICTURE_BYTES) {
    const message = `This file is larger than ${MOST_PICTURE_BYTES / 2 ** 20} MB, the most that can be dropped.`;
    throw new WhiskerError('bad-input', message, 'Put it into a folder and open that.');
  }
  let number: number | null = null;
  for (let at = 0; at < picture.size; at += PIECE_BYTES) {
    const bytes = await picture
      .slice(at, at + PIECE_BYTES)
      .arrayBuffer()
      .catch(() => {
        throw new WhiskerError('bad-input', 'This file can’t be read.', 'Check that it is still there.');
      });
    ({ number } = await api.call('pictures.handIn', { number, piece: base64(new Uint8Array(bytes)) }));
  }
  if (number === null) throw new WhiskerError('bad-input', 'This file is empty.');
  return number;
}

const pictureEndings = /\.(jpe?g|png|webp|gif|tiff?|avif|hei[cf])$/i;

/** Whether a file that was dropped or pasted may be a picture; only main knows whether it is one. */
export const isPictureFile = ({ type, name }: Pick<File, 'type' | 'name'>): boolean =>
  type.startsWith('image/') || pictureEndings.test(name);
