// Archives from anywhere: their files are read as they are, and what is not whole is refused with one kind of error.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UnreadableFile } from '../../src/files/regular-file.ts';
import { listZip, unzip } from '../../src/files/zip.ts';
import { zip } from '../fixtures/zip.ts';

const files = {
  'a/one.txt': 'one',
  'two.bin': Buffer.from(Uint8Array.from({ length: 5000 }, (_, i) => i % 7)),
  empty: '',
};

/** All files of the archive, none of more than a million bytes. */
const contents = (archive: Buffer) =>
  Object.fromEntries(listZip(archive).map((entry) => [entry.name, unzip(archive, entry, 1e6)]));

test.each(['stored', 'deflated'] as const)('files that are %s come out as they went in', (how) => {
  const expected = Object.entries(files).map(([name, content]) => [name, Buffer.from(content)]);
  expect(contents(zip(files, how))).toEqual(Object.fromEntries(expected));
});

test('a comment behind the archive is no hindrance', () => {
  const archive = zip(files);
  archive.writeUInt16LE(9, archive.length - 2);
  expect(Object.keys(contents(Buffer.concat([archive, Buffer.from('a comment')])))).toEqual(Object.keys(files));
});

describe('is refused', () => {
  test('an archive that is cut short anywhere', () => {
    const archive = zip(files, 'deflated');
    for (let length = 0; length < archive.length; length++) {
      expect(() => contents(archive.subarray(0, length))).toThrow(UnreadableFile);
    }
  });

  test('a file of which one byte is another', () => {
    const archive = zip(files);
    const at = archive.indexOf('one', archive.indexOf('a/one.txt') + 9);
    archive[at] = archive[at]! ^ 1;
    expect(() => contents(archive)).toThrow('cut short or damaged');
  });

  test('a file that is larger than it may be, by what the archive says', () => {
    const archive = zip({ large: Buffer.alloc(1001) }, 'deflated');
    expect(() => unzip(archive, listZip(archive)[0]!, 1000)).toThrow('holds "large" with 1001 bytes where 1000 may be');
  });

  test('a file that becomes larger than the archive says', () => {
    const archive = zip({ bomb: Buffer.alloc(1e6) }, 'deflated');
    const [entry] = listZip(archive);
    expect(() => unzip(archive, { ...entry!, bytes: 10 }, 1000)).toThrow('cut short or damaged');
  });

  test('a file that is encrypted', () => {
    const archive = zip({ secret: 'secret' });
    const listed = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    archive[listed + 8] = 1;
    expect(() => contents(archive)).toThrow('packed in a way that is not read here');
  });

  test('anything else, and never in another way', () => {
    const archive = zip(files, 'deflated');
    const damaged = fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damaged, (changes) => {
        const copy = Buffer.from(archive);
        for (const [at, byte] of changes) copy[at] = byte;
        try {
          contents(copy);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableFile);
        }
      }),
    );
  });
});
