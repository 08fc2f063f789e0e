// A process that labels until it is killed: `node label-writer.ts DATABASE [PHOTOS]`. It is what the durability test
// shoots at. Each line on stdout is `photo code`, written only after the label was set, as a screen would show it.

import { writeSync } from 'node:fs';
import { listClasses } from '../../../src/main/db/classes.ts';
import { openDatabase } from '../../../src/main/db/open.ts';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { labelCode } from '../../../src/shared/types.ts';
import type { Label } from '../../../src/shared/types.ts';
import { addPhotos } from './photo-rows.ts';
import { by } from '../labels/origins.ts';

const [file = '', photos = '200'] = process.argv.slice(2);
const db = openDatabase(file);
if (listPhotos(db, { kind: 'all' }, null).ids.length === 0) {
  addPhotos(
    db,
    Array.from({ length: Number(photos) }, (_, i) => `${i}.jpg`),
  );
}
if (listClasses(db).length === 0) for (const name of ['Cat', 'Dog']) createClass(db, { name });
const { ids } = listPhotos(db, { kind: 'all' }, null);
const labels: Label[] = [...listClasses(db).map(({ id }) => id), 'excluded', null];
const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)]!;

for (;;) {
  const photo = pick(ids);
  const label = pick(labels);
  setLabels(db, [photo], label, by.person);
  writeSync(1, `${photo} ${labelCode(label)}\n`);
}
