// What the pointer does on the map: it moves it, draws a lasso, comes near a photo, opens or selects.

import { click, fromDrag, nothing } from '../../../grid/selection.ts';
import { pan, toMap, type Camera, type Point, type Size } from '../../../map/camera.ts';
import { indicesInside } from '../../../map/lasso.ts';
import type { PhotoId } from '../../../../shared/types.ts';
import { hasMod } from '../../../ui/keys.ts';
import type { Photos } from '../photos.svelte.ts';
import type { PhotoMap } from './photo-map.svelte.ts';

/** How near the pointer must come to a point, in px. */
const REACH_PX = 12;
/** A press that moves less is a click. */
const CLICK_PX = 4;

export interface Pointed {
  map: PhotoMap;
  photos: Photos;
  /** What is seen of the map, and the photos that answer to the pointer; null while nothing is. */
  view: () => { canvas: HTMLCanvasElement; camera: Camera; size: Size; shown: ReadonlySet<PhotoId> } | null;
  zoomBy: (factor: number, at: Point) => void;
  onopen: (id: PhotoId) => void;
}

export class MapPointer {
  hovered = $state.raw<{ id: PhotoId; x: number; y: number } | null>(null);
  /** On the map, while it is drawn. */
  outline = $state.raw<Point[]>([]);
  panning = $state(false);

  readonly #on: Pointed;
  #press: { at: Point; last: Point; moved: boolean; lassoes: boolean; adds: boolean } | null = null;

  constructor(on: Pointed) {
    this.#on = on;
  }

  pressed = (event: PointerEvent): void => {
    const view = this.#on.view();
    if (event.button !== 0 || !view) return;
    const at = pxOf(event, view.canvas);
    const lassoes = this.#on.map.lasso || event.shiftKey;
    this.#press = { at, last: at, moved: false, lassoes, adds: hasMod(event) };
    this.hovered = null;
    view.canvas.setPointerCapture(event.pointerId);
  };

  moved = (event: PointerEvent): void => {
    const view = this.#on.view();
    if (!view) return;
    const { camera, size, canvas } = view;
    const px = pxOf(event, canvas);
    const press = this.#press;
    if (!press) {
      const id = event.pointerType === 'touch' ? null : this.#idAt(px);
      this.hovered = id === null ? null : { id, ...px };
      return;
    }
    if (!press.moved && Math.hypot(px.x - press.at.x, px.y - press.at.y) < CLICK_PX) return;
    if (press.lassoes) {
      if (!press.moved) this.outline = [toMap(camera, size, press.at)];
      this.outline = [...this.outline, toMap(camera, size, px)];
    } else {
      this.panning = true;
      this.#on.map.camera = pan(camera, px.x - press.last.x, px.y - press.last.y);
    }
    this.#press = { ...press, last: px, moved: true };
  };

  released = (event: PointerEvent): void => {
    const [press, view] = [this.#press, this.#on.view()];
    if (press && !press.moved && view) this.#clicked(pxOf(event, view.canvas), event);
    else if (press?.moved && press.lassoes) this.#selectInside(press.adds);
    this.cancelled();
  };

  cancelled = (): void => {
    this.#press = null;
    this.panning = false;
    this.outline = [];
  };

  left = (): void => {
    this.hovered = null;
  };

  wheeled = (event: WheelEvent): void => {
    event.preventDefault();
    const view = this.#on.view();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
    if (view) this.#on.zoomBy(Math.exp(-event.deltaY * lines * 0.0015), pxOf(event, view.canvas));
    this.hovered = null;
  };

  #idAt(px: Point): PhotoId | null {
    const [view, laidOut] = [this.#on.view(), this.#on.map.laidOut];
    if (!view || !laidOut) return null;
    const { camera, size, shown } = view;
    const { ids, points } = laidOut;
    const found = points.nearest(toMap(camera, size, px), REACH_PX / camera.scale, (i) => shown.has(ids[i]!));
    return found === null ? null : (ids[found] ?? null);
  }

  #clicked(px: Point, event: PointerEvent): void {
    const { photos, onopen } = this.#on;
    const id = this.#idAt(px);
    if (id === null) photos.selection = hasMod(event) ? photos.selection : nothing;
    else if (hasMod(event) || event.shiftKey) {
      photos.selection = click(photos.selection, photos.shown.ids, id, { toggle: true });
    } else onopen(id);
  }

  #selectInside(adds: boolean): void {
    const { map, photos, view } = this.#on;
    const shown = view()?.shown;
    if (!map.laidOut || !shown) return;
    const { ids, places } = map.laidOut;
    // eslint-disable-next-line svelte/prefer-svelte-reactivity
    const inside = new Set(indicesInside(this.outline, places, (i) => shown.has(ids[i]!)).map((i) => ids[i]!));
    // In the order of the grid, which shows the last one.
    const touched = photos.shown.ids.filter((id) => inside.has(id));
    const selected = fromDrag(adds ? photos.selection : nothing, touched);
    photos.selection = { ...selected, focus: touched[0] ?? selected.focus };
  }
}

const pxOf = ({ clientX, clientY }: MouseEvent, canvas: HTMLCanvasElement): Point => {
  const { left, top } = canvas.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
};
