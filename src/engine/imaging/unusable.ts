// Why a file can't be used, as a code and a sentence a person can read.

import type { ProblemCode } from '../../shared/types.ts';

/** Thrown anywhere in the imaging engine when the file, not the engine, is at fault. */
export class Unusable extends Error {
  readonly code: ProblemCode;

  constructor(code: ProblemCode, sentence: string) {
    super(sentence);
    this.name = 'Unusable';
    this.code = code;
  }
}

export const truncated = () =>
  new Unusable('truncated', 'The file ends too early; it was probably not copied or downloaded completely.');
export const damaged = () =>
  new Unusable(
    'damaged',
    'The picture in this file is damaged, or stored in a way that Whisker cannot decode; try to save it again as JPEG or PNG.',
  );
export const timedOut = (seconds: number) =>
  new Unusable('timed-out', `Decoding this picture took longer than ${seconds} seconds.`);

const millions = (count: number) => Math.round(count / 1e6);
export const tooManyPixels = (limit: number, pixels?: number) =>
  new Unusable(
    'too-large',
    pixels === undefined
      ? `This picture has more than ${millions(limit)} million pixels, the most that Whisker opens; save a smaller copy.`
      : `This picture has ${millions(pixels)} million pixels; the most that Whisker opens of its kind is ${millions(limit)} million. Save a smaller copy.`,
  );

export const tooManyScans = (limit: number) =>
  new Unusable(
    'too-large',
    `This JPEG is built up in more than ${limit} scans, the most that Whisker reads; save it again as JPEG.`,
  );

/** What a file-system error says about the file. */
export function unreadable(error: Error & { code?: unknown }, path: string): Unusable {
  return new Unusable(
    'unreadable',
    unreadableReasons[String(error.code)]?.(path) ?? `The file can't be read (${error.message}).`,
  );
}

const unreadableReasons: Record<string, (path: string) => string> = {
  ENOENT: (path) =>
    path.includes('\ufffd')
      ? 'The name of this file is not valid Unicode, so it cannot be opened; rename it.'
      : 'The file vanished before it could be read.',
  EACCES: () => 'There is no permission to read this file.',
  EPERM: () => 'There is no permission to read this file.',
  ENAMETOOLONG: () => 'The path of this file is too long to be opened; move it closer to the top.',
  ELOOP: () => 'This link leads back to itself.',
  EIO: () => 'The disk failed while this file was being read.',
};
