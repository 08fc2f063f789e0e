import { expect, it, vi } from 'vitest';
import { Hand } from '../../../../src/renderer/screens/label/hand.svelte.ts';
import type { ClassId, PhotoId } from '../../../../src/shared/types.ts';

const [cat, dog] = [1 as ClassId, 2 as ClassId];
const ids = (...numbers: number[]) => numbers as PhotoId[];

function brushOf(classId: ClassId) {
  const label = vi.fn(async () => {});
  const hand = new Hand(label);
  hand.toggleBrush(classId);
  return { hand, label };
}

it('a stroke is one action, however often it goes over a photo', () => {
  const { hand, label } = brushOf(cat);
  hand.touch(ids(3));
  hand.touch(ids(4, 5));
  hand.touch(ids(3, 4));
  expect(label).not.toHaveBeenCalled();
  hand.lift(true);
  expect(label.mock.calls).toEqual([[ids(3, 4, 5), cat]]);
  hand.lift(true);
  expect(label).toHaveBeenCalledOnce();
});

it('a stroke that is given up, or that met nothing, labels nothing', () => {
  const { hand, label } = brushOf(cat);
  hand.touch(ids(3));
  hand.lift(false);
  hand.touch(ids());
  hand.lift(true);
  expect(label).not.toHaveBeenCalled();
});

it('the brush again puts it down, another takes its place, and a stroke under way is forgotten with it', () => {
  const { hand, label } = brushOf(cat);
  hand.toggleBrush(dog);
  expect(hand.brush).toBe(dog);
  hand.touch(ids(7));
  hand.toggleBrush(dog);
  expect([hand.brush, hand.stroke.size]).toEqual([null, 0]);
  hand.lift(true);
  expect(label).not.toHaveBeenCalled();
});
