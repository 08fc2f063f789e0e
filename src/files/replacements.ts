// Replaces many files of a person's folder so that all of it can be taken back: what a file was before stays, in a
// hidden folder beside, until the end. Each file is replaced whole by a rename.

import { constants, copyFileSync, linkSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { statSync, writeFileSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WhiskerError } from '../shared/errors.ts';

export interface Replacements {
  /** Absolute: an empty folder, on the same drive as most of what is replaced; it goes at the end. */
  readonly stage: string;
  /** Lays what `target` is now into the stage, as `name`. Throws what the system says. */
  take(target: string, name: string): Taken;
  /**
   * Puts new files of the stage in the place of what was taken: all of them in one turn, or none and it rejects: with
   * an `Unreplaceable` for what concerns these files alone, else 'storage-failed'.
   */
  replace(files: readonly Fresh[]): Promise<void>;
  /** Throws 'storage-failed' when the drive has no room for so many bytes. */
  requireRoom(bytes: number): void;
  /** Makes every file again what it was, but one that somebody else has changed since. Returns those. */
  putBack(): string[];
  /** Removes the stage, and with it what files were before. */
  end(): void;
}

/** A file as it was. */
export interface Taken {
  /** Absolute, with links followed. */
  target: string;
  /** Its name in the stage; null where there was no file. */
  name: string | null;
  stats: Stats | null;
}

export interface Fresh {
  taken: Taken;
  /** In the stage. */
  name: string;
}

/** `message` is what stands in the way, and follows the file's name in a sentence. */
export class Unreplaceable extends Error {}

const PREFIX = '.whisker-export-';

/** Throws 'conflict' while this process replaces files here already, 'storage-failed' where it can't write. */
export function openReplacements(folder: string): Replacements {
  removeLeftovers(folder);
  const stage = join(folder, `${PREFIX}${process.pid}`);
  try {
    mkdirSync(stage);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      throw new WhiskerError('conflict', 'Another export writes into this folder.', 'Wait until it is done.');
    }
    const remedy = 'Make the folder writable, then try again.';
    throw new WhiskerError('storage-failed', `"${folder}" ${wordsFor(error)}.`, remedy);
  }
  const done: { taken: Taken; written: Stats }[] = [];

  /** Returns the targets that were changed by somebody else and so stay. */
  function putBackTo(length: number): string[] {
    const changed: string[] = [];
    for (const { taken, written } of done.splice(length).reverse()) {
      const { target, name } = taken;
      if (!isSame(statOf(target), written)) changed.push(target);
      else if (name === null) rmSync(target);
      else move(join(stage, name), target);
    }
    return changed;
  }

  function replaceNow(files: readonly Fresh[]): void {
    const before = done.length;
    try {
      for (const { taken, name } of files) {
        const { target, stats } = taken;
        if (!isSame(statOf(target), stats)) throw new Unreplaceable('is being changed by another program');
        move(join(stage, name), target);
        done.push({ taken, written: statSync(target) });
      }
    } catch (error) {
      putBackTo(before);
      throw error;
    }
  }

  return {
    stage,
    take(path, name) {
      const target = statOf(path) === null ? path : realpathSync(path);
      const stats = statOf(target);
      if (stats === null) return { target, name: null, stats };
      copyOrLink(target, join(stage, name));
      return { target, name, stats };
    },
    async replace(files) {
      try {
        for (const { taken, name } of files) await settle(join(stage, name), taken.stats?.mode);
        replaceNow(files);
      } catch (error) {
        throw explained(error);
      }
    },
    requireRoom(bytes) {
      const probe = join(stage, 'room');
      try {
        writeFileSync(probe, Buffer.alloc(bytes));
      } catch (error) {
        throw explained(error);
      } finally {
        rmSync(probe, { force: true });
      }
    },
    putBack: () => putBackTo(0),
    end: () => rmSync(stage, { recursive: true, force: true }),
  };
}

/** What went wrong with one file, or with the drive, after which no other file would fare better. */
export function explained(error: unknown): Error {
  if (error instanceof Unreplaceable || error instanceof WhiskerError) return error;
  if (/ENOSPC|EDQUOT|no space left/i.test(`${codeOf(error)} ${String(error)}`)) {
    return new WhiskerError('storage-failed', 'The drive of the photos is full.', 'Free some space, then try again.');
  }
  return new Unreplaceable(wordsFor(error));
}

const words: Record<string, string> = {
  EACCES: "can't be written: there is no permission",
  EPERM: "can't be written: there is no permission",
  EROFS: "can't be written: the drive is read-only",
  ENAMETOOLONG: 'has a name that is too long',
};

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
const wordsFor = (error: unknown): string =>
  words[codeOf(error)] ?? `can't be written (${error instanceof Error ? error.message : String(error)})`;

const statOf = (path: string): Stats | null => statSync(path, { throwIfNoEntry: false }) ?? null;

const isSame = (a: Stats | null, b: Stats | null): boolean =>
  a === b || (a !== null && b !== null && a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs);

/** A link costs nothing, however large the file; where there are none, a copy. */
function copyOrLink(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  }
}

/** On the disk whole before it gets its name; readable by whom the file before was. */
async function settle(path: string, mode: number | undefined): Promise<void> {
  const file = await open(path, 'r+');
  try {
    if (mode !== undefined) await file.chmod(mode & 0o777);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename; onto another drive, a copy beside `to` first. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    const beside = join(dirname(to), `${PREFIX}${process.pid}-${basename(from)}`);
    try {
      copyFileSync(from, beside);
      renameSync(beside, to);
    } catch (failure) {
      rmSync(beside, { force: true });
      throw failure;
    }
  }
}

/** Of processes that were killed: what they had written is whole, and a new export goes on from there. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = new RegExp(`^\\${PREFIX}(\\d+)$`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
