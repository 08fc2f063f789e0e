// A library whose files are really there, known by size, time and hash as after a scan; what they hold is no picture.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { recordFiles } from '../../../src/main/db/files.ts';
import type { FileChange } from '../../../src/main/db/files.ts';
import { prepare } from '../../../src/main/db/open.ts';
import { exportTo } from '../../../src/main/export/export-job.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import type { OpenLibrary } from '../../../src/main/library/open-library.ts';
import { everything } from '../../../src/shared/export.ts';
import type { ExportReport, ExportWish } from '../../../src/shared/export.ts';
import type { ClassId, PhotoId } from '../../../src/shared/types.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { sampleDatabase } from '../db/sample-photos.ts';
import { by } from '../labels/origins.ts';

export interface RealLibrary extends OpenLibrary {
  /** The database's file. */
  file: string;
  idOf(path: string): PhotoId;
  /** Labels the photos at these paths with the class of that name, which is made unless there is one. */
  label(name: string, ...paths: string[]): void;
}

export const hashOf = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

/** `files`: content by path; the same content is one photo. In `folder`, a new one unless given. */
export function realLibrary(files: Record<string, string>, folder = realpathSync(temporaryFolder())): RealLibrary {
  mkdirSync(folder, { recursive: true });
  fill(folder, files);
  const { db, file } = sampleDatabase(0);
  const changes = Object.entries(files).map(([path, content]): FileChange => {
    const { size: bytes, mtimeMs } = statSync(join(folder, path));
    const photo = {
      ...{ sha256: hashOf(content), width: 4, height: 3, format: 'jpeg', bytes },
      ...{ damaged: false, takenAt: null, fingerprint: '0'.repeat(32) },
    };
    return { kind: 'photo', path, bytes, mtimeMs, photo };
  });
  recordFiles(db, changes, 1);
  const idOf = (path: string) =>
    prepare<{ id: PhotoId }>(db, `SELECT photo_id AS id FROM file WHERE path = ?`).get(path)!.id;
  const classes = new Map<string, ClassId>();
  return {
    db,
    file,
    folder,
    name: 'photos',
    dir: join(temporaryFolder(), 'library'),
    idOf,
    label(name, ...paths) {
      const id = classes.get(name) ?? createClass(db, { name }).id;
      classes.set(name, id);
      setLabels(db, paths.map(idOf), id, by.person);
    },
  };
}

/** Folders by class unless otherwise wished. */
export const exported = (
  library: OpenLibrary,
  target: string,
  wish: Partial<ExportWish> = {},
  job: Partial<Parameters<typeof exportTo>[4]> = {},
): Promise<ExportReport> =>
  exportTo(library, { ...everything, format: 'folders', ...wish }, target, null, {
    signal: new AbortController().signal,
    progress: () => {},
    ...job,
  });

/** Everything below a folder: content by path. */
export const contentsOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );
