// The keywords of an XMP packet: Dublin Core's `subject`, a bag of words (ISO 16684-1); and what Whisker remembers of
// those that it wrote there (docs/xmp.md).

import { XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({
  // A program may call the namespace what it likes.
  removeNSPrefix: true,
  ignoreAttributes: true,
  // "007" is a word.
  parseTagValue: false,
  // Also those by number, as ExifTool writes an apostrophe.
  htmlEntities: true,
  isArray: (name) => name === 'Description' || name === 'li',
});

export interface XmpWords {
  /** In their order. */
  keywords: string[];
  /** Those that Whisker wrote, and those of others that were there then. Empty where it never did. */
  written: string[];
  kept: string[];
  /** The mark that Whisker wrote, as a bag of at most one. */
  mark: string[];
}

/** All empty where there is no such packet. */
export function xmpWords(packet: Buffer): XmpWords {
  let root: unknown;
  try {
    root = parser.parse(textOf(packet));
  } catch {
    root = undefined; // What is no XML says nothing; the photo is fine without it.
  }
  const description = listOf(at(at(at(root, 'xmpmeta') ?? root, 'RDF'), 'Description'));
  const wordsOf = (name: string) =>
    description
      .flatMap((one) => listOf(at(one, name)))
      .flatMap((list) => [at(list, 'Bag'), at(list, 'Seq'), at(list, 'Alt')])
      .flatMap((bag) => listOf(at(bag, 'li')))
      .flatMap((word) => (typeof word === 'string' && word.trim() !== '' ? [word.trim()] : []));
  return { keywords: wordsOf('subject'), written: wordsOf('written'), kept: wordsOf('kept'), mark: wordsOf('mark') };
}

/** XMP may be in any Unicode encoding; it begins with a mark where that is not UTF-8. */
function textOf(packet: Buffer): string {
  const [first, second] = packet;
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(packet);
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(packet);
  return new TextDecoder().decode(packet);
}

const at = (node: unknown, name: string): unknown =>
  typeof node === 'object' && node !== null && name in node ? Reflect.get(node, name) : undefined;

const listOf = (node: unknown): unknown[] => (node === undefined ? [] : Array.isArray(node) ? node : [node]);
