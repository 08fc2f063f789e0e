// What the model in use says of any file is what it says of a photo of the library, and no file stops it.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenedApp } from '../../../src/main/app.ts';
import { prepare } from '../../../src/main/db/open.ts';
import { listClasses } from '../../../src/main/db/classes.ts';
import { createClass, deleteClass, mergeClass } from '../../../src/main/labels/classes.ts';
import type { PhotoClass, RunId } from '../../../src/shared/types.ts';
import { oddPhotos } from '../../fixtures/odd-photos.ts';
import { drawPhotos, cool, warm } from '../photo-folder.ts';
import { openLibrary, trainQuickly } from './trained-library.ts';
import '../../fixtures/needs-tensorflow.ts';

let dir: string;
let photos: string;
let app: OpenedApp;
const predict = (path: string) => app.services.predictor.file(path);
const db = () => app.services.library.require().db;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'whisker-predictor-'));
  ({ app, photos } = await openLibrary(dir));
});
afterAll(async () => {
  await app.close();
  rmSync(dir, { recursive: true });
});

test('without a model it says so, and nothing is started', async () => {
  const refused = { code: 'not-found', message: 'Nothing has been trained on these photos yet.' };
  await expect(predict(join(photos, warm(0)))).rejects.toMatchObject(refused);
  expect(() => app.services.predictor.model()).toThrow(refused.message);
});

async function expectSameAsStored(run: RunId): Promise<void> {
  const stored = prepare<{ path: string; name: string; confidence: number }>(
    db(),
    `SELECT path, name, confidence FROM prediction JOIN file ON file.photo_id = prediction.photo_id
     JOIN class ON class.id = class_id WHERE run_id = ?`,
  ).all(run);
  expect(stored).toHaveLength(20);
  await Promise.all(
    stored.map(async ({ path, name, confidence }) => {
      const file = await predict(join(photos, path));
      if (!file.ok) throw new Error(file.reason);
      expect(file.predicted).toMatchObject({ run, class: name });
      expect(Math.abs(file.predicted.confidence - confidence), path).toBeLessThan(1e-4);
      expect(file.predicted.classes.reduce((sum, one) => sum + one.confidence, 0)).toBeCloseTo(1, 4);
    }),
  );
}

test('a photo of the library is predicted as it is stored, on pixels and on a backbone', async () => {
  await expectSameAsStored(await trainQuickly(app, 'pixels'));
  await expectSameAsStored(await trainQuickly(app, 'backbone'));
});

test('pictures from elsewhere are told apart, many at once, and nothing of them is kept', async () => {
  const elsewhere = join(dir, 'elsewhere');
  await drawPhotos(elsewhere, 20, 40);
  const kept = () => readdirSync(app.services.library.require().dir, { recursive: true }).map(String).sort();
  const before = kept();
  const names = Array.from({ length: 20 }, (_, i) => [warm(20 + i), cool(20 + i)]).flat();
  const said = await Promise.all(names.map((name) => predict(join(elsewhere, name))));
  expect(said.map((file) => file.ok && file.predicted.class)).toEqual(
    names.map((name) => (name.startsWith('warm') ? 'Warm' : 'Cool')),
  );
  expect(kept()).toEqual(before);
});

test('odd files are answers with a reason, each in its place, and good ones beside them are predicted', async () => {
  const odd = join(dir, 'odd');
  const files = await oddPhotos();
  for (const [name, { content }] of Object.entries(files)) {
    mkdirSync(join(odd, name, '..'), { recursive: true });
    writeFileSync(join(odd, name), content);
  }
  const names = Object.keys(files);
  const said = await Promise.all(names.map((name) => predict(join(odd, name))));
  said.forEach((file, i) => {
    const { expected } = files[names[i]!]!;
    if (expected !== 'either') expect(file.ok, names[i]).toBe(expected === 'decodes');
    if (!file.ok) expect(file.reason, names[i]).toMatch(/^\S.*[.)]$/s);
  });
});

test('what is no file at all is answered at once: nothing waits for a pipe', async () => {
  const pipe = join(dir, 'pipe');
  if (process.platform !== 'win32') execFileSync('mkfifo', [pipe]);
  const reasons: Record<string, RegExp> = {
    [join(dir, 'nowhere.jpg')]: /^There is no such file\.$/,
    [photos]: /^This is a folder, not a picture\.$/,
    [`${join(dir, 'x')}\0.jpg`]: /^This is not the path of a file\.$/,
    [join(dir, 'x'.repeat(5000))]: /^This path is too long to be opened\.$/,
    ...(process.platform !== 'win32' && { [pipe]: /channel between programs/, '/dev/zero': /device/ }),
  };
  for (const [path, reason] of Object.entries(reasons)) {
    expect(await predict(path)).toEqual({ ok: false, code: 'unreadable', reason: expect.stringMatching(reason) });
  }
});

test('classes that were merged count together, and deleted ones are left out', async () => {
  const [first, second] = listClasses(db()) as [PhotoClass, PhotoClass];
  const path = join(photos, warm(9));
  const before = await predict(path);
  const third = createClass(db(), { name: 'All' });
  mergeClass(db(), { from: first.id, into: third.id });
  const merged = await predict(path);
  if (!before.ok || !merged.ok) throw new Error('not predicted');
  expect(merged.predicted.classes.map(({ name }) => name).sort()).toEqual(['All', second.name].sort());
  deleteClass(db(), { id: second.id });
  const left = await predict(path);
  expect(left.ok && left.predicted.classes).toEqual([
    {
      classId: third.id,
      name: 'All',
      confidence: merged.predicted.classes.find((one) => one.name === 'All')!.confidence,
    },
  ]);
  expect(app.services.predictor.model().classNames).toEqual(['All']);
});

test('when the library closes, what is asked ends, and the scratch folder is gone', async () => {
  const scratch = await app.services.predictor.scratch();
  const asked = Array.from({ length: 100 }, () => predict(join(photos, warm(1))).catch((error: unknown) => error));
  await app.services.library.close();
  for (const end of await Promise.all(asked)) {
    if (end instanceof Error) expect(end).toMatchObject({ code: expect.stringMatching(/^(cancelled|no-library)$/) });
  }
  expect(existsSync(scratch)).toBe(false);
  await expect(predict(join(photos, warm(1)))).rejects.toMatchObject({ code: 'no-library' });
});
