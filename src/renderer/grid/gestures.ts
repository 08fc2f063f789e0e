// What a press on the grid means, decided where it starts, as file managers do: what is selected can be carried away,
// anything else is where a rectangle begins.

/** What a press does once it moves: draws a rectangle, paints a class, or carries photos away. */
export type Gesture = 'band' | 'paint' | 'carry';

/** Where and how the press started. */
export interface Start {
  onPhoto: boolean;
  onSelected: boolean;
  /** Shift, or the key that adds to a selection. */
  adding: boolean;
  /** A class is being painted. */
  painting: boolean;
}

/** A press that has not moved by then is a hold. */
export const HOLD_MS = 350;

/** `moved`: what the press does when it moves; `held`: when it moves after a hold. */
export function gestureOf({ onPhoto, onSelected, adding, painting }: Start): { moved: Gesture; held: Gesture } {
  if (painting) return { moved: 'paint', held: 'paint' };
  if (adding || !onPhoto) return { moved: 'band', held: 'band' };
  return { moved: onSelected ? 'carry' : 'band', held: 'carry' };
}
