// Writes the keywords of one photo: what its files say now, what is to change, new files made by ExifTool, and those in
// the place of the old. All files of the photo, or none.

import { rmSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { contentHash } from '../../../files/content-hash.ts';
import { explained, Unreplaceable } from '../../../files/replacements.ts';
import type { Fresh, Replacements, Taken } from '../../../files/replacements.ts';
import { recordRewritten } from '../../db/files.ts';
import type { Rewritten } from '../../db/files.ts';
import type { Db } from '../../db/open.ts';
import type { InPlaceOptions } from '../format.ts';
import type { ExportedPhoto } from '../rows.ts';
import type { Exiftool } from './exiftool.ts';
import { planChanges, plannedBy, wantedOf } from './plan.ts';
import type { Wanted } from './plan.ts';
import { createSidecarFinder } from './sidecar.ts';

export interface KeywordWriter {
  /**
   * False where the files say everything already, or there is nothing to say. Rejects with `Unwritable` for what
   * concerns this photo alone; its files are then as they were.
   */
  writePhoto(photo: ExportedPhoto): Promise<boolean>;
  /** What to record once all photos that were written are put back. */
  rewrittenBack(): Rewritten[];
}

/** A sentence that names the file. */
export class Unwritable extends Error {}

export interface KeywordWriterParts extends InPlaceOptions {
  db: Db;
  /** Of the library. */
  folder: string;
  replacements: Replacements;
  exiftool: Exiftool;
}

const FILE_TYPE = 'File:MIMEType';
/** Of these Whisker reads the keywords again, as most programs do. */
const typesWithKeywords = ['image/jpeg', 'image/png', 'image/webp', 'image/tiff', 'image/avif'];

/** More than keywords take. */
const ROOM_BYTES = 2 ** 16;

export function createKeywordWriter(parts: KeywordWriterParts): KeywordWriter {
  const { db, folder, into, replacements, exiftool } = parts;
  const sidecarOf = createSidecarFinder();
  const back: Rewritten[] = [];
  let last = 0;

  /** A new file for `path`, or null where it needs none. */
  async function prepare(path: string, wanted: Wanted, hash: string | null): Promise<Fresh | null> {
    // ExifTool goes by how a name ends.
    const number = ++last;
    const ending = extname(path).replace(/[^.a-z0-9]/gi, '');
    const name = `${number}.new${ending}`;
    try {
      const taken = replacements.take(path, `${number}${ending}`);
      const isNeeded = await makeFresh(taken, wanted, name, hash);
      if (isNeeded) return { taken, name };
      if (taken.name !== null) rmSync(join(replacements.stage, taken.name));
      return null;
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  async function makeFresh(taken: Taken, wanted: Wanted, name: string, hash: string | null): Promise<boolean> {
    if (hash !== null) await requireSame(taken, hash);
    // An empty file says as much as none.
    const source = taken.stats?.size === 0 ? null : taken.name;
    const tags = source === null ? {} : await exiftool.read(source, [...plannedBy, FILE_TYPE]);
    const plan = planChanges(tags, wanted);
    if ('reason' in plan) throw new Unreplaceable(plan.reason);
    if (plan.changes.length === 0) return false;
    const [type = 'unknown'] = tags[FILE_TYPE] ?? [];
    if (hash !== null && !typesWithKeywords.includes(type)) {
      throw new Unreplaceable(`is of a type (${type}) into which Whisker writes no keywords`);
    }
    await exiftool.write(plan.changes, source, name).catch((error: unknown) => {
      // It does not say why it could not write a file.
      replacements.requireRoom(ROOM_BYTES + (taken.stats?.size ?? 0));
      throw error;
    });
    return true;
  }

  async function requireSame({ name }: Taken, hash: string): Promise<void> {
    if (name === null) throw new Unreplaceable('is not there any more');
    if ((await contentHash(join(replacements.stage, name))) !== hash) {
      throw new Unreplaceable('has changed since Whisker looked at it');
    }
  }

  /** New files for the photo at `path` of the folder, the photo's own first. */
  async function freshOf(photo: ExportedPhoto, path: string): Promise<{ own: Fresh | null; beside: Fresh | null }> {
    const absolute = join(folder, path);
    const wanted = wantedOf(photo);
    const isThere = (file: string) => statSync(file, { throwIfNoEntry: false })?.isFile() === true;
    if (!isThere(absolute)) throw new Unwritable(`${basename(path)} is not there any more.`);
    const sidecar = await sidecarOf(absolute).catch((error: unknown) => Promise.reject(unwritable(path, error)));
    const own = into === 'photos' ? await prepare(absolute, wanted, photo.hash) : null;
    const beside = into === 'sidecars' || isThere(sidecar) ? await prepare(sidecar, wanted, null) : null;
    return { own, beside };
  }

  return {
    async writePhoto(photo) {
      const paths = [photo.path, ...photo.copies];
      const fresh: Fresh[] = [];
      let now: string | null = null;
      for (const path of paths) {
        const { own, beside } = await freshOf(photo, path);
        if (own) now ??= await contentHash(join(replacements.stage, own.name));
        for (const one of [own, beside]) {
          // A link and what it leads to are one file.
          if (one && !fresh.some(({ taken }) => taken.target === one.taken.target)) fresh.push(one);
        }
      }
      const [first] = fresh;
      if (!first) return false;
      const before = stampsOf(folder, paths);
      await replacements.replace(fresh).catch((error: unknown) => {
        throw unwritable(first.taken.target, error);
      });
      if (now !== null) {
        recordRewritten(db, [{ before: photo.hash, now, files: stampsOf(folder, paths) }]);
        back.push({ before: now, now: photo.hash, files: before });
      }
      return true;
    },
    rewrittenBack: () => back,
  };
}

const stampsOf = (folder: string, paths: readonly string[]) =>
  paths.map((path) => {
    const { size, mtimeMs } = statSync(join(folder, path));
    return { path, bytes: size, mtimeMs };
  });

/** What stands in the way of one file as a sentence; anything else as it is. */
function unwritable(path: string, error: unknown): unknown {
  const what = explained(error);
  return what instanceof Unreplaceable ? new Unwritable(`${basename(path)} ${what.message}.`) : what;
}
