// Unpacks a runtime's archive: plain files and folders inside the target, no more bytes than promised, or nothing.

import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar/fs';
import { BrokenPromise } from '../download/promise.ts';

export interface UnpackOrder {
  /** A .tar.gz. */
  archive: string;
  /** Is not there yet; what is in it after a failure is worth nothing. */
  folder: string;
  /** Of all files in it together, at most. */
  mostBytes: number;
  signal: AbortSignal;
  onProgress(doneBytes: number): void;
}

/** Headers and padding: 512 bytes before each file, and up to as many after it. */
const TAR_OVERHEAD = 64 * 2 ** 20;

/** Throws `BrokenPromise` with what is wrong with the archive, and what the disk or the signal throws. */
export async function unpackRuntime({ archive, folder, mostBytes, signal, onProgress }: UnpackOrder): Promise<void> {
  await mkdir(folder, { recursive: true });
  let done = 0;
  let promised = 0;
  const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      done += chunk.length;
      if (done > mostBytes + TAR_OVERHEAD) throw refused('more than was promised');
      onProgress(Math.min(done, mostBytes));
      yield chunk;
    }
  };
  const unpack = unpackTar(folder, {
    strict: true,
    filter({ name, type = 'file', size }) {
      if (type !== 'file' && type !== 'directory') throw refused(`a ${type} ("${name}")`);
      if (!staysInside(name)) throw refused(`a file for another place ("${name}")`);
      promised += size;
      if (promised > mostBytes) throw refused('more than was promised');
      return true;
    },
  });
  try {
    await pipeline(createReadStream(archive), createGunzip(), counted, unpack, { signal });
  } catch (error) {
    throw isDamage(error) ? refused(`damage (${error.message})`) : error;
  }
}

/** On every system: no way up, no root, no drive, no backslash that is a separator on one of them. */
const staysInside = (name: string): boolean =>
  name !== '' && !/[\\:\0]/.test(name) && !name.startsWith('/') && !name.split('/').includes('..');

const refused = (what: string): BrokenPromise =>
  new BrokenPromise(`The archive of the runtime holds ${what}.`, 'Look for a newer Whisker.');

/** What zlib and the reader of archives say; the system's errors have a call that failed. */
const isDamage = (error: unknown): error is Error =>
  error instanceof Error && !(error instanceof BrokenPromise) && error.name !== 'AbortError' && !('syscall' in error);
