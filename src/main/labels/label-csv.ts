// The table of labels as people and spreadsheets write it: which columns it has, how its text is read, and the guard
// around its cells.

import { CsvError, parse } from 'csv-parse/sync';
import { WhiskerError } from '../../shared/errors.ts';
import { marks } from '../../shared/types.ts';
import type { Mark } from '../../shared/types.ts';

/** One line of a table of labels. */
export interface LabelRow {
  /** As a spreadsheet counts: the header is row 1. */
  row: number;
  file: string;
  class: string;
  /** It has no class: it is to be left out, shows none of them, or somebody is unsure. */
  mark?: Mark;
  /** The class is only what a run says (as our own export marks it). */
  predicted?: boolean;
}

/** Cells that begin like this are run as formulas by spreadsheets (OWASP, "CSV injection"). */
const formulaLike = /^'*[=+\-@\t\r\n＝＋－＠]/u;

/** A leading apostrophe makes the cell plain text; `unguardCell` takes exactly that one away again. */
export const guardCell = (text: string): string => (formulaLike.test(text) ? `'${text}` : text);
export const unguardCell = (text: string): string =>
  text.startsWith("'") && formulaLike.test(text) ? text.slice(1) : text;

/** What the columns are called here and elsewhere; the first that is there counts. */
const fileNames = ['file', 'path', 'filename', 'file_name', 'image', 'image_path', 'photo'];
const classNames = ['class', 'label', 'category'];

/**
 * Reads a CSV with a column of files and one of classes, see `fileNames` and `classNames`, and `excluded`, `none`,
 * `unsure` ("yes" in one of them) and `source` where they exist; separated by commas, semicolons or tabs. Blank lines
 * are passed over. Throws 'bad-input' for what isn't such a table.
 */
export function parseLabelCsv(content: string | Uint8Array): LabelRow[] {
  const text = typeof content === 'string' ? content.replace(/^\uFEFF/, '') : decode(content);
  const [header, ...records] = parseRecords(text);
  if (!header) throw new WhiskerError('bad-input', 'The CSV is empty.', 'Its first row must read: file,class');
  const names = header.map((name) => name.trim().toLowerCase());
  const columnOf = (known: string[]) => known.map((name) => names.indexOf(name)).find((at) => at >= 0) ?? -1;
  const file = columnOf(fileNames);
  const label = columnOf(classNames);
  if (file < 0 || label < 0) {
    throw new WhiskerError(
      'bad-input',
      `The CSV has no column "${file < 0 ? 'file' : 'class'}"; its first row reads "${header.join(', ').slice(0, 80)}".`,
      'Its first row must read: file,class',
    );
  }
  const markColumns = marks.map((mark) => ({ mark, column: names.indexOf(mark) }));
  const source = names.indexOf('source');
  return records.flatMap((cells, index) => {
    if (cells.every((cell) => cell.trim() === '')) return [];
    const mark = markColumns.find(({ column }) => cells[column] === 'yes')?.mark;
    return {
      row: index + 2,
      file: unguardCell(cells[file] ?? ''),
      class: unguardCell(cells[label] ?? ''),
      ...(mark && { mark }),
      predicted: mark === undefined && cells[source] === 'prediction',
    };
  });
}

function parseRecords(text: string): string[][] {
  const firstLine = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const delimiter = [',', ';', '\t'].find((candidate) => firstLine.includes(candidate)) ?? ',';
  try {
    return parse(text, { delimiter, relax_column_count: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new WhiskerError(
      'bad-input',
      `The CSV can't be read: ${error.message}.`,
      'Check the quotation marks on that line.',
    );
  }
}

function decode(bytes: Uint8Array): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(utf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new WhiskerError('bad-input', "The CSV isn't UTF-8 text.", 'Save it as "CSV UTF-8", then import it again.');
  }
}
