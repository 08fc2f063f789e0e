// What set-up (scripts/setup) writes into the cache for the app to read: how far it is while it works, and what it
// could not bring.

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

const noteOf = (cacheDir: string, part: 'tensorflow' | 'network'): string => join(cacheDir, `${part}-status.json`);

export interface SetupNote {
  reason: string;
  remedy: string;
}

/** Why set-up could not bring TensorFlow or the pretrained network; null when it could, or has not tried. */
export async function readSetupNote(cacheDir: string, part: 'tensorflow' | 'network'): Promise<SetupNote | null> {
  const note = await readJson(noteOf(cacheDir, part), noteFile);
  return note && { reason: asSentence(note.reason), remedy: asSentence(note.remedy) };
}

/** Set-up writes for a terminal: phrases that begin small and end without a full stop. */
const asSentence = (phrase: string): string =>
  phrase === '' ? '' : `${phrase[0]?.toUpperCase()}${phrase.slice(1)}${/[.!?]$/.test(phrase) ? '' : '.'}`;

/** Changes whenever set-up has come to an end. */
export const setupEndedAt = (cacheDir: string): Promise<number> =>
  stat(noteOf(cacheDir, 'tensorflow')).then(
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
