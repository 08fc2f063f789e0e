// Which photos are selected and where the keyboard is, as plain data and pure functions over the order on screen.

import type { PhotoId } from '../../shared/types.ts';

export interface Selection {
  readonly ids: ReadonlySet<PhotoId>;
  /** Where the keyboard is. */
  readonly focus: PhotoId | null;
  /** Where a range begins. */
  readonly anchor: PhotoId | null;
}

export type Order = readonly PhotoId[];

export const nothing: Selection = { ids: new Set(), focus: null, anchor: null };

export const only = (id: PhotoId): Selection => ({ ids: new Set([id]), focus: id, anchor: id });

/**
 * A click: alone it takes the one photo, with `toggle` it adds or removes it, with `range` everything from the anchor
 * on.
 */
export function click(
  selection: Selection,
  order: Order,
  id: PhotoId,
  { range = false, toggle = false }: { range?: boolean; toggle?: boolean } = {},
): Selection {
  if (range) {
    const reached = extend(selection, order, id);
    return toggle ? { ...reached, ids: new Set([...selection.ids, ...reached.ids]) } : reached;
  }
  if (!toggle) return only(id);
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, focus: id, anchor: id };
}

/** The keyboard goes to `id`, and what is selected stays: on the way to add one more. */
export const move = (selection: Selection, id: PhotoId): Selection => ({ ...selection, focus: id });

/** The range from the anchor to `id`, whatever was selected before. */
export function extend(selection: Selection, order: Order, id: PhotoId): Selection {
  const from = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) return only(id);
  return {
    ids: new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1)),
    focus: id,
    anchor: selection.anchor,
  };
}

export function all(selection: Selection, order: Order): Selection {
  const focus = selection.focus ?? order[0] ?? null;
  return { ids: new Set(order), focus, anchor: focus };
}

/** What a dragged rectangle touches, added to what was there when the drag began. */
export function fromDrag(base: Selection, touched: Order): Selection {
  const focus = touched.at(-1) ?? base.focus;
  return { ids: new Set([...base.ids, ...touched]), focus, anchor: touched[0] ?? base.anchor };
}

/** Those of the ids that are on screen. */
export function among(order: Order, ids: Order): Selection {
  const wanted = new Set(ids);
  const there = order.filter((id) => wanted.has(id));
  const first = there[0] ?? null;
  return { ids: new Set(there), focus: first, anchor: first };
}

/** Photos are gone from the folder: none takes their place in the selection, since the next key would label it. */
export function afterRemoval(selection: Selection, before: Order, isThere: (id: PhotoId) => boolean): Selection {
  return { ...afterLeaving(selection, before, isThere), ids: new Set([...selection.ids].filter(isThere)) };
}

/** Photos left the screen: what stays, stays selected; when nothing does, the next photo after the focus is taken. */
export function afterLeaving(selection: Selection, before: Order, isThere: (id: PhotoId) => boolean): Selection {
  const ids = new Set([...selection.ids].filter(isThere));
  const { focus, anchor } = selection;
  if (focus === null || isThere(focus))
    return { ids, focus, anchor: anchor !== null && isThere(anchor) ? anchor : focus };
  const at = before.indexOf(focus);
  const next = before.slice(at + 1).find(isThere) ?? before.slice(0, at).findLast(isThere);
  if (next === undefined) return nothing;
  if (ids.size > 0) return { ids, focus: next, anchor: next };
  return selection.ids.size > 0 ? only(next) : { ids, focus: next, anchor: next };
}
