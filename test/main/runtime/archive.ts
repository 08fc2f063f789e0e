// Real archives of runtimes, and of what no runtime should hold.

import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { packTar as packEntries } from 'modern-tar';
import type { TarEntry } from 'modern-tar';
import { packTar } from 'modern-tar/fs';
import { findRuntimes } from '../../../src/engine/tensorflow/find-runtime.ts';
import type { PublishedRuntime } from '../../../src/main/runtime/offers.ts';
import { runtimeDescription, writeRuntime } from '../../fixtures/runtime-folder.ts';

/** The folder's contents as .tar.gz, as `npm run runtime:pack` lays them out. */
export const archiveOf = async (folder: string): Promise<Buffer> =>
  gzipSync(await buffer(packTar(folder)), { level: 1 });

export const archiveWith = async (...entries: TarEntry[]): Promise<Buffer> => gzipSync(await packEntries(entries));

/** The entry of a release's runtimes.json for this machine. */
export const publish = (archive: Buffer, changes: Partial<PublishedRuntime> = {}): PublishedRuntime => ({
  id: '2.21.0-cpu-test',
  tensorflow: '2.21.0',
  flavour: 'cpu',
  platform: process.platform,
  arch: process.arch,
  file: 'whisker-runtime.tar.gz',
  bytes: archive.length,
  installedBytes: 10_000_000,
  sha256: createHash('sha256').update(archive).digest('hex'),
  ...changes,
});

/**
 * The archive of a runtime that computes on this machine, but for its libraries, which are hundreds of megabytes: the
 * loader finds those of the runtime that set-up has installed, when LD_LIBRARY_PATH is `libraries`.
 */
export async function archiveWithoutLibraries(): Promise<{ archive: Buffer; libraries: string }> {
  const [installed] = findRuntimes();
  if (!installed) throw new Error('These tests need the runtime that set-up installs: npm run setup');
  const folder = mkdtempSync(join(tmpdir(), 'whisker-runtime-'));
  try {
    writeRuntime(folder);
    copyFileSync(installed.addon, join(folder, runtimeDescription.addon));
    return { archive: await archiveOf(folder), libraries: join(installed.folder, 'site', 'tensorflow') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
