// The keywords of photos: in the file itself, as XMP or IPTC, and in XMP files beside it.

import { extname } from 'node:path';
import sharp from 'sharp';
import { readRegularFile } from '../../files/regular-file.ts';
import type { KeywordsFound, ReadKeywordsRequest } from '../messages.ts';
import { iptcKeywords } from './iptc.ts';
import { forEachInLane } from './lanes.ts';
import { xmpWords } from './xmp.ts';
import type { XmpWords } from './xmp.ts';

/** Programs write some kilobytes; what is larger is no description of a photo. */
const MOST_XMP_BYTES = 2 ** 20;

export async function readKeywords({ photos }: ReadKeywordsRequest): Promise<KeywordsFound[]> {
  const found: KeywordsFound[] = photos.map(() => nothing);
  await forEachInLane(photos, async ({ path, sidecars }, i) => {
    found[i] = together(await Promise.all([wordsIn(path), ...sidecars.map(wordsBeside)]));
  });
  return found;
}

const nothing = { keywords: [], written: [], kept: [], mark: [] } as const satisfies Record<keyof XmpWords, never[]>;

/**
 * A file that Whisker wrote speaks for the photo, above all one that another program has changed since, and a file
 * beside it rather than the photo itself. Where there is none, all that is said anywhere counts.
 */
function together(sources: readonly XmpWords[]): KeywordsFound {
  const own = sources.filter(({ written, mark }) => written.length + mark.length > 0);
  const isChanged = ({ keywords, written }: XmpWords) => written.some((word) => !keywords.includes(word));
  const speaker = own.findLast(isChanged) ?? own.at(-1);
  return speaker ?? { ...nothing, keywords: [...new Set(sources.flatMap(({ keywords }) => keywords))] };
}

/** Reads no more than the header. A file that says nothing that can be read has no keywords. */
async function wordsIn(path: string): Promise<XmpWords> {
  const header = await sharp(path)
    .metadata()
    .catch(() => null);
  const said = header?.xmp ? xmpWords(header.xmp) : nothing;
  const iptc = header?.iptc ? iptcKeywords(header.iptc) : [];
  return { ...said, keywords: [...new Set([...said.keywords, ...iptc])] };
}

const wordsBeside = (path: string): Promise<XmpWords> =>
  extname(path).toLowerCase() === '.xmp'
    ? readRegularFile(path, MOST_XMP_BYTES).then(xmpWords, () => nothing)
    : Promise.resolve(nothing);
