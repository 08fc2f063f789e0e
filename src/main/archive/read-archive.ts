// Reads an archive that others have made, without trusting it: only what its manifest lists is written, where that may
// lie, to the byte that it promised; and its database must be one of Whisker's.

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import * as v from 'valibot';
import type { ArchiveCard } from '../../shared/archive.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { libraryMigrations } from '../db/migrations/index.ts';
import { DATABASE, isNewer, MANIFEST, manifest, MOST_MANIFEST_BYTES, ofAnyVersion, type Manifest } from './manifest.ts';

const refused = (path: string, what: string, remedy = 'Copy it again from where it was made.'): WhiskerError =>
  new WhiskerError('bad-input', `"${path}" ${what}.`, remedy);

/** What the archive says of itself. Throws 'bad-input' for what is no archive, a damaged one, or a newer one. */
export async function readManifest(path: string): Promise<Manifest> {
  return reading(path, async () => {
    for await (const { header, body } of entriesOf(path)) {
      if (header.name !== MANIFEST || header.size > MOST_MANIFEST_BYTES) break;
      return parse(path, await new Response(body).text());
    }
    throw refused(path, 'is no archive of Whisker', 'Choose a file that “Archive this library…” made.');
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
  return reading(path, async () => {
    const left = new Map(said.entries.map((entry) => [entry.name, entry]));
    for await (const { header, body } of entriesOf(path)) {
      signal.throwIfAborted();
      if (header.name === MANIFEST) {
        await body.cancel();
        continue;
      }
      const promised = left.get(header.name);
      if (!promised || (header.type ?? 'file') !== 'file') throw refused(path, `holds what it does not list`);
      if (header.size !== promised.bytes) throw refused(path, `was changed: ${header.name} has another size`);
      left.delete(header.name);
      if (!wanted(header.name)) {
        await body.cancel();
        continue;
      }
      const target = join(into, ...header.name.split('/'));
      await mkdir(dirname(target), { recursive: true });
      const hash = createHash('sha256');
      const hashed = async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      };
      await pipeline(body, hashed, createWriteStream(target, { flags: 'wx', mode: 0o600 }), { signal });
      if (hash.digest('hex') !== promised.sha256) throw refused(path, `was changed: ${header.name} is damaged`);
    }
    const [missing] = left.keys();
    if (missing !== undefined) throw refused(path, `is cut short: ${missing} is not in it`);
    return said;
  });
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

async function* entriesOf(path: string): AsyncGenerator<ParsedTarEntry> {
  const file = createReadStream(path);
  try {
    yield* Readable.toWeb(file).pipeThrough(createTarDecoder({ strict: true }));
  } finally {
    file.destroy();
  }
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
