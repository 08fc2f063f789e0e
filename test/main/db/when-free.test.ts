import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase, transact, type Db } from '../../../src/main/db/open.ts';
import { whenFree } from '../../../src/main/db/when-free.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { sampleDatabase } from './sample-photos.ts';

/** The database, and another connection that has begun to write. */
function heldDatabase() {
  const { db, file } = sampleDatabase(1);
  const other = openDatabase(file);
  onTestFinished(() => void (db.close(), other.close()));
  other.exec('BEGIN IMMEDIATE');
  return { db, other };
}

const count = (db: Db) => db.prepare('SELECT count(*) FROM class').pluck().get();

/** How often something else could run until `work` has ended. */
async function turnsMeanwhile(work: Promise<unknown>): Promise<number> {
  let [turns, over] = [0, false];
  void work.then(
    () => (over = true),
    () => (over = true),
  );
  for (; !over; turns++) await setTimeout(5);
  return turns;
}

test('a write waits for another process to end its own, and everything else goes on meanwhile', async () => {
  const { db, other } = heldDatabase();
  const written = whenFree(
    () => db,
    (open) => createClass(open, { name: 'Cat' }),
  );
  void setTimeout(1200).then(() => other.exec('COMMIT'));
  // Two or three if it stood still while it waited, 240 at most.
  expect(await turnsMeanwhile(written)).toBeGreaterThan(10);
  expect(await written).toMatchObject({ name: 'Cat' });
  expect(count(db)).toBe(1);
  expect(db.pragma('busy_timeout', { simple: true })).toBe(5000);
});

test('a write that never gets its turn is refused in one sentence after five seconds, and nothing is written', async () => {
  const { db, other } = heldDatabase();
  const began = performance.now();
  const written = whenFree(
    () => db,
    (open) => createClass(open, { name: 'Cat' }),
  );
  await expect(written).rejects.toMatchObject({
    code: 'storage-failed',
    message: expect.stringMatching(/^Another program is using/),
  });
  expect(performance.now() - began).toBeGreaterThan(4900);
  other.exec('COMMIT');
  expect(count(db)).toBe(0);
});

test('what fails for another reason is not tried again', async () => {
  const { db } = sampleDatabase(1);
  onTestFinished(() => void db.close());
  let tries = 0;
  const written = whenFree(
    () => db,
    (open) =>
      transact(open, () => {
        tries++;
        throw new Error('no');
      }),
  );
  await expect(written).rejects.toThrow('no');
  expect(tries).toBe(1);
});
