// Tells from the first bytes what a file is; its name only ever adds to the sentence a person reads, never makes a
// photo of it.

import { basename, extname } from 'node:path';
import { damaged, Unusable } from './unusable.ts';

/** What the decoders read. */
export type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'heic';

/** Enough for every signature below, the TAR one at 257 included. */
export const SNIFF_BYTES = 512;

interface Signature {
  at: number;
  bytes: string;
}
const sign = (bytes: string, at = 0): Signature => ({ bytes, at });

const readable: [Format, Signature[]][] = [
  ['jpeg', [sign('\xff\xd8\xff')]],
  ['png', [sign('\x89PNG\r\n\x1a\n')]],
  ['webp', [sign('RIFF'), sign('WEBP', 8)]],
  ['gif', [sign('GIF8')]],
  ['tiff', [sign('II*\0')]],
  ['tiff', [sign('MM\0*')]],
  ['tiff', [sign('II+\0')]],
  ['tiff', [sign('MM\0+')]],
];

const knownPictures: [string, Signature[]][] = [
  ['a JPEG 2000 picture', [sign('\0\0\0\x0cjP  \r\n\x87\n')]],
  ['a JPEG 2000 picture', [sign('\xff\x4f\xff\x51')]],
  ['a JPEG XL picture', [sign('\0\0\0\x0cJXL \r\n\x87\n')]],
  ['a JPEG XL picture', [sign('\xff\x0a')]],
  ['a Photoshop document', [sign('8BPS')]],
  ['a BMP picture', [sign('BM'), sign('\0\0\0\0', 6)]],
  ['an icon', [sign('\0\0\x01\0')]],
  ['a camera raw picture', [sign('FUJIFILMCCD-RAW')]],
  ['a camera raw picture', [sign('IIU\0')]],
  ['a camera raw picture', [sign('IIRO')]],
  ['a PDF document', [sign('%PDF-')]],
];

const otherFiles: [string, Signature[]][] = [
  ['These are notes that macOS keeps beside a file', [sign('\0\x05\x16\x07')]],
  ['These are folder settings that macOS keeps', [sign('\0\0\0\x01Bud1')]],
  ['This is a video', [sign('\x1a\x45\xdf\xa3')]],
  ['This is a video', [sign('RIFF'), sign('AVI ', 8)]],
  ['This is a sound', [sign('RIFF'), sign('WAVE', 8)]],
  ['This is a sound', [sign('ID3')]],
  ['This is a ZIP archive', [sign('PK\x03\x04')]],
  ['This is a TAR archive', [sign('ustar', 257)]],
  ['This is a compressed archive', [sign('\x1f\x8b')]],
  ['This is a database', [sign('SQLite format 3\0')]],
];

const rawExtensions = new Set(['.arw', '.cr2', '.dng', '.nef', '.nrw', '.orf', '.pef', '.raw', '.srw']);
const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']);
const avifBrands = new Set(['avif', 'avis']);

/**
 * The format of a file by its first bytes (up to SNIFF_BYTES). Throws `Unusable`, with a sentence, for everything that
 * can't be read.
 */
export function sniff(head: Buffer, path: string): Format {
  const format = readable.find(([, signatures]) => fits(head, signatures))?.[0] ?? fromBrands(head);
  if (format === 'tiff' && rawExtensions.has(extname(path).toLowerCase())) throw unsupported('a camera raw picture');
  if (format) return format;

  // A PNG that went through a text-mode transfer or lost a byte still shows its name or its first chunk.
  if (head.toString('latin1', 1, 4) === 'PNG' || head.toString('latin1', 8, 20).includes('IHDR')) throw damaged();
  const picture = knownPictures.find(([, signatures]) => fits(head, signatures))?.[0];
  if (picture) throw unsupported(picture);
  if (/^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)?(<!DOCTYPE svg[\s\S]*)?<svg/i.test(head.toString('utf8')))
    throw unsupported('an SVG drawing');
  throw new Unusable('not-an-image', `${describeOther(head, path)}, not a photo.`);
}

const unsupported = (what: string) =>
  new Unusable(
    'unsupported-format',
    `This is ${what}, which Whisker can't read; save it as JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC.`,
  );

const fits = (head: Buffer, signatures: Signature[]) =>
  signatures.every(({ at, bytes }) => head.subarray(at, at + bytes.length).equals(Buffer.from(bytes, 'latin1')));

/** ISO media files (HEIC, AVIF, MP4, …) name their kinds in the first box: one major brand, then compatible ones. */
function fromBrands(head: Buffer): Format | undefined {
  const brands = brandsOf(head);
  if (brands.some((brand) => avifBrands.has(brand))) return 'avif';
  if (brands.some((brand) => heicBrands.has(brand))) return 'heic';
  if (brands[0] === 'crx ') throw unsupported('a camera raw picture');
  return undefined;
}

function brandsOf(head: Buffer): string[] {
  if (head.length < 12 || head.toString('latin1', 4, 8) !== 'ftyp') return [];
  const end = Math.min(head.readUInt32BE(0), head.length);
  const brands = [head.toString('latin1', 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(head.toString('latin1', at, at + 4));
  return brands;
}

function describeOther(head: Buffer, path: string): string {
  const name = basename(path).toLowerCase();
  if (name === 'desktop.ini' || name === 'thumbs.db') return 'These are folder settings that Windows keeps';
  if (brandsOf(head).length > 0) return 'This is a video';
  const known = otherFiles.find(([, signatures]) => fits(head, signatures))?.[0];
  return known ?? (isText(head) ? 'This is text' : 'This is data of an unknown kind');
}

/** A head cut from a longer file may end within a character. */
const isText = (head: Buffer): boolean =>
  !/[\0-\x08\x0e-\x1f\ufffd]/.test(head.toString('utf8').slice(0, head.length < SNIFF_BYTES ? undefined : -4));
