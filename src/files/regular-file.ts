// Reads files that others have made without trusting them: nothing but a regular file, and never more of it than is
// allowed.

import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { resolve, sep } from 'node:path';

/** `how` follows the file's name in a sentence: "is missing". */
export class UnreadableFile extends Error {
  readonly how: string;

  constructor(how: string) {
    super(`The file ${how}.`);
    this.name = 'UnreadableFile';
    this.how = how;
  }
}

/**
 * All of the file `name` of `folder`, which has at most `mostBytes`. Links are followed as far as they stay in the
 * folder. Throws `UnreadableFile`.
 */
export async function readInside(folder: string, name: string, mostBytes: number): Promise<Buffer> {
  const asked = resolve(folder, name);
  if (!asked.startsWith(resolve(folder) + sep)) throw outside();
  const [path, root] = await Promise.all([realpath(asked), realpath(folder)]).catch((error: unknown) => {
    throw explained(error);
  });
  if (!path.startsWith(root + sep)) throw outside();
  return readRegularFile(path, mostBytes);
}

const outside = () => new UnreadableFile('lies outside its folder');

/** All of the file, which has at most `mostBytes`. Throws `UnreadableFile`. */
export async function readRegularFile(path: string, mostBytes: number): Promise<Buffer> {
  let file: FileHandle | undefined;
  try {
    // Opening a pipe would wait for somebody to write to it, and a device never ends.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await file.stat();
    if (!stats.isFile()) throw new UnreadableFile('is not a regular file');
    if (stats.size > mostBytes) {
      throw new UnreadableFile(`has ${stats.size} bytes where at most ${mostBytes} may be`);
    }
    const bytes = Buffer.allocUnsafeSlow(stats.size);
    for (let at = 0; at < bytes.length;) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, at);
      if (bytesRead === 0) throw new UnreadableFile('became shorter while it was read');
      at += bytesRead;
    }
    return bytes;
  } catch (error) {
    throw explained(error);
  } finally {
    await file?.close();
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'is missing',
  ENOTDIR: 'is missing',
  EACCES: 'may not be read: there is no permission',
  EPERM: 'may not be read: there is no permission',
  EMFILE: "can't be opened because too many files are open",
  ENFILE: "can't be opened because too many files are open",
  ELOOP: 'is a link that leads back to itself',
  ENXIO: 'is not a regular file',
};

function explained(error: unknown): UnreadableFile {
  if (error instanceof UnreadableFile) return error;
  if (!(error instanceof Error)) return new UnreadableFile(`can't be read (${String(error)})`);
  const code = 'code' in error ? String(error.code) : '';
  return new UnreadableFile(reasons[code] ?? `can't be read (${error.message})`);
}
