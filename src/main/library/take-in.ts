// A file that Whisker itself has put into the folder becomes a photo at once, without a scan.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';
import type { PhotoId } from '../../shared/types.ts';
import { photoSizes } from '../../shared/urls.ts';
import { presentPhoto, recordFiles } from '../db/files.ts';
import type { Engine } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import { RENDER_LIMIT_MS } from './large-pictures.ts';
import { thumbsOf, type OpenLibrary } from './open-library.ts';
import type { Place } from './shelf.ts';

/** `path`: relative to the folder. Throws 'bad-input' with the reason when the file holds no photo. */
export async function takeIn(
  library: OpenLibrary & Place,
  path: string,
  { imaging, events }: { imaging: Engine; events: EventBus },
): Promise<PhotoId> {
  const { db, folder, firstPhotoId } = library;
  const absolute = join(folder, path);
  const [photo] = await imaging.request(
    { kind: 'inspect', paths: [absolute], thumbDir: thumbsOf(library), thumbPx: photoSizes.thumb },
    { timeoutMs: RENDER_LIMIT_MS },
  );
  if (!photo?.ok) throw new WhiskerError('bad-input', photo?.reason ?? 'This file could not be read.');
  const { size: bytes, mtimeMs } = await stat(absolute);
  const { added } = recordFiles(db, [{ kind: 'photo', path, bytes, mtimeMs, photo }], firstPhotoId);
  if (added.ids.length > 0) events.emit('photos.added', added);
  const id = presentPhoto(db, photo.sha256);
  if (id === null) throw new WhiskerError('internal', 'A photo that was added is not there.');
  return id;
}
