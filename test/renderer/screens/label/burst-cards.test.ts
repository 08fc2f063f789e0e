import { expect, test } from 'vitest';
import { inSorts } from '../../../fixtures/processor-time.ts';
import { cardsOf, inCards, photosInCards } from '../../../../src/renderer/screens/label/burst-cards.ts';
import { noGroups } from '../../../../src/renderer/screens/label/burst-groups.ts';
import type { PhotoId } from '../../../../src/shared/types.ts';

const shownOf = (ids: number[]) => ({ ids: ids as PhotoId[], aspects: Float32Array.from(ids, (id) => id / 4) });
const groups = (pairs: [number, number][]) => new Map(pairs as [PhotoId, PhotoId][]);
const plain = ({ ids, sizes, places }: ReturnType<typeof cardsOf>) => ({
  ids,
  sizes: [...sizes],
  places: [...places],
});
const none = new Set<PhotoId>();
/** 2, 4 and 5 are nearly the same; 3 and 8 are. */
const two = groups([
  [2, 2],
  [4, 2],
  [5, 2],
  [3, 3],
  [8, 3],
]);

test('without groups every photo is a card', () => {
  const shown = shownOf([3, 1, 2]);
  const cards = cardsOf(shown, noGroups, none);
  expect(plain(cards)).toEqual({ ids: [3, 1, 2], sizes: [1, 1, 1], places: [0, 0, 0] });
  expect(cards.aspects).toEqual(shown.aspects);
  expect(photosInCards(cards)).toBe('3 photos');
});

test('a group is one card, where the first that shows stands, with how many it is', () => {
  const cards = cardsOf(shownOf([1, 2, 3, 4, 5, 6]), two, none);
  // Of 3 and 8 only one shows: it is alone.
  expect(plain(cards)).toEqual({ ids: [1, 2, 3, 6], sizes: [1, 3, 1, 1], places: [0, 0, 0, 0] });
  expect([...cards.aspects]).toEqual([0.25, 0.5, 0.75, 1.5]);
  expect(photosInCards(cards)).toBe('6 photos in 4 cards');
  expect(inCards(6000, 4000)).toBe('6,000 in 4,000 cards');
  // The filter leaves out the one that names it, and the order is another one.
  expect(plain(cardsOf(shownOf([8, 5, 1, 4, 3]), two, none))).toEqual({
    ids: [8, 5, 1],
    sizes: [2, 2, 1],
    places: [0, 0, 0],
  });
});

test('an open group has a card for each of its photos, next to one another', () => {
  const cards = cardsOf(shownOf([1, 2, 3, 4, 5, 8]), two, new Set([2 as PhotoId]));
  expect(plain(cards)).toEqual({ ids: [1, 2, 4, 5, 3], sizes: [1, 3, 3, 3, 2], places: [0, 0, 1, 2, 0] });
});

test('100,000 photos, half of them in groups, take no longer than to sort as many a few times', () => {
  const ids = Array.from({ length: 100_000 }, (_, i) => i + 1);
  const firstOf = groups(ids.filter((id) => id % 10 < 5).map((id) => [id, id - (id % 10)]));
  const shown = shownOf(ids);
  expect(cardsOf(shown, firstOf, none).ids).toHaveLength(60_001);
  expect(inSorts(() => cardsOf(shown, firstOf, none))).toBeLessThan(8);
});
