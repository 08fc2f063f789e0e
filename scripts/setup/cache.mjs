// The per-user folder outside the repo that holds what set-up downloads and builds, so that clones share it and a fresh
// checkout costs no second download. Everything here can be deleted; set-up makes it again.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './steps.mjs';

/** WHISKER_CACHE_DIR, else the platform's cache folder for this user. */
export function cacheDir(env = process.env, platform = process.platform, home = homedir()) {
  if (env.WHISKER_CACHE_DIR) return env.WHISKER_CACHE_DIR;
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'whisker', 'Cache');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'whisker');
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'whisker');
}

/** The parsed file, or undefined when it is missing or cut short. */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Readers see the old file or the new one, never half of it. */
export function writeJson(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(partial, file);
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** A no, with when it was given, to be believed for a day. */
export const rememberNo = (file, no) => writeJson(file, { ...no, ok: false, at: new Date().toISOString() });

/** The no that `file` remembers, or undefined when there is none or it is older than a day. */
export function recentNo(file, now = Date.now()) {
  const answer = readJson(file);
  const isRecent = Math.abs(now - Date.parse(answer?.at)) < DAY_MS;
  return answer?.ok === false && isRecent ? answer : undefined;
}

const HEARTBEAT_MS = 1_000;
const ABANDONED_MS = 20_000;

/** Runs `work` while no other set-up holds `name`. The holder touches its file; one untouched for 20 s was killed. */
export async function withLock(name, work) {
  const file = join(cacheDir(), `${name}.lock`);
  mkdirSync(dirname(file), { recursive: true });
  for (let waited = false; !take(file); waited = true) {
    if (!waited) say(`  Waiting for another set-up that is running (it holds ${file})`);
    await sleep(HEARTBEAT_MS / 2);
    removeIfAbandoned(file);
  }
  const heartbeat = setInterval(() => utimesSync(file, new Date(), new Date()), HEARTBEAT_MS);
  const release = () => rmSync(file, { force: true });
  process.on('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.off('exit', release);
    release();
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Renaming first lets exactly one of several waiters remove it. */
function removeIfAbandoned(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs < ABANDONED_MS) return;
    const aside = `${file}.${process.pid}`;
    renameSync(file, aside);
    rmSync(aside);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
