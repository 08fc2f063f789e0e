// The keywords of photos: in the file itself, as XMP or IPTC, and in XMP files beside it.

import { extname } from 'node:path';
import sharp from 'sharp';
import { readRegularFile } from '../../files/regular-file.ts';
import type { ReadKeywordsRequest } from '../messages.ts';
import { iptcKeywords } from './iptc.ts';
import { forEachInLane } from './lanes.ts';
import { xmpKeywords } from './xmp.ts';

/** Programs write some kilobytes; what is larger is no description of a photo. */
const MOST_XMP_BYTES = 2 ** 20;

export async function readKeywords({ photos }: ReadKeywordsRequest): Promise<string[][]> {
  const found: string[][] = photos.map(() => []);
  await forEachInLane(photos, async ({ path, sidecars }, i) => {
    const lists = await Promise.all([keywordsIn(path), ...sidecars.map(keywordsBeside)]);
    found[i] = [...new Set(lists.flat())];
  });
  return found;
}

/** Reads no more than the header. A file that says nothing that can be read has no keywords. */
async function keywordsIn(path: string): Promise<string[]> {
  const header = await sharp(path)
    .metadata()
    .catch(() => null);
  return [...(header?.xmp ? xmpKeywords(header.xmp) : []), ...(header?.iptc ? iptcKeywords(header.iptc) : [])];
}

const keywordsBeside = (path: string): Promise<string[]> =>
  extname(path).toLowerCase() === '.xmp'
    ? readRegularFile(path, MOST_XMP_BYTES).then(xmpKeywords, () => [])
    : Promise.resolve([]);
