import { describe, expect, it } from 'vitest';
import {
  afterLeaving,
  afterRemoval,
  all,
  among,
  click,
  extend,
  fromDrag,
  nothing,
  only,
} from '../../../src/renderer/grid/selection.ts';
import type { PhotoId } from '../../../src/shared/types.ts';

const ids = (...numbers: number[]) => numbers as PhotoId[];
const id = (number: number) => number as PhotoId;
const order = ids(1, 2, 3, 4, 5, 6, 7, 8);
const listed = (selection: { ids: ReadonlySet<PhotoId> }) => [...selection.ids].sort((a, b) => a - b);

describe('selecting by mouse', () => {
  it('takes the clicked photo alone', () => {
    expect(click(only(id(2)), order, id(5))).toEqual(only(id(5)));
  });

  it('takes everything from the anchor to a shift-click, in both directions, again and again', () => {
    const forth = click(only(id(3)), order, id(6), { range: true });
    expect(listed(forth)).toEqual([3, 4, 5, 6]);
    expect(listed(click(forth, order, id(1), { range: true }))).toEqual([1, 2, 3]);
  });

  it('adds and removes single photos with a toggle click, and ranges from the last of them', () => {
    const two = click(only(id(2)), order, id(7), { toggle: true });
    expect(listed(two)).toEqual([2, 7]);
    expect(listed(click(two, order, id(2), { toggle: true }))).toEqual([7]);
    expect(listed(click(two, order, id(5), { range: true, toggle: true }))).toEqual([2, 5, 6, 7]);
  });

  it('takes a photo alone when there is no anchor to range from', () => {
    expect(click(nothing, order, id(4), { range: true })).toEqual(only(id(4)));
  });

  it('adds what a dragged rectangle touches to what was there, and gives it up when the rectangle shrinks', () => {
    const base = only(id(1));
    expect(listed(fromDrag(base, ids(4, 5)))).toEqual([1, 4, 5]);
    expect(listed(fromDrag(base, ids(4)))).toEqual([1, 4]);
    expect(fromDrag(nothing, []).focus).toBeNull();
  });

  it('takes all', () => {
    expect(listed(all(only(id(4)), order))).toEqual(order);
    expect(all(only(id(4)), order).focus).toBe(4);
    expect(all(nothing, []).focus).toBeNull();
  });
});

describe('selecting by keyboard', () => {
  it('grows and shrinks around the anchor', () => {
    const grown = extend(extend(only(id(4)), order, id(5)), order, id(6));
    expect(listed(grown)).toEqual([4, 5, 6]);
    expect(listed(extend(grown, order, id(5)))).toEqual([4, 5]);
  });
});

const thereOnly = (there: PhotoId[]) => (photo: PhotoId) => there.includes(photo);

describe('when photos leave the screen', () => {
  it('goes on to the next photo', () => {
    expect(afterLeaving(only(id(3)), order, thereOnly(ids(1, 2, 4, 5, 6, 7, 8)))).toEqual(only(id(4)));
  });

  it('goes back to the one before when the last left', () => {
    expect(afterLeaving(only(id(8)), order, thereOnly(ids(1, 2, 3, 4, 5, 6, 7)))).toEqual(only(id(7)));
  });

  it('goes on behind a whole range that left', () => {
    const range = extend(only(id(2)), order, id(5));
    expect(afterLeaving(range, order, thereOnly(ids(1, 6, 7, 8)))).toEqual(only(id(6)));
  });

  it('keeps what is still there', () => {
    const three = extend(only(id(2)), order, id(4));
    const kept = afterLeaving(three, order, thereOnly(ids(1, 2, 4, 5)));
    expect(listed(kept)).toEqual([2, 4]);
    expect(kept.focus).toBe(4);
  });

  it('selects no neighbour of a photo that is gone from the folder', () => {
    const alone = afterRemoval(only(id(3)), order, thereOnly(ids(1, 2, 4, 5, 6, 7, 8)));
    expect(alone).toEqual({ ids: new Set(), focus: 4, anchor: 4 });
    const three = extend(only(id(2)), order, id(4));
    expect(listed(afterRemoval(three, order, thereOnly(ids(1, 2, 3, 5))))).toEqual([2, 3]);
  });

  it('selects nothing when nothing was selected, or nothing is left', () => {
    const looking = { ...nothing, focus: id(3), anchor: id(3) };
    expect(afterLeaving(looking, order, thereOnly(ids(1, 2, 4)))).toMatchObject({ focus: 4, ids: new Set() });
    expect(afterLeaving(only(id(3)), order, thereOnly([]))).toEqual(nothing);
    expect(afterLeaving(nothing, order, thereOnly(ids(1)))).toEqual(nothing);
  });

  it('selects what came back, in the order on screen', () => {
    expect(among(order, ids(6, 2, 99))).toEqual({ ids: new Set([2, 6]), focus: 2, anchor: 2 });
  });
});
