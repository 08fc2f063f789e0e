import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Pictures } from '../../../src/engine/pixels/pictures.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

/** Ten pictures of 2 × 2 grey pixels; all bytes of picture i are i. */
function pictures(rows?: number[], count = rows?.length ?? 10): Pictures {
  const path = join(temporaryFolder(), 'pixels.u8');
  writeFileSync(
    path,
    Uint8Array.from({ length: 40 }, (_, at) => Math.floor(at / 4)),
  );
  return new Pictures({ path, count, sizePx: 2, channels: 1, ...(rows && { rows: Int32Array.from(rows) }) });
}
const valuesOf = (from: Pictures) => Array.from({ length: from.file.count }, (_, i) => [...from.row(i)]);
const plain = (...values: number[]) => values.map((value) => new Array<number>(4).fill(value));

test('pictures are the rows of their file in order, unless others are named', () => {
  expect(valuesOf(pictures())).toEqual(plain(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  expect(valuesOf(pictures([7, 8, 2, 2, 0]))).toEqual(plain(7, 8, 2, 2, 0));
});

test('a file that lacks a row that is named, or has another length than its pictures, is refused', () => {
  expect(() => pictures([3, 10])).toThrow('are 40 bytes long where 44 were expected');
  expect(() => pictures(undefined, 9)).toThrow('are 40 bytes long where 36 were expected');
});

test('a file that is not there is named, with what to do', () => {
  const { file } = pictures();
  truncateSync(file.path, 3);
  expect(() => new Pictures({ ...file, path: `${file.path}.gone` })).toThrow(`${file.path}.gone can't be read`);
  expect(() => new Pictures(file)).toThrow('are 3 bytes long');
});
