// A run as the computer keeps it that trains for another: a folder by its key, and who is at work on it.

import { existsSync, mkdirSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WhiskerError } from '../../shared/errors.ts';
import { beginHeartbeat, isAlive, workerOf } from '../runs/heartbeat.ts';

export interface FarRun {
  /** Rows of pixels or features. */
  data: string;
  /** Folder of the model to start from. */
  startFrom: string;
  /** Folder of the model and the checkpoint. */
  modelDir: string;
  /** A checkpoint while it is sent home: the trainer may write the next one meanwhile. */
  sentCheckpoint: string;
  /** The result, once there is one. */
  reply: string;
  /** Nobody is at work on it any more. */
  release(): void;
}

/** How long a process that lost its connection may take to write a last checkpoint when another takes its place. */
const GIVES_WAY_MS = 10_000;
const KEPT_DAYS = 14;
const DAY_MS = 24 * 60 * 60_000;

const signOf = (dir: string): string => join(dir, 'training.pid');

/** Takes a run over, also from a process that lost its connection. Throws 'training-running' when it won't give way. */
export async function takeRun(root: string, key: string): Promise<FarRun> {
  const dir = join(root, key);
  mkdirSync(join(dir, 'model'), { recursive: true });
  mkdirSync(join(dir, 'start'), { recursive: true });
  await endOther(signOf(dir));
  return {
    data: join(dir, 'data'),
    startFrom: join(dir, 'start'),
    modelDir: join(dir, 'model'),
    sentCheckpoint: join(dir, 'sent-checkpoint'),
    reply: join(dir, 'reply'),
    release: beginHeartbeat(signOf(dir)),
  };
}

async function endOther(sign: string): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const pid = workerOf(sign);
    if (pid === null) return;
    if (pid === process.pid) break;
    process.kill(pid, signal);
    for (let waited = 0; waited < GIVES_WAY_MS && isAlive(sign); waited += 100) await sleep(100);
  }
  if (!isAlive(sign)) return;
  throw new WhiskerError('training-running', 'Another process is at work on this run there.', 'Try again in a minute.');
}

export const forgetRun = (root: string, key: string): Promise<void> =>
  rm(join(root, key), { recursive: true, force: true });

/** Removes runs that nobody has asked for in two weeks. */
export async function forgetOldRuns(root: string): Promise<void> {
  for (const key of existsSync(root) ? await readdir(root) : []) {
    const dir = join(root, key);
    const stats = await stat(dir).catch(() => null);
    const isOld = stats !== null && Date.now() - stats.mtimeMs > KEPT_DAYS * DAY_MS;
    if (isOld && !isAlive(signOf(dir))) await forgetRun(root, key);
  }
}
