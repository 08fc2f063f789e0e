// Pictures that a person drops, pastes or takes with a camera: they come in pieces by call, are looked at by number,
// and become photos of the library when the person gives them a class. Until then nothing of them is kept.

import { appendFile, copyFile, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritable } from '../../files/whole-file.ts';
import { toFailure, WhiskerError } from '../../shared/errors.ts';
import { ADDED_FOLDER, MOST_PICTURE_BYTES } from '../../shared/handed-in.ts';
import type { HandedPicture } from '../../shared/handed-in.ts';
import type { ClassId, PhotoId } from '../../shared/types.ts';
import { photoSizes } from '../../shared/urls.ts';
import { presentPhoto } from '../db/files.ts';
import type { Engine } from '../engine-host/engine.ts';
import { RENDER_LIMIT_MS } from '../library/large-pictures.ts';
import type { LibraryService } from '../library/library.ts';
import { requireClass, setLabels } from '../labels/set-labels.ts';
import type { Touched } from '../labels/undo.ts';
import type { Predictor } from './predictor.ts';

export interface HandedInService {
  /** Adds a piece, in base64, to a picture, or begins one (null). Throws 'bad-input' past `MOST_PICTURE_BYTES`. */
  take(piece: { number: number | null; piece: string }): Promise<{ number: number }>;
  /** What the run in use says of it. Throws 'bad-input' for what is no picture, and as `Predictor.file` does. */
  predict(number: number): Promise<HandedPicture>;
  /**
   * Makes it a photo of the library, in the folder `ADDED_FOLDER`, and labels it; one that the library has already is
   * only labelled. Throws 'conflict' when that folder is not there and may not be made, 'bad-input', 'not-found',
   * 'storage-failed'.
   */
  add(wish: { number: number; classId: ClassId; mayMakeFolder: boolean }): Promise<Touched>;
  /** As a picture of at most `sizePx`; 404 for a number that is not known any more, 410 for what is no picture. */
  response(number: number): Promise<Response>;
}

export interface HandedInParts {
  library: LibraryService;
  predictor: Pick<Predictor, 'file' | 'model' | 'scratch'>;
  imaging: Engine;
}

/** A camera hands in several a second; the one that a person looks at is among the newest. */
const MOST_KEPT = 32;
const MOST_KEPT_BYTES = 4 * MOST_PICTURE_BYTES;
const SHOWN_PX = 1024;

interface Handed {
  path: string;
  bytes: number;
}

export function createHandedIn({ library, predictor, imaging }: HandedInParts): HandedInService {
  const kept = new Map<number, Handed>();
  let last = 0;

  library.accompany({
    opened: () => {},
    // Their files go with the predictor's folder.
    closing: async () => kept.clear(),
  });

  function known(number: number): Handed {
    const found = kept.get(number);
    if (found) return found;
    throw new WhiskerError('not-found', 'This picture is no longer at hand.', 'Bring it again.');
  }

  async function forget(number: number): Promise<void> {
    const gone = kept.get(number);
    kept.delete(number);
    if (gone) await rm(gone.path, { force: true });
  }

  async function makeRoom(): Promise<void> {
    const bytes = () => [...kept.values()].reduce((sum, one) => sum + one.bytes, 0);
    while (kept.size > MOST_KEPT || (kept.size > 1 && bytes() > MOST_KEPT_BYTES)) {
      const [oldest] = kept.keys();
      if (oldest === undefined) return;
      await forget(oldest);
    }
  }

  /** The photo that it is from now on. */
  async function put(number: number, mayMakeFolder: boolean): Promise<PhotoId> {
    const { path } = known(number);
    const { folder } = library.require();
    const thumbDir = `${path}-thumbs`;
    const [picture] = await imaging.request(
      { kind: 'inspect', paths: [path], thumbDir, thumbPx: photoSizes.thumb },
      { timeoutMs: RENDER_LIMIT_MS },
    );
    await rm(thumbDir, { recursive: true, force: true });
    if (!picture?.ok) throw new WhiskerError('bad-input', picture?.reason ?? 'This picture could not be read.');
    const there = presentPhoto(library.require().db, picture.sha256);
    if (there !== null) return there;
    await requireFolder(join(folder, ADDED_FOLDER), mayMakeFolder);
    const name = `${ADDED_FOLDER}/${nameOf(picture, new Date())}`;
    await copyWhole(path, join(folder, name));
    return library.takeIn(name);
  }

  return {
    async take({ number, piece }) {
      library.require();
      const bytes = Buffer.from(piece, 'base64');
      const before = number === null ? null : known(number);
      if ((before?.bytes ?? 0) + bytes.length > MOST_PICTURE_BYTES) {
        if (number !== null) await forget(number);
        const most = `${MOST_PICTURE_BYTES / 2 ** 20} MB`;
        const remedy = 'Put it into a folder and open that.';
        throw new WhiskerError('bad-input', `This file is larger than ${most}, the most that can be dropped.`, remedy);
      }
      const mine = number ?? ++last;
      const handed = before ?? { path: join(await predictor.scratch(), `handed-${mine}`), bytes: 0 };
      await appendFile(handed.path, bytes);
      kept.set(mine, { ...handed, bytes: handed.bytes + bytes.length });
      await makeRoom();
      return { number: mine };
    },

    async predict(number) {
      const { path } = known(number);
      const { db, folder } = library.require();
      const hasFolder = await isFolder(join(folder, ADDED_FOLDER));
      try {
        predictor.model();
      } catch (error) {
        const { code, message } = toFailure(error);
        if (code !== 'not-found') throw error;
        return { predicted: null, why: message, known: null, hasFolder };
      }
      const file = await predictor.file(path);
      if (!file.ok) throw new WhiskerError('bad-input', file.reason);
      return { predicted: file.predicted, why: null, known: presentPhoto(db, file.sha256), hasFolder };
    },

    async add({ number, classId, mayMakeFolder }) {
      requireClass(library.require().db, classId);
      const id = await put(number, mayMakeFolder);
      return setLabels(library.require().db, [id], classId, { source: 'person', chosen: 'hand' });
    },

    async response(number) {
      const handed = kept.get(number);
      return handed ? pictureResponse(imaging, handed.path, SHOWN_PX) : new Response(null, { status: 404 });
    },
  };
}

/** A file drawn as it is asked for, and never kept; 410 where it holds no picture. */
export async function pictureResponse(imaging: Engine, path: string, sizePx: number): Promise<Response> {
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  try {
    const drawn = await imaging.request({ kind: 'render', path, sizePx }, { timeoutMs: RENDER_LIMIT_MS });
    return new Response(new Uint8Array(drawn), { headers: { 'content-type': 'image/webp', ...headers } });
  } catch (error) {
    const { code } = toFailure(error);
    if (code !== 'bad-input' && code !== 'engine-crashed') throw error;
    return new Response(null, { status: 410, headers });
  }
}

/** Not a link to elsewhere: nothing is written outside the library's folder. */
const isFolder = (path: string): Promise<boolean> =>
  lstat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

async function requireFolder(path: string, mayMake: boolean): Promise<void> {
  if (await isFolder(path)) return;
  if (!mayMake) {
    throw new WhiskerError('conflict', `The folder "${ADDED_FOLDER}" is not there.`, 'Say that it may be made.');
  }
  await mkdir(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      const remedy = 'Rename it, then try again.';
      throw new WhiskerError('conflict', `"${path}" is there already and is no folder.`, remedy);
    }
    throw unwritable(path, error);
  });
}

/** "2026-11-27 03.14.50 1a2b3c4d.jpg": when it was taken, or now, by the clock of this place; and what is in it. */
function nameOf({ takenAt, sha256, format }: { takenAt: string | null; sha256: string; format: string }, now: Date) {
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString();
  const moment = (takenAt ?? local).slice(0, 19).replace('T', ' ').replaceAll(':', '.');
  return `${moment} ${sha256.slice(0, 8)}.${format === 'jpeg' ? 'jpg' : format}`;
}

/** Never over a file that is there; whole or not at all. Throws 'storage-failed'. */
async function copyWhole(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  try {
    if (await lstat(to).catch(() => null)) throw new Error('a file of this name is there already');
    await copyFile(from, partial);
    await rename(partial, to);
  } catch (error) {
    await rm(partial, { force: true });
    throw unwritable(to, error);
  }
}
