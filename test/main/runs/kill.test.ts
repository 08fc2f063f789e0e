// The process that trains is killed without warning: labels are whole, the run is marked, nothing stays behind,
// training works again.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, prepare } from '../../../src/main/db/open.ts';
import { environment, startWhisker, whisker } from '../cli/whisker.ts';
import { drawPhotos, writeTable } from '../photo-folder.ts';
import { engineOf } from './engine-of.ts';
import '../../fixtures/needs-tensorflow.ts';

let dir: string;
let photos: string;
const run = (...args: string[]) => whisker([...args, '--json', '--library', join(dir, 'library')], environment(dir));

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'whisker-kill-'));
  photos = join(dir, 'photos');
  await drawPhotos(photos, 0, 10);
  await writeTable(join(dir, 'labels.csv'), 0, 4);
});
afterAll(() => rm(dir, { recursive: true }));

function query<Row>(sql: string): Row[] {
  const db = openDatabase(join(dir, 'library', 'library.sqlite'));
  try {
    return prepare<Row>(db, sql).all();
  } finally {
    db.close();
  }
}
const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.skipIf(process.platform === 'win32')(
  'kill -9 in the middle of training loses no label and blocks nothing',
  async () => {
    expect((await run('label', photos, '--csv', join(dir, 'labels.csv'))).code).toBe(0);
    const labels = query('SELECT photo_id, class_id, source FROM label ORDER BY photo_id');
    expect(labels).toHaveLength(8);

    const child = startWhisker(
      ['train', photos, '--minutes', '10', '--library', join(dir, 'library')],
      environment(dir),
    );
    const points = () => query<{ n: number }>('SELECT count(*) AS n FROM run_metric')[0]?.n ?? 0;
    while (points() === 0) await sleep(100);
    const trainer = engineOf(child.pid!, 'trainer')!;
    child.kill('SIGKILL');

    const killedAt = performance.now();
    while (isRunning(trainer) && performance.now() - killedAt < 20_000) await sleep(50);
    expect(isRunning(trainer)).toBe(false);
    expect(query('SELECT photo_id, class_id, source FROM label ORDER BY photo_id')).toEqual(labels);

    const again = await run('train', photos, '--minutes', '0.1');
    expect(again.code, again.stderr).toBe(0);
    expect(again.last()).toMatchObject({ run: 2, status: 'finished', labelled: 8 });
    expect(query('SELECT id, status, error FROM run ORDER BY id')).toEqual([
      // It can go on: `interrupted` is what a run is called that has a row and no process.
      { id: 1, status: 'running', error: null },
      { id: 2, status: 'finished', error: null },
    ]);
    expect(query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  },
);
