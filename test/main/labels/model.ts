// The label history as a person would describe it: whole snapshots, and two piles for undo and redo. What the database
// is compared with.

import type { ClassId, Label, LabelChoice } from '../../../src/shared/types.ts';

export interface Snapshot {
  /** Photo position -> label; a missing key is "none". */
  labels: Map<number, Label>;
  /** Photo position -> how the label it has was chosen. */
  chosen: Map<number, LabelChoice>;
  classes: Map<ClassId, string>;
}

export class HistoryModel {
  now: Snapshot = { labels: new Map(), chosen: new Map(), classes: new Map() };
  private done: Snapshot[] = [];
  private undone: Snapshot[] = [];

  /** Changes a copy of the present; when nothing differs, nothing happened. */
  act(change: (next: Snapshot) => void): void {
    const { labels, chosen, classes } = this.now;
    const next = { labels: new Map(labels), chosen: new Map(chosen), classes: new Map(classes) };
    change(next);
    if (same(next, this.now)) return;
    this.done.push(this.now);
    this.undone = [];
    this.now = next;
  }

  undo(): void {
    const before = this.done.pop();
    if (!before) return;
    this.undone.push(this.now);
    this.now = before;
  }

  redo(): void {
    const after = this.undone.pop();
    if (!after) return;
    this.done.push(this.now);
    this.now = after;
  }

  get depth(): { undo: boolean; redo: boolean } {
    return { undo: this.done.length > 0, redo: this.undone.length > 0 };
  }
}

const plain = (map: ReadonlyMap<number, unknown>): string =>
  JSON.stringify([...map].filter(([, value]) => value !== null).sort(([a], [b]) => a - b));

const same = (a: Snapshot, b: Snapshot): boolean =>
  plain(a.labels) === plain(b.labels) && plain(a.classes) === plain(b.classes);
