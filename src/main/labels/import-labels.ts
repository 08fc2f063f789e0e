// Labels many photos at once from a table, the names of their folders or their keywords: one action, and a reason for
// every row that had no effect.

import { insertClass, listClasses } from '../db/classes.ts';
import { appendLabels, labelCodes } from '../db/labels.ts';
import { transact } from '../db/open.ts';
import type { Db } from '../db/open.ts';
import { markNamed } from '../../shared/label-import.ts';
import { labelCode, NO_LABEL_CODE } from '../../shared/types.ts';
import type { Label, PhotoClass, PhotoId } from '../../shared/types.ts';
import { classKey, creation, nextLook } from './classes.ts';
import { act, untouched } from './undo.ts';
import type { Touched } from './undo.ts';
import type { LabelRow } from './label-csv.ts';
import { named, requestsOfFolders, requestsOfTable, settle } from './label-requests.ts';
import type { Group, NamedRequest, Refusal, Settled } from './label-requests.ts';
import { plural } from '../../shared/words.ts';

export interface ImportReport extends Pick<Settled, 'matched' | 'unmatched'> {
  /** Classes that were made, or would be. */
  newClasses: string[];
  /** Photos whose label changed, or would. */
  changed: number;
  touched: Touched;
}

export interface ImportOptions {
  /** Only report; write nothing. */
  dryRun?: boolean;
}

const imported = { source: 'import', chosen: 'import' } as const;

/** Labels what the rows of a table say; it replaces what a photo was called before. */
export function importLabels(db: Db, rows: readonly LabelRow[], { dryRun = false }: ImportOptions = {}): ImportReport {
  const how = { dryRun, replace: true, describe: describeImport };
  return transact(db, () => carryOut(db, named(requestsOfTable(db, rows)), how));
}

/**
 * The folder that a photo lies in names its class. Photos directly in the library's folder, and those with a label,
 * stay as they are.
 */
export function labelFromFolders(db: Db, { dryRun = false }: ImportOptions = {}): ImportReport {
  return transact(db, () => {
    const requests = requestsOfFolders(db);
    const labels = labelCodes(
      db,
      requests.map(({ photoId }) => photoId),
    );
    const unlabelled = requests.filter((_, i) => labels[i] === NO_LABEL_CODE);
    return carryOut(db, named(unlabelled), { dryRun, replace: false, describe: describeFolders });
  });
}

/** What undo would take back. */
export const describeImport = (photos: number): string =>
  `Import labels for ${plural(photos, ['# photo', '# photos'])}`;
export const describeFolders = (photos: number): string => `Label ${plural(photos, ['# photo', '# photos'])} by folder`;
export const describeKeywords = (photos: number): string =>
  `Label ${plural(photos, ['# photo', '# photos'])} by keyword`;

export interface CarryOut {
  dryRun: boolean;
  /** Photos that are labelled otherwise get the new label. */
  replace: boolean;
  describe: (photos: number) => string;
}

/** Labels what the requests ask for, as one action, with the classes that are still to be made. */
export function carryOut(
  db: Db,
  requests: readonly (NamedRequest | Refusal)[],
  { dryRun, replace, describe }: CarryOut,
): ImportReport {
  const { matched, unmatched, groups } = settle(requests);
  const known = new Map(listClasses(db).map((found) => [classKey(found.name), found]));
  const changes = [...groups].map(([key, group]) => {
    const label = labelMeant(key, known);
    const { unlabelled, corrected, conflicts } = standing(db, group, label, known);
    const photoIds = [...unlabelled, ...corrected, ...(replace ? conflicts : [])];
    return { key, name: group.name, isNew: label === null, photoIds };
  });
  const changed = changes.reduce((sum, { photoIds }) => sum + photoIds.length, 0);
  const wanted = changes.flatMap(({ name, isNew, photoIds }) => (isNew && photoIds.length > 0 ? [name] : []));
  const report = { matched, unmatched, newClasses: wanted, changed, touched: untouched };
  if (dryRun || changed === 0) return report;

  const made = wanted.map((name) => {
    const created = insertClass(db, { name, ...nextLook([...known.values()]) });
    known.set(classKey(name), created);
    return created;
  });
  const touched = act(db, {
    kind: 'import',
    description: describe(changed),
    change: { classes: made.map(creation) },
    writeLabels: (stamp) => {
      for (const { key, photoIds } of changes) {
        if (photoIds.length > 0) appendLabels(db, stamp, photoIds, labelMeant(key, known), imported);
      }
    },
  });
  return { ...report, touched };
}

/** What the key of a request means: a mark or a class; null for a class that is still to be made. */
export const labelMeant = (key: string, known: KnownClasses): Label => markNamed(key) ?? known.get(key)?.id ?? null;

/** Classes by their key. */
type KnownClasses = ReadonlyMap<string, Pick<PhotoClass, 'id'>>;

export interface Standing {
  unlabelled: PhotoId[];
  /** They have the label already. */
  same: PhotoId[];
  /** They have the label that Whisker wrote into their file, where another program has replaced it by this one. */
  corrected: PhotoId[];
  /** They have another label. */
  conflicts: PhotoId[];
}

/** How photos that are to get a label are labelled now; null is the label of a class that is still to be made. */
export function standing(db: Db, group: Omit<Group, 'name'>, label: Label, known: KnownClasses): Standing {
  const standing: Standing = { unlabelled: [], same: [], corrected: [], conflicts: [] };
  const ids = [...group.photoIds];
  const codes = labelCodes(db, ids);
  const wanted = label === null ? null : labelCode(label);
  ids.forEach((id, i) => {
    const code = codes[i];
    const former = labelMeant(group.corrects.get(id) ?? '', known);
    if (code === NO_LABEL_CODE) standing.unlabelled.push(id);
    else if (code === wanted) standing.same.push(id);
    else if (former !== null && code === labelCode(former)) standing.corrected.push(id);
    else standing.conflicts.push(id);
  });
  return standing;
}
