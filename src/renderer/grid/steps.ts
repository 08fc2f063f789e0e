// Where the keyboard goes in the grid: which photo a key leads to. Keeps its column while it moves up and down.

import { boxOf, indexVertically, type Layout } from './justified.ts';

export interface Place {
  layout: Layout;
  /** The photo that the keyboard is on; -1 for none. */
  at: number;
  /** Where the keyboard starts when it is on none. */
  first: number;
  /** Rows that a page is. */
  pageRows: number;
}

export class Steps {
  #column: number | null = null;

  /** Index of the photo that a key leads to; null for a key that moves nowhere. */
  target(key: string, { layout, at, first, pageRows }: Place): number | null {
    const rows = { ArrowUp: -1, ArrowDown: 1, PageUp: -pageRows, PageDown: pageRows }[key];
    if (rows === undefined) this.#column = null;
    const last = layout.count - 1;
    if (key === 'Home') return 0;
    if (key === 'End') return last;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (step === undefined && rows === undefined) return null;
    if (at < 0) return first;
    if (step !== undefined) return Math.min(last, Math.max(0, at + step));
    const box = boxOf(layout, at);
    this.#column ??= box.left + box.width / 2;
    return indexVertically(layout, at, rows ?? 0, this.#column);
  }
}
