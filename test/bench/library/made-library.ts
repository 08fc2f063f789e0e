// A library of any size without an import: its rows as a scan would have written them, and its files and thumbnails as
// so many names of a few.

import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openLibraryDatabase } from '../../../src/main/library/library-database.ts';
import { createShelf } from '../../../src/main/library/shelf.ts';
import { prepare, transact } from '../../../src/main/db/open.ts';
import { photoSizes } from '../../../src/shared/urls.ts';
import { photo } from '../../fixtures/photos.ts';

/** A file takes at most 65,000 names on ext4. */
const DRAWINGS = 100;
const PER_FOLDER = 1000;
const PER_COMMIT = 50_000;

/** The words by which the first 5,000 and the first 100,000 files are found. */
export const found = { 5_000: 'sprout', 100_000: 'meadow' } as const;

export interface MadeLibrary {
  folder: string;
  dataDir: string;
}

/** Photos of a few shapes, one a minute, none like another. `dir` must not exist yet. */
export async function makeLibrary(dir: string, count: number): Promise<MadeLibrary> {
  const [folder, dataDir] = [join(dir, `photos-${count}`), join(dir, 'data')];
  mkdirSync(folder, { recursive: true });
  const shelf = createShelf(dataDir);
  const place = await shelf.find(folder);
  const thumbs = join(place.dir, 'thumbs');
  const db = openLibraryDatabase({ ...place, folder, labelled: 0 });
  const drawings = await draw(join(dir, 'drawings'));
  const addPhoto = prepare(
    db,
    `INSERT INTO photo (id, sha256, width, height, format, bytes, damaged, taken_at, fingerprint, added_at)
     VALUES (?, ?, ?, ?, 'jpeg', ?, 0, ?, ?, '2026-01-01T00:00:00.000Z')`,
  );
  const addFile = prepare(db, `INSERT INTO file (path, photo_id, bytes, mtime_ms) VALUES (?, ?, ?, ?)`);
  const made = new Set<string>();
  const link = (from: string, to: string) => {
    const parent = dirname(to);
    if (!made.has(parent)) mkdirSync(parent, { recursive: true });
    made.add(parent);
    linkSync(from, to);
  };
  for (let from = 0; from < count; from += PER_COMMIT) {
    transact(db, () => {
      for (let i = from; i < Math.min(count, from + PER_COMMIT); i++) {
        const { file, thumb, width, height, bytes, mtimeMs } = drawings[i % DRAWINGS]!;
        const sha256 = createHash('sha256').update(String(i)).digest('hex');
        const taken = new Date(Date.UTC(2020, 0, 1) + i * 60_000).toISOString().slice(0, -1);
        const path = `${String(Math.floor(i / PER_FOLDER)).padStart(4, '0')}/${nameOf(i)}`;
        addPhoto.run(place.firstPhotoId + i, sha256, width, height, bytes, taken, sha256.slice(0, 32));
        addFile.run(path, place.firstPhotoId + i, bytes, mtimeMs);
        link(file, join(folder, path));
        link(thumb, join(thumbs, sha256.slice(0, 2), `${sha256}.jpg`));
      }
    });
  }
  // None is nearly the same as another.
  prepare(db, `UPDATE grouping SET grouped = changes`).run();
  shelf.note(folder, db);
  db.close();
  shelf.close();
  return { folder, dataDir };
}

function nameOf(i: number): string {
  const words = ([5_000, 100_000] as const).filter((most) => i < most).map((most) => ` ${found[most]}`);
  return `IMG_${String(i).padStart(7, '0')}${words.join('')}.jpg`;
}

interface Drawing {
  file: string;
  thumb: string;
  width: number;
  height: number;
  bytes: number;
  mtimeMs: number;
}

async function draw(folder: string): Promise<Drawing[]> {
  mkdirSync(folder, { recursive: true });
  const drawings: Drawing[] = [];
  for (let seed = 0; seed < DRAWINGS; seed++) {
    const [width, height] = [480, [320, 360, 640, 480, 270][seed % 5]!];
    const [file, thumb] = [join(folder, `${seed}.jpg`), join(folder, `${seed}-thumb.jpg`)];
    writeFileSync(file, await photo({ width, height, seed }).jpeg({ quality: 80 }).toBuffer());
    const small = photo({ width, height, seed }).resize(photoSizes.thumb, photoSizes.thumb, { fit: 'inside' });
    writeFileSync(thumb, await small.jpeg({ quality: 75, optimiseCoding: false }).toBuffer());
    const { size, mtimeMs } = statSync(file);
    drawings.push({ file, thumb, width, height, bytes: size, mtimeMs });
  }
  return drawings;
}
