// An import as the app does it, and libvips' own `vipsthumbnail` over the same photos, for the benchmarks that measure
// them. Both see files that were just written: what is measured is work, and no disk.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { createEngine } from '../../src/main/engine-host/engine.ts';
import { createEventBus } from '../../src/main/events.ts';
import { createLibraryService, type LibraryService } from '../../src/main/library/library.ts';
import { photoSizes } from '../../src/shared/urls.ts';
import { requireTestData, unpack } from '../fixtures/test-data.ts';
import { watchProcesses, type Usage } from './process-tree.ts';

/** Of a piece of work and all its processes. */
export interface Cost extends Usage {
  seconds: number;
}

const engine = { node: process.execPath, entry: resolve(import.meta.dirname, '../../src/engine/entry.ts') };

export function libraryIn(dataDir: string): LibraryService {
  const imaging = createEngine({ role: 'imaging', ...engine });
  return createLibraryService({ options: { dataDir, engine }, events: createEventBus(), imaging });
}

/** Opens a folder as a new library and waits for its scan. */
export async function importFolder(
  folder: string,
  dataDir: string,
): Promise<Cost & Record<'photos' | 'problems', number>> {
  const watch = watchProcesses();
  const began = performance.now();
  const library = libraryIn(dataDir);
  await library.open(folder);
  const { photos, problems } = await library.scanFinished();
  const seconds = (performance.now() - began) / 1000;
  const usage = watch.stop();
  await library.close();
  return { photos, problems, seconds, ...usage };
}

export const hasVipsthumbnail = (): boolean => spawnSync('vipsthumbnail', ['--vips-version']).status === 0;

/** More would not fit a command line. */
const MOST_FILES = 10_000;

/** Thumbnails as large as Whisker's of every file in the folder, as JPEG, which is what it makes by itself. */
export async function runVipsthumbnail(folder: string): Promise<Cost> {
  const out = mkdtempSync(join(tmpdir(), 'whisker-vips-'));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const watch = watchProcesses();
  const began = performance.now();
  for (let at = 0; at < files.length; at += MOST_FILES) {
    const options = ['--size', `${photoSizes.thumb}x${photoSizes.thumb}>`, '-o', join(out, '%s.jpg')];
    const run = spawn('vipsthumbnail', [...options, ...files.slice(at, at + MOST_FILES)], { stdio: 'inherit' });
    await new Promise((done) => run.once('close', done));
  }
  const cost = { seconds: (performance.now() - began) / 1000, ...watch.stop() };
  const made = readdirSync(out).length;
  rmSync(out, { recursive: true });
  if (made !== files.length) throw new Error(`vipsthumbnail made ${made} thumbnails of ${files.length} photos.`);
  return cost;
}

/** Fills a new folder with so many JPEGs of photos-400.tar, in their natural size; each has a content of its own. */
export function writeNaturalPhotos(folder: string, count: number): void {
  writeNumbered(folder, count, naturalPhotos());
}

/** How many of a camera's photos are made; the others are these again, with another content. */
const CAMERA_PHOTOS = 10;

/** The same with photos as large as a camera's: enlarged to 12 megapixels, with grain, so that each takes some MB. */
export async function writeCameraPhotos(folder: string, count: number): Promise<void> {
  const [width, height] = [4000, 3000];
  const noise = { type: 'gaussian', mean: 128, sigma: 9 } as const;
  const grain = await sharp({ create: { width, height, channels: 3, background: 'grey', noise } })
    .png()
    .toBuffer();
  const photos = await Promise.all(
    naturalPhotos()
      .slice(0, CAMERA_PHOTOS)
      .map((photo) =>
        sharp(photo)
          .resize(width, height, { fit: 'cover' })
          .composite([{ input: grain, blend: 'soft-light' }])
          .jpeg({ quality: 92 })
          .toBuffer(),
      ),
  );
  writeNumbered(folder, count, photos);
}

function writeNumbered(folder: string, count: number, photos: readonly Buffer[]): void {
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < count; i++)
    writeFileSync(join(folder, `IMG_${String(i).padStart(7, '0')}.jpg`), commented(photos[i % photos.length]!, i));
}

function naturalPhotos(): Buffer[] {
  const unpacked = mkdtempSync(join(tmpdir(), 'whisker-natural-'));
  unpack(requireTestData('photos-400.tar'), unpacked);
  const photos = readdirSync(unpacked, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jpg'))
    .map((name) => readFileSync(join(unpacked, name)));
  rmSync(unpacked, { recursive: true });
  return photos;
}

/** The JPEG with a number in a comment, which no decoder looks at (ISO 10918-1, B.2.4.5). */
function commented(jpeg: Buffer, number: number): Buffer {
  const comment = Buffer.from([0xff, 0xfe, 0, 6, 0, 0, 0, 0]);
  comment.writeUInt32BE(number, 4);
  return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
}
