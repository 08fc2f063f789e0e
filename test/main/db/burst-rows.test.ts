import { expect, test } from 'vitest';
import { burstsByPhoto, isGrouped, keepBursts, photosToGroup } from '../../../src/main/db/burst-rows.ts';
import { openDatabase, prepare } from '../../../src/main/db/open.ts';
import { sampleDatabase, setMissing } from './sample-photos.ts';

const never = new AbortController().signal;

test('what is grouped are the photos that are there, with what they look like and when they were taken', async () => {
  const { db, ids } = sampleDatabase(['a.jpg', 'b.jpg', 'c.jpg']);
  const write = prepare(db, `UPDATE photo SET fingerprint = ?, taken_at = ? WHERE id = ?`);
  write.run('000102030405060708090a0b0c0d0e0f', '2024-07-14T18:30:05.250', ids[0]);
  write.run('ff'.repeat(16), null, ids[2]);
  setMissing(db, 'b.jpg');
  const photos = await photosToGroup(db, never);
  expect(photos.ids).toEqual([ids[0], ids[2]]);
  expect([...photos.fingerprints]).toEqual([...Array.from({ length: 16 }, (_, i) => i), ...Array(16).fill(255)]);
  expect([...photos.takenAt]).toEqual([Date.UTC(2024, 6, 14, 18, 30, 5, 250), NaN]);
});

test('groups take the place of those of before, and photos alone and gone are in none', async () => {
  const { db, ids } = sampleDatabase(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg']);
  const [a, b, c, d, e] = ids;
  expect(isGrouped(db)).toBe(false);
  expect(keepBursts(db, await photosToGroup(db, never), Int32Array.of(0, 1, 0, 3, 0))).toBe(true);
  expect([...burstsByPhoto(db)]).toEqual([
    [a, a],
    [c, a],
    [e, a],
  ]);
  expect(isGrouped(db)).toBe(true);

  setMissing(db, 'a.jpg');
  expect(isGrouped(db)).toBe(false);
  expect(keepBursts(db, await photosToGroup(db, never), Int32Array.of(0, 1, 0, 1))).toBe(true);
  expect([...burstsByPhoto(db)]).toEqual([
    [b, b],
    [c, c],
    [d, b],
    [e, c],
  ]);
  expect(keepBursts(db, await photosToGroup(db, never), Int32Array.of(0, 1, 0, 1))).toBe(false);
});

test('photos that change while they are grouped are still to be grouped after', async () => {
  const { db, ids } = sampleDatabase(['a.jpg', 'b.jpg']);
  const photos = await photosToGroup(db, never);
  prepare(db, `UPDATE photo SET fingerprint = ? WHERE id = ?`).run('0'.repeat(32), ids[1]);
  keepBursts(db, photos, Int32Array.of(0, 0));
  expect([isGrouped(db), burstsByPhoto(db).size]).toEqual([false, 2]);
});

test('whoever reads sees the groups of before or the new ones, and what fails leaves those of before', async () => {
  const { db, ids, file } = sampleDatabase(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']);
  const [a, b, c, d] = ids;
  const photos = await photosToGroup(db, never);
  keepBursts(db, photos, Int32Array.of(0, 0, 2, 2));
  const before = [...burstsByPhoto(db)];
  const reader = openDatabase(file);
  reader.exec('BEGIN');
  expect([...burstsByPhoto(reader)]).toEqual(before);
  expect(keepBursts(db, photos, Int32Array.of(0, 1, 0, 1))).toBe(true);
  expect([...burstsByPhoto(reader)]).toEqual(before);
  reader.exec('COMMIT');
  const now = [
    [a, a],
    [b, b],
    [c, a],
    [d, b],
  ];
  expect([...burstsByPhoto(reader)]).toEqual(now);

  reader.exec('BEGIN IMMEDIATE');
  db.pragma('busy_timeout = 1');
  expect(() => keepBursts(db, photos, Int32Array.of(0, 0, 0, 0))).toThrow();
  reader.exec('COMMIT');
  reader.close();
  expect([...burstsByPhoto(db)]).toEqual(now);
});
