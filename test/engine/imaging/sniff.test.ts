import { expect, test } from 'vitest';
import { sniff } from '../../../src/engine/imaging/sniff.ts';
import { Unusable } from '../../../src/engine/imaging/unusable.ts';
import { jpeg, photo } from '../../fixtures/photos.ts';

const ftyp = (...brands: string[]) => {
  const box = Buffer.alloc(8 + 4 * (brands.length + 1));
  box.writeUInt32BE(box.length);
  box.write(`ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`, 4, 'latin1');
  return box;
};

function refusal(head: Buffer | string, path = 'photo.jpg'): Unusable {
  try {
    sniff(Buffer.from(head), path);
  } catch (error) {
    if (error instanceof Unusable) return error;
  }
  throw new Error('it was taken for a picture');
}

test('the bytes decide, not the name', async () => {
  expect(sniff(await jpeg(), 'holiday.txt')).toBe('jpeg');
  expect(sniff(await photo().png().toBuffer(), 'photo.jpg')).toBe('png');
  expect(sniff(await photo().webp().toBuffer(), 'photo.jpg')).toBe('webp');
  expect(sniff(await photo().gif().toBuffer(), 'photo')).toBe('gif');
  expect(sniff(await photo().tiff().toBuffer(), 'photo.jpg')).toBe('tiff');
  expect(sniff(await photo().avif({ effort: 0 }).toBuffer(), 'photo.jpg')).toBe('avif');
});

test('HEIC and AVIF are told apart by any of their brands', () => {
  expect(sniff(ftyp('heic', 'mif1', 'heic'), 'a')).toBe('heic');
  expect(sniff(ftyp('mif1', 'mif1', 'heic'), 'a')).toBe('heic');
  expect(sniff(ftyp('mif1', 'miaf', 'avif'), 'a')).toBe('avif');
});

test.each([
  ['%PDF-1.7', 'unsupported-format', 'a PDF document'],
  ['<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">', 'unsupported-format', 'an SVG drawing'],
  ['8BPS\0\x01', 'unsupported-format', 'a Photoshop document'],
  ['PK\x03\x04', 'not-an-image', 'a ZIP archive'],
  ['Dear diary', 'not-an-image', 'text'],
  ['\x00\x05\x16\x07\x00', 'not-an-image', 'macOS'],
  ['\x07\x00\x13', 'not-an-image', 'unknown kind'],
  ['\x89PNG\r\r\n\x1a\n', 'damaged', 'damaged'],
])('%j is refused as %s with a sentence that says what it is', (head, code, words) => {
  const refused = refusal(Buffer.from(head, 'latin1'));
  expect(refused.code).toBe(code);
  expect(refused.message).toContain(words);
});

test('a video says that it is one', () => {
  expect(refusal(ftyp('isom', 'mp42')).message).toBe('This is a video, not a photo.');
});

test('camera raw files are refused though they begin like TIFF', () => {
  expect(refusal('II*\0', 'DSC_1.NEF').message).toContain('camera raw');
});

test('what systems leave in folders is named as such', () => {
  expect(refusal('[.ShellClassInfo]', 'desktop.ini').message).toContain('Windows');
  expect(refusal('\0\0\0\x01Bud1', '.DS_Store').message).toContain('macOS');
});
