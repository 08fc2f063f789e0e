// Shows other processes that this one is at work on something: a file with its process id, touched every few seconds.

import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { unwritable } from '../../files/whole-file.ts';

const SIGN_EVERY_MS = 2000;
const SIGN_STALE_MS = 20_000;

/** Returns the function that ends it. Throws 'storage-failed' when the first sign can't be given. */
export function beginHeartbeat(file: string): () => void {
  const show = () => writeFileSync(file, String(process.pid));
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
    rmSync(file, { force: true });
  };
}

/** Is another process, or this one, at work on it right now? */
export function isAlive(file: string): boolean {
  if (!existsSync(file) || Date.now() - statSync(file).mtimeMs > SIGN_STALE_MS) return false;
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return true;
  } catch {
    // No such process.
    return false;
  }
}
