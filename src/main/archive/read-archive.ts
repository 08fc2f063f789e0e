// Reads an archive that others have made, without trusting it: only what its manifest lists is written, where that may
// lie, to the byte that it promised; and its database must be one of Whisker's.

import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { unpackTar } from 'modern-tar/fs';
import * as v from 'valibot';
import { contentHash } from '../../files/content-hash.ts';
import type { ArchiveCard } from '../../shared/archive.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { libraryMigrations } from '../db/migrations/index.ts';
import { DATABASE, isNewer, MANIFEST, manifest, MOST_MANIFEST_BYTES, ofAnyVersion } from './manifest.ts';
import type { Entry, Manifest } from './manifest.ts';

const refused = (path: string, what: string, remedy = 'Copy it again from where it was made.'): WhiskerError =>
  new WhiskerError('bad-input', `"${path}" ${what}.`, remedy);

/** What the archive says of itself. Throws 'bad-input' for what is no archive, a damaged one, or a newer one. */
export async function readManifest(path: string): Promise<Manifest> {
  return reading(path, async () => {
    const first = await firstEntry(path);
    if (first === null) throw refused(path, 'is no archive of Whisker', 'Choose what “Archive this library…” made.');
    return parse(path, first);
  });
}

export const cardOf = async (path: string, said: Manifest): Promise<ArchiveCard> => {
  const { name, madeAt, photos, labelled, classes, runs } = said;
  return { name, madeAt, photos, labelled, classes, runs, bytes: (await stat(path)).size };
};

export interface UnpackOptions {
  signal: AbortSignal;
  /** The others are passed over. */
  wanted?: (name: string) => boolean;
}

/**
 * Writes what the manifest lists into `into`, which must be empty. Throws 'bad-input' with what is wrong with the
 * archive, and what the disk or the signal throws; what lies in `into` is worth nothing then.
 */
export async function unpackArchive(
  path: string,
  into: string,
  { signal, wanted = () => true }: UnpackOptions,
): Promise<Manifest> {
  const said = await readManifest(path);
  const left = new Map(said.entries.map((entry) => [entry.name, entry]));
  const written: Entry[] = [];
  const unpack = unpackTar(into, {
    strict: true,
    fmode: 0o600,
    filter({ name, type = 'file', size }) {
      if (name === MANIFEST) return false;
      const promised = left.get(name);
      if (!promised || type !== 'file') throw refused(path, 'holds what it does not list');
      if (size !== promised.bytes) throw refused(path, `was changed: ${name} has another size`);
      left.delete(name);
      if (wanted(name)) written.push(promised);
      return wanted(name);
    },
  });
  return reading(path, async () => {
    await pipeline(createReadStream(path), unpack, { signal });
    const [missing] = left.keys();
    if (missing !== undefined) throw refused(path, `is cut short: ${missing} is not in it`);
    for (const { name, sha256 } of written) {
      signal.throwIfAborted();
      if ((await contentHash(join(into, name))) !== sha256) throw refused(path, `was changed: ${name} is damaged`);
    }
    return said;
  });
}

const HEADER_BYTES = 512;

/** The manifest's text, which is the first file of the tar; null when something else is. */
async function firstEntry(path: string): Promise<string | null> {
  const file = await open(path);
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    await file.read(header, 0, HEADER_BYTES, 0);
    const field = (from: number, length: number) => header.toString('latin1', from, from + length).split('\0', 1)[0]!;
    const bytes = Number.parseInt(field(124, 12), 8);
    if (field(0, 100) !== MANIFEST || !(bytes <= MOST_MANIFEST_BYTES)) return null;
    const text = Buffer.alloc(bytes);
    const { bytesRead } = await file.read(text, 0, bytes, HEADER_BYTES);
    return bytesRead === bytes ? text.toString('utf8') : null;
  } finally {
    await file.close();
  }
}

function parse(path: string, text: string): Manifest {
  const json = v.safeParse(v.pipe(v.string(), v.parseJson()), text);
  const any = v.safeParse(ofAnyVersion, json.output);
  if (any.success && isNewer(any.output, libraryMigrations.length)) {
    throw refused(path, `was made by a newer Whisker (${any.output.whisker})`, 'Update Whisker, then open it again.');
  }
  const said = v.safeParse(manifest, json.output);
  if (!said.success) throw refused(path, 'is no archive of Whisker, or it was changed');
  const names = new Set(said.output.entries.map(({ name }) => name));
  if (!names.has(DATABASE) || names.size !== said.output.entries.length) {
    throw refused(path, 'was changed: its list is not right');
  }
  return said.output;
}

/** What the reader of tars says is about this file; the system's own errors have a call that failed. */
async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WhiskerError || !(error instanceof Error) || error.name === 'AbortError') throw error;
    if ('code' in error && error.code === 'ENOENT') {
      throw new WhiskerError('not-found', `There is no file "${path}".`, 'Check its path.');
    }
    throw 'syscall' in error ? error : refused(path, `is no archive of Whisker, or it is damaged (${error.message})`);
  }
}
