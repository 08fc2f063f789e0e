// Label events: appended, never changed. The table of current labels follows by trigger; nothing here writes it.

import { acceptedUnseen, isMark, labelCode, NO_LABEL_CODE } from '../../shared/types.ts';
import type { MeasuredOn } from '../../shared/measured-on.ts';
import type { ClassId, Label, LabelChoice, LabelOrigin, PhotoId } from '../../shared/types.ts';
import { prepare, prepareColumn, prepareTuples } from './open.ts';
import type { Db } from './open.ts';

/** SQL for the current label as one number, see `labelCode`; wants `label` joined from the left. */
export const labelCodeSql = `coalesce(label.class_id, -label.excluded - label.mark, ${NO_LABEL_CODE})`;

/** SQL for whether an event leaves its photo with a label, be it only that somebody is unsure. */
export const saysLabelSql = `(class_id IS NOT NULL OR excluded = 1 OR mark <> 0)`;

/** SQL for whether a label was accepted without a look at it, see `acceptedUnseen`; null without a label. */
export const acceptedSql = `(label.source = '${acceptedUnseen.source}' AND label.chosen = '${acceptedUnseen.chosen}')`;

interface Stamp {
  actionId: number;
  /** ISO 8601. */
  at: string;
}

export const unknownPhotos = (db: Db, photoIds: readonly PhotoId[]): PhotoId[] =>
  prepareColumn<PhotoId>(db, `SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM photo)`).all(
    JSON.stringify(photoIds),
  );

/** Those of the photos whose label is another one now; each once. */
export const photosLabelledOtherwise = (db: Db, photoIds: readonly PhotoId[], label: Label): PhotoId[] =>
  prepareColumn<PhotoId>(
    db,
    `SELECT DISTINCT value FROM json_each(?) LEFT JOIN label ON label.photo_id = value WHERE ${labelCodeSql} <> ?`,
  ).all(JSON.stringify(photoIds), labelCode(label));

export const photosOfClass = (db: Db, classId: ClassId): PhotoId[] =>
  prepareColumn<PhotoId>(db, `SELECT photo_id FROM label WHERE class_id = ?`).all(classId);

/** Label codes in the order of `photoIds`. */
export const labelCodes = (db: Db, photoIds: readonly PhotoId[]): number[] =>
  prepareColumn<number>(
    db,
    `SELECT ${labelCodeSql} FROM json_each(?) LEFT JOIN label ON label.photo_id = value ORDER BY key`,
  ).all(JSON.stringify(photoIds));

/** What every photo with a label carries, see `labelCode`. */
export const currentLabels = (db: Db): Map<PhotoId, number> =>
  new Map(prepareTuples<[PhotoId, number]>(db, `SELECT photo_id, ${labelCodeSql} FROM label`).all());

/** Photos whose label of now says that they were chosen in this way. */
export const photosChosenBy = (db: Db, chosen: LabelChoice): PhotoId[] =>
  prepareColumn<PhotoId>(db, `SELECT photo_id FROM label WHERE chosen = ?`).all(chosen);

/** How the labels that these photos had at a moment had been chosen. `at`: ISO 8601. */
export function choicesAt(db: Db, photoIds: readonly PhotoId[], at: string): MeasuredOn {
  const rows = prepare<{ chosen: LabelChoice; n: number }>(
    db,
    `SELECT coalesce(event.chosen, 'unknown') AS chosen, count(*) AS n
     FROM json_each(?) LEFT JOIN label_event AS event
       ON event.id = (SELECT max(id) FROM label_event WHERE photo_id = value AND at <= ?)
     GROUP BY 1`,
  ).all(JSON.stringify(photoIds), at);
  return Object.fromEntries(rows.map(({ chosen, n }) => [chosen, n]));
}

/** How a label stands in the columns beside its class. */
export const markColumns = (label: Label): [excluded: 0 | 1, mark: number] => [
  label === 'excluded' ? 1 : 0,
  label === 'none' || label === 'unsure' ? -labelCode(label) : 0,
];

export function appendLabels(
  db: Db,
  { actionId, at }: Stamp,
  photoIds: readonly PhotoId[],
  label: Label,
  { source, chosen }: LabelOrigin,
): void {
  prepare(
    db,
    `INSERT INTO label_event (photo_id, class_id, excluded, mark, source, chosen, action_id, at)
     SELECT value, ?, ?, ?, ?, ?, ?, ? FROM json_each(?)`,
  ).run(isMark(label) ? null : label, ...markColumns(label), source, chosen, actionId, at, JSON.stringify(photoIds));
}

/** Gives every photo of one class to another, or to none; each keeps its origin. */
export function moveLabels(db: Db, { actionId, at }: Stamp, from: ClassId, into: ClassId | null): void {
  prepare(
    db,
    `INSERT INTO label_event (photo_id, class_id, excluded, source, chosen, action_id, at)
     SELECT photo_id, ?, 0, source, chosen, ?, ? FROM label WHERE class_id = ?`,
  ).run(into, actionId, at, from);
}

/**
 * The first event that an action wrote for each of its photos is the action itself; later ones are its undos and redos.
 * SQL for those of the actions in a JSON list, as (photo_id, action_id, first).
 */
const firstEvents = `SELECT photo_id, action_id, min(id) AS first FROM label_event
  WHERE action_id IN (SELECT value FROM json_each(?)) GROUP BY action_id, photo_id`;
/** The earliest of them for each photo, and the latest. */
const earliest = `SELECT photo_id, action_id, min(first) AS first FROM (${firstEvents}) GROUP BY photo_id`;
const latest = `SELECT photo_id, action_id, max(first) AS first FROM (${firstEvents}) GROUP BY photo_id`;
/** SQL for what photos were before those events of theirs; wants one of the two as `mine`. */
const before = `LEFT JOIN label_event AS before
  ON before.id = (SELECT max(id) FROM label_event WHERE photo_id = mine.photo_id AND id < mine.first)`;
const stateBefore = `before.class_id, coalesce(before.excluded, 0), coalesce(before.mark, 0),
  coalesce(before.source, 'person'), coalesce(before.chosen, 'hand')`;

export const photosOfActions = (db: Db, actions: readonly number[]): PhotoId[] =>
  prepareColumn<PhotoId>(
    db,
    `SELECT DISTINCT photo_id FROM label_event WHERE action_id IN (SELECT value FROM json_each(?))`,
  ).all(JSON.stringify(actions));

/** Appends what each photo of the actions was before the first of them. */
export function revertLabels(db: Db, actions: readonly number[], at: string): void {
  prepare(
    db,
    `INSERT INTO label_event (photo_id, class_id, excluded, mark, source, chosen, action_id, at)
     SELECT mine.photo_id, ${stateBefore}, mine.action_id, ? FROM (${earliest}) AS mine ${before}`,
  ).run(at, JSON.stringify(actions));
}

/** The same of one action, as what another one says. */
export function takeBackLabels(db: Db, { actionId, at }: Stamp, taken: number): void {
  prepare(
    db,
    `INSERT INTO label_event (photo_id, class_id, excluded, mark, source, chosen, action_id, at)
     SELECT mine.photo_id, ${stateBefore}, ?, ? FROM (${earliest}) AS mine ${before}`,
  ).run(actionId, at, JSON.stringify([taken]));
}

/** Appends what the actions once said of each of their photos, the last of them last. */
export function repeatLabels(db: Db, actions: readonly number[], at: string): void {
  prepare(
    db,
    `INSERT INTO label_event (photo_id, class_id, excluded, mark, source, chosen, action_id, at)
     SELECT event.photo_id, event.class_id, event.excluded, event.mark, event.source, event.chosen, mine.action_id, ?
     FROM (${latest}) AS mine JOIN label_event AS event ON event.id = mine.first`,
  ).run(at, JSON.stringify(actions));
}
