import { expect, test } from 'vitest';
import { onePerBurst } from '../../../src/main/review/one-per-burst.ts';
import type { PhotoId } from '../../../src/shared/types.ts';

const suspects = [0.9, 0.8, 0.7, 0.5, 0.05, 0.04, 0.01].map((suspicion, i) => ({
  photoId: (i + 1) as PhotoId,
  suspicion,
}));
const firstOf = (pairs: Record<number, number>) =>
  new Map(Object.entries(pairs).map(([id, first]) => [Number(id) as PhotoId, first as PhotoId]));
const ids = (listed: readonly { photoId: PhotoId }[]) => listed.map(({ photoId }) => photoId);

test('without bursts the list is as it was', () => {
  expect(onePerBurst(suspects, new Map())).toEqual(suspects);
});

test('of a burst the first keeps its place and names the others, which come after those that are worth a look', () => {
  const listed = onePerBurst(suspects, firstOf({ 1: 1, 2: 1, 3: 3, 4: 1 }));
  expect(ids(listed)).toEqual([1, 3, 2, 4, 5, 6, 7]);
  expect(listed[0]).toMatchObject({ photoId: 1, burst: [2, 4] });
  expect(listed.slice(1).every((item) => item.burst === undefined)).toBe(true);
});

test('one that is hardly doubted stays behind where the list may end, though it repeats a doubtful one', () => {
  const listed = onePerBurst(suspects, firstOf({ 1: 1, 5: 1, 6: 6, 7: 6 }));
  expect(ids(listed)).toEqual([1, 2, 3, 4, 6, 5, 7]);
  expect(listed.find(({ photoId }) => photoId === 6)).toMatchObject({ burst: [7] });
});

test('when the first of a burst waits no more, the next one stands for the others', () => {
  const listed = onePerBurst(suspects.slice(1), firstOf({ 2: 1, 3: 1, 4: 1 }));
  expect(ids(listed).slice(0, 3)).toEqual([2, 3, 4]);
  expect(listed[0]).toMatchObject({ photoId: 2, burst: [3, 4] });
});
