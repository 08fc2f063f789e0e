// Takes back what a job has made of photos: checks it against what the network makes of some of them here, then merges
// its shards, in any order, as often as anybody likes.

import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { writeWhole } from '../../files/whole-file.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { photosHere } from '../db/elsewhere.ts';
import { firstPaths } from '../db/photos.ts';
import type { InstalledBackbone } from '../db/registry.ts';
import type { BackboneService } from '../backbone/backbone.ts';
import type { FeatureService } from '../features/feature-service.ts';
import type { LibraryService } from '../library/library.ts';
import { thumbsOf } from '../library/open-library.ts';
import type { StoredVector } from '../training-data/feature-store.ts';
import type { PhotoId } from '../../shared/types.ts';
import { jobNames } from './job-file.ts';
import { ForeignShard, readShard } from './shard.ts';
import type { Shard, ShardRow } from './shard.ts';

export interface JobParts {
  library: Pick<LibraryService, 'require' | 'keepElsewhere'>;
  backbones: Pick<BackboneService, 'require'>;
  features: Pick<FeatureService, 'fresh' | 'adopt'>;
}

export interface ImportOptions {
  /** Whether a job may be taken of which no photo is here. */
  unchecked: boolean;
  signal: AbortSignal;
  onProgress(shards: number, total: number): void;
}

export interface ImportedJob {
  shards: number;
  /** Files that were left out, each with its reason. */
  skipped: { file: string; reason: string }[];
  /** Photos that were looked at here as well, and the one of them that agrees least. */
  checked: number;
  worst: { path: string; cosine: number } | null;
  /** Vectors that were new, and photos that came to the library by lying elsewhere. */
  added: number;
  elsewhere: number;
  /** Photos that the job could not look at, and the first of the reasons. */
  failed: number;
  failure: string | null;
}

const CHECKED = 100;
const LEAST_COSINE = 0.999;

/**
 * Throws 'not-found' without shards, 'bad-input' when what was made elsewhere is not what the network makes here, or
 * when nothing can be checked; nothing is kept then.
 */
export async function importJob(parts: JobParts, dir: string, options: ImportOptions): Promise<ImportedJob> {
  const network = await parts.backbones.require();
  const files = await shardsIn(resolve(dir));
  const check = await checkAgainstHere(parts, network, files, options);
  const skipped: ImportedJob['skipped'] = [];
  const failures = new Map<string, string>();
  const looked = new Set<string>();
  let elsewhere = 0;

  async function* vectors(): AsyncGenerator<StoredVector[]> {
    for (const [done, file] of files.entries()) {
      options.signal.throwIfAborted();
      options.onProgress(done, files.length);
      const shard = await readOrSkip(file, network, (reason) => skipped.push({ file: basename(file), reason }));
      if (!shard) continue;
      for (const { uri, error } of shard.failed) failures.set(uri, error);
      for (const { uri } of shard.rows) looked.add(uri);
      elsewhere += await keepPhotos(parts, shard.rows);
      yield shard.rows.map(({ sha256, vector }) => ({ sha256, vector }));
    }
  }
  const added = await parts.features.adopt(network, vectors());
  // What failed once and was looked at later is no failure.
  for (const uri of looked) failures.delete(uri);
  const [failure] = failures.entries();
  return {
    ...{ shards: files.length - skipped.length, skipped, ...check, added, elsewhere, failed: failures.size },
    failure: failure ? `${failure[0]}: ${failure[1]}` : null,
  };
}

async function shardsIn(dir: string): Promise<string[]> {
  const folder = existsSync(join(dir, jobNames.shards)) ? join(dir, jobNames.shards) : dir;
  const names = await readdir(folder).catch(() => []);
  const shards = names.filter((name) => name.endsWith('.parquet') && name !== jobNames.manifest).sort();
  if (shards.length === 0) {
    const remedy = `Run ${jobNames.script} first, or name the folder of its shards.`;
    throw new WhiskerError('not-found', `There are no shards in "${folder}".`, remedy);
  }
  return shards.map((name) => join(folder, name));
}

async function readOrSkip(
  file: string,
  { info }: InstalledBackbone,
  skip: (reason: string) => unknown,
): Promise<Shard | null> {
  try {
    return await readShard(file, info);
  } catch (error) {
    if (!(error instanceof ForeignShard)) throw error;
    skip(error.message);
    return null;
  }
}

/** Looks here at up to a hundred of the job's photos, from shards all over it. */
async function checkAgainstHere(
  { library, features }: JobParts,
  network: InstalledBackbone,
  files: readonly string[],
  { unchecked, signal }: ImportOptions,
): Promise<Pick<ImportedJob, 'checked' | 'worst'>> {
  const { db } = library.require();
  const stride = Math.max(1, Math.floor(files.length / CHECKED));
  const fromEach = Math.ceil(CHECKED / Math.ceil(files.length / stride));
  const chosen = new Map<string, { id: PhotoId; row: ShardRow }>();
  const reasons: string[] = [];
  const inTurn = [...files.filter((_, i) => i % stride === 0), ...files.filter((_, i) => i % stride !== 0)];
  for (const file of inTurn) {
    if (chosen.size >= CHECKED) break;
    const shard = await readOrSkip(file, network, (reason) => reasons.push(`${basename(file)} ${reason}`));
    const rows = new Map(shard?.rows.map((row) => [row.sha256, row]));
    const here = [...photosHere(db, [...rows.keys()])].slice(0, Math.min(fromEach, CHECKED - chosen.size));
    for (const [sha256, id] of here) chosen.set(sha256, { id, row: rows.get(sha256)! });
  }
  const photos = Array.from(chosen, ([sha256, { id }]) => ({ id, sha256 }));
  const vectors =
    photos.length > 0 ? await features.fresh(photos, { network, signal }) : new Map<string, Float32Array>();
  if (vectors.size === 0) {
    if (reasons.length === files.length) {
      const remedy = 'Set up the network that the job was exported with, or export it again.';
      throw new WhiskerError('bad-input', `None of the shards can be taken in: ${reasons[0]}.`, remedy);
    }
    if (unchecked) return { checked: 0, worst: null };
    throw new WhiskerError(
      'bad-input',
      'None of the photos of this job is in the folder, so that nothing of it can be checked.',
      'Put some of them into the folder, or import it with --unchecked.',
    );
  }
  let worst: { id: PhotoId; cosine: number } | null = null;
  for (const [sha256, vector] of vectors) {
    const { id, row } = chosen.get(sha256)!;
    const cosine = cosineOf(vector, row.vector instanceof Float32Array ? row.vector : row.vector.values);
    if (worst === null || !(cosine >= worst.cosine)) worst = { id, cosine };
  }
  const { id, cosine } = worst!;
  const path = firstPaths(db, [id]).get(id) ?? '';
  if (cosine >= LEAST_COSINE) return { checked: vectors.size, worst: { path, cosine } };
  throw new WhiskerError(
    'bad-input',
    `What the job has made of ${path} is not what the network makes of it here: they agree to ` +
      `${cosine.toFixed(4)}, and ${LEAST_COSINE} is asked for.`,
    'Export the job again and run it as it is; a vector of a byte a number may be too coarse for this network.',
  );
}

function cosineOf(one: Float32Array, other: Float32Array | Int8Array): number {
  let [product, ones, others] = [0, 0, 0];
  for (let i = 0; i < one.length; i++) {
    product += one[i]! * other[i]!;
    ones += one[i]! ** 2;
    others += other[i]! ** 2;
  }
  return product / Math.max(Math.sqrt(ones * others), 1e-12);
}

/** Photos that are not in the folder lie elsewhere from now on. Says how many came by that. */
async function keepPhotos({ library }: JobParts, rows: readonly ShardRow[]): Promise<number> {
  const open = library.require();
  const here = photosHere(
    open.db,
    rows.map(({ sha256 }) => sha256),
  );
  const others = rows.filter(({ sha256 }) => !here.has(sha256));
  for (const { sha256, thumbnail } of others) if (thumbnail) await keepThumbnail(thumbsOf(open), sha256, thumbnail);
  return library.keepElsewhere(
    others.map(({ sha256, uri, bytes, width, height, format }) => ({ sha256, uri, bytes, width, height, format })),
  );
}

async function keepThumbnail(thumbDir: string, sha256: string, thumbnail: Uint8Array): Promise<void> {
  const path = join(thumbDir, sha256.slice(0, 2), `${sha256}.jpg`);
  if (existsSync(path)) return;
  await mkdir(dirname(path), { recursive: true });
  writeWhole(path, [thumbnail]);
}
