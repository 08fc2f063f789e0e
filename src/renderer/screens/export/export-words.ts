// What is said of an export: of its choices, before it, and of what came of it. Pure.

import type { ExportPreview, ExportReport, ExportWay, ExportWhat, LeftOut } from '../../../shared/export.ts';
import { count, plural } from '../../../shared/words.ts';
import { percent } from '../../ui/numbers.ts';

export const whatNames: Record<ExportWhat, string> = { labels: 'Labels', predictions: 'Predictions', both: 'Both' };

export const whatHints: Record<ExportWhat, string> = {
  labels: 'What you said of the photos.',
  predictions: 'What the model says of photos that you have not labelled.',
  both: 'Your labels, and for the other photos what the model says.',
};

export const wayNames: Record<ExportWay, string> = {
  copy: 'Copy',
  hardlink: 'Hard link',
  symlink: 'Symbolic link',
  move: 'Move',
  sidecars: 'Beside the photos',
  photos: 'Into the photos',
};

export const wayHints: Record<ExportWay, string> = {
  copy: 'Your photos stay where they are, and the folder gets copies.',
  hardlink: 'A second name for the same file: takes no room, and a change to one changes both. On the same drive only.',
  symlink: 'A pointer to the file: takes no room, and leads nowhere once the photo is moved.',
  move: 'Your photos leave their folders. The list of what was moved is kept, so that you can revert it.',
  sidecars: 'A small file beside each photo. Your photos stay as they are.',
  photos: 'Your photos’ own files change, and files beside them. Their pixels stay as they are.',
};

const sourceWords = {
  person: 'said by you',
  import: 'imported',
  suggestion: 'accepted by you',
  prediction: 'predicted',
} as const;

/** From which confidence on predictions count. */
export const leastInWords = (least: number): string =>
  least === 0 ? 'However sure' : `At least ${percent(least)} sure`;

/** "412 photos: Cat 212, Dog 200" */
export function photosInWords({ photos, classes }: Pick<ExportPreview, 'photos' | 'classes'>, most = 4): string {
  if (photos === 0) return 'No photo to export';
  const shown = classes.slice(0, most).map(({ name, photos: of }) => `${name} ${count(of)}`);
  const rest = classes.length - shown.length;
  const parts = [...shown, ...(rest > 0 ? [`${plural(rest, 'other class', 'other classes')}`] : [])];
  return parts.length === 0 ? plural(photos, 'photo') : `${plural(photos, 'photo')}: ${parts.join(', ')}`;
}

/** One row of the preview, without its path. */
export function rowInWords({ class: name, source, confidence }: ExportPreview['rows'][number]): string {
  const who = source === null ? '' : sourceWords[source];
  const sure = source === 'prediction' && confidence !== null ? `, ${percent(confidence)}` : '';
  return `${name ?? 'no class'}${who && `, ${who}`}${sure}`;
}

export const leftOutInWords = (leftOut: readonly LeftOut[]): string =>
  `${plural(
    leftOut.reduce((sum, { photos }) => sum + photos, 0),
    'photo',
  )} left out`;

export const reportInWords = ({ kind, done }: ExportReport): string =>
  kind === 'export' ? `${plural(done, 'photo')} exported.` : `${plural(done, 'file')} moved back.`;

export function progressInWords(kind: ExportReport['kind'], done: number, total: number): string {
  if (total === 0) return kind === 'export' ? 'Counting photos…' : 'Reading the list…';
  return kind === 'export'
    ? `${count(done)} of ${plural(total, 'photo')} written`
    : `${count(done)} of ${plural(total, 'file')} moved back`;
}
