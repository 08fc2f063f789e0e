import { describe, expect, test } from 'vitest';
import { drawsOf, inRandomOrder, mixInChecks } from '../../../src/main/review/random-checks.ts';
import type { Fate, Settled } from '../../../src/main/review/random-checks.ts';
import type { PhotoId, RunId } from '../../../src/shared/types.ts';

const run = 1 as RunId;
const photos = (n: number) => Array.from({ length: n }, (_, i) => (i + 1) as PhotoId);

describe('the order of checks', () => {
  test('is fixed by the run, another one for another run, and holds each photo once', () => {
    const order = inRandomOrder(run, photos(500));
    expect(inRandomOrder(run, photos(500).reverse())).toEqual(order);
    expect(inRandomOrder(2 as RunId, photos(500))).not.toEqual(order);
    expect(order.toSorted((a, b) => a - b)).toEqual(photos(500));
  });

  test('is uniform: over many runs each tenth of the photos is first equally often', () => {
    const firsts = Array<number>(10).fill(0);
    for (let i = 1; i <= 5000; i++) firsts[Math.floor((inRandomOrder(i as RunId, photos(100))[0]! - 1) / 10)]!++;
    const chiSquare = firsts.reduce((sum, n) => sum + (n - 500) ** 2 / 500, 0);
    // The 99.9 % point for nine degrees of freedom.
    expect(chiSquare).toBeLessThan(27.88);
  });
});

describe('the list', () => {
  const suspects = photos(100);
  const order = inRandomOrder(run, suspects);

  test('has a check in every eighth place, the suspects in their order between, each photo once', () => {
    const list = mixInChecks(suspects, order, 0, 40);
    expect(list[7]).toEqual({ photoId: order.find((id) => id > 7), isCheck: true });
    for (const at of [7, 15, 23, 31, 39]) expect(list[at]?.isCheck).toBe(true);
    const others = list.filter(({ isCheck }) => !isCheck).map(({ photoId }) => photoId);
    expect(others).toEqual(others.toSorted((a, b) => a - b));
    expect(new Set(list.map(({ photoId }) => photoId)).size).toBe(40);
  });

  test('goes on counting from what was decided before, so that short visits have checks, too', () => {
    const places = (settled: number) =>
      mixInChecks(suspects, order, settled, 20).flatMap(({ isCheck }, at) => (isCheck ? [at] : []));
    expect(places(5).slice(0, 1)).toEqual([2]);
    expect(places(7).slice(0, 1)).toEqual([0]);
  });

  test('marks the checks where a person who decides in its order draws them', () => {
    const list = mixInChecks(suspects, order, 0, 100);
    const settled = list.slice(0, 60).map(({ photoId }, i): Settled => ({ photoId, fate: 'right', at: stamp(i) }));
    const waiting = list.slice(60).map(({ photoId }) => photoId);
    expect(drawsOf(run, settled, waiting).forHigh).toHaveLength(
      list.slice(0, 60).filter(({ isCheck }) => isCheck).length,
    );
  });

  test('lists photos that are in no pool as suspects only, and ends with the photos', () => {
    expect(mixInChecks(photos(3), [], 7, 100).map(({ isCheck }) => isCheck)).toEqual([false, false, false]);
    expect(mixInChecks([], order, 0, 100)).toHaveLength(100);
  });
});

describe('draws', () => {
  const order = inRandomOrder(run, photos(100));
  const [first, second, third, fourth] = order as [PhotoId, PhotoId, PhotoId, PhotoId];
  const last = order.slice(-10);
  const told = (...photos: [PhotoId, Fate][]) => photos.map(([photoId, fate], i) => ({ photoId, fate, at: stamp(i) }));
  const drawn = (settled: Settled[]) => {
    const gone = new Set(settled.map(({ photoId }) => photoId));
    return drawsOf(
      run,
      settled,
      order.filter((id) => !gone.has(id)),
    );
  };

  test('come from the photos that waited when the one before was decided', () => {
    const { forLow, forHigh } = drawn(
      told([last[0]!, 'wrong'], [first, 'right'], [last[1]!, 'wrong'], [second, 'wrong']),
    );
    expect(forLow).toEqual([
      { pool: 100, found: 3, wrong: false },
      { pool: 98, found: 2, wrong: true },
    ]);
    expect(forHigh).toEqual(forLow);
  });

  test('wait for the one that was passed over', () => {
    const passedOver = told([second, 'right'], [third, 'right']);
    expect(drawn(passedOver).forHigh).toEqual([]);
    const decidedAfterAll = told([second, 'right'], [third, 'right'], [first, 'wrong'], [fourth, 'right']);
    expect(drawn(decidedAfterAll).forHigh.map(({ pool, wrong }) => [pool, wrong])).toEqual([
      [100, true],
      [97, false],
    ]);
  });

  test('that were skipped count as right for the low end and as wrong for the high one', () => {
    const { forLow, forHigh } = drawn(told([first, 'skipped'], [second, 'right']));
    expect(forLow[0]).toEqual({ pool: 100, found: 0, wrong: false });
    expect(forHigh[0]).toEqual({ pool: 100, found: 1, wrong: true });
    expect(forHigh).toHaveLength(2);
  });

  test('that were accepted unseen do not count as checked', () => {
    const { forLow, forHigh } = drawn(told([first, 'accepted'], [second, 'right']));
    expect(forLow.map(({ wrong }) => wrong)).toEqual([false, false]);
    expect(forHigh).toHaveLength(1);
  });

  test('know that of photos accepted unseen each may be an error, or none', () => {
    const { forLow, forHigh } = drawn(told([first, 'right'], [last[0]!, 'accepted'], [last[1]!, 'accepted']));
    expect([forLow[0]?.found, forHigh[0]?.found]).toEqual([2, 0]);
  });
});

function stamp(i: number): string {
  return new Date(Date.UTC(2026, 0, 2) + 1000 * i).toISOString();
}
