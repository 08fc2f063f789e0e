import { expect, it } from 'vitest';
import { gestureOf, type Gesture, type Start } from '../../../src/renderer/grid/gestures.ts';

const ground: Start = { onPhoto: false, onSelected: false, adding: false, painting: false };
const photo: Start = { ...ground, onPhoto: true };
const selected: Start = { ...photo, onSelected: true };

it.each<[string, Start, Gesture, Gesture]>([
  ['empty ground draws a rectangle, however long it is held', ground, 'band', 'band'],
  ['a photo that is not selected draws a rectangle, and is carried after a hold', photo, 'band', 'carry'],
  ['what is selected is carried at once', selected, 'carry', 'carry'],
  ['with Shift or Ctrl the rectangle adds, on a selected photo too', { ...selected, adding: true }, 'band', 'band'],
  ['with Shift or Ctrl the rectangle adds, on any other photo', { ...photo, adding: true }, 'band', 'band'],
  ['a brush paints from the ground on', { ...ground, painting: true }, 'paint', 'paint'],
  ['a brush paints what is selected', { ...selected, painting: true }, 'paint', 'paint'],
  ['a brush paints whatever else is pressed', { ...photo, adding: true, painting: true }, 'paint', 'paint'],
])('%s', (_, start, moved, held) => {
  expect(gestureOf(start)).toEqual({ moved, held });
});
