// Two machines, each with its own data folder, photos and libraries, and archives that go from one to the other.

import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { packTar, unpackTar, type ParsedTarEntryWithData } from 'modern-tar';
import { createArchiveService } from '../../../src/main/archive/archive-service.ts';
import type { Db } from '../../../src/main/db/open.ts';
import type { ArchivePart } from '../../../src/shared/archive.ts';
import type { InstalledBackbone } from '../../../src/main/db/registry.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { jpeg } from '../../fixtures/photos.ts';
import { startLibrary } from '../library/service.ts';

/** Photos by the number they are drawn from, under names of the caller's. */
export async function photosAs(nameOf: (seed: number) => string, seeds: readonly number[]): Promise<string> {
  const files: Record<string, Buffer> = {};
  for (const seed of seeds) files[nameOf(seed)] = await jpeg({ seed });
  return fill(join(temporaryFolder(), 'photos'), files);
}

export function machine({ backbone = null }: { backbone?: InstalledBackbone | null } = {}) {
  const parts = startLibrary();
  const { library, dataDir } = parts;
  const archives = createArchiveService({
    dataDir,
    library,
    refuseWhileBusy: () => {},
    backbone: () => Promise.resolve(backbone),
  });
  return {
    ...parts,
    archives,
    db: () => library.require().db,
    /** Path of an archive of the open library. */
    async archive(wanted: readonly ArchivePart[] = []): Promise<string> {
      const file = join(temporaryFolder(), 'pets.whisker');
      const prepared = await archives.prepare(wanted);
      await pipeline(prepared.stream(), createWriteStream(file));
      await prepared.remove();
      return file;
    },
  };
}

/** The archive with its entries changed, as somebody else would write it. */
export async function tampered(
  archive: Buffer,
  change: (entries: ParsedTarEntryWithData[]) => ParsedTarEntryWithData[],
): Promise<string> {
  const entries = await unpackTar(archive);
  const file = join(temporaryFolder(), 'tampered.whisker');
  writeFileSync(file, await packTar(change(entries)));
  return file;
}

/** Everything that was said of photos, by their content and by names. */
export const said = (db: Db) => ({
  labels: db
    .prepare(
      `SELECT sha256, class.name, label.excluded, label.mark, label.source, label.chosen
       FROM label JOIN photo ON photo.id = photo_id LEFT JOIN class ON class.id = class_id ORDER BY sha256`,
    )
    .all(),
  events: db
    .prepare(
      `SELECT sha256, class.name, event.excluded, event.mark, event.source, event.chosen, event.at, event.action_id
       FROM label_event AS event JOIN photo ON photo.id = photo_id LEFT JOIN class ON class.id = class_id
       ORDER BY event.id`,
    )
    .all(),
  actions: db.prepare('SELECT id, kind, description, state, at, photos FROM action ORDER BY id').all(),
  classes: db.prepare('SELECT name, colour, shape, key, removed FROM class ORDER BY position, id').all(),
  refusals: db
    .prepare(
      `SELECT sha256, class.name FROM refusal JOIN photo ON photo.id = photo_id JOIN class ON class.id = class_id
       ORDER BY sha256`,
    )
    .all(),
  views: db.prepare('SELECT name, search FROM saved_view ORDER BY id').all(),
  runs: db.prepare('SELECT status, options, labelled, note, pinned, in_use, receipt FROM run ORDER BY id').all(),
  predictions: db
    .prepare(
      `SELECT run_id, sha256, class.name, confidence FROM prediction JOIN photo ON photo.id = photo_id
         JOIN class ON class.id = class_id ORDER BY run_id, sha256`,
    )
    .all(),
});
