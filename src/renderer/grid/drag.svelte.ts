// Presses of the mouse in the grid: a press that stays is a click; one that moves draws a rectangle or paints, and
// scrolls at the edges, or is left to the browser to carry photos away.

import { HOLD_MS, type Gesture } from './gestures.ts';
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
  /** From now on the press is the grid's, wherever it goes. */
  began?(): void;
  /** The rectangle grew or shrank. */
  drawn(box: Box): void;
  /** The brush went over this stretch. */
  brushed?(from: Point, to: Point): void;
  /** The stroke of the brush is done, or given up. */
  lifted?(done: boolean): void;
}

interface Press {
  at: Point;
  last: Pointer;
  /** Where the brush was seen last. */
  brushedTo: Point;
  gesture: Gesture;
  touch: boolean;
  moving: boolean;
}

export class Drag {
  /** The rectangle while there is one. */
  box = $state.raw<Box | null>(null);
  /** A press has been held for so long that it carries photos away once it moves. */
  holding = $state(false);

  readonly #view: DragView;
  #press: Press | null = null;
  #hold: ReturnType<typeof setTimeout> | undefined;

  constructor(view: DragView) {
    this.#view = view;
  }

  /** Whether the press under way carries photos away. */
  get carries(): boolean {
    return this.#press !== null && !this.#press.touch && this.#press.gesture === 'carry';
  }

  press(
    event: PointerEvent,
    { moved, held }: { moved: Gesture; held: Gesture } = { moved: 'band', held: 'band' },
  ): void {
    const at = this.#view.pointAt(event);
    // A finger scrolls; only a mouse or a pen draws and paints.
    const touch = event.pointerType === 'touch';
    const press: Press = { at, last: event, brushedTo: at, gesture: moved, touch, moving: false };
    this.#press = press;
    this.#hold = setTimeout(() => {
      if (press.moving || touch) return;
      press.gesture = held;
      this.holding = held === 'carry';
    }, HOLD_MS);
    if (moved === 'paint' && !touch) this.#begin(press);
  }

  move(event: PointerEvent): void {
    const press = this.#press;
    if (!press || press.touch || press.gesture === 'carry') return;
    press.last = { clientX: event.clientX, clientY: event.clientY };
    if (press.moving) return;
    const here = this.#view.pointAt(event);
    if (Math.hypot(here.x - press.at.x, here.y - press.at.y) >= dragThresholdPx) this.#begin(press);
  }

  release(event: PointerEvent): void {
    const press = this.#press;
    if (press?.moving && press.gesture === 'paint') {
      this.#brush(press, event);
      this.#view.lifted?.(true);
      press.moving = false;
    }
    const wasClick = press !== null && this.box === null && (press.gesture !== 'paint' || press.touch);
    this.cancel();
    if (wasClick) this.#view.clicked(press.at, event);
  }

  cancel(): void {
    clearTimeout(this.#hold);
    const press = this.#press;
    this.#press = null;
    this.box = null;
    this.holding = false;
    if (press?.moving && press.gesture === 'paint') this.#view.lifted?.(false);
  }

  #begin(press: Press): void {
    press.moving = true;
    this.#view.began?.();
    if (press.gesture === 'band') this.box = boxBetween(press.at, this.#view.pointAt(press.last));
    else this.#brush(press, press.last);
    requestAnimationFrame(this.#frame);
  }

  #brush(press: Press, pointer: Pointer): void {
    const here = this.#view.pointAt(pointer);
    this.#view.brushed?.(press.brushedTo, here);
    press.brushedTo = here;
  }

  /** Once a frame, since the grid scrolls on while the pointer rests at an edge. */
  readonly #frame = (): void => {
    const press = this.#press;
    if (!press?.moving) return;
    const { top, bottom } = this.#view.edges();
    const by = autoScroll(press.last.clientY, top, bottom);
    if (by !== 0) this.#view.scrollBy(by);
    if (press.gesture === 'paint') this.#brush(press, press.last);
    else {
      this.box = boxBetween(press.at, this.#view.pointAt(press.last));
      this.#view.drawn(this.box);
    }
    requestAnimationFrame(this.#frame);
  };
}
