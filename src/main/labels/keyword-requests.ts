// What keywords ask for. Of files that Whisker wrote it is known which keyword was the label and which were there
// before, so that what another program has changed since is a correction.

import { listClasses } from '../db/classes.ts';
import type { Db } from '../db/open.ts';
import { nameOfMark } from '../../shared/label-import.ts';
import { marks } from '../../shared/types.ts';
import { classKey } from './classes.ts';
import type { PhotoKeywords } from './keyword-reader.ts';
import type { LabelRequest, Refusal } from './label-requests.ts';

/** The requests of a photo are one row. */
export function requestsOfKeywords(db: Db, photos: readonly PhotoKeywords[]): (LabelRequest | Refusal)[] {
  const classes = keysOf(listClasses(db).map(({ name }) => name));
  for (const { written } of photos) for (const word of written) classes.add(classKey(word));
  return photos.flatMap((photo, index) => {
    const isWhiskers = photo.written.length + photo.mark.length > 0;
    return isWhiskers ? requestsOfOwn(photo, index + 1, classes) : requestsOfOthers(photo, index + 1);
  });
}

const requestsOfOthers = ({ photoId, file, keywords }: PhotoKeywords, row: number): LabelRequest[] =>
  keywords.map((className) => ({ row, file, photoId, className }));

/**
 * Keywords that were there before Whisker wrote are no labels, nor are those that others have added and that are no
 * class; but where Whisker's own is gone, what stands in its place is what the photo is called now.
 */
function requestsOfOwn(
  { photoId, file, keywords, written, kept, mark: [mark] }: PhotoKeywords,
  row: number,
  classes: ReadonlySet<string>,
): (LabelRequest | Refusal)[] {
  const [own, before] = [keysOf(written), keysOf(kept)];
  const said = keywords.filter((word) => own.has(classKey(word)) || !before.has(classKey(word)));
  const named = said.filter((word) => classes.has(classKey(word)));
  const meant = named.length > 0 || written.length === 0 ? named : said;
  const [label] = written;
  const known = marks.find((one) => one === mark);
  const former = label !== undefined ? classKey(label) : known && nameOfMark(known);
  if (meant.length > 0) {
    return meant.map((className) => {
      const request = { row, file, photoId, className, isWhiskers: true };
      return former === undefined || own.has(classKey(className)) ? request : { ...request, corrects: former };
    });
  }
  if (label !== undefined) return [{ row, file, reason: `Its keyword ${label} was taken off; the label stays.` }];
  return known ? [{ row, file, photoId, mark: known, isWhiskers: true }] : [];
}

const keysOf = (words: readonly string[]): Set<string> => new Set(words.map(classKey));
