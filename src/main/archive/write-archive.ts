// Makes a library one file: a tar of its manifest, a snapshot of its database and the folders of its runs; thumbnails
// and features when asked. Everything is hashed before the first byte goes out.

import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { Readable } from 'node:stream';
import { packTar, type TarSource } from 'modern-tar/fs';
import packageJson from '../../../package.json' with { type: 'json' };
import { archiveParts, type ArchivePart, type ArchiveSizes } from '../../shared/archive.ts';
import { takeSnapshot } from '../db/backups.ts';
import { listClasses } from '../db/classes.ts';
import { countFound, countLabelled } from '../db/files.ts';
import { libraryMigrations } from '../db/migrations/index.ts';
import { listRuns } from '../db/runs.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { DATABASE, MANIFEST, newManifest, type Entry } from './manifest.ts';

/** A file as it goes in: so much of it, whatever is added meanwhile. */
interface Source {
  name: string;
  path: string;
  bytes: number;
}

export interface PreparedArchive {
  /** Of all that is in it. */
  bytes: number;
  stream(): Readable;
  /** Frees what it takes on disk; the stream must have ended. */
  remove(): Promise<void>;
}

/** What each part would take. */
export async function archiveSizes({ dir, db }: OpenLibrary): Promise<ArchiveSizes> {
  const sum = async (part: 'runs' | ArchivePart) =>
    (await sourcesIn(dir, part)).reduce((total, { bytes }) => total + bytes, 0);
  const { size } = await stat(db.name);
  return { library: size + (await sum('runs')), thumbs: await sum('thumbs'), features: await sum('features') };
}

/** Throws what the disk says; nothing is left behind then. No run may learn meanwhile. */
export async function prepareArchive(library: OpenLibrary, wanted: readonly ArchivePart[]): Promise<PreparedArchive> {
  const { db, dir, name } = library;
  const staging = await mkdtemp(join(dir, 'archive-'));
  const remove = () => rm(staging, { recursive: true, force: true });
  try {
    const snapshot = join(staging, DATABASE);
    await takeSnapshot(db, snapshot);
    const { size } = await stat(snapshot);
    const parts = ['runs' as const, ...archiveParts.filter((part) => wanted.includes(part))];
    const sources: Source[] = [
      { name: DATABASE, path: snapshot, bytes: size },
      ...(await Promise.all(parts.map((part) => sourcesIn(dir, part)))).flat(),
    ];
    const entries: Entry[] = [];
    for (const source of sources) {
      entries.push({ name: source.name, bytes: source.bytes, sha256: await hashOf(source) });
    }
    const said = newManifest({
      whisker: packageJson.version,
      schema: libraryMigrations.length,
      name,
      madeAt: new Date().toISOString(),
      photos: countFound(db).photos,
      labelled: countLabelled(db),
      classes: listClasses(db).map((entry) => entry.name),
      runs: listRuns(db).length,
      entries,
    });
    return {
      bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
      stream: () => packTar(inOrder(JSON.stringify(said), sources)),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

const inOrder = (said: string, sources: readonly Source[]): TarSource[] => [
  { type: 'content', content: said, target: MANIFEST },
  ...sources.map((source): TarSource => ({
    type: 'stream',
    content: firstBytes(source),
    size: source.bytes,
    target: source.name,
  })),
];

/** Opened when its turn comes. */
const firstBytes = ({ path, bytes }: Source): Readable =>
  Readable.from(
    (async function* () {
      if (bytes > 0) yield* createReadStream(path, { end: bytes - 1 });
    })(),
    { objectMode: false },
  );

async function hashOf({ path, bytes }: Source): Promise<string> {
  const hash = createHash('sha256');
  if (bytes > 0) for await (const chunk of createReadStream(path, { end: bytes - 1 })) hash.update(chunk);
  return hash.digest('hex');
}

/** Signs of life and what was cut short in the middle are nobody's elsewhere. */
const isLeftOut = (name: string): boolean => /\.(pid|partial|tmp)$/.test(name);

/** An index before its rows: those only grow, and one that is a little older than they are is right. */
async function sourcesIn(dir: string, part: 'runs' | ArchivePart): Promise<Source[]> {
  const root = join(dir, part);
  if (!existsSync(root)) return [];
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  const files = found.filter((file) => file.isFile() && !isLeftOut(file.name));
  const indexFirst = (path: string) => (path.endsWith('.index') ? 0 : 1);
  const paths = files.map((file) => join(file.parentPath, file.name)).sort((a, b) => indexFirst(a) - indexFirst(b));
  const sources: Source[] = [];
  for (const path of paths) {
    const name = posix.join(part, ...path.slice(root.length + 1).split(sep));
    sources.push({ name, path, bytes: (await stat(path)).size });
  }
  return sources;
}
