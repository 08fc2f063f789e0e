// Looking closely at a picture by wheel, pinch, double click, drag and keys. Two pictures that share one are looked at
// together.

import type { Attachment } from 'svelte/attachments';
import type { KeyCommand } from '../../shared/commands.ts';
import type { Point } from '../grid/marquee.ts';
import { fitted, isFitted, panBy, toggleActual, wheelFactor, zoomBy, type Lay, type Zoom } from './zoom.ts';

const KEY_FACTOR = 1.25;
/** Part of the view that one press of an arrow moves the picture by. */
const KEY_PAN = 0.15;

const arrows: Record<string, Point> = {
  ArrowLeft: { x: 1, y: 0 },
  ArrowRight: { x: -1, y: 0 },
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 },
};

export class Zooming {
  zoom = $state.raw<Zoom>(fitted);
  /** The picture is being moved by the pointer. */
  panning = $state(false);
  /** How the picture lies that keys and buttons speak of; null until its size is known. */
  lay = $state.raw<Lay | null>(null);
  readonly isFitted = $derived(isFitted(this.zoom));

  reset(): void {
    this.zoom = fitted;
    this.panning = false;
  }

  /** While the picture is larger than its view, the arrows move about in it. */
  takes({ key }: KeyboardEvent): boolean {
    return key in arrows && !this.isFitted;
  }

  /** What a command does, of several keys the one that was pressed; null where it means nothing here. */
  actOf(command: KeyCommand, key = ''): (() => void) | null {
    const { lay } = this;
    if (!lay) return null;
    const by = (factor: number) => () => void (this.zoom = zoomBy(this.zoom, lay, factor));
    switch (command) {
      case 'zoom-in':
        return by(KEY_FACTOR);
      case 'zoom-out':
        return by(1 / KEY_FACTOR);
      case 'zoom-fit':
        return () => this.reset();
      case 'zoom-actual':
        return () => (this.zoom = toggleActual(this.zoom, lay));
      case 'zoom-pan':
        return this.#panOf(lay, arrows[key]);
      default:
        return null;
    }
  }

  #panOf(lay: Lay, arrow: Point | undefined): (() => void) | null {
    if (!arrow) return null;
    const [x, y] = [arrow.x * KEY_PAN * lay.view.width, arrow.y * KEY_PAN * lay.view.height];
    return () => (this.zoom = panBy(this.zoom, lay, x, y));
  }

  /** Hears the pointer in a view; `layOf`: how its picture lies there now. */
  listen(layOf: () => Lay | null): Attachment<HTMLElement> {
    return (view) => {
      // eslint-disable-next-line svelte/prefer-svelte-reactivity -- Nothing is drawn from it.
      const pointers = new Map<number, Point>();
      const listening = new AbortController();
      const { signal } = listening;

      /** Told from the middle of the view. */
      const placeOf = ({ clientX, clientY }: MouseEvent): Point => {
        const { left, top, width, height } = view.getBoundingClientRect();
        return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
      };
      const ofBar = ({ target }: Event) => target instanceof Element && target.closest('button') !== null;

      const wheel = (event: WheelEvent) => {
        event.preventDefault();
        const lay = layOf();
        if (lay) this.zoom = zoomBy(this.zoom, lay, wheelFactor(event), placeOf(event));
      };
      const press = (event: PointerEvent) => {
        if (event.button !== 0 || ofBar(event)) return;
        pointers.set(event.pointerId, placeOf(event));
        if (!this.isFitted) view.setPointerCapture(event.pointerId);
        this.panning = !this.isFitted;
      };
      const move = (event: PointerEvent) => {
        const [lay, before] = [layOf(), pointers.get(event.pointerId)];
        if (!lay || !before) return;
        const now = placeOf(event);
        pointers.set(event.pointerId, now);
        const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
        if (other) this.#pinch(lay, other, before, now);
        else if (!this.isFitted) this.zoom = panBy(this.zoom, lay, now.x - before.x, now.y - before.y);
      };
      const release = (event: PointerEvent) => {
        pointers.delete(event.pointerId);
        if (pointers.size === 0) this.panning = false;
      };
      const double = (event: MouseEvent) => {
        const lay = layOf();
        if (lay && !ofBar(event)) this.zoom = toggleActual(this.zoom, lay, placeOf(event));
      };

      view.addEventListener('wheel', wheel, { signal, passive: false });
      view.addEventListener('pointerdown', press, { signal });
      view.addEventListener('pointermove', move, { signal });
      for (const end of ['pointerup', 'pointercancel'] as const) view.addEventListener(end, release, { signal });
      view.addEventListener('dblclick', double, { signal });
      return () => listening.abort();
    };
  }

  /** One of two fingers moved; what lies between them stays there. */
  #pinch(lay: Lay, other: Point, before: Point, now: Point): void {
    const apart = (a: Point) => Math.max(1, Math.hypot(a.x - other.x, a.y - other.y));
    const middle = { x: (before.x + other.x) / 2, y: (before.y + other.y) / 2 };
    const zoomed = zoomBy(this.zoom, lay, apart(now) / apart(before), middle);
    this.zoom = panBy(zoomed, lay, (now.x - before.x) / 2, (now.y - before.y) / 2);
  }
}
