// A real library on real files, whose labels are taken away as XMP keywords and read back.

import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { listClasses } from '../../../src/main/db/classes.ts';
import { labelCodes } from '../../../src/main/db/labels.ts';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { xmp } from '../../../src/main/export/formats/xmp.ts';
import type { InPlaceOptions, InPlaceReport } from '../../../src/main/export/format.ts';
import { exportedPhotos } from '../../../src/main/export/rows.ts';
import type { ExportedPhoto } from '../../../src/main/export/rows.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { createImportService } from '../../../src/main/labels/import-service.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import type { ClassId, Label } from '../../../src/shared/types.ts';
import { startLibrary } from '../library/service.ts';
import { by } from '../labels/origins.ts';

const entry = resolve(import.meta.dirname, '../../../src/engine/entry.ts');

export interface ExportWish extends Partial<InPlaceOptions> {
  signal?: AbortSignal;
  progress?: (written: number) => void;
  /** What else is said of the photos that are exported. */
  change?: (photo: ExportedPhoto) => ExportedPhoto;
}

/** Opens the folder with a library of its own, which knows nothing yet. */
export async function openLibrary(place: string) {
  const folder = realpathSync(place);
  const parts = startLibrary();
  const { library, events } = parts;
  const imports = createImportService({ library, events, engine: { node: process.execPath, entry } });
  onTestFinished(() => imports.end());
  await parts.scan(folder);
  const { db, name } = library.require();
  const page = () => listPhotos(db, { kind: 'all' }, null);
  const idOf = (file: string) => page().ids[page().names.indexOf(file)]!;

  /** What each photo is called, by name; a mark as its code, 0 for nothing. */
  const labels = () => {
    const classes = new Map(listClasses(db).map((one) => [Number(one.id), one.name]));
    const { ids, names } = page();
    const codes = labelCodes(db, ids);
    return Object.fromEntries(names.map((file, i) => [file, classes.get(codes[i]!) ?? codes[i]]).sort());
  };
  const classNamed = (wanted: string): ClassId =>
    listClasses(db).find((one) => one.name === wanted)?.id ?? createClass(db, { name: wanted }).id;

  return {
    ...parts,
    imports,
    folder,
    db,
    idOf,
    labels,
    label: (file: string, className: string | null) =>
      setLabels(db, [idOf(file)], className === null ? null : classNamed(className), by.person),
    mark: (file: string, mark: Label) => setLabels(db, [idOf(file)], mark, by.person),
    rescan: () => parts.scan(folder),
    /** All photos as XMP keywords. */
    export({ into = 'sidecars', change = (photo) => photo, ...rest }: ExportWish = {}): Promise<InPlaceReport> {
      const context = {
        ...{ db, folder, name },
        classes: listClasses(db),
        *photos() {
          for (const photos of exportedPhotos(db)) yield photos.map(change);
        },
        signal: rest.signal ?? new AbortController().signal,
        progress: rest.progress ?? (() => {}),
      };
      return xmp.write(context, { into });
    },
    preview: (replace = false) => imports.preview({ source: { from: 'keywords' }, leftOut: null, replace }),
    importKeywords: (replace = false) => imports.carryOut({ source: { from: 'keywords' }, leftOut: null, replace }),
  };
}
