// From an offer to a runtime folder: fetched, compared with its SHA-256, unpacked, proved, and only then put in place.
// What has been fetched outlives every failure but one of its own, so that no byte has to come twice.

import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';
import type { RuntimeOffer, SetupProgress } from '../../shared/training.ts';
import { fetchedBytes, fetchFile, removeFetched } from '../download/fetch-file.ts';
import { BrokenPromise, brokeOff, explained, requireHash, requireRoom, tooLong } from '../download/promise.ts';
import type { Promised } from '../download/promise.ts';
import { createEngine } from '../engine-host/engine.ts';
import type { EngineOptions } from '../engine-host/engine.ts';
import { beginHeartbeat, isAlive } from '../runs/heartbeat.ts';
import { DESCRIBE_TIMEOUT_MS } from './probe.ts';
import { unpackRuntime } from './unpack.ts';

export interface InstallOrder {
  offer: RuntimeOffer;
  redirectHosts: readonly string[];
  cacheDir: string;
  engine: Omit<EngineOptions, 'role'>;
  signal: AbortSignal;
  onProgress(progress: SetupProgress): void;
}

const remedies = {
  server: 'Try again later.',
  network: 'Check the network, then try again: what has come so far is kept.',
};

/** Where the parts of an offer lie: beside the runtimes of set-up, under names that are no runtime's. */
export function runtimePaths(cacheDir: string, { id }: Pick<RuntimeOffer, 'id'>) {
  const folder = join(cacheDir, 'tensorflow', id);
  return {
    folder,
    unpacked: `${folder}.partial`,
    archive: `${folder}.tar.gz.partial`,
    claim: `${folder}.claim.partial`,
  };
}

/**
 * Throws 'cancelled' when aborted, else 'bad-input', 'storage-failed' or 'training-unavailable' with what went wrong.
 */
export async function installRuntime(order: InstallOrder): Promise<void> {
  const { offer, cacheDir, signal } = order;
  const { folder, archive, claim } = runtimePaths(cacheDir, offer);
  const promised: Promised = { ...offer, what: 'the runtime', remedies };
  try {
    await mkdir(join(cacheDir, 'tensorflow'), { recursive: true });
    if (isAlive(claim)) throw atItAlready();
    const release = beginHeartbeat(claim);
    await installClaimed(order, promised).finally(release);
  } catch (error) {
    throw explained(error, promised, { target: folder, done: await fetchedBytes(archive), signal });
  }
}

const atItAlready = () =>
  new WhiskerError('conflict', 'Another Whisker is downloading the runtime.', 'Wait until it has ended, or end it.');

async function installClaimed(order: InstallOrder, promised: Promised): Promise<void> {
  const { offer, cacheDir, signal, onProgress } = order;
  const { folder, unpacked, archive } = runtimePaths(cacheDir, offer);
  const unpacking = (done: number) => onProgress({ step: 'Unpacking', done, total: offer.installedBytes });
  try {
    await rm(unpacked, { recursive: true, force: true });
    await fetchArchive(order, promised, archive);
    unpacking(0);
    await unpackRuntime({ archive, folder: unpacked, mostBytes: offer.installedBytes, signal, onProgress: unpacking });
    onProgress({ step: 'Trying it out', done: null, total: null });
    await prove(order, unpacked);
    await rm(folder, { recursive: true, force: true });
    await rename(unpacked, folder);
    await removeFetched(archive);
  } catch (error) {
    await rm(unpacked, { recursive: true, force: true });
    if (error instanceof BrokenPromise) await removeFetched(archive);
    throw error;
  }
}

/** All of the archive, as it was offered. */
async function fetchArchive(order: InstallOrder, promised: Promised, archive: string): Promise<void> {
  const { offer, redirectHosts, cacheDir, signal, onProgress } = order;
  const missing = Math.max(0, offer.bytes - (await fetchedBytes(archive)));
  await requireRoom(cacheDir, missing + offer.installedBytes, promised);
  const done = await fetchFile({
    url: new URL(offer.source),
    file: archive,
    mostBytes: offer.bytes,
    tooLong: () => tooLong(promised),
    redirectHosts,
    resume: true,
    signal,
    onProgress: (bytes) => onProgress({ step: 'Downloading', done: bytes, total: offer.bytes }),
  });
  if (done < offer.bytes) throw brokeOff(promised, done);
  onProgress({ step: 'Checking', done: null, total: null });
  await requireHash(promised, [archive], signal);
}

/** Lets a trainer compute with it. Throws what the trainer says, or that it finds no GPU where it is meant for one. */
async function prove({ offer, engine, signal }: InstallOrder, runtime: string): Promise<void> {
  const trainer = createEngine({ role: 'trainer', ...engine });
  try {
    const options = { signal, timeoutMs: DESCRIBE_TIMEOUT_MS };
    const { kind, gpuProblem } = await trainer.request({ kind: 'describe', device: 'auto', runtime }, options);
    if (offer.flavour === 'cpu' || kind === 'gpu') return;
    throw new WhiskerError(
      'training-unavailable',
      `It was downloaded, but it finds no GPU. ${gpuProblem?.reason ?? ''}`.trimEnd(),
      'Update the NVIDIA driver, then try again: what was downloaded is kept.',
    );
  } finally {
    await trainer.kill();
  }
}
