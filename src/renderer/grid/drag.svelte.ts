// Presses of the mouse in the grid: a press that stays is a click, one that moves draws a rectangle and scrolls at the
// edges.

import type { Box } from './justified.ts';
import { autoScroll, boxBetween, dragThresholdPx, type Point } from './marquee.ts';

type Pointer = Pick<PointerEvent, 'clientX' | 'clientY'>;

/** What the grid lends to the drag. */
export interface DragView {
  /** A place on the screen as a place in the scrolled content. */
  pointAt(pointer: Pointer): Point;
  /** Top and bottom of what is visible, on the screen. */
  edges(): { top: number; bottom: number };
  scrollBy(px: number): void;
  clicked(at: Point, event: PointerEvent): void;
  /** The rectangle grew or shrank. */
  drawn(box: Box): void;
}

export class Drag {
  /** The rectangle while there is one. */
  box = $state.raw<Box | null>(null);

  readonly #view: DragView;
  #press: { at: Point; last: Pointer; touch: boolean } | null = null;

  constructor(view: DragView) {
    this.#view = view;
  }

  press(event: PointerEvent): void {
    // A finger scrolls; only a mouse or a pen draws the rectangle.
    this.#press = { at: this.#view.pointAt(event), last: event, touch: event.pointerType === 'touch' };
  }

  move(event: PointerEvent): void {
    if (!this.#press || this.#press.touch) return;
    this.#press.last = { clientX: event.clientX, clientY: event.clientY };
    if (this.box) return;
    const here = this.#view.pointAt(event);
    const { at } = this.#press;
    if (Math.hypot(here.x - at.x, here.y - at.y) < dragThresholdPx) return;
    this.box = boxBetween(at, here);
    requestAnimationFrame(this.#frame);
  }

  release(event: PointerEvent): void {
    const press = this.#press;
    const wasClick = press !== null && this.box === null;
    this.cancel();
    if (wasClick) this.#view.clicked(press.at, event);
  }

  cancel(): void {
    this.#press = null;
    this.box = null;
  }

  /** Once a frame, since the grid scrolls on while the pointer rests at an edge. */
  readonly #frame = (): void => {
    if (!this.#press || !this.box) return;
    const { top, bottom } = this.#view.edges();
    const by = autoScroll(this.#press.last.clientY, top, bottom);
    if (by !== 0) this.#view.scrollBy(by);
    this.box = boxBetween(this.#press.at, this.#view.pointAt(this.#press.last));
    this.#view.drawn(this.box);
    requestAnimationFrame(this.#frame);
  };
}
