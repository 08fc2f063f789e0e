// <cache>/setup-progress.json: what set-up does right now, for the app that runs beside it.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, readJson, writeJson } from './cache.mjs';
import { followProgress } from './progress.mjs';

const EVERY_MS = 1_000;
const HEARTBEAT_MS = 4_000;

/**
 * Does `work` and keeps the note true meanwhile: { pid, step, done, total, at }, `done` and `total` in bytes or null.
 * Written whole, at most once a second and at least every five; gone when the work is over, also through a signal.
 */
export async function withProgressFile(work) {
  const file = join(cacheDir(), 'setup-progress.json');
  let progress = null;
  let isNews = false;
  let writtenAt = 0;
  const write = () => {
    const now = Date.now();
    if (!progress || now - writtenAt < (isNews ? EVERY_MS : HEARTBEAT_MS)) return;
    writeJson(file, { pid: process.pid, ...progress, at: new Date(now).toISOString() });
    isNews = false;
    writtenAt = now;
  };
  const remove = () => {
    if (readJson(file)?.pid === process.pid) rmSync(file, { force: true });
  };
  const stopFollowing = followProgress((news) => {
    progress = news;
    isNews = true;
    write();
  });
  const heartbeat = setInterval(write, EVERY_MS);
  process.on('exit', remove);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    stopFollowing();
    process.off('exit', remove);
    remove();
  }
}
