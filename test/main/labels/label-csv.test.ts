import { expect, test } from 'vitest';
import { guardCell, parseLabelCsv, unguardCell } from '../../../src/main/labels/label-csv.ts';
import { toFailure } from '../../../src/shared/errors.ts';
import type { Failure } from '../../../src/shared/errors.ts';

const read = (csv: string | Uint8Array) => parseLabelCsv(csv).map((row) => [row.row, row.file, row.class]);

function failureOf(csv: string | Uint8Array): Failure {
  try {
    parseLabelCsv(csv);
  } catch (error) {
    return toFailure(error);
  }
  throw new Error('nothing was thrown');
}

test('rows are numbered as a spreadsheet numbers them, blank ones are passed over', () => {
  expect(read('file,class\na.jpg,Cat\n\n,\nb.jpg,Dog\n')).toEqual([
    [2, 'a.jpg', 'Cat'],
    [5, 'b.jpg', 'Dog'],
  ]);
});

test('byte order mark, CRLF, quotes, quoted commas and line breaks are read as RFC 4180 says', () => {
  const csv = '\uFEFF"file","class"\r\n"a, ""b"".jpg",Cat\r\n"two\nlines.jpg",Dog\r\n';
  const rows = [
    [2, 'a, "b".jpg', 'Cat'],
    [3, 'two\nlines.jpg', 'Dog'],
  ];
  expect(read(csv)).toEqual(rows);
  expect(read(new TextEncoder().encode(csv))).toEqual(rows);
});

test('columns may come in any order and case, with others between them; short rows have empty cells', () => {
  expect(read('note,Class, FILE \nx,Cat,a.jpg\ny\n')).toEqual([
    [2, 'a.jpg', 'Cat'],
    [3, '', ''],
  ]);
});

test('columns may be called as other programs call them; where two could be meant, the plainer name is', () => {
  expect(read('image_path,label\na.jpg,Cat\n')).toEqual([[2, 'a.jpg', 'Cat']]);
  expect(read('Filename;Category\na.jpg;Cat\n')).toEqual([[2, 'a.jpg', 'Cat']]);
  expect(read('label,class,image,path\n1,Cat,x,a.jpg\n')).toEqual([[2, 'a.jpg', 'Cat']]);
});

test('semicolons and tabs, as spreadsheets of other countries write them, separate just as well', () => {
  expect(read('file;class\na,b.jpg;Cat\n')).toEqual([[2, 'a,b.jpg', 'Cat']]);
  expect(read('file\tclass\na;b.jpg\tCat\n')).toEqual([[2, 'a;b.jpg', 'Cat']]);
});

test('UTF-16 with its mark is read, other encodings are named as the problem', () => {
  const utf16 = new Uint8Array(Buffer.from('\uFEFFfile,class\nKäfer.jpg,Käfer\n', 'utf16le'));
  expect(read(utf16)).toEqual([[2, 'Käfer.jpg', 'Käfer']]);
  const latin1 = new Uint8Array(Buffer.from('file,class\nKäfer.jpg,Käfer\n', 'latin1'));
  expect(failureOf(latin1)).toMatchObject({ code: 'bad-input', message: "The CSV isn't UTF-8 text." });
});

test('a table without its columns, an empty one or one with open quotes is refused in one sentence', () => {
  expect(failureOf('')).toMatchObject({ code: 'bad-input', message: 'The CSV is empty.' });
  expect(failureOf('file,breed\na,b\n').message).toBe(
    'The CSV has no column "class"; its first row reads "file, breed".',
  );
  expect(failureOf('a.jpg,Cat\n').message).toContain('no column "file"');
  expect(failureOf('file,class\n"a.jpg,Cat\n').message).toContain("can't be read");
  expect(failureOf('file,class\n"a.jpg,Cat\n').code).toBe('bad-input');
});

test('cells that spreadsheets run as formulas are guarded, and the guard comes off again exactly', () => {
  for (const text of ['=1+1', '+1', '-a.jpg', '@x', '\t=1', "'=1", "''=1", '＝1']) {
    expect(guardCell(text)).toBe(`'${text}`);
    expect(unguardCell(guardCell(text))).toBe(text);
  }
  for (const text of ['a.jpg', "'quoted'", "'", '', '1-2', "O'Neill"]) {
    expect(guardCell(text)).toBe(text);
    expect(unguardCell(text)).toBe(text);
  }
});
