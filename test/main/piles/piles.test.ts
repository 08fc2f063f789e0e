import '../../fixtures/needs-tensorflow.ts';
import { describe, expect, test } from 'vitest';
import { listClasses } from '../../../src/main/db/classes.ts';
import { prepare, type Db } from '../../../src/main/db/open.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { redo, undo, undoState } from '../../../src/main/labels/undo.ts';
import type { PhotoId } from '../../../src/shared/types.ts';
import { setMissing } from '../db/sample-photos.ts';
import { expectSorted, sortedLibrary } from './sorted-library.ts';

const byHand = { source: 'person', chosen: 'hand' } as const;

describe('what is shown', () => {
  test('photos are sorted when somebody first looks, once, and each pile shows its most typical photos', async () => {
    const { sorted, groupOf, questions } = sortedLibrary([60, 40]);
    const { piles, ...rest } = await sorted();
    expect(rest).toEqual({
      status: 'ready',
      asked: null,
      most: 12,
      separates: true,
      since: 0,
      setAside: 0,
      undo: null,
    });
    expect(piles.map(({ photos, labelled, named }) => ({ photos, labelled, named }))).toEqual([
      { photos: 60, labelled: 0, named: null },
      { photos: 40, labelled: 0, named: null },
    ]);
    expect(piles.map(({ typical }) => [typical.length, ...new Set(typical.map(groupOf))])).toEqual([
      [24, 0],
      [24, 1],
    ]);
    expect((await sorted()).piles).toEqual(piles);
    expect(questions).toEqual([{ among: null, piles: null }]);
  });

  test('labels and exclusions show without sorting anew; photos with a label are not shown as typical', async () => {
    const { db, sorted, questions, piles: service } = sortedLibrary([30, 20]);
    const [first] = (await sorted()).piles;
    const [hand, out, ...others] = first!.typical;
    const { id: cat } = createClass(db, { name: 'Cat' });
    setLabels(db, [hand!], cat, byHand);
    setLabels(db, [out!], 'excluded', byHand);
    setMissing(db, `${service.photosOf(first!.id).at(-1)! - 1}.jpg`);
    const [now] = (await sorted()).piles;
    expect(now).toMatchObject({ photos: 28, labelled: 1, named: null });
    expect(now!.typical).toHaveLength(24);
    expect(now!.typical.slice(0, others.length)).toEqual(others);
    expect(questions).toHaveLength(1);
  });

  test('where the photos form no groups, it says so', async () => {
    const { sorted } = sortedLibrary([120], 0.5);
    expect(await sorted()).toMatchObject({ separates: false });
  });

  test('before there is enough to sort, it says why', async () => {
    const { piles, lookedAt } = sortedLibrary([60, 40]);
    lookedAt(0, { status: 'none', reason: 'no-network' });
    expect(await piles.state()).toEqual({ status: 'none', reason: 'no-network' });
    lookedAt(30, { status: 'looking', done: 30, total: 100, etaSeconds: 3, paused: false });
    expect(await piles.state()).toEqual({ status: 'looking' });
    lookedAt(1);
    expect(await piles.state()).toEqual({ status: 'none', reason: 'too-few' });
    lookedAt(0, { status: 'failed', reason: 'The network is gone.' });
    expect(await piles.state()).toMatchObject({ status: 'failed', failure: { message: 'The network is gone.' } });
  });

  test('a failure is told in its sentence until there are other photos', async () => {
    const { piles, lookedAt, sorted } = sortedLibrary([6, 10], 0);
    lookedAt(6);
    expect(await piles.state()).toEqual({ status: 'looking' });
    await expect
      .poll(() => piles.state(), { timeout: 20_000 })
      .toMatchObject({
        status: 'failed',
        failure: { code: 'bad-input', message: expect.stringContaining('look exactly the same') },
      });
    await expect(piles.arrange(2)).rejects.toThrow('look exactly the same');
    lookedAt(16);
    expect((await sorted()).piles.map(({ photos }) => photos)).toEqual([10, 6]);
  });

  test('while the network still looks, what it has seen is sorted, and the rest when it is asked for', async () => {
    const { piles, sorted, lookedAt } = sortedLibrary([80, 70]);
    lookedAt(110, { status: 'looking', done: 110, total: 150, etaSeconds: 3, paused: false });
    expect((await sorted()).piles.map(({ photos }) => photos)).toEqual([80, 30]);
    lookedAt(150);
    expect(await piles.state()).toMatchObject({ since: 40, piles: [{ photos: 80 }, { photos: 30 }] });
    expect(await piles.arrange(null)).toMatchObject({ since: 0, piles: [{ photos: 80 }, { photos: 70 }] });
  });
});

describe('rearranging', () => {
  test('the number of piles is the person’s to choose, and what was found before is found at once', async () => {
    const { piles, sorted, questions } = sortedLibrary([50, 40, 30]);
    expect((await sorted()).piles).toHaveLength(3);
    expect(await piles.arrange(2)).toMatchObject({ asked: 2, piles: [{}, {}] });
    await piles.arrange(null);
    await piles.arrange(2);
    expect(questions.map((question) => question.piles)).toEqual([null, 2]);
  });

  test('a wish that another one overtakes ends as cancelled, and the later one counts', async () => {
    const { piles, sorted } = sortedLibrary([50, 40, 30]);
    await sorted();
    const [earlier, later] = await Promise.allSettled([piles.arrange(4), piles.arrange(2)]);
    expect(earlier).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
    expect(later).toMatchObject({ status: 'fulfilled', value: { asked: 2 } });
    expect(expectSorted(await piles.state()).piles).toHaveLength(2);
  });

  test('piles that are to be kept lie as they lie, also when they were being sorted anew', async () => {
    const { piles, sorted, lookedAt } = sortedLibrary([80, 70]);
    lookedAt(110);
    const before = (await sorted()).piles;
    lookedAt(150);
    const [anew, kept] = await Promise.allSettled([piles.arrange(null), piles.keep()]);
    expect(anew).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
    expect(kept).toMatchObject({ status: 'fulfilled', value: { since: 40, piles: before } });
    expect(await piles.state()).toMatchObject({ since: 40, piles: before });
  });

  test('a pile is split into two in its place, and two are merged into one', async () => {
    const { piles, sorted, groupOf } = sortedLibrary([50, 30, 20]);
    await sorted();
    const two = expectSorted(await piles.arrange(2)).piles;
    const both = two.find(({ id }) => new Set(piles.photosOf(id).map(groupOf)).size === 2)!;
    const other = two.find((pile) => pile !== both);
    const apart = expectSorted(await piles.split(both.id)).piles;
    const parts = apart.filter(({ id }) => id !== other!.id);
    expect(apart.indexOf(parts[0]!)).toBe(two.indexOf(both));
    expect(parts.map(({ id }) => new Set(piles.photosOf(id).map(groupOf)).size)).toEqual([1, 1]);

    const again = expectSorted(await piles.merge({ from: parts[1]!.id, into: parts[0]!.id })).piles;
    expect(again.map(({ photos }) => photos)).toEqual(two.map(({ photos }) => photos));
    const shown = again[two.indexOf(both)]!.typical.slice(0, 12).map(groupOf);
    expect(new Set(shown).size, 'typical photos of both sides are shown').toBe(2);
    await expect(piles.split(both.id)).rejects.toMatchObject({ code: 'not-found' });
    await expect(piles.merge({ from: other!.id, into: other!.id })).rejects.toMatchObject({ code: 'bad-input' });
  });

  test('what was done to the piles is taken back step by step, until they are sorted anew', async () => {
    const { piles, sorted } = sortedLibrary([50, 30, 20]);
    const first = await sorted();
    const [a, b] = first.piles;
    const apart = expectSorted(await piles.split(a!.id));
    expect(apart.undo).toBe('split');
    expect(await piles.merge({ from: b!.id, into: apart.piles.at(-1)!.id })).toMatchObject({ undo: 'merge' });
    expect(await piles.undo()).toEqual(apart);
    expect(await piles.undo()).toEqual(first);
    await expect(piles.undo()).rejects.toMatchObject({ code: 'not-found' });
    await piles.setAside(b!.id);
    expect(await piles.putBack()).toMatchObject({ undo: 'put-back', setAside: 0 });
    expect(await piles.undo()).toMatchObject({ undo: 'set-aside', setAside: 30 });
    expect(await piles.arrange(2)).toMatchObject({ undo: null, setAside: 30 });
  });

  test('what is no pile is offered no more, also when the rest is sorted anew, until it is put back', async () => {
    const { piles, sorted, groupOf, questions } = sortedLibrary([50, 30, 20]);
    const none = (await sorted()).piles[1]!;
    expect(await piles.setAside(none.id)).toMatchObject({ setAside: 30, piles: [{ photos: 50 }, { photos: 20 }] });
    const anew = expectSorted(await piles.arrange(2));
    expect(questions.at(-1)).toEqual({ among: 70, piles: 2 });
    expect(anew).toMatchObject({ setAside: 30, since: 0 });
    const offered = anew.piles.flatMap(({ id }) => piles.photosOf(id)).map(groupOf);
    expect(offered).toHaveLength(70);
    expect(offered).not.toContain(1);
    expect(await piles.putBack()).toMatchObject({ setAside: 0, piles: [{}, {}, { photos: 30 }] });
  });
});

describe('naming', () => {
  const labels = (db: Db) =>
    prepare(db, `SELECT photo_id AS id, class_id AS class, source, chosen FROM label ORDER BY photo_id`).all();
  const inOrder = (ids: readonly PhotoId[]) => ids.toSorted((a, b) => a - b);

  test('makes the class and labels the photos that were shown, as one action that undo takes back whole', async () => {
    const { db, piles, sorted } = sortedLibrary([60, 40]);
    const [pile] = (await sorted()).piles;
    const photoIds = pile!.typical.slice(0, 12);
    expect(piles.name({ pile: pile!.id, name: '  cat ', photoIds })).toMatchObject({ classes: true });
    const [cat, ...others] = listClasses(db);
    expect([cat!.name, others]).toEqual(['cat', []]);
    expect(labels(db)).toEqual(
      inOrder(photoIds).map((id) => ({ id, class: cat!.id, source: 'person', chosen: 'pile' })),
    );
    expect((await sorted()).piles[0]).toMatchObject({ photos: 60, labelled: 12, named: { classId: cat!.id } });
    expect(undoState(db)).toEqual({ undo: 'Name a pile cat by 12 photos', redo: null });

    undo(db);
    expect([labels(db), listClasses(db)]).toEqual([[], []]);
    expect((await sorted()).piles).toMatchObject([{ labelled: 0, named: null }, {}]);
    redo(db);
    expect(inOrder((await sorted()).piles[0]!.named!.photoIds)).toEqual(inOrder(photoIds));
  });

  test('a name that a class has, in whatever spelling, joins it', async () => {
    const { db, piles, sorted } = sortedLibrary([30, 20]);
    const { id: cat } = createClass(db, { name: 'Cat' });
    const [one, two] = (await sorted()).piles;
    piles.name({ pile: one!.id, name: 'CAT', photoIds: one!.typical.slice(0, 12) });
    piles.name({ pile: two!.id, name: 'cat', photoIds: two!.typical.slice(0, 3) });
    expect(listClasses(db)).toHaveLength(1);
    expect((await sorted()).piles.map(({ named }) => named?.classId)).toEqual([cat, cat]);
    expect(undoState(db).undo).toBe('Name a pile Cat by 3 photos');
  });

  test('another name for a named pile takes the labels that it gave, and no other', async () => {
    const { db, piles, sorted } = sortedLibrary([30, 20]);
    const [pile] = (await sorted()).piles;
    const { id: blurred } = createClass(db, { name: 'Blurred' });
    setLabels(db, [pile!.typical[20]!], blurred, byHand);
    piles.name({ pile: pile!.id, name: 'Cat', photoIds: pile!.typical.slice(0, 12) });
    const { named } = (await sorted()).piles[0]!;
    piles.name({ pile: pile!.id, name: 'Dog', photoIds: named!.photoIds });
    const dog = listClasses(db).find(({ name }) => name === 'Dog')!.id;
    expect((await sorted()).piles[0]).toMatchObject({ labelled: 13, named: { classId: dog } });
    expect(labels(db)).toContainEqual({ id: pile!.typical[20], class: blurred, source: 'person', chosen: 'hand' });
  });

  test('nothing is written for photos of another pile, for none, or for a name that no class may have', async () => {
    const { db, ids, piles, sorted } = sortedLibrary([30, 20]);
    const [one, two] = (await sorted()).piles;
    const name = (photoIds: PhotoId[], called = 'Cat') => piles.name({ pile: one!.id, name: called, photoIds });
    expect(() => name([...one!.typical, two!.typical[0]!])).toThrow('Only photos of the pile');
    expect(() => name([])).toThrow('All photos of the pile were taken out.');
    expect(() => name(one!.typical, ' ')).toThrow('The name of the class is empty.');
    await piles.arrange(3);
    expect(() => name(ids.slice(0, 1))).toThrow('That pile is gone');
    expect([labels(db), listClasses(db), undoState(db).undo]).toEqual([[], [], null]);
  });

  test('names are known again when the photos are sorted anew', async () => {
    const { db, piles, sorted } = sortedLibrary([30, 20]);
    const [pile] = (await sorted()).piles;
    piles.name({ pile: pile!.id, name: 'Cat', photoIds: pile!.typical.slice(0, 12) });
    const anew = expectSorted(await piles.arrange(3)).piles;
    expect(anew.some(({ named }) => named?.classId === listClasses(db)[0]!.id)).toBe(true);
    expect(anew.reduce((sum, { labelled }) => sum + labelled, 0)).toBe(12);
  });
});

test('piles of a library that was closed meanwhile are nobody’s', async () => {
  const { piles, library, sorted } = sortedLibrary([30, 20]);
  const asked = piles.arrange(2);
  library.current = null;
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  library.current = library.require();
  expect((await sorted()).asked).toBeNull();
});
