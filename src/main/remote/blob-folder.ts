// A folder of blobs, each a file named by its hash. What is read is held against its name, so that a damaged one counts
// as none.

import { mkdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../files/whole-file.ts';
import { hashOf } from './blobs.ts';
import type { FileRef } from './blobs.ts';

export interface BlobFolder {
  /** Those of the blobs that are not here, each once. */
  missing(hashes: readonly string[]): string[];
  /** Throws 'storage-failed'. */
  keep(hash: string, bytes: Uint8Array): void;
  /** Makes the file of its blobs, whole or not at all. Throws when one is not here, and 'storage-failed'. */
  assemble(ref: FileRef, path: string): void;
  /** Removes the blobs that were used longest ago, until the others have at most `mostBytes`. */
  prune(mostBytes: number): Promise<void>;
}

export function openBlobFolder(dir: string): BlobFolder {
  mkdirSync(dir, { recursive: true });
  const pathOf = (hash: string) => join(dir, hash);

  function read(hash: string): Uint8Array {
    const bytes = readFileSync(pathOf(hash));
    if (hashOf(bytes) === hash) return bytes;
    rmSync(pathOf(hash), { force: true });
    throw new Error('A piece of a file is damaged on the disk.');
  }

  return {
    missing: (hashes) => [...new Set(hashes)].filter((hash) => !isThere(pathOf(hash))),
    keep: (hash, bytes) => writeWhole(pathOf(hash), [bytes]),
    assemble({ blobs }, path) {
      const now = new Date();
      writeWhole(
        path,
        (function* () {
          for (const hash of blobs) {
            yield read(hash);
            utimesSync(pathOf(hash), now, now);
          }
        })(),
      );
    },
    async prune(mostBytes) {
      const found = await Promise.all(
        (await readdir(dir)).map(async (name) => {
          const stats = await stat(join(dir, name)).catch(() => null);
          return { name, bytes: stats?.size ?? 0, usedAt: stats?.mtimeMs ?? 0 };
        }),
      );
      let kept = 0;
      for (const { name, bytes } of found.sort((a, b) => b.usedAt - a.usedAt)) {
        kept += bytes;
        if (kept > mostBytes) await rm(join(dir, name), { force: true });
      }
    },
  };
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
