// Shows other processes that this one is at work on something: a file with its process id, touched every few seconds.

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { unwritable } from '../../files/whole-file.ts';

const SIGN_EVERY_MS = 2000;
const SIGN_STALE_MS = 20_000;

/** Returns the function that ends it. Throws 'storage-failed' when the first sign can't be given. */
export function beginHeartbeat(file: string): () => void {
  // Whoever reads it finds all of the number: half of it is somebody else's, and none the reader's own group.
  const show = () => {
    writeFileSync(`${file}.next`, String(process.pid));
    renameSync(`${file}.next`, file);
  };
  try {
    mkdirSync(dirname(file), { recursive: true });
    show();
  } catch (error) {
    throw unwritable(file, error);
  }
  const timer = setInterval(() => {
    try {
      show();
    } catch {
      // The folder is gone or its disk is full: the run itself will say so when it has something to keep.
    }
  }, SIGN_EVERY_MS).unref();
  return () => {
    clearInterval(timer);
    for (const sign of [file, `${file}.next`]) rmSync(sign, { force: true });
  };
}

/** The process that is at work on it right now, which may be this one; null where none is. */
export function workerOf(file: string): number | null {
  try {
    if (Date.now() - statSync(file).mtimeMs > SIGN_STALE_MS) return null;
    const pid = Number(readFileSync(file, 'utf8'));
    // 0 and below mean groups of processes.
    if (!Number.isInteger(pid) || pid <= 0) return null;
    process.kill(pid, 0);
    return pid;
  } catch {
    // No sign, or no such process.
    return null;
  }
}

export const isAlive = (file: string): boolean => workerOf(file) !== null;
