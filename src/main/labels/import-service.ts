// Labels that are there already, as the window imports them: what is found of them in the open library, what an import
// would do, and the import.

import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import { listClasses } from '../db/classes.ts';
import { countFound } from '../db/files.ts';
import { isImportDeclined } from '../db/label-offer.ts';
import { filesLike } from '../db/present-files.ts';
import type { Db } from '../db/open.ts';
import { whenFree } from '../db/when-free.ts';
import type { EngineOptions } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import { readInside, UnreadableFile } from '../../files/regular-file.ts';
import type { LibraryService } from '../library/library.ts';
import type { OpenLibrary } from '../library/open-library.ts';
import { throttle } from '../throttle.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { MOST_CLASSES, MOST_TABLE_BYTES } from '../../shared/label-import.ts';
import type {
  FoundLabels,
  FoundSource,
  HandedIn,
  ImportPreview,
  ImportSource,
  ImportWish,
} from '../../shared/label-import.ts';
import { classKey } from './classes.ts';
import { classFolders, commonest, summary, type CountedClass } from './found-labels.ts';
import { carryOut, describeFolders, describeImport, describeKeywords, labelMeant, standing } from './import-labels.ts';
import { readKeywords } from './keyword-reader.ts';
import { requestsOfKeywords } from './keyword-requests.ts';
import { parseLabelCsv, type LabelRow } from './label-csv.ts';
import { named, requestsOfFolders, requestsOfTable, settle } from './label-requests.ts';
import type { LabelRequest, NamedRequest, Refusal } from './label-requests.ts';
import type { Touched } from './undo.ts';

export interface ImportService {
  found(): Promise<FoundLabels>;
  /** Throws 'bad-input' for what is no table of labels. */
  handIn(table: { name: string; gzip: string }): Promise<HandedIn>;
  /** Throws 'not-found' for a table that is not there any more, 'bad-input' for one that can't be read, 'cancelled'. */
  preview(wish: ImportWish): Promise<ImportPreview>;
  carryOut(wish: ImportWish): Promise<Touched>;
  /** Ends reading, and forgets tables. */
  end(): void;
}

export interface ImportServiceParts {
  library: LibraryService;
  events: EventBus;
  engine: Omit<EngineOptions, 'role'>;
}

const SAMPLE = 64;
/** Keywords on fewer photos of the sample are somebody else's notes. */
const ENOUGH_WITH_KEYWORDS = 0.1;
const TELL_EVERY_MS = 250;
const SHOWN_UNMATCHED = 8;
const MOST_TABLES = 4;
/** A few contradictions are for the person to see. */
const MOST_CONTRADICTED = 0.2;

type Requests = (NamedRequest | Refusal)[];

export function createImportService({ library, events, engine }: ImportServiceParts): ImportService {
  const tables = new Map<number, readonly LabelRow[]>();
  let lastTable = 0;
  let reading = new AbortController();
  /** What the sources said when they were looked at; photos that come later are not asked about. */
  const looked = new Map<string, Promise<Requests>>();

  function end(): void {
    reading.abort();
    reading = new AbortController();
    looked.clear();
    tables.clear();
  }
  library.accompany({ opened: () => {}, closing: async () => end() });

  async function requestsOf(open: OpenLibrary, source: ImportSource): Promise<Requests> {
    switch (source.from) {
      case 'folders':
        return named(requestsOfFolders(open.db));
      case 'keywords':
        return named(await readAll(open));
      case 'file':
        return named(requestsOfTable(open.db, await tableIn(open, source.path)));
      case 'table': {
        const rows = tables.get(source.number);
        if (!rows) throw new WhiskerError('not-found', 'This table is not there any more.', 'Choose its file again.');
        return named(requestsOfTable(open.db, rows));
      }
    }
  }

  async function readAll(open: OpenLibrary): Promise<(LabelRequest | Refusal)[]> {
    let progress = { done: 0, total: 0 };
    const tell = throttle(TELL_EVERY_MS, () => events.emit('imports.progress', progress));
    const onProgress = (done: number, total: number) => {
      progress = { done, total };
      tell();
    };
    const found = await readKeywords(open, engine, { signal: reading.signal, onProgress });
    tell.flush();
    return requestsOfKeywords(open.db, found);
  }

  /** `anew`: what is there now, and not what was there when it was looked at before. */
  function look(open: OpenLibrary, source: ImportSource, anew: boolean): Promise<Requests> {
    const key = JSON.stringify(source);
    const known = anew ? undefined : looked.get(key);
    if (known) return known;
    const asked = requestsOf(open, source);
    looked.set(key, asked);
    asked.catch(() => looked.get(key) === asked && looked.delete(key));
    return asked;
  }

  async function keywordsInSample(open: OpenLibrary): Promise<FoundSource | null> {
    const found = await readKeywords(open, engine, { signal: reading.signal, most: SAMPLE });
    const photos = Math.min(SAMPLE, countFound(open.db).photos);
    if (found.length === 0 || found.length < ENOUGH_WITH_KEYWORDS * photos) return null;
    const requests = named(requestsOfKeywords(open.db, found));
    return { source: { from: 'keywords' }, ...summary(countsOf(requests)), photos: found.length };
  }

  async function labelsIn(open: OpenLibrary, path: string): Promise<FoundSource | null> {
    try {
      const requests = named(requestsOfTable(open.db, await tableIn(open, path)));
      const photos = settle(requests).matched.length;
      return photos === 0 ? null : { source: { from: 'file', path }, ...summary(countsOf(requests)), photos };
    } catch (error) {
      if (error instanceof WhiskerError) return null; // It is no table of labels, and so no offer.
      throw error;
    }
  }

  return {
    async found() {
      const open = library.require();
      const { db } = open;
      const inFolder = tablesIn(db);
      const offered = inFolder.filter((path) => path.toLowerCase() === 'labels.csv');
      const offers = [
        ...(await Promise.all(offered.map((path) => labelsIn(open, path)))),
        classFolders(db, countFound(db).photos),
        await keywordsInSample(open),
      ];
      return { offers: offers.filter((one) => one !== null), tables: inFolder, declined: isImportDeclined(db) };
    },
    async handIn({ name, gzip }) {
      library.require();
      const rows = parseLabelCsv(await unpack(Buffer.from(gzip, 'base64')));
      tables.set(++lastTable, rows);
      tables.delete(lastTable - MOST_TABLES);
      return { number: lastTable, name };
    },
    async preview({ source, leftOut, replace }) {
      const open = library.require();
      const requests = await look(open, source, leftOut === null);
      if (open !== library.current) throw new WhiskerError('cancelled', 'Another library is open by now.');
      return previewOf(open.db, requests, { source, leftOut, replace });
    },
    async carryOut({ source, leftOut, replace }) {
      const open = library.require();
      const requests = await look(open, source, false);
      const wanted = (db: Db) => choose(requests, leftOut ?? wouldLeaveOut(db, source, requests));
      const how = { dryRun: false, replace, describe: describe[source.from] };
      return (
        await whenFree(
          () => library.require().db,
          (db) => carryOut(db, wanted(db), how),
        )
      ).touched;
    },
    end,
  };
}

const describe = {
  folders: describeFolders,
  keywords: describeKeywords,
  file: describeImport,
  table: describeImport,
} as const satisfies Record<ImportSource['from'], (photos: number) => string>;

/** Tables directly in the library's folder; those of which the name says so first. */
const tablesIn = (db: Db): string[] =>
  filesLike(db, '.csv')
    .filter((path) => !path.includes('/'))
    .sort((a, b) => Number(/label/i.test(b)) - Number(/label/i.test(a)) || a.localeCompare(b));

async function tableIn({ folder }: OpenLibrary, path: string): Promise<LabelRow[]> {
  const bytes = await readInside(folder, path, MOST_TABLE_BYTES).catch((error: unknown) => {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new WhiskerError('bad-input', `The file "${path}" ${error.how}.`);
  });
  return parseLabelCsv(bytes);
}

async function unpack(gzip: Buffer): Promise<Buffer> {
  try {
    return await promisify(gunzip)(gzip, { maxOutputLength: MOST_TABLE_BYTES });
  } catch {
    throw new WhiskerError(
      'bad-input',
      `The table is damaged, or larger than ${MOST_TABLE_BYTES / 2 ** 20} MB.`,
      'Split it into several.',
    );
  }
}

/** Those of classes that stay in, and what can't be met anyway. */
function choose(requests: Requests, leftOut: readonly string[]): Requests {
  const out = new Set(leftOut.map(classKey));
  for (const { key } of countsOf(requests).slice(MOST_CLASSES)) out.add(key);
  return requests.filter((one) => 'reason' in one || !out.has(one.key));
}

const countsOf = (requests: Requests): CountedClass[] => commonest(requests.filter((one) => 'key' in one));

/**
 * Where photos carry several keywords, only what is a class already, or was one of Whisker's when it wrote, stays in:
 * which of the others are classes, only a person knows.
 */
function wouldLeaveOut(db: Db, { from }: ImportSource, requests: Requests): string[] {
  if (from !== 'keywords') return [];
  const said = requests.filter((one) => 'key' in one);
  if (settle(said).unmatched.length <= MOST_CONTRADICTED * said.length) return [];
  const known = new Set(listClasses(db).map(({ name }) => classKey(name)));
  for (const { key, isWhiskers } of said) if (isWhiskers) known.add(key);
  const others = countsOf(requests).filter(({ key }) => !known.has(key));
  return others.map(({ name }) => name);
}

function previewOf(db: Db, requests: Requests, wish: ImportWish): ImportPreview {
  const leftOut = wish.leftOut ?? wouldLeaveOut(db, wish.source, requests);
  const { groups, unmatched } = settle(choose(requests, leftOut));
  const classes = new Map(listClasses(db).map((found) => [classKey(found.name), found]));
  const totals = { changed: 0, corrected: 0, same: 0, conflicts: 0 };
  for (const [key, group] of groups) {
    const { unlabelled, corrected, same, conflicts } = standing(db, group, labelMeant(key, classes), classes);
    totals.changed += unlabelled.length + corrected.length + (wish.replace ? conflicts.length : 0);
    totals.corrected += corrected.length;
    totals.same += same.length;
    totals.conflicts += conflicts.length;
  }
  const counts = countsOf(requests);
  return {
    ...totals,
    classes: counts
      .slice(0, MOST_CLASSES)
      .map(({ key, name, photos }) => ({ name, photos, isNew: labelMeant(key, classes) === null })),
    rarer: Math.max(0, counts.length - MOST_CLASSES),
    leftOut,
    unmatched: unmatched.length,
    firstUnmatched: unmatched.slice(0, SHOWN_UNMATCHED).map(({ file, reason }) => ({ file, reason })),
  };
}
