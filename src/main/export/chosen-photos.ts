// Which photos an export is about, and what is taken away of each: its label, what the run in use says of it, or both.

import { findPhotos } from '../db/find.ts';
import type { Db } from '../db/open.ts';
import { listPhotos } from '../db/photos.ts';
import type { PredictedBy } from '../db/photos.ts';
import type { ExportWish, PhotoChoice } from '../../shared/export.ts';
import { asAdded, isEmptySearch } from '../../shared/search.ts';
import type { PhotoId } from '../../shared/types.ts';
import type { Format } from './format.ts';
import { exportedPhotos } from './rows.ts';
import type { ExportedPhoto } from './rows.ts';

type Chosen = Pick<ExportWish, 'what' | 'least'>;

/** The photos of a choice, as they are now; null for all. `by`: whose predictions a filter means. */
export function idsOf(db: Db, choice: PhotoChoice, by: PredictedBy): ReadonlySet<PhotoId> | null {
  switch (choice.of) {
    case 'all':
      return null;
    case 'these':
      return new Set(choice.photoIds);
    case 'found': {
      const { filter, search } = choice;
      if (filter.kind === 'all' && isEmptySearch(search)) return null;
      const found = findPhotos(db, { search, sort: asAdded, by });
      if (filter.kind === 'all') return new Set(found);
      const filtered = new Set(listPhotos(db, filter, by).ids);
      return new Set(found.filter((id) => filtered.has(id)));
    }
  }
}

/** The photos of which something is said that the format takes, page by page; `leaveOut` is told of the others. */
export function* chosenPhotos(
  db: Db,
  ids: ReadonlySet<PhotoId> | null,
  { format, ...chosen }: Chosen & { format: Format },
  leaveOut: (path: string, reason: string) => void = () => {},
): Generator<ExportedPhoto[]> {
  for (const page of exportedPhotos(db)) {
    const photos: ExportedPhoto[] = [];
    for (const photo of page) {
      if (ids !== null && !ids.has(photo.id)) continue;
      const said = saidOf(photo, chosen, format);
      const refusal = typeof said === 'string' ? said : (format.refuses?.(said) ?? null);
      if (refusal !== null) leaveOut(photo.path, refusal);
      else if (typeof said !== 'string') photos.push(said);
    }
    yield photos;
  }
}

/** What is taken away of a photo, or why nothing is, as a sentence. */
export function saidOf(
  photo: ExportedPhoto,
  { what, least }: Chosen,
  { takesUnknown }: Pick<Format, 'takesUnknown'>,
): ExportedPhoto | string {
  const hasLabel = photo.source !== null && photo.source !== 'prediction';
  const isSure = what !== 'labels' && photo.confidence !== null && photo.confidence >= least;
  if (what === 'predictions') {
    if (hasLabel) return 'It has a label, so that its prediction is not asked for.';
    return isSure ? { ...photo, unsure: false } : whyUnsaid(photo);
  }
  const said = isSure ? photo : { ...photo, predicted: null, confidence: null, calibrated: null, run: null };
  if (hasLabel || (isSure && photo.source === 'prediction')) return said;
  if (photo.unsure || (what === 'both' && takesUnknown)) return { ...said, class: null, source: null };
  return what === 'labels' ? 'It has no label.' : whyUnsaid(photo);
}

const whyUnsaid = ({ confidence }: ExportedPhoto): string =>
  confidence === null ? 'It has neither a label nor a prediction.' : 'Its prediction is less sure than was asked for.';
