// Training runs and their curves, as rows. Knows nothing of the trainer; predictions are written in
// predictions-write.ts.

import type {
  BackboneInfo,
  DeviceInfo,
  GeneratedSamples,
  Receipt,
  RunDetail,
  RunEdit,
  RunStatus,
  RunSummary,
  TrainingMetrics,
  TrainingOptions,
} from '../../shared/training.ts';
import type { MeasuredOn } from '../../shared/measured-on.ts';
import type { PhotoClass, RunId } from '../../shared/types.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { prepare, transact } from './open.ts';
import type { Db } from './open.ts';

export interface NewRun {
  options: TrainingOptions;
  startedFrom: RunId | null;
  /** The run that it repeats, if it does. */
  repeats?: RunId | null;
  labelled: number;
  photos: number;
  classes: PhotoClass[];
  backbone: BackboneInfo | null;
}

export interface RunEnd {
  status: Exclude<RunStatus, 'running'>;
  seconds: number;
  steps: number;
  device: DeviceInfo | null;
  receipt: Receipt | null;
  /** One sentence, when it failed. */
  error: string | null;
}

interface Row {
  id: RunId;
  status: RunStatus;
  options: string;
  started_at: string;
  started_from: RunId | null;
  repeats: RunId | null;
  seconds: number;
  steps: number;
  device: string | null;
  labelled: number;
  photos: number;
  classes: string;
  receipt: string | null;
  backbone: string | null;
  notices: string;
  error: string | null;
  usable: number;
  measured_on: string | null;
  note: string;
  pinned: 0 | 1;
}

const columns = `id, status, options, started_at, started_from, seconds, steps, device, labelled, photos, classes, receipt,
  backbone, notices, error, measured_on, note, pinned, repeats,
  receipt IS NOT NULL AND model_kept AS usable`;

export function insertRun(db: Db, run: NewRun): RunId {
  const row = prepare<{ id: RunId }>(
    db,
    `INSERT INTO run (status, options, started_at, started_from, repeats, labelled, photos, classes, backbone,
       in_use_before)
     VALUES ('running', ?, ?, ?, ?, ?, ?, ?, ?, (SELECT id FROM run WHERE in_use = 1)) RETURNING id`,
  ).get(
    JSON.stringify(run.options),
    new Date().toISOString(),
    run.startedFrom,
    run.repeats ?? null,
    run.labelled,
    run.photos,
    JSON.stringify(run.classes),
    json(run.backbone),
  );
  if (!row) throw new Error('SQLite returned no id for the new run');
  return row.id;
}

/** Newest first, without those that were deleted. */
export const listRuns = (db: Db): RunSummary[] =>
  prepare<Row>(db, `SELECT ${columns} FROM run WHERE deleted_at IS NULL ORDER BY id DESC`).all().map(toSummary);

/** Throws 'not-found' for a number that no run has. */
export function getRun(db: Db, id: RunId): RunSummary {
  return toSummary(getRow(db, id));
}

/** With its curves, in order, and its latest generated pictures. */
export function getRunDetail(db: Db, id: RunId): Omit<RunDetail, 'bytes' | 'sorted' | 'repeatable'> {
  const row = getRow(db, id);
  const points = prepare<{ point: string }>(
    db,
    `SELECT point FROM run_metric WHERE run_id = ? ORDER BY point ->> '$.seconds'`,
  ).all(id);
  const { samples } = prepare<{ samples: Buffer | null }>(db, `SELECT samples FROM run WHERE id = ?`).get(id) ?? {};
  return {
    ...toSummary(row),
    classes: JSON.parse(row.classes),
    metrics: points.map(({ point }): TrainingMetrics => JSON.parse(point)),
    samples: samples ? JSON.parse(samples.toString()) : null,
  };
}

export const hasRun = (db: Db, id: RunId): boolean =>
  prepare(db, `SELECT 1 FROM run WHERE id = ?`).get(id) !== undefined;

function getRow(db: Db, id: RunId): Row {
  const row = prepare<Row>(db, `SELECT ${columns} FROM run WHERE id = ?`).get(id);
  if (!row) throw new WhiskerError('not-found', `There is no training run number ${id} in this library.`);
  return row;
}

/** The newest runs whose models can be used. */
export const newestUsable = (db: Db, limit: number): RunId[] =>
  prepare<{ id: RunId }>(
    db,
    `SELECT id FROM run WHERE receipt IS NOT NULL AND model_kept AND deleted_at IS NULL ORDER BY id DESC LIMIT ?`,
  )
    .all(limit)
    .map(({ id }) => id);

/** The one whose predictions are shown. */
export const activeRun = (db: Db): RunId | null =>
  prepare<{ id: RunId }>(db, `SELECT id FROM run WHERE in_use = 1`).get()?.id ?? null;

/** The run whose model was in use when this one began, unless it was deleted since. */
export const inUseBefore = (db: Db, id: RunId): RunId | null =>
  prepare<{ id: RunId }>(
    db,
    `SELECT id FROM run WHERE deleted_at IS NULL AND id = (SELECT in_use_before FROM run WHERE id = ?)`,
  ).get(id)?.id ?? null;

/** Puts a run's model in use, or none. */
export function putInUse(db: Db, id: RunId | null): void {
  transact(db, () => {
    prepare(db, `UPDATE run SET in_use = 0 WHERE in_use = 1`).run();
    if (id !== null) prepare(db, `UPDATE run SET in_use = 1 WHERE id = ?`).run(id);
  });
}

/** Throws 'not-found' for a number that no run has. */
export function editRun(db: Db, id: RunId, { note, pinned }: RunEdit): RunSummary {
  const before = getRow(db, id);
  const now = [note?.trim() ?? before.note, Number(pinned ?? before.pinned)];
  prepare(db, `UPDATE run SET note = ?, pinned = ? WHERE id = ?`).run(...now, id);
  return getRun(db, id);
}

/** Runs whose models are kept however old they are. */
export const pinnedRuns = (db: Db): RunId[] =>
  prepare<{ id: RunId }>(db, `SELECT id FROM run WHERE pinned = 1 AND model_kept AND deleted_at IS NULL`)
    .all()
    .map(({ id }) => id);

/** Runs whose row says that they go on; whether they really do, their heartbeat tells. */
export const runningRuns = (db: Db): RunId[] =>
  prepare<{ id: RunId }>(db, `SELECT id FROM run WHERE status = 'running' AND deleted_at IS NULL`)
    .all()
    .map(({ id }) => id);

/** Hides a run until it is restored or purged. */
export function markDeleted(db: Db, id: RunId, at: string | null): void {
  prepare(db, `UPDATE run SET deleted_at = ? WHERE id = ?`).run(at, id);
}

/** Deleted runs that can still be restored. */
export const deletedRuns = (db: Db): RunId[] =>
  prepare<{ id: RunId }>(db, `SELECT id FROM run WHERE deleted_at IS NOT NULL AND model_kept`)
    .all()
    .map(({ id }) => id);

/** The models of all runs but these are gone, and with them their generated pictures. */
export function keepModels(db: Db, ids: readonly RunId[]): void {
  prepare(
    db,
    `UPDATE run SET model_kept = 0, samples = NULL
     WHERE model_kept AND status <> 'running' AND id NOT IN (SELECT value FROM json_each(?))`,
  ).run(JSON.stringify(ids));
}

/** Points of a stage; the curve of an old run needs no more. */
const KEPT_POINTS = 200;

/** Curves of runs whose models are gone keep every n-th point, 200 a stage at most, the last one among them. */
export function thinMetrics(db: Db): void {
  prepare(
    db,
    `DELETE FROM run_metric WHERE (run_id, stage, step) IN (
       SELECT run_id, stage, step FROM (
         SELECT run_id, stage, step, count(*) OVER (PARTITION BY run_id, stage) AS points,
           row_number() OVER (PARTITION BY run_id, stage ORDER BY step DESC) - 1 AS place
         FROM run_metric WHERE run_id IN (SELECT id FROM run WHERE model_kept = 0 AND status <> 'running')
       ) WHERE place % ((points + ${KEPT_POINTS - 1}) / ${KEPT_POINTS}) <> 0
     )`,
  ).run();
}

export function endRun(db: Db, id: RunId, end: RunEnd): void {
  prepare(db, `UPDATE run SET status = ?, seconds = ?, steps = ?, device = ?, receipt = ?, error = ? WHERE id = ?`).run(
    end.status,
    end.seconds,
    end.steps,
    json(end.device),
    json(end.receipt),
    end.error,
    id,
  );
}

export function addMetrics(db: Db, id: RunId, points: readonly TrainingMetrics[]): void {
  const insert = prepare(db, `INSERT OR REPLACE INTO run_metric (run_id, stage, step, point) VALUES (?, ?, ?, ?)`);
  transact(db, () => {
    for (const point of points) insert.run(id, point.stage, point.step, JSON.stringify(point));
  });
}

/** Forgets what a stage said of steps after `step`: it went back there. */
export function removeMetricsAfter(db: Db, id: RunId, stage: TrainingMetrics['stage'], step: number): void {
  prepare(db, `DELETE FROM run_metric WHERE run_id = ? AND stage = ? AND step > ?`).run(id, stage, step);
}

/** One more sentence that a person should know of. */
export function addNotice(db: Db, id: RunId, notice: string): void {
  prepare(db, `UPDATE run SET notices = json_insert(notices, '$[#]', ?) WHERE id = ?`).run(notice, id);
}

/** The latest generated pictures; earlier ones of the run are replaced. */
export function setSamples(db: Db, samples: GeneratedSamples): void {
  prepare(db, `UPDATE run SET samples = ? WHERE id = ?`).run(Buffer.from(JSON.stringify(samples)), samples.runId);
}

/** What the sheets of a run are like: all are like the latest; null when it has none. */
export const sheetLook = (db: Db, id: RunId): Pick<GeneratedSamples, 'count' | 'sizePx' | 'channels'> | null =>
  prepare<Pick<GeneratedSamples, 'count' | 'sizePx' | 'channels'>>(
    db,
    `SELECT text ->> '$.count' AS count, text ->> '$.sizePx' AS sizePx, text ->> '$.channels' AS channels
     FROM (SELECT CAST(samples AS TEXT) AS text FROM run WHERE id = ? AND samples IS NOT NULL)`,
  ).get(id) ?? null;

/** The model is on disk: what was measured of it, before the run has ended. */
export function storeReceipt(db: Db, id: RunId, { receipt, steps }: { receipt: Receipt; steps: number }): void {
  prepare(db, `UPDATE run SET receipt = ?, steps = ? WHERE id = ?`).run(json(receipt), steps, id);
}

/** How the labels that the receipt was measured on had been chosen; null when nothing was measured. */
export function storeMeasuredOn(db: Db, id: RunId, measuredOn: MeasuredOn | null): void {
  prepare(db, `UPDATE run SET measured_on = ? WHERE id = ?`).run(json(measuredOn), id);
}

/** Seconds that a run had learned for when it last said so. */
export const secondsLearned = (db: Db, id: RunId): number =>
  prepare<{ seconds: number | null }>(
    db,
    `SELECT max(point ->> '$.seconds') AS seconds FROM run_metric WHERE run_id = ?`,
  ).get(id)?.seconds ?? 0;

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

const toSummary = (row: Row): RunSummary => ({
  id: row.id,
  status: row.status,
  options: JSON.parse(row.options),
  startedAt: row.started_at,
  seconds: row.seconds,
  steps: row.steps,
  device: row.device === null ? null : JSON.parse(row.device),
  labelled: row.labelled,
  photos: row.photos,
  receipt: row.receipt === null ? null : JSON.parse(row.receipt),
  backbone: row.backbone === null ? null : JSON.parse(row.backbone),
  notices: JSON.parse(row.notices),
  startedFrom: row.started_from,
  repeats: row.repeats,
  measuredOn: row.measured_on === null ? null : JSON.parse(row.measured_on),
  usable: row.usable === 1,
  error: row.error,
  note: row.note,
  pinned: row.pinned === 1,
});
