// The line of things done as rows for a list, and what the label events say of actions. Only reads.

import type { Author, HistoryEntry, HistoryPage } from '../../shared/history.ts';
import { acceptedUnseen } from '../../shared/types.ts';
import type { ClassId, LabelChoice, LabelSource, PhotoId } from '../../shared/types.ts';
import type { ActionKind } from './actions.ts';
import { prepare, prepareColumn } from './open.ts';
import type { Db } from './open.ts';

interface Row extends Omit<HistoryEntry, 'author' | 'state'> {
  kind: ActionKind;
  state: 'done' | 'undone';
  takenBackBy: number | null;
  source: LabelSource | null;
  chosen: LabelChoice | null;
}

/** `count` entries, the newest first, from that place on. */
export function historyPage(db: Db, from: number, count: number): HistoryPage {
  const number = (where: string) => prepareColumn<number>(db, `SELECT count(*) FROM action WHERE ${where}`).get() ?? 0;
  const undone = number(`state = 'undone'`);
  const rows = prepare<Row>(
    db,
    `SELECT action.id, kind, description, action.at, state, photos, taken_back_by AS takenBackBy, source, chosen
     FROM action LEFT JOIN label_event AS event
       ON event.id = (SELECT id FROM label_event WHERE action_id = action.id ORDER BY photo_id LIMIT 1)
     WHERE state <> 'dropped' ORDER BY action.id DESC LIMIT ? OFFSET ?`,
  ).all(count, from);
  const entries = rows.map(({ kind, source, chosen, takenBackBy, state, ...entry }): HistoryEntry => ({
    ...entry,
    author: authorOf(kind, source, chosen),
    state: state === 'done' && takenBackBy !== null ? 'taken-back' : state,
  }));
  return { total: undone + number(`state = 'done'`), undone, entries };
}

function authorOf(kind: ActionKind, source: LabelSource | null, chosen: LabelChoice | null): Author {
  switch (kind) {
    case 'import':
      return 'import';
    case 'pile.name':
      return 'pile';
    case 'label.alike':
      return 'alike';
    case 'take-back':
      return 'taking-back';
    case 'review.refuse':
    case 'label.keep':
      return 'review';
    case 'label':
      if (source === acceptedUnseen.source && chosen === acceptedUnseen.chosen) return 'accepted';
      return chosen === 'review' ? 'review' : chosen === 'suggested' || chosen === 'audit' ? 'suggested' : 'hand';
    default:
      return 'classes';
  }
}

/** The first of these actions that says something of one of these photos; null when none does. */
export const firstLabelling = (db: Db, photos: readonly PhotoId[], actions: readonly number[]): number | null =>
  prepareColumn<number | null>(
    db,
    `SELECT min(action_id) FROM label_event WHERE photo_id IN (SELECT value FROM json_each(?))
       AND action_id IN (SELECT value FROM json_each(?))`,
  ).get(JSON.stringify(photos), JSON.stringify(actions)) ?? null;

/** The first of these actions that gives a photo one of these classes; null when none does. */
export const firstNaming = (db: Db, classes: readonly ClassId[], actions: readonly number[]): number | null =>
  prepareColumn<number | null>(
    db,
    `SELECT min(action_id) FROM label_event WHERE class_id IN (SELECT value FROM json_each(?))
       AND action_id IN (SELECT value FROM json_each(?))`,
  ).get(JSON.stringify(classes), JSON.stringify(classes.length > 0 ? actions : [])) ?? null;

/** Classes that the labels of an action name: those it gave, and those that its photos had before. */
export const classesOfAction = (db: Db, action: number): ClassId[] =>
  prepareColumn<ClassId>(
    db,
    `SELECT class_id FROM label_event WHERE action_id = $action AND class_id IS NOT NULL
     UNION
     SELECT before.class_id FROM label_event AS mine JOIN label_event AS before ON before.id = (
       SELECT max(id) FROM label_event WHERE photo_id = mine.photo_id AND id < mine.id
     ) WHERE mine.action_id = $action AND before.class_id IS NOT NULL`,
  ).all({ action });
