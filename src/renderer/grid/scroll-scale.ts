// Where a list is scrolled that is taller than a browser can scroll: 33.5 million px in Chromium, 17.9 in Firefox. What
// the browser scrolls (bar) is shorter than the list then. Wheel and fingers move the list as far as the bar; a leap of
// the bar, which is its thumb, leads to the same share of the list; and at rest the bar is put where that share is.
// Near both ends bar and list move as one, so that every px there can be reached. A list that fits is its own bar.

/** Heights in px. */
export interface ScrollScale {
  /** What the browser scrolls. */
  barHeight: number;
  /** The last place of the list, and of the bar; the first are 0. */
  listEnd: number;
  barEnd: number;
  viewHeight: number;
}

/** In px from the top; `list - bar` is whole, so that no photo lies between two pixels. */
export interface ScrollPlace {
  list: number;
  bar: number;
}

/** As tall as a bar may be; the thumb's steps are the coarser the shorter it is. */
const tallestBar = 8_000_000;
/** Browsers count in px of the screen: of these half of what they can. */
const tallestOnScreen = 16_000_000;
/** Share of the bar at each end that moves as the list does. */
const asOneShare = 1 / 64;
/** A move of more screens than this at once is a leap. */
const leapScreens = 2;

/** `pixelRatio`: px of the screen in one of the page, the browser's zoom included. */
export function scrollScale(listHeight: number, viewHeight: number, pixelRatio: number): ScrollScale {
  const barHeight = Math.min(listHeight, tallestBar, Math.floor(tallestOnScreen / pixelRatio));
  const end = (height: number) => Math.max(0, height - viewHeight);
  return { barHeight, listEnd: end(listHeight), barEnd: end(barHeight), viewHeight };
}

const fits = ({ listEnd, barEnd }: ScrollScale): boolean => listEnd === barEnd;

/** Where the bar belongs when the list is at `list`: never falling, and one px for one near both ends. */
export function barFor(scale: ScrollScale, list: number): number {
  const { listEnd, barEnd } = scale;
  const asOne = barEnd * asOneShare;
  if (fits(scale) || list <= asOne) return list;
  if (list >= listEnd - asOne) return barEnd - (listEnd - list);
  return asOne + ((list - asOne) * (barEnd - 2 * asOne)) / (listEnd - 2 * asOne);
}

/** The place of the list that the bar stands for: what `barFor` undoes. */
export function listFor(scale: ScrollScale, bar: number): number {
  const { listEnd, barEnd } = scale;
  const asOne = barEnd * asOneShare;
  if (fits(scale) || bar <= asOne) return bar;
  if (bar >= barEnd - asOne) return listEnd - (barEnd - bar);
  return asOne + ((bar - asOne) * (listEnd - 2 * asOne)) / (barEnd - 2 * asOne);
}

/** The list at `list`, or at its nearest end, and the bar where it belongs; the browser knows the ends of what fits. */
export function placeAt(scale: ScrollScale, list: number): ScrollPlace {
  if (fits(scale)) return { list, bar: list };
  const within = Math.min(scale.listEnd, Math.max(0, list));
  return { list: within, bar: within - Math.round(within - barFor(scale, within)) };
}

/**
 * The browser has moved the bar from `from.bar` to `bar`. `byHand`: by wheel or finger, however far. Where the bar of
 * the answer is another one it must be put there: it came to an end before the list did, or the list before it.
 */
export function follow(scale: ScrollScale, from: ScrollPlace, bar: number, byHand: boolean): ScrollPlace {
  if (fits(scale) && from.list === from.bar) return { list: bar, bar };
  const { listEnd, barEnd, viewHeight } = scale;
  const by = bar - from.bar;
  if (!byHand && Math.abs(by) > leapScreens * viewHeight)
    return { list: bar + Math.round(listFor(scale, bar) - bar), bar };
  const list = from.list + by;
  const isNear = (place: number, end: number) => place < viewHeight || place > end - viewHeight;
  return fits(scale) || isNear(list, listEnd) || isNear(bar, barEnd) ? placeAt(scale, list) : { list, bar };
}
