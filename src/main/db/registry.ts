// What Whisker knows on this machine beyond any one library: which libraries there are, where each folder was last seen
// and what is in it, and the backbone that is set up. `open-registry.ts` opens it.

import { prepare } from './open.ts';
import type { Db } from './open.ts';
import type { FileSample } from './files.ts';
import type { BackboneInfo } from '../../shared/training.ts';

export interface RegisteredLibrary {
  /** 1, 2, 3, … on this machine. */
  number: number;
  /** Name of its folder under libraries/. */
  id: string;
  /** Absolute path where the photos were last seen. */
  folder: string;
  photos: number;
  labelled: number;
  /** ISO 8601. */
  openedAt: string;
}

const columns = `number, id, folder, photos, labelled, opened_at AS openedAt`;

/** Newest first; without those the person took off the list. */
export const recentLibraries = (db: Db): RegisteredLibrary[] =>
  prepare<RegisteredLibrary>(db, `SELECT ${columns} FROM library WHERE forgotten = 0 ORDER BY opened_at DESC`).all();

export const libraryAt = (db: Db, folder: string): RegisteredLibrary | null =>
  prepare<RegisteredLibrary>(db, `SELECT ${columns} FROM library WHERE folder = ?`).get(folder) ?? null;

export const isIdTaken = (db: Db, id: string): boolean =>
  prepare(db, `SELECT 1 FROM library WHERE id = ?`).get(id) !== undefined;

/** Every library with the files it can be known by, forgotten ones too. */
export const librarySamples = (db: Db): { id: string; folder: string; sample: FileSample[] }[] =>
  prepare<{ id: string; folder: string; sample: string }>(
    db,
    `SELECT id, folder, sample FROM library ORDER BY opened_at DESC`,
  )
    .all()
    .map((row) => ({ ...row, sample: JSON.parse(row.sample) }));

export function registerLibrary(db: Db, id: string, folder: string): RegisteredLibrary {
  const row = prepare<RegisteredLibrary>(
    db,
    `INSERT INTO library (id, folder, opened_at) VALUES (?, ?, ?) RETURNING ${columns}`,
  ).get(id, folder, new Date().toISOString());
  if (!row) throw new Error(`the library of "${folder}" was not registered`);
  return row;
}

export function moveLibrary(db: Db, id: string, folder: string): void {
  prepare(db, `UPDATE library SET folder = ? WHERE id = ?`).run(folder, id);
}

/** Puts it on top of the list, back on it if it was taken off. */
export function markOpened(db: Db, folder: string): void {
  prepare(db, `UPDATE library SET opened_at = ?, forgotten = 0 WHERE folder = ?`).run(new Date().toISOString(), folder);
}

export function forgetLibrary(db: Db, folder: string): void {
  prepare(db, `UPDATE library SET forgotten = 1 WHERE folder = ?`).run(folder);
}

/** An empty sample leaves the one before: a folder whose drive is not plugged in must stay known. */
export function noteContents(
  db: Db,
  folder: string,
  { photos, labelled, sample }: { photos: number; labelled: number; sample: FileSample[] },
): void {
  prepare(
    db,
    `UPDATE library SET photos = @photos, labelled = @labelled,
       sample = CASE WHEN @sample = '[]' THEN sample ELSE @sample END WHERE folder = @folder`,
  ).run({ photos, labelled, sample: JSON.stringify(sample), folder });
}

export interface InstalledBackbone {
  /** Absolute path of an ONNX file, or of the folder that holds a model.json. */
  path: string;
  info: BackboneInfo;
}

/** As it was written as JSON, also by earlier versions: they knew folders alone. */
export const readInstalled = (stored: InstalledBackbone | { folder: string; info: BackboneInfo }): InstalledBackbone =>
  'folder' in stored ? { path: stored.folder, info: stored.info } : stored;

/** The backbone that the person wants for all libraries: null for none, undefined when they have not said. */
export function chosenBackbone(db: Db): InstalledBackbone | null | undefined {
  const row = prepare<{ value: string }>(db, `SELECT value FROM setting WHERE key = 'backbone'`).get();
  const stored = row && JSON.parse(row.value);
  return stored ? readInstalled(stored) : stored;
}

export function chooseBackbone(db: Db, chosen: InstalledBackbone | null): void {
  prepare(db, `INSERT OR REPLACE INTO setting (key, value) VALUES ('backbone', ?)`).run(JSON.stringify(chosen));
}

/** Whether Whisker guesses while somebody labels: it does unless it was told not to. */
export const isGuessing = (db: Db): boolean =>
  prepare(db, `SELECT 1 FROM setting WHERE key = 'guessing' AND value = 'off'`).get() === undefined;

export function setGuessing(db: Db, on: boolean): void {
  prepare(db, `INSERT OR REPLACE INTO setting (key, value) VALUES ('guessing', ?)`).run(on ? 'on' : 'off');
}

/** Whether the open library's folder is watched for changes: it is unless Whisker was told not to. */
export const isWatching = (db: Db): boolean =>
  prepare(db, `SELECT 1 FROM setting WHERE key = 'watching' AND value = 'off'`).get() === undefined;

export function setWatching(db: Db, on: boolean): void {
  prepare(db, `INSERT OR REPLACE INTO setting (key, value) VALUES ('watching', ?)`).run(on ? 'on' : 'off');
}

/** What is stored of the person's own keys; null for nothing, or for what is no JSON. */
export const storedKeys = (db: Db): unknown => storedJson(db, 'keys');
export const setStoredKeys = (db: Db, json: string): void => storeJson(db, 'keys', json);

/** What is stored of the computers to train on, likewise. */
export const storedComputers = (db: Db): unknown => storedJson(db, 'computers');
export const setStoredComputers = (db: Db, json: string): void => storeJson(db, 'computers', json);

function storedJson(db: Db, key: string): unknown {
  const row = prepare<{ value: string }>(db, `SELECT value FROM setting WHERE key = ? AND json_valid(value)`).get(key);
  return row ? JSON.parse(row.value) : null;
}

function storeJson(db: Db, key: string, json: string): void {
  prepare(db, `INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)`).run(key, json);
}
