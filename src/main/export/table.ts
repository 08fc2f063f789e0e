// What the table of formats is asked: which there are, which one is meant, what it is called and how it brings photos.

import { WhiskerError } from '../../shared/errors.ts';
import type { ExportWay, ExportWish, ListedFormat } from '../../shared/export.ts';
import { named } from './download.ts';
import type { FileFormat, Format } from './format.ts';
import { formats } from './formats/index.ts';
import { safeName } from './safe-names.ts';

/** In the order of the table. */
export const listFormats = (): ListedFormat[] =>
  formats.map((format) => {
    const { id, title, about, kind } = format;
    return { id, title, about, kind, ways: waysOf(format) };
  });

/** None where there is no choice. */
export function waysOf(format: Format): readonly ExportWay[] {
  if (format.kind === 'in-place') return ['sidecars', 'photos'];
  return format.kind === 'folder' ? (format.placings ?? []) : [];
}

/** The format of a wish. Throws 'not-found', and 'bad-input' for a way that it does not know. */
export function formatOf({ format: id, how }: Pick<ExportWish, 'format' | 'how'>): Format {
  const format = formats.find((one) => one.id === id);
  if (!format) {
    const known = formats.map((one) => one.id).join(', ');
    throw new WhiskerError('not-found', `There is no format "${id}".`, `Choose one of ${known}.`);
  }
  const ways = waysOf(format);
  if (ways.length === 0 || ways.includes(how)) return format;
  throw new WhiskerError('bad-input', `${format.title} knows no "${how}".`, `Choose one of ${ways.join(', ')}.`);
}

/** The same for one that is a file. Throws 'bad-input' for folders, too. */
export function fileFormatOf(wish: Pick<ExportWish, 'format' | 'how'>): FileFormat {
  const format = formatOf(wish);
  if (format.kind === 'file') return format;
  throw new WhiskerError('bad-input', `${format.title} is no single file.`, 'Write it into a folder.');
}

/** What a new file or folder is called unless it is given another name; empty for what is written in place. */
export function suggestedName(library: string, format: Format): string {
  if (format.kind === 'in-place') return '';
  const what = format.kind === 'file' ? `labels.${format.extension}` : format.title.toLowerCase();
  return safeName(`${named(library)} ${what}`);
}
