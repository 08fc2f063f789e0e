// Why a data set of labelled pictures has no place for a photo.

import type { ExportedPhoto } from './rows.ts';

/** As a sentence; null for a photo that has a class, be it a prediction. */
export function whyWithoutClass({ class: name, excluded, none, unsure }: ExportedPhoto): string | null {
  if (name !== null) return null;
  if (excluded) return 'It is excluded.';
  if (none) return 'It shows none of the classes.';
  return unsure ? 'You are unsure of it.' : 'It has no class.';
}
