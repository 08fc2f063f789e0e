// npm run bench:xmp [-- PHOTOS]: labels written as XMP keywords beside tiny JPEGs of content of their own (10,000 when
// not said otherwise), a third of them changed and written again, and all read back into a library that knows nothing.
// Counts what is lost and what is doubled, and ends with an error when that is not none.

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { xmpWords } from '../../src/engine/imaging/xmp.ts';
import { createApp } from '../../src/main/app.ts';
import { listClasses } from '../../src/main/db/classes.ts';
import { allPhotos } from '../../src/main/db/present-files.ts';
import { xmp } from '../../src/main/export/formats/xmp.ts';
import { exportedPhotos } from '../../src/main/export/rows.ts';
import { createClass } from '../../src/main/labels/classes.ts';
import { setLabels } from '../../src/main/labels/set-labels.ts';
import type { CallName, Input, Output } from '../../src/shared/contract.ts';
import type { PhotoId } from '../../src/shared/types.ts';
import { jpeg } from '../fixtures/photos.ts';
import { by } from '../main/labels/origins.ts';

const PHOTOS_A_FOLDER = 500;
const names = ['Cat', 'Dog', `Tom's <best> & "only"`, 'Katze 🐱 / Hund', '007'];

const photos = Number(process.argv[2] ?? 10_000);
const home = realpathSync(mkdtempSync(join(tmpdir(), 'whisker-xmp-')));
const folder = join(home, 'photos');
const line = (cells: unknown[]) => console.log(`| ${cells.join(' | ')} |`);

try {
  await draw();
  line(['what', 'photos', 's', 'photos/s']);
  line(['---', '--:', '--:', '--:']);
  const first = await opened('first');
  const ids = allPhotos(first.db);
  const classes = names.map((name) => createClass(first.db, { name }).id);
  const label = (id: PhotoId, at: number) => setLabels(first.db, [id], classes[at % classes.length]!, by.person);
  ids.forEach((id, i) => label(id, i));
  await timed('written as new files', () => exported(first));
  ids.forEach((id, i) => i % 3 === 0 && label(id, i + 1));
  await timed('looked at, a third written again', () => exported(first));
  await timed('looked at, nothing to write', () => exported(first));
  const said = labelsOf(first);
  await first.close();

  const second = await opened('second');
  await timed('read back', async () => {
    const source = { from: 'keywords' } as const;
    const { leftOut } = await second.call('imports.preview', { source, leftOut: null, replace: false });
    await second.call('imports.carryOut', { source, leftOut, replace: false });
  });
  const read = labelsOf(second);
  await second.close();

  const wrong = [...said].filter(([path, name]) => read.get(path) !== name);
  const lost = wrong.filter(([path]) => !read.has(path)).length;
  const doubled = [...said].filter(([path]) => {
    const { keywords } = xmpWords(readFileSync(join(folder, `${path}.xmp`)));
    return keywords.length !== 1;
  });
  console.log(`\n${said.size} labels: ${lost} lost, ${wrong.length - lost} other ones, ${doubled.length} doubled.`);
  if (said.size !== photos || wrong.length + doubled.length > 0) process.exitCode = 1;
} finally {
  rmSync(home, { recursive: true, force: true });
}

/** One picture; a comment makes each file a content of its own. */
async function draw(): Promise<void> {
  const picture = await jpeg({ width: 24, height: 16 });
  for (let i = 0; i < photos; i++) {
    const place = join(folder, `album ${Math.floor(i / PHOTOS_A_FOLDER)}`);
    if (i % PHOTOS_A_FOLDER === 0) mkdirSync(place, { recursive: true });
    const comment = Buffer.from(`\xff\xfe\0\x0a${String(i).padStart(8, '0')}`, 'latin1');
    writeFileSync(join(place, `${i}.jpg`), Buffer.concat([picture.subarray(0, 2), comment, picture.subarray(2)]));
  }
}

async function opened(name: string) {
  const entry = resolve(import.meta.dirname, '../../src/engine/entry.ts');
  const engine = { node: process.execPath, entry };
  const app = createApp({ host: 'web', dataDir: join(home, name), engine, looksAhead: false });
  async function call<K extends CallName>(what: K, input: Input<K>): Promise<Output<K>> {
    const result = await app.call(what, input);
    if (!result.ok) throw new Error(`${what}: ${result.error.message}`);
    return result.value as Output<K>;
  }
  await call('library.open', { folder });
  await app.services.library.scanFinished();
  return { db: app.services.library.require().db, call, close: () => app.close() };
}
type Opened = Awaited<ReturnType<typeof opened>>;

async function exported({ db }: Opened): Promise<void> {
  const context = {
    ...{ db, folder, name: 'photos', classes: listClasses(db), photos: () => exportedPhotos(db) },
    ...{ signal: new AbortController().signal, progress: () => {} },
  };
  const { left } = await xmp.write(context, { into: 'sidecars' });
  if (left.length > 0) throw new Error(`${left.length} photos are left, the first: ${left[0]?.reason}`);
}

function labelsOf({ db }: Opened): Map<string, string> {
  const labelled = [...exportedPhotos(db)].flat().filter((one) => one.class !== null);
  return new Map(labelled.map((one) => [one.path, String(one.class)]));
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  line([what, photos, seconds.toFixed(1), (photos / seconds).toFixed(0)]);
}
