// The order of the classes by hand: a row of the list is dragged to another place, or moved by key. The list shows
// where it would come to lie; only main's answer makes it so.

import type { App } from '../../../app/app.svelte.ts';
import { Drag } from '../../../grid/drag.svelte.ts';
import { commandOf } from '../../../ui/keys.ts';
import { moved } from '../../../../shared/moved.ts';
import type { ClassId, PhotoClass } from '../../../../shared/types.ts';

export class ClassOrder {
  /** The rows, and what scrolls them. */
  list = $state<HTMLElement>();
  scroller = $state<HTMLElement>();

  /** The class that is dragged, and the place that it is over. */
  held = $state.raw<{ id: ClassId; to: number } | null>(null);
  readonly shown: readonly PhotoClass[] = $derived.by(() => {
    const { held } = this;
    const { classes } = this.#app;
    return held
      ? moved(
          classes,
          classes.findIndex(({ id }) => id === held.id),
          held.to,
        )
      : classes;
  });

  readonly #app: App;
  #pressed: ClassId | null = null;
  /** The click that ends a drag opens nothing. */
  #dragged = false;
  readonly #drag = new Drag({
    pointAt: ({ clientX, clientY }) => {
      const view = this.list?.getBoundingClientRect();
      return { x: clientX - (view?.left ?? 0), y: clientY - (view?.top ?? 0) };
    },
    edges: () => this.scroller?.getBoundingClientRect() ?? { top: 0, bottom: 0 },
    scrollBy: (px) => void (this.scroller && (this.scroller.scrollTop += px)),
    clicked: () => {},
    // Where it is over is told by the pointer alone, not by how far the rectangle reaches.
    drawn: () => this.#follow(),
  });
  #pointerY = 0;
  #turn: Promise<void> = Promise.resolve();

  /** Made while a component is, since it looks after the focus in the page. */
  constructor(app: App) {
    this.#app = app;
    // A row that moves in the page loses the focus.
    let focused: HTMLElement | null = null;
    $effect.pre(() => {
      void this.shown;
      const { activeElement } = document;
      focused = activeElement instanceof HTMLElement && this.list?.contains(activeElement) ? activeElement : null;
    });
    $effect(() => {
      void this.shown;
      if (focused?.isConnected && document.activeElement !== focused) focused.focus();
    });
  }

  pressed(event: PointerEvent, id: ClassId): void {
    if (event.button !== 0 || this.held || this.#app.classes.length < 2) return;
    this.#pressed = id;
    this.#drag.press(event);
  }

  pointerMoved(event: PointerEvent): void {
    this.#pointerY = event.clientY;
    this.#drag.move(event);
    if (this.#drag.box && !this.list?.hasPointerCapture(event.pointerId)) this.list?.setPointerCapture(event.pointerId);
  }

  async released(event: PointerEvent): Promise<void> {
    const { held } = this;
    this.#drag.release(event);
    this.#pressed = null;
    if (!held) return;
    this.#dragged = true;
    setTimeout(() => (this.#dragged = false));
    await this.#app.moveClass(held.id, held.to);
    this.held = null;
  }

  /** Esc while a class is dragged, or a pointer that the system took away. */
  cancel(): boolean {
    const wasHeld = this.held !== null;
    this.#drag.cancel();
    this.held = null;
    this.#pressed = null;
    return wasHeld;
  }

  /** True for the click with which a drag ended. */
  get takesClick(): boolean {
    return this.#dragged;
  }

  keyPressed(event: KeyboardEvent, id: ClassId): void {
    const by = { 'class-up': -1, 'class-down': 1 }[String(commandOf(event, 'classes'))];
    if (by === undefined) return;
    event.preventDefault();
    this.move(id, by);
  }

  /** When its turn comes: each press goes on from where the one before it led. */
  move(id: ClassId, by: number): void {
    this.#turn = this.#turn.then(async () => {
      const to = this.#app.classes.findIndex((entry) => entry.id === id) + by;
      if (to >= 0 && to < this.#app.classes.length) await this.#app.moveClass(id, to);
    });
  }

  #follow(): void {
    const view = this.list?.getBoundingClientRect();
    const count = this.#app.classes.length;
    if (this.#pressed === null || !view || view.height === 0) return;
    const place = Math.floor(((this.#pointerY - view.top) / view.height) * count);
    const to = Math.min(count - 1, Math.max(0, place));
    if (this.held?.to !== to) this.held = { id: this.#pressed, to };
  }
}
