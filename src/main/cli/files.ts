// Files that a command reads or writes: a sentence when the file is the trouble, and '-' for standard output.

import { createWriteStream } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileFormat } from '../export/format.ts';
import { parseLabelCsv } from '../labels/label-csv.ts';
import type { LabelRow } from '../labels/label-csv.ts';
import { toFailure, WhiskerError } from '../../shared/errors.ts';

export async function readLabelCsv(file: string): Promise<LabelRow[]> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new WhiskerError('bad-input', `"${file}" can't be read (${toFailure(error).message}).`);
  });
  try {
    return parseLabelCsv(bytes);
  } catch (error) {
    const { code, message, remedy } = toFailure(error);
    throw new WhiskerError(code, `${file}: ${message}`, remedy);
  }
}

/** Writes the pieces to `file` ('-': standard output); a file is whole or not there. */
export async function writePieces(file: string, pieces: ReturnType<FileFormat['write']>): Promise<void> {
  if (file === '-') return pipeline(Readable.from(pieces), process.stdout, { end: false });
  const partial = `${resolve(file)}.partial`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(partial));
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw new WhiskerError('bad-input', `"${file}" can't be written (${toFailure(error).message}).`);
  }
}
