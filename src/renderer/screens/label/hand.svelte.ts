// What the pointer holds on the Label screen: photos on their way to a class, or a brush that labels what it touches.

import type { ClassId, PhotoId } from '../../../shared/types.ts';

const untouched: ReadonlySet<PhotoId> = new Set();

export class Hand {
  /** The selected photos are being dragged. */
  carrying = $state(false);
  /** The class that the brush gives; null while there is no brush. */
  brush = $state.raw<ClassId | null>(null);
  /** What the stroke under way has touched. */
  stroke = $state.raw(untouched);

  readonly #label: (ids: PhotoId[], classId: ClassId) => Promise<void>;

  /** `label` stores a stroke as one action. */
  constructor(label: (ids: PhotoId[], classId: ClassId) => Promise<void>) {
    this.#label = label;
  }

  /** Takes the brush of a class, or puts it down when it is that one. */
  toggleBrush(classId: ClassId): void {
    this.brush = this.brush === classId ? null : classId;
    this.stroke = untouched;
  }

  putDown(): void {
    this.brush = null;
    this.stroke = untouched;
  }

  touch(ids: readonly PhotoId[]): void {
    if (ids.every((id) => this.stroke.has(id))) return;
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- Never changed: the stroke is another set then.
    this.stroke = new Set([...this.stroke, ...ids]);
  }

  /** Ends the stroke: what it has touched gets the class, unless the stroke is given up. */
  lift(done: boolean): void {
    const [ids, classId] = [[...this.stroke], this.brush];
    this.stroke = untouched;
    if (done && classId !== null && ids.length > 0) void this.#label(ids, classId);
  }
}
