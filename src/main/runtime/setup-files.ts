// What set-up (scripts/setup) writes into the cache for the app to read: how far it is while it works, and why it could
// not install TensorFlow.

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { SetupProgress } from '../../shared/training.ts';

/** It writes at least every five seconds; what is older was left behind by one that was killed. */
const FRESH_MS = 15_000;

const bytes = v.nullable(v.pipe(v.number(), v.minValue(0)));
const progressFile = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  step: v.pipe(v.string(), v.maxLength(200)),
  done: bytes,
  total: bytes,
  at: v.string(),
});

const noteFile = v.object({ ok: v.literal(false), reason: v.string(), remedy: v.string() });

/** How far set-up is; null when none is at work. */
export async function readSetupProgress(cacheDir: string, now = Date.now()): Promise<SetupProgress | null> {
  const found = await readJson(join(cacheDir, 'setup-progress.json'), progressFile);
  if (!found || !(Math.abs(now - Date.parse(found.at)) < FRESH_MS) || !isAlive(found.pid)) return null;
  const { step, done, total } = found;
  return { step, done, total };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // One of another user is there, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const noteOf = (cacheDir: string): string => join(cacheDir, 'tensorflow-status.json');

/** Why set-up could not install TensorFlow; null when it could, or has not tried. */
export const readSetupNote = (cacheDir: string): Promise<{ reason: string; remedy: string } | null> =>
  readJson(noteOf(cacheDir), noteFile);

/** Changes whenever set-up has come to an end. */
export const setupEndedAt = (cacheDir: string): Promise<number> =>
  stat(noteOf(cacheDir)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

/** Null for a file that is missing, cut short, or says something else. */
async function readJson<T>(path: string, schema: v.GenericSchema<unknown, T>): Promise<T | null> {
  try {
    const parsed = v.safeParse(schema, JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
