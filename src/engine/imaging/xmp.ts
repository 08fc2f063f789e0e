// The keywords of an XMP packet: Dublin Core's `subject`, a bag of words (ISO 16684-1).

import { XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({
  // A program may call the namespace what it likes.
  removeNSPrefix: true,
  ignoreAttributes: true,
  // "007" is a word.
  parseTagValue: false,
  isArray: (name) => name === 'Description' || name === 'li',
});

/** In their order; none where there is no such packet. */
export function xmpKeywords(packet: Buffer): string[] {
  let root: unknown;
  try {
    root = parser.parse(textOf(packet));
  } catch {
    return []; // What is no XML says nothing; the photo is fine without it.
  }
  const description = listOf(at(at(at(root, 'xmpmeta') ?? root, 'RDF'), 'Description'));
  return description
    .flatMap((one) => listOf(at(one, 'subject')))
    .flatMap((subject) => [at(subject, 'Bag'), at(subject, 'Seq'), at(subject, 'Alt')])
    .flatMap((bag) => listOf(at(bag, 'li')))
    .flatMap((word) => (typeof word === 'string' && word.trim() !== '' ? [word.trim()] : []));
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
