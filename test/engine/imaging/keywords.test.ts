// Keywords as other programs write them: XMP in JPEG, PNG and WebP, IPTC in JPEG, XMP files beside a photo.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { iptcKeywords } from '../../../src/engine/imaging/iptc.ts';
import { readKeywords } from '../../../src/engine/imaging/keywords.ts';
import { xmpWords } from '../../../src/engine/imaging/xmp.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { iptcBlock, withIptc, xmpPacket } from '../../fixtures/keywords.ts';
import { jpeg, photo } from '../../fixtures/photos.ts';

test('keywords are read from the file, whatever its format, and from XMP files beside it; each once', async () => {
  const picture = photo({ seed: 1 });
  const folder = fill(temporaryFolder(), {
    'a.jpg': await picture
      .clone()
      .withXmp(xmpPacket(['cat', 'in the garden']))
      .jpeg()
      .toBuffer(),
    'b.png': await picture
      .clone()
      .withXmp(xmpPacket(['dog']))
      .png()
      .toBuffer(),
    'c.webp': await picture
      .clone()
      .withXmp(xmpPacket(['Katze & Hund', '007']))
      .webp()
      .toBuffer(),
    'd.jpg': withIptc(await jpeg(), ['cat', 'žluťoučký']),
    'e.jpg': await jpeg(),
    'e.xmp': xmpPacket(['dog', 'old']),
    'e.jpg.xmp': xmpPacket(['dog', 'puppy']),
    'none.jpg': await jpeg(),
    'broken.jpg': Buffer.from('no picture'),
  });
  const at = (name: string, ...sidecars: string[]) => ({
    path: join(folder, name),
    sidecars: sidecars.map((one) => join(folder, one)),
  });
  const photos = [
    ...['a.jpg', 'b.png', 'c.webp', 'd.jpg'].map((name) => at(name)),
    at('e.jpg', 'e.xmp', 'e.jpg.xmp', 'gone.xmp'),
    ...['none.jpg', 'broken.jpg', 'gone.jpg'].map((name) => at(name)),
  ];
  const answers = await readKeywords({ kind: 'read-keywords', photos });
  expect(answers.every(({ written, kept, mark }) => [written, kept, mark].flat().length === 0)).toBe(true);
  expect(answers.map(({ keywords }) => keywords)).toEqual([
    ['cat', 'in the garden'],
    ['dog'],
    ['Katze & Hund', '007'],
    ['cat', 'žluťoučký'],
    ['dog', 'old', 'puppy'],
    ...[[], [], []],
  ]);
});

const xmpKeywords = (packet: Buffer) => xmpWords(packet).keywords;

test('XMP is read under any prefix, in any encoding, and what is no XMP says nothing', () => {
  const other = xmpPacket(['cat']).replaceAll('dc:', 'd:').replaceAll('rdf:', 'r:').replaceAll('x:', 'adobe:');
  expect(xmpKeywords(Buffer.from(other))).toEqual(['cat']);
  expect(xmpKeywords(Buffer.from(`\ufeff${xmpPacket(['kočka'])}`, 'utf16le'))).toEqual(['kočka']);
  expect(xmpKeywords(Buffer.from(xmpPacket([])))).toEqual([]);
  expect(xmpKeywords(Buffer.from(xmpPacket([' ', 'a'])))).toEqual(['a']);
  for (const odd of ['', 'notes', '<x:xmpmeta><rdf:RDF>', '<html><subject>cat</subject></html>', '<a>'.repeat(5000)]) {
    expect(xmpKeywords(Buffer.from(odd))).toEqual([]);
  }
});

test('signs that XML can only refer to are read as what they are, by name and by number', () => {
  const packet = xmpPacket(['Tom&apos;s &lt;b&gt; &#38; &#x1F431; &quot;q&quot; &#39;'], { escape: false });
  expect(xmpKeywords(Buffer.from(packet))).toEqual([`Tom's <b> & 🐱 "q" '`]);
});

test('entities that would fill the memory are not unfolded', () => {
  const lines = Array.from({ length: 20 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`);
  const bomb = `<!DOCTYPE x [<!ENTITY e0 "ha">${lines.join('')}]>${xmpPacket(['&e20;'], { escape: false })}`;
  const before = process.memoryUsage().rss;
  const words = xmpKeywords(Buffer.from(bomb));
  expect(words.join('').length).toBeLessThan(10_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
});

test('IPTC in Latin-1 and in UTF-8, said and unsaid; a record that is cut short gives what is whole', () => {
  expect(iptcKeywords(iptcBlock(['chat', 'été'], 'latin1'))).toEqual(['chat', 'été']);
  expect(iptcKeywords(iptcBlock(['chat', 'été'], 'utf8'))).toEqual(['chat', 'été']);
  expect(iptcKeywords(iptcBlock(['chat', 'été'], 'utf8', { says: true }))).toEqual(['chat', 'été']);
  const block = iptcBlock(['one', 'two', 'three'], 'utf8');
  for (let end = 0; end < block.length; end++) {
    expect(['one', 'two', 'three'].join().startsWith(iptcKeywords(block.subarray(0, end)).join())).toBe(true);
  }
});
