// Training pixels on disk: one packed file for each picture size and colour, decoded once and carried over from run to
// run.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { PixelFile } from '../../engine/messages.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { PhotoId } from '../../shared/types.ts';
import { decodeBatch, rowBytes } from './decode-batch.ts';
import type { DecodeOrder } from './decode-batch.ts';

/** Row i of the file is the photo `ids[i]`; ids ascend. */
export interface PixelPack extends PixelFile {
  ids: PhotoId[];
}

export interface PackOrder extends DecodeOrder {
  /** Ascending ids, paths relative to `folder`. */
  photos: readonly { id: PhotoId; path: string }[];
  /** Photos decoded so far, of those that had to be. */
  onProgress?: (done: number, total: number) => void;
}

const BATCH = 64;
const COPY_BYTES = 8 * 2 ** 20;
const SAMPLE = 48;
/** Mean difference between the channels, 0 to 255, under which photos count as grey: JPEG noise stays below it. */
const GREY_BELOW = 1.5;

/**
 * The pack of exactly these photos, less those that can't be decoded. Only photos that the previous pack lacks are
 * decoded; the previous pack is then removed. Rejects with 'cancelled' when aborted; the old pack then stands.
 */
export async function packPixels(order: PackOrder): Promise<PixelPack> {
  await mkdir(order.dir, { recursive: true });
  const old = await newestPack(order);
  const wanted = order.photos.map(({ id }) => id);
  if (old && sameIds(old.ids, wanted)) return old;

  const known = new Set(old?.ids);
  const fresh = await decode(
    order,
    order.photos.filter(({ id }) => !known.has(id)),
  );
  const pack = await merge(order, wanted, old ? [old, fresh] : [fresh]);
  await removeOthers(order, pack.path);
  return pack;
}

/** 1 when a spread sample of the photos has no colour to speak of, else 3. */
export async function findChannels({ imaging, dir, folder, photos, signal }: Omit<PackOrder, 'sizePx' | 'channels'>) {
  await mkdir(dir, { recursive: true });
  const step = Math.max(1, Math.floor(photos.length / SAMPLE));
  const sample = photos.filter((_, i) => i % step === 0).map(({ path }) => join(folder, path));
  const outFile = join(dir, 'sample.part');
  const { chroma } = await imaging.request(
    { kind: 'pack', paths: sample, sizePx: 32, channels: 3, outFile },
    { signal },
  );
  await rm(outFile, { force: true });
  return chroma < GREY_BELOW ? 1 : 3;
}

const prefix = ({ sizePx, channels }: PackOrder): string => `${sizePx}px-${channels === 1 ? 'grey' : 'rgb'}-`;
const idsFile = (path: string): string => `${path}.ids`;

async function newestPack(order: PackOrder): Promise<PixelPack | null> {
  const names = await readdir(order.dir);
  for (const name of names.filter((name) => name.startsWith(prefix(order)) && name.endsWith('.u8'))) {
    const path = join(order.dir, name);
    const ids: PhotoId[] = existsSync(idsFile(path)) ? JSON.parse(await readFile(idsFile(path), 'utf8')) : [];
    const { size } = await stat(path);
    if (ids.length > 0 && size === ids.length * rowBytes(order)) return packAt(order, path, ids);
  }
  return null;
}

const packAt = ({ sizePx, channels }: PackOrder, path: string, ids: PhotoId[]): PixelPack => ({
  path,
  ids,
  count: ids.length,
  sizePx,
  channels,
});

async function decode(order: PackOrder, photos: PackOrder['photos']): Promise<PixelPack> {
  const path = join(order.dir, 'fresh.part');
  const ids: PhotoId[] = [];
  const out = await open(path, 'w');
  try {
    for (let at = 0; at < photos.length; at += BATCH) {
      order.onProgress?.(at, photos.length);
      const batch = photos.slice(at, at + BATCH);
      for (const { photo, row } of await decodeBatch(order, batch)) {
        await out.write(row);
        ids.push(photo.id);
      }
    }
    return packAt(order, path, ids);
  } finally {
    await out.close();
  }
}

/** Writes the rows of `wanted`, each from the source that has it, and makes the result the new pack. */
async function merge(order: PackOrder, wanted: readonly PhotoId[], sources: readonly PixelPack[]): Promise<PixelPack> {
  const part = join(order.dir, 'merged.part');
  const ids: PhotoId[] = [];
  const handles = new Map<PixelPack, FileHandle>();
  const out = await open(part, 'w');
  try {
    for (const source of sources) handles.set(source, await open(source.path));
    for (const stretch of stretches(wanted, sources, Math.ceil(COPY_BYTES / rowBytes(order)))) {
      order.signal.throwIfAborted();
      const bytes = Buffer.alloc(stretch.ids.length * rowBytes(order));
      await handles.get(stretch.source)?.read(bytes, 0, bytes.length, stretch.row * rowBytes(order));
      await out.write(bytes);
      ids.push(...stretch.ids);
    }
    await out.sync();
  } finally {
    await out.close();
    for (const handle of handles.values()) await handle.close();
  }
  if (ids.length === 0) throw new WhiskerError('training-failed', 'None of the photos could be read.');
  const key = createHash('sha256').update(ids.join()).digest('hex').slice(0, 16);
  const path = join(order.dir, `${prefix(order)}${key}.u8`);
  await writeFile(idsFile(path), JSON.stringify(ids));
  await rename(part, path);
  return packAt(order, path, ids);
}

interface Stretch {
  source: PixelPack;
  /** Of the first id; the others follow it in the source as they do here. */
  row: number;
  ids: PhotoId[];
}

/**
 * Cuts `wanted` into stretches of at most `mostRows` that lie together in one source; ids that none has are passed
 * over.
 */
function* stretches(
  wanted: readonly PhotoId[],
  sources: readonly PixelPack[],
  mostRows: number,
): Generator<Stretch, void> {
  const cursors = sources.map((source) => ({ source, row: 0 }));
  let stretch: Stretch | undefined;
  for (const id of wanted) {
    for (const cursor of cursors) while ((cursor.source.ids[cursor.row] ?? Infinity) < id) cursor.row++;
    const found = cursors.find(({ source, row }) => source.ids[row] === id);
    if (!found) continue;
    const { source, row } = found;
    if (stretch?.source === source && stretch.row + stretch.ids.length === row && stretch.ids.length < mostRows) {
      stretch.ids.push(id);
      continue;
    }
    if (stretch) yield stretch;
    stretch = { source, row, ids: [id] };
  }
  if (stretch) yield stretch;
}

async function removeOthers(order: PackOrder, keep: string): Promise<void> {
  for (const name of await readdir(order.dir)) {
    const path = join(order.dir, name);
    const isOurs = name.startsWith(prefix(order)) && path !== keep && path !== idsFile(keep);
    if (isOurs || name.endsWith('.part')) await rm(path, { force: true });
  }
}

const sameIds = (a: readonly PhotoId[], b: readonly PhotoId[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);
