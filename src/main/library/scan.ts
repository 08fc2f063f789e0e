// One scan: lists the folder, has new and changed files inspected, records what was learned as it comes. Never waits to
// be asked twice to stop.

import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { sqliteError } from '../db/storage-error.ts';
import { noScan } from '../../shared/defaults.ts';
import { toFailure } from '../../shared/errors.ts';
import { photoSizes } from '../../shared/urls.ts';
import type { ScanProgress } from '../../shared/types.ts';
import { countFound, countMoved, knownFiles, newestFile, recordFiles, unmetFiles } from '../db/files.ts';
import type { FileChange, KnownFile } from '../db/files.ts';
import type { Db } from '../db/open.ts';
import type { Engine } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import { createInspector, type InspectorOptions } from './inspector.ts';
import { findRoot } from './root-folder.ts';
import { removeStrayThumbs } from './stray-thumbs.ts';
import { walk, type ListedFile } from './walk.ts';

export interface ScanOptions {
  db: Db;
  folder: string;
  thumbDir: string;
  /** A process of the scan's own; it may be killed. */
  engine: Engine;
  events: EventBus;
  firstPhotoId: number;
  exclude: readonly string[];
  /**
   * Look again at files that were problems before, though they have not changed; but not at those that took too long,
   * each of which would hold all others up again.
   */
  retryProblems: boolean;
  /**
   * Of a scan that nobody asked for: what was told last of the one before. It holds, and nothing is announced, until
   * this scan has found something that is otherwise.
   */
  unasked?: ScanProgress | undefined;
  /** Resolves when the scan before, which was abandoned, has ended. */
  after?: Promise<unknown> | undefined;
  /** The drive on which the scan before found the folder. */
  device?: string | null;
  limits?: InspectorOptions['limits'] | undefined;
}

export interface Scan {
  /** As it is told. */
  progress(): ScanProgress;
  isRunning(): boolean;
  /** Whether it has announced anything. */
  isTold(): boolean;
  /** How long it took to list the folder, which is all that there is to do where nothing changed. */
  listingMs(): number;
  /** The drive on which it found the folder; null before it did. */
  device(): string | null;
  cancel(): void;
  /** Cancels without a word: nothing more of this library is announced. */
  abandon(): void;
  /** Never rejects: a failure is a phase of the progress. */
  finished: Promise<ScanProgress>;
}

const BATCH = 8;
/** The first batches are smaller: somebody waits for the first pictures. */
const FIRST_BATCH = 2;
/** Batches under way at once: enough that the process never waits for the next one. */
const BATCHES_AHEAD = 4;
const RECORD_EVERY_MS = 200;
const REPORT_EVERY_MS = 200;

export function startScan(options: ScanOptions): Scan {
  const { db, folder, events } = options;
  const began = performance.now();
  const abort = new AbortController();
  const inspector = createInspector({ ...options, signal: abort.signal, thumbPx: photoSizes.thumb });
  let announced = true;
  let running = true;
  let device = options.device ?? null;
  let listingMs = 0;
  /** What holds as long as this scan has nothing to tell. */
  let held = options.unasked ?? null;
  let progress: ScanProgress = { ...noScan, phase: 'listing' };
  let reportedAt = -Infinity;
  let changes: FileChange[] = [];
  let recordedAt = -Infinity;

  function report(change: Partial<ScanProgress>, now = false): void {
    progress = { ...progress, ...change, seconds: (performance.now() - began) / 1000 };
    if (held) return;
    if (!now && performance.now() - reportedAt < REPORT_EVERY_MS) return;
    reportedAt = performance.now();
    if (announced) events.emit('scan.progress', progress);
  }

  /** From here on everything is announced. */
  function tell(): void {
    if (!held) return;
    held = null;
    report({}, true);
  }

  /** Each record is one durable transaction, so they are few. */
  function record(change: FileChange[], now = false): void {
    changes.push(...change);
    if (changes.length === 0 || (!now && performance.now() - recordedAt < RECORD_EVERY_MS)) return;
    tell();
    const { added, removed } = recordFiles(db, changes, options.firstPhotoId);
    changes = [];
    recordedAt = performance.now();
    progress = {
      ...progress,
      ...countFound(db),
      added: progress.added + added.ids.length,
      removed: progress.removed + removed.length,
    };
    if (!announced) return;
    if (added.ids.length > 0) events.emit('photos.added', added);
    if (removed.length > 0) events.emit('photos.removed', { ids: removed });
  }

  /**
   * Settles what needs no reading; returns what does. `met` gets a 1 for each file that was known, by its id.
   * `stillThere` rejects when the whole folder is away.
   */
  async function list(met: Uint8Array, stillThere: () => Promise<void>): Promise<ListedFile[]> {
    const unread: ListedFile[] = [];
    for await (const chunk of walk(folder, { signal: abort.signal, exclude: options.exclude })) {
      const before = unread.length;
      if (chunk.some(({ problem }) => problem?.code === 'unreadable')) await stillThere();
      const known = knownFiles(
        db,
        chunk.map(({ path }) => path),
      );
      for (const listed of chunk) {
        const file = known.get(listed.path);
        if (file) met[file.id] = 1;
        if (listed.problem && options.unasked && isSameProblem(listed, file)) continue;
        if (listed.problem) record([{ kind: 'problem', ...listed, ...listed.problem }]);
        else if (file && isChanged(listed, file)) {
          progress = { ...progress, changed: progress.changed + 1 };
          unread.push(listed);
        } else if (!file || file.incomplete || (options.retryProblems && mayBeMended(file))) unread.push(listed);
        else if (file.missing) record([{ kind: 'back', path: listed.path }]);
      }
      const settled = progress.settled + chunk.length - (unread.length - before);
      report({ found: progress.found + chunk.length, settled });
    }
    return unread;
  }

  async function read(unread: ListedFile[], stillThere: () => Promise<void>): Promise<void> {
    const readingSince = performance.now();
    const settledBefore = progress.settled;
    const under: Promise<FileChange[]>[] = [];
    for (let at = 0; at < unread.length || under.length > 0;) {
      while (under.length < BATCHES_AHEAD && at < unread.length) {
        const batch = inspectBatch(unread.slice(at, (at += Math.min(BATCH, FIRST_BATCH + at))));
        // A later batch may fail while an earlier one is awaited; its turn to be awaited comes.
        batch.catch(() => {});
        under.push(batch);
      }
      const learned = (await under.shift()) ?? [];
      if (learned.some((change) => change.kind === 'problem' && change.code === 'unreadable')) await stillThere();
      record(learned);
      const done = progress.settled + learned.length - settledBefore;
      const rate = done / (performance.now() - readingSince);
      report({ settled: settledBefore + done, etaSeconds: (unread.length - done) / rate / 1000 });
    }
  }

  async function inspectBatch(batch: ListedFile[]): Promise<FileChange[]> {
    const answers = await inspector.inspect(batch.map(({ path }) => join(folder, path)));
    return batch.flatMap(({ path, bytes, mtimeMs }, i): FileChange[] => {
      const answer = answers[i];
      if (!answer) return [];
      return answer.ok
        ? [{ kind: 'photo', path, bytes, mtimeMs, photo: answer }]
        : [{ kind: 'problem', path, bytes, mtimeMs, code: answer.code, reason: answer.reason }];
    });
  }

  async function run(): Promise<ScanProgress> {
    // Whoever opened the library gets to show what is known before any of this begins.
    await setImmediate();
    await options.after;
    try {
      const found = countFound(db);
      progress = { ...progress, ...found, isNews: !options.retryProblems && found.photos > 0 };
      report({}, true);
      const root = await findRoot(folder, device);
      const { stillThere } = root;
      device = root.device;
      const listingSince = performance.now();
      const last = newestFile(db);
      const met = new Uint8Array(last + 1);
      const unread = await list(met, stillThere);
      listingMs = performance.now() - listingSince;
      if (unread.length > 0) tell();
      report({ phase: 'reading' }, true);
      await read(unread, stillThere);
      await stillThere();
      // Only now is it sure that a photo has not just moved to another place in the folder.
      const gone = await unmetFiles(db, (id) => met[id] === 1, { last, signal: abort.signal });
      record(
        gone.map((path) => ({ kind: 'gone', path })),
        true,
      );
      const moved = countMoved(
        db,
        gone,
        unread.map(({ path }) => path),
      );
      if (options.unasked?.phase !== 'done') tell();
      report({ phase: 'done', etaSeconds: null, moved, ...countFound(db) }, true);
    } catch (error) {
      end(error);
    }
    // Batches still under way must not start the process again.
    abort.abort();
    await options.engine.kill();
    if (!held) await removeStrayThumbs(options.thumbDir);
    running = false;
    return progress;
  }

  function end(error: unknown): void {
    const failure = toFailure(sqliteError(error, db.name));
    let phase: ScanProgress['phase'] = 'failed';
    if (failure.code === 'folder-unavailable') phase = 'missing';
    if (abort.signal.aborted) phase = 'cancelled';
    let sentence = phase === 'cancelled' ? null : failure.message;
    try {
      record([], true);
    } catch (storage) {
      [phase, sentence] = ['failed', toFailure(sqliteError(storage, db.name)).message];
    }
    if (phase !== options.unasked?.phase) held = null;
    report({ phase, error: sentence, etaSeconds: null }, true);
  }

  function abandon(): void {
    announced = false;
    abort.abort();
  }

  return {
    progress: () => held ?? progress,
    isRunning: () => running,
    isTold: () => held === null,
    device: () => device,
    listingMs: () => listingMs,
    cancel: () => abort.abort(),
    abandon,
    finished: run(),
  };
}

const mayBeMended = ({ problem }: KnownFile): boolean => problem !== null && problem !== 'timed-out';

/** A file that holds no photo, for the reason for which it held none before. */
const isSameProblem = ({ problem, bytes, mtimeMs }: ListedFile, file: KnownFile | undefined): boolean =>
  file?.problem === problem?.code && !file?.missing && file?.bytes === bytes && file.mtimeMs === mtimeMs;

const isChanged = (listed: ListedFile, file: KnownFile): boolean =>
  listed.bytes !== file.bytes || listed.mtimeMs !== file.mtimeMs;
