// A picture from elsewhere gets a class and becomes a photo of the library; until then nothing is written.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { OpenedApp } from '../../../src/main/app.ts';
import { listClasses } from '../../../src/main/db/classes.ts';
import type { CallName, Input, Output } from '../../../src/shared/contract.ts';
import { ADDED_FOLDER, MOST_PICTURE_BYTES } from '../../../src/shared/handed-in.ts';
import type { Result } from '../../../src/shared/errors.ts';
import { handedUrl } from '../../../src/shared/urls.ts';
import { jpeg } from '../../fixtures/photos.ts';
import { cool, drawPhotos, warm } from '../photo-folder.ts';
import { openLibrary, trainQuickly } from './trained-library.ts';
import '../../fixtures/needs-tensorflow.ts';

let dir: string;
let photos: string;
let app: OpenedApp;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'whisker-handed-'));
  ({ app, photos } = await openLibrary(dir));
  await drawPhotos(join(dir, 'elsewhere'), 30, 34);
});
afterAll(async () => {
  await app.close();
  rmSync(dir, { recursive: true });
});
const added = () => join(photos, ADDED_FOLDER);
afterEach(() => rmSync(added(), { recursive: true, force: true }));

const ask = <K extends CallName>(name: K, input: Input<K>) => app.call(name, input) as Promise<Result<Output<K>>>;
async function call<K extends CallName>(name: K, input: Input<K>): Promise<Output<K>> {
  const result = await ask(name, input);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** In pieces of so many bytes; a multiple of three, as base64 has it. */
async function handIn(bytes: Buffer, pieceBytes = 3_000): Promise<number> {
  let number: number | null = null;
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes).toString('base64');
    ({ number } = await call('pictures.handIn', { number, piece }));
  }
  return number!;
}
const elsewhere = (name: string) => readFileSync(join(dir, 'elsewhere', name));
const classNamed = (name: string) =>
  listClasses(app.services.library.require().db).find((one) => one.name === name)!.id;
const pathsOf = async (id: number) => (await call('photos.get', { id: id as never })).paths;

test('without a model it says so in one sentence, and the picture can be given a class all the same', async () => {
  const number = await handIn(elsewhere(warm(30)));
  const said = await call('pictures.predict', { number });
  const why = 'Nothing has been trained on these photos yet.';
  expect(said).toEqual({ predicted: null, why, known: null, hasFolder: false });
  const { ids } = await call('pictures.add', { number, classId: classNamed('Warm'), mayMakeFolder: true });
  expect(ids).toHaveLength(1);
});

test('a picture that came in pieces is predicted and shown, and nothing is written for that', async () => {
  await trainQuickly(app);
  const before = readdirSync(photos, { recursive: true }).sort();
  const number = await handIn(await jpeg({ width: 900, height: 700 }));
  const said = await call('pictures.predict', { number });
  expect(said).toMatchObject({ predicted: { run: 1, classes: [{}, {}] }, known: null, hasFolder: false });
  const shown = await app.fetch(new Request(`http://whisker${handedUrl(number)}`));
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/webp']);
  expect(readdirSync(photos, { recursive: true }).sort()).toEqual(before);
});

test('its folder is made only when that was agreed to', async () => {
  const number = await handIn(elsewhere(warm(31)));
  const wish = { number, classId: classNamed('Warm') };
  const refused = await ask('pictures.add', { ...wish, mayMakeFolder: false });
  expect(refused).toMatchObject({ ok: false, error: { code: 'conflict' } });
  expect(existsSync(added())).toBe(false);
  await call('pictures.add', { ...wish, mayMakeFolder: true });
  const next = await handIn(elsewhere(warm(32)));
  expect(await call('pictures.predict', { number: next })).toMatchObject({ hasFolder: true });
  await call('pictures.add', { ...wish, number: next, mayMakeFolder: false });
  expect(readdirSync(added())).toHaveLength(2);
});

test('it is a photo at once, with its bytes, a name that says when, and its label; undo takes the label back', async () => {
  const bytes = elsewhere(cool(30));
  const number = await handIn(bytes);
  const heard: string[] = [];
  const stop = app.subscribe(({ name }) => void heard.push(name));
  const outcome = await call('pictures.add', { number, classId: classNamed('Cool'), mayMakeFolder: true });
  stop();
  expect(heard).toEqual(expect.arrayContaining(['photos.added', 'labels.changed']));
  const [name = ''] = readdirSync(added());
  expect(name).toMatch(/^\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d [0-9a-f]{8}\.png$/);
  expect(readFileSync(join(added(), name))).toEqual(bytes);
  const [id = 0] = outcome.ids;
  expect(await pathsOf(id)).toEqual([`${ADDED_FOLDER}/${name}`]);
  expect(await call('photos.get', { id: id as never })).toMatchObject({ label: classNamed('Cool') });
  await call('history.undo', undefined as never);
  expect(await call('photos.get', { id: id as never })).toMatchObject({ label: null });
  // The next scan finds it as it is: nothing is new.
  const photosBefore = app.services.library.scanProgress().photos;
  app.services.library.rescan();
  expect((await app.services.library.scanFinished()).added).toBe(0);
  expect(photosBefore).toBeGreaterThan(0);
});

test('a picture that the library has already is labelled where it lies, and no copy is made', async () => {
  const number = await handIn(readFileSync(join(photos, warm(9))));
  const { known } = await call('pictures.predict', { number });
  expect(await pathsOf(known!)).toEqual([warm(9)]);
  const { ids } = await call('pictures.add', { number, classId: classNamed('Cool'), mayMakeFolder: false });
  expect(ids).toEqual([known]);
  expect(existsSync(added())).toBe(false);
});

test('nothing is written through a link, nor over a file of that name', async () => {
  const outside = join(dir, 'outside');
  mkdirSync(outside);
  symlinkSync(outside, added());
  const number = await handIn(elsewhere(warm(33)));
  const wish = { number, classId: classNamed('Warm'), mayMakeFolder: true };
  expect(await ask('pictures.add', wish)).toMatchObject({ ok: false, error: { code: 'conflict' } });
  expect(readdirSync(outside)).toEqual([]);
  rmSync(added());
  writeFileSync(added(), 'mine');
  expect(await ask('pictures.add', wish)).toMatchObject({ ok: false, error: { code: 'conflict' } });
  expect(readFileSync(added(), 'utf8')).toBe('mine');
});

test('what is no picture is one sentence, for the question and for the class', async () => {
  for (const bytes of [Buffer.from('not a picture at all'), (await jpeg()).subarray(0, 40)]) {
    const number = await handIn(bytes);
    const refused = { ok: false, error: { code: 'bad-input', message: expect.stringMatching(/^[A-Z].*\.$/) } };
    expect(await ask('pictures.predict', { number })).toMatchObject(refused);
    const wish = { number, classId: classNamed('Warm'), mayMakeFolder: true };
    expect(await ask('pictures.add', wish)).toMatchObject(refused);
    expect((await app.fetch(new Request(`http://whisker${handedUrl(number)}`))).status).toBe(410);
  }
  expect(existsSync(added())).toBe(false);
});

test('one that is too large is refused while it comes, and let go', async () => {
  const piece = Buffer.alloc(3_000_000).toString('base64');
  let number: number | null = null;
  let taken = 0;
  for (;;) {
    const result: Result<{ number: number }> = await ask('pictures.handIn', { number, piece });
    if (!result.ok) {
      expect(result.error).toMatchObject({ code: 'bad-input', message: expect.stringContaining('64 MB') });
      break;
    }
    ({ number } = result.value);
    taken += 3_000_000;
  }
  expect(taken).toBeLessThanOrEqual(MOST_PICTURE_BYTES);
  expect(await ask('pictures.predict', { number: number! })).toMatchObject({ ok: false, error: { code: 'not-found' } });
});

test('an unknown number, an unknown class and a camera’s many frames cost nothing', async () => {
  expect(await ask('pictures.predict', { number: 999_999 })).toMatchObject({ error: { code: 'not-found' } });
  expect((await app.fetch(new Request(`http://whisker${handedUrl(999_999)}`))).status).toBe(404);
  const number = await handIn(elsewhere(warm(33)));
  const unknown = { number, classId: 999 as never, mayMakeFolder: true };
  expect(await ask('pictures.add', unknown)).toMatchObject({ error: { code: 'not-found' } });
  expect(existsSync(added())).toBe(false);
  for (let i = 0; i < 40; i++) await handIn(elsewhere(warm(33)));
  const scratch = await app.services.predictor.scratch();
  expect(readdirSync(scratch).filter((name) => name.startsWith('handed-')).length).toBeLessThanOrEqual(32);
});
