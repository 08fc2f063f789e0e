// The list of what an export moves, from where and to where, which lies on the disk before anything is moved: JSON
// Lines, a head and then a line a file.

import { openSync, closeSync, fsyncSync } from 'node:fs';
import { readdir, readFile, rename } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import * as v from 'valibot';
import { writeWhole } from '../../files/whole-file.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { ListedMove } from '../../shared/export.ts';

export interface Moved {
  /** Absolute paths: where the file was, and where it is moved. */
  from: string;
  to: string;
  /** SHA-256 of its content. */
  sha256: string;
  bytes: number;
}

export interface Manifest {
  startedAt: string;
  /** Absolute path of the folder that the files lay in, and of the new one that they are moved into. */
  library: string;
  target: string;
  files: readonly Moved[];
}

const path = v.pipe(v.string(), v.check(isAbsolute));
const head = v.object({
  format: v.literal('whisker-move'),
  version: v.literal(1),
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  library: path,
  target: path,
  files: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
const moved = v.object({
  from: path,
  to: path,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

const ENDING = '.jsonl';
const ENDED = '.reverted.jsonl';

/** Writes the list into `folder`, to the disk, and returns its path. Throws 'storage-failed'. */
export function writeManifest(folder: string, { files, ...rest }: Manifest): string {
  const file = join(folder, `move-${rest.startedAt.replace(/[:.]/g, '-')}${ENDING}`);
  const line = (value: object) => Buffer.from(`${JSON.stringify(value)}\n`);
  function* lines(): Generator<Buffer> {
    yield line({ format: 'whisker-move', version: 1, ...rest, files: files.length });
    for (const one of files) yield line(one);
  }
  writeWhole(file, lines());
  syncFolder(folder);
  return file;
}

/** Throws 'bad-input' for what is no such list, or not a whole one. */
export async function readManifest(file: string): Promise<Manifest> {
  const refused = (why: string) => new WhiskerError('bad-input', `"${file}" ${why}.`, 'Choose the list of a move.');
  const text = await readFile(file, 'utf8').catch(() => {
    throw refused("can't be read");
  });
  const [first = '', ...lines] = text.trimEnd().split('\n');
  const { files, startedAt, library, target } = parsed(head, first) ?? fail(refused('is no list of moved files'));
  const entries = lines.map((line) => parsed(moved, line) ?? fail(refused('is damaged')));
  if (entries.length !== files) throw refused('is cut short');
  return { startedAt, library, target, files: entries };
}

/** Everything of it is where it was: it is not listed any more. */
export const endManifest = (file: string): Promise<void> =>
  rename(file, join(dirname(file), basename(file).slice(0, -ENDING.length) + ENDED));

/** The lists in a folder that were not reverted, the newest first; what can't be read is none. */
export async function listMoves(folder: string): Promise<ListedMove[]> {
  const names = await readdir(folder).catch(() => []);
  const open = names.filter((name) => name.endsWith(ENDING) && !name.endsWith(ENDED)).sort();
  const moves = await Promise.all(
    open.map(async (id) => {
      const manifest = join(folder, id);
      const list = await readManifest(manifest).catch(() => null);
      return list && { id, manifest, startedAt: list.startedAt, where: list.target, files: list.files.length };
    }),
  );
  return moves.filter((move) => move !== null).reverse();
}

/** Has a folder's names written to the disk, where the system can. */
export function syncFolder(folder: string): void {
  // Windows opens no folders, and keeps a journal of names.
  if (process.platform === 'win32') return;
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

function parsed<Value>(schema: v.GenericSchema<unknown, Value>, line: string): Value | null {
  try {
    const result = v.safeParse(schema, JSON.parse(line));
    return result.success ? result.output : null;
  } catch {
    return null; // It is no JSON.
  }
}

function fail(error: WhiskerError): never {
  throw error;
}
