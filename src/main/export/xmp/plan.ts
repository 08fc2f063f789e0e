// What is to change in a file so that it says what Whisker says of a photo, and still all that others say. Pure.

import { classKey } from '../../labels/classes.ts';
import type { Mark } from '../../../shared/types.ts';
import type { ExportedPhoto } from '../rows.ts';
import type { Change, Tags } from './exiftool.ts';
import { IPTC_KEYWORDS, keywordFields, ownFields } from './vocabulary.ts';
import type { KeywordField } from './vocabulary.ts';

/** What a file is to say. */
export interface Wanted {
  label: string | null;
  mark: Mark | null;
  prediction: Pick<ExportedPhoto, 'predicted' | 'run' | 'confidence' | 'calibrated'> | null;
}

/** A label that is only a prediction is none. */
export function wantedOf(photo: ExportedPhoto): Wanted {
  const isLabel = photo.source !== null && photo.source !== 'prediction';
  return {
    label: isLabel ? photo.class : null,
    mark: photo.excluded ? 'excluded' : photo.none ? 'none' : photo.unsure ? 'unsure' : null,
    prediction: photo.predicted === null ? null : photo,
  };
}

/**
 * No change where the file says it already; a reason, which follows the file's name in a sentence, where another
 * program's word stands against it.
 */
export type Plan = { changes: Change[] } | { reason: string };

/** What the plan must know of a file. */
export const plannedBy: readonly string[] = [
  ...keywordFields.map(({ field }) => field),
  IPTC_KEYWORDS,
  ...Object.values(ownFields),
];

/**
 * `found`: what the file says now. A keyword that Whisker wrote goes when the label is another one; one that was there
 * before, or that another program has added, stays.
 */
export function planChanges(found: Tags, wanted: Wanted): Plan {
  const { label } = wanted;
  const listOf = (field: string): string[] => found[field] ?? [];
  const words = [...listOf('XMP-dc:Subject'), ...listOf(IPTC_KEYWORDS)];
  const written = listOf(ownFields.written);
  const kept = keysOf(listOf(ownFields.kept));
  const gone = written.filter((word) => !keysOf(words).has(classKey(word)));
  const added = words.filter((word) => !kept.has(classKey(word)) && !keysOf(written).has(classKey(word)));
  const isSaid = label !== null && keysOf(words).has(classKey(label));
  if (gone.length > 0 && added.length > 0 && !isSaid) {
    const reason = `has the keyword ${added.join(', ')} where Whisker wrote ${gone.join(', ')}`;
    return { reason: `${reason}: import the keywords first, or take it out there` };
  }
  // A label that came from such a change is Whisker's from now on.
  const own = keysOf([...written, ...(gone.length > 0 && label !== null ? [label] : [])]);
  for (const key of kept) own.delete(key);
  const others = label === null ? [] : unique(words.filter((word) => !own.has(classKey(word))));
  return {
    changes: [
      ...keywordFields.flatMap((field) => keywordChanges(field, listOf(field.field), own, label)),
      ...listChanges(ownFields.written, listOf(ownFields.written), label === null ? [] : [label]),
      ...listChanges(ownFields.kept, listOf(ownFields.kept), others),
      ...listChanges(ownFields.mark, listOf(ownFields.mark), wanted.mark === null ? [] : [wanted.mark]),
      ...predictionChanges(found, wanted.prediction),
    ],
  };
}

const keysOf = (words: readonly string[]): Set<string> => new Set(words.map(classKey));
const unique = (words: readonly string[]): string[] => [...new Set(words)];

/** Takes Whisker's own keywords out, also where another program has put them into a hierarchy, and the label in. */
function keywordChanges(
  { field, separator }: KeywordField,
  entries: readonly string[],
  own: ReadonlySet<string>,
  label: string | null,
): Change[] {
  const leaf = (entry: string) => (separator === null ? entry : (entry.split(separator).at(-1) ?? entry));
  const keyword = label === null ? null : asKeyword(label, separator);
  const isLabel = (entry: string) => keyword !== null && classKey(leaf(entry)) === classKey(keyword);
  const ownKeys = new Set([...own].map((key) => classKey(asKeyword(key, separator))));
  const removed = unique(entries.filter((entry) => !isLabel(entry) && ownKeys.has(classKey(leaf(entry)))));
  return [
    ...removed.map((value): Change => ({ field, how: '-=', value })),
    ...(keyword === null || entries.some(isLabel) ? [] : [{ field, how: '+=', value: keyword } satisfies Change]),
  ];
}

/** The separator in a name would begin a level of a hierarchy; the sign that looks like it does not. */
const asKeyword = (name: string, separator: KeywordField['separator']): string =>
  separator === null ? name : name.replaceAll(separator, { '/': '\u2215', '|': '\u2223' }[separator]);

function listChanges(field: string, now: readonly string[], wanted: readonly string[]): Change[] {
  if (now.length === wanted.length && now.every((word, i) => word === wanted[i])) return [];
  const values = wanted.length === 0 ? [''] : wanted;
  return values.map((value): Change => ({ field, how: '=', value }));
}

function predictionChanges(found: Tags, prediction: Wanted['prediction']): Change[] {
  const { predicted, run, confidence, calibrated } = prediction ?? noPrediction;
  const isCalibrated = calibrated === null ? null : calibrated ? 'True' : 'False';
  const fields: [string, string | number | null][] = [
    [ownFields.prediction, predicted],
    [ownFields.run, run],
    [ownFields.confidence, confidence],
    [ownFields.calibrated, isCalibrated],
  ];
  return fields.flatMap(([field, value]) => listChanges(field, found[field] ?? [], value === null ? [] : [`${value}`]));
}

const noPrediction = { predicted: null, run: null, confidence: null, calibrated: null };
