// A folder for each class with its photos: copied, linked, or moved there.

import { lstat, mkdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { contentHash } from '../../../files/content-hash.ts';
import { placings } from '../../../shared/export.ts';
import { fileStamp } from '../../db/present-files.ts';
import type { ExportContext, FolderFormat, Placement } from '../format.ts';
import { placeFile } from '../place-file.ts';
import type { ExportedPhoto } from '../rows.ts';
import { createNamer } from '../safe-names.ts';
import type { Namer } from '../safe-names.ts';
import { whyWithoutClass } from '../without-class.ts';
import { createSidecarFinder } from '../xmp/sidecar.ts';

export const foldersByClass: FolderFormat = {
  id: 'folders',
  title: /* @wc-include */ 'Folders by class',
  about: 'A folder for each class, with its photos copied, linked or moved into it.',
  kind: 'folder',
  placings,
  refuses: whyWithoutClass,
  async write(context, into) {
    const { how = 'copy' } = context;
    if (how === 'move') throw new Error('a move goes by its plan');
    let written = 0;
    const made = new Set<string>();
    for await (const { from, to } of plan(context)) {
      const target = join(into, to);
      if (!made.has(dirname(target))) await mkdir(dirname(target), { recursive: true });
      made.add(dirname(target));
      const note = await placeFile(from, target, how);
      if (note !== null) context.note?.(note);
      context.progress(++written);
    }
  },
  plan,
};

/**
 * Of a photo that lies in several places a move takes all of them, with the XMP files beside them; everything else the
 * first that is there.
 */
async function* plan(context: ExportContext): AsyncGenerator<Placement> {
  const folders = createNamer();
  const sidecarOf = createSidecarFinder();
  const inside = new Map<string, { folder: string; files: Namer }>();
  for (const { name } of context.classes) inside.set(name, { folder: folders.name(name), files: createNamer() });
  for (const page of context.photos()) {
    await setImmediate();
    for (const photo of page) {
      context.signal.throwIfAborted();
      const place = inside.get(photo.class ?? '');
      if (place) yield* placementsOf(photo, { ...place, sidecarOf }, context);
    }
  }
}

async function* placementsOf(
  { path: first, copies, hash }: ExportedPhoto,
  { folder, files, sidecarOf }: { folder: string; files: Namer; sidecarOf: (photo: string) => Promise<string> },
  { db, folder: library, how, leaveOut }: ExportContext,
): AsyncGenerator<Placement> {
  let taken = 0;
  for (const path of [first, ...copies]) {
    const from = join(library, path);
    const stamp = fileStamp(db, path);
    const stats = await stat(from).catch(() => null);
    if (stamp === null || stats === null || stats.size !== stamp.bytes || stats.mtimeMs !== stamp.mtimeMs) continue;
    taken++;
    if (how === 'move' && (await realpath(from)) !== from) {
      leaveOut?.(path, 'It is a link, or lies behind one, and links are not moved.');
      continue;
    }
    const name = files.name(basename(path));
    yield { from, path, to: join(folder, name), sha256: hash, bytes: stamp.bytes };
    if (how !== 'move') return;
    const beside = await sidecarOf(from);
    const found = await lstat(beside).catch(() => null);
    if (!found?.isFile()) continue;
    yield {
      from: beside,
      path: relative(library, beside).split(sep).join('/'),
      // Not `tom.xmp`: a `tom.png` may come to lie beside `tom.jpg`.
      to: join(folder, files.name(`${name}.xmp`)),
      sha256: await contentHash(beside),
      bytes: found.size,
    };
  }
  if (taken === 0) leaveOut?.(first, 'Its file is not there, or has changed since Whisker looked at it.');
}
