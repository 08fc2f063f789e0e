// Labels many photos at once from a table or from the names of their folders: one action, and a reason for every row
// that had no effect.

import { insertClass, listClasses } from '../db/classes.ts';
import { appendLabels, labelCodes, photosLabelledOtherwise } from '../db/labels.ts';
import { transact } from '../db/open.ts';
import type { Db } from '../db/open.ts';
import { presentFiles } from '../db/present-files.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { NO_LABEL_CODE } from '../../shared/types.ts';
import type { Label, PhotoId } from '../../shared/types.ts';
import { classKey, cleanClassName, creation, nextLook } from './classes.ts';
import { act, untouched } from './undo.ts';
import type { Touched } from './undo.ts';
import type { LabelRow } from './label-csv.ts';
import { createFileMatcher } from './match-files.ts';
import { plural } from '../../shared/words.ts';

interface Row {
  row: number;
  file: string;
}

export interface ImportReport {
  /** Rows that name one photo and what it is; an empty class stands for "excluded". */
  matched: (Row & { class: string })[];
  unmatched: (Row & { reason: string })[];
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

/** What a row asks for; `className` null leaves the photo out. */
type RequestedLabel = Row & { photoId: PhotoId; className: string | null };
type Refusal = Row & { reason: string };

/** Labels what the rows of a table say; it replaces what a photo was called before. */
export function importLabels(db: Db, rows: readonly LabelRow[], options: ImportOptions = {}): ImportReport {
  return transact(db, () => {
    const match = createFileMatcher(db);
    const requested = rows.map(({ row, file, class: className, excluded, predicted }): RequestedLabel | Refusal => {
      const found = match(file);
      if ('reason' in found) return { row, file, reason: found.reason };
      if (predicted) return { row, file, reason: 'The class is a prediction, not a label.' };
      if (!excluded && className.trim() === '') return { row, file, reason: 'The row names no class.' };
      return { row, file, photoId: found.photoId, className: excluded ? null : className };
    });
    return carryOut(db, requested, options, (n) => `Import labels for ${plural(n, ['# photo', '# photos'])}`);
  });
}

/**
 * The folder that a photo lies in names its class. Photos directly in the library's folder, and those with a label,
 * stay as they are.
 */
export function labelFromFolders(db: Db, options: ImportOptions = {}): ImportReport {
  return transact(db, () => {
    const files = presentFiles(db).flatMap(({ path, photoId }) => (photoId === null ? [] : [{ path, photoId }]));
    const labels = labelCodes(
      db,
      files.map(({ photoId }) => photoId),
    );
    const requested = files.flatMap(({ path, photoId }, index): RequestedLabel[] => {
      const className = path.split('/').at(-2);
      if (className === undefined || labels[index] !== NO_LABEL_CODE) return [];
      return [{ row: index + 1, file: path, photoId, className }];
    });
    return carryOut(db, requested, options, (n) => `Label ${plural(n, ['# photo', '# photos'])} by folder`);
  });
}

function carryOut(
  db: Db,
  requested: readonly (RequestedLabel | Refusal)[],
  { dryRun = false }: ImportOptions,
  describe: (n: number) => string,
): ImportReport {
  const { matched, unmatched, groups } = settle(requested);
  const existing = listClasses(db);
  const known = new Map(existing.map((found) => [classKey(found.name), found]));
  const newNames = [...groups].flatMap(([key, { name }]) => (key === null || known.has(key) ? [] : [name]));
  const labelOf = (key: string | null): Label | undefined => (key === null ? 'excluded' : known.get(key)?.id);
  /** For each label the photos that don't have it yet; all of them where the class is still to be made. */
  const changes = () =>
    [...groups].map(([key, group]) => {
      const photoIds = [...group.photoIds];
      const label = labelOf(key);
      return { label, photoIds: label === undefined ? photoIds : photosLabelledOtherwise(db, photoIds, label) };
    });
  const changed = changes().reduce((sum, { photoIds }) => sum + photoIds.length, 0);
  const report = { matched, unmatched, newClasses: newNames, changed, touched: untouched };
  if (dryRun || changed === 0) return report;

  const made = newNames.map((name) => {
    const created = insertClass(db, { name, ...nextLook([...known.values()]) });
    known.set(classKey(name), created);
    return created;
  });
  const touched = act(db, {
    kind: 'import',
    description: describe(changed),
    change: { classes: made.map(creation) },
    writeLabels: (stamp) => {
      for (const { label = null, photoIds } of changes()) appendLabels(db, stamp, photoIds, label, imported);
    },
  });
  return { ...report, touched };
}

interface Spoken {
  row: Row;
  key: string | null;
}

/**
 * Sorts rows into those that count, grouped by class (null: excluded), and those that don't. Photos that rows
 * contradict each other about are not guessed.
 */
function settle(requested: readonly (RequestedLabel | Refusal)[]) {
  const matched: ImportReport['matched'] = [];
  const unmatched: ImportReport['unmatched'] = [];
  const groups = new Map<string | null, { name: string; photoIds: Set<PhotoId> }>();
  /** Of each photo the first row, and the first that says otherwise. */
  const said = new Map<PhotoId, { first: Spoken; rival: Spoken | null }>();
  const cleaned = requested.map((request) => ('reason' in request ? request : withCleanName(request)));
  for (const request of cleaned) {
    if ('reason' in request) continue;
    const spoken = { row: request, key: request.key };
    const before = said.get(request.photoId);
    if (!before) said.set(request.photoId, { first: spoken, rival: null });
    else if (before.first.key !== request.key) before.rival ??= spoken;
  }
  for (const request of cleaned) {
    const { row, file } = request;
    if ('reason' in request) {
      unmatched.push({ row, file, reason: request.reason });
      continue;
    }
    const { first, rival: other } = said.get(request.photoId) ?? { first: null, rival: null };
    const rival = first && first.key !== request.key ? first : other;
    if (rival) {
      unmatched.push({
        row,
        file,
        reason: `Row ${rival.row.row} (${rival.row.file}) says otherwise of the same photo.`,
      });
      continue;
    }
    matched.push({ row, file, class: request.name });
    const group = groups.get(request.key) ?? { name: request.name, photoIds: new Set() };
    group.photoIds.add(request.photoId);
    groups.set(request.key, group);
  }
  return { matched, unmatched, groups };
}

/** Names that differ only in case or in spaces are one class. */
function withCleanName(request: RequestedLabel): Refusal | (RequestedLabel & { key: string | null; name: string }) {
  if (request.className === null) return { ...request, key: null, name: '' };
  try {
    const name = cleanClassName(request.className);
    return { ...request, key: classKey(name), name };
  } catch (error) {
    if (!(error instanceof WhiskerError)) throw error;
    return { row: request.row, file: request.file, reason: error.message };
  }
}
