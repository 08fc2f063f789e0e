// The columns of all photos of the library, in the order of the grid: plain arrays, fit for a million photos. Knows
// nothing of screens.

import { fileNameOf, isUri } from '../../../shared/elsewhere.ts';
import { labelCode, marks, NO_LABEL_CODE, UNSURE_CODE } from '../../../shared/types.ts';
import type { Counts, Mark, PhotoId, PhotoPage } from '../../../shared/types.ts';
import type { Shown } from '../../app/shown.ts';

export interface ShownPhotos {
  ids: PhotoId[];
  /** Width over height. */
  aspects: Float32Array;
}

export type Wanted = (id: PhotoId, code: number) => boolean;

export class PhotoTable {
  #ids: PhotoId[] = [];
  #names: string[] = [];
  #aspects: number[] = [];
  #codes: number[] = [];
  #at = new Map<PhotoId, number>();
  /** Those that are not in the folder. */
  #elsewhere = new Set<PhotoId>();

  /** Photos that are there already are left as they are, and those after `last` are left out. */
  add(page: PhotoPage, last = Infinity): void {
    page.ids.forEach((id, i) => {
      if (this.#at.has(id) || id > last) return;
      this.#at.set(id, this.#ids.length);
      this.#ids.push(id);
      const name = page.names[i] ?? '';
      if (isUri(name)) this.#elsewhere.add(id);
      this.#names.push(fileNameOf(name));
      this.#aspects.push((page.widths[i] ?? 1) / (page.heights[i] ?? 1));
      this.#codes.push(page.labels[i] ?? NO_LABEL_CODE);
    });
  }

  get size(): number {
    return this.#ids.length;
  }

  /** How many photos carry what. */
  tally(): Pick<Counts, 'photos' | 'labelled' | 'unlabelled' | Mark | 'byClass'> {
    const byClass: Record<number, number> = {};
    const byMark: Record<number, number> = {};
    let labelled = 0;
    let unlabelled = 0;
    for (const code of this.#codes) {
      if (code === NO_LABEL_CODE) unlabelled++;
      else if (code < NO_LABEL_CODE) byMark[code] = (byMark[code] ?? 0) + 1;
      else {
        labelled++;
        byClass[code] = (byClass[code] ?? 0) + 1;
      }
    }
    const [excluded = 0, none = 0, unsure = 0] = marks.map((mark) => byMark[labelCode(mark)] ?? 0);
    return { photos: this.#codes.length, labelled, unlabelled, excluded, none, unsure, byClass };
  }

  remove(ids: readonly PhotoId[]): void {
    const gone = new Set(ids);
    const keep = this.#ids.map((id) => !gone.has(id));
    this.#names = this.#names.filter((_, i) => keep[i]);
    this.#aspects = this.#aspects.filter((_, i) => keep[i]);
    this.#codes = this.#codes.filter((_, i) => keep[i]);
    this.#ids = this.#ids.filter((_, i) => keep[i]);
    this.#at = new Map(this.#ids.map((id, i) => [id, i]));
  }

  /** File name; empty for a photo that is not there. */
  nameOf(id: PhotoId): string {
    return this.#names[this.#at.get(id) ?? -1] ?? '';
  }

  liesElsewhere(id: PhotoId): boolean {
    return this.#elsewhere.has(id);
  }

  /** See `labelCode`. */
  codeOf(id: PhotoId): number {
    return this.#codes[this.#at.get(id) ?? -1] ?? NO_LABEL_CODE;
  }

  /** False when nothing changed. */
  setCodes(ids: readonly PhotoId[], codes: readonly number[]): boolean {
    let changed = false;
    ids.forEach((id, i) => {
      const at = this.#at.get(id);
      const code = codes[i] ?? NO_LABEL_CODE;
      if (at === undefined || this.#codes[at] === code) return;
      this.#codes[at] = code;
      changed = true;
    });
    return changed;
  }

  choose(wanted: Wanted): ShownPhotos {
    const ids: PhotoId[] = [];
    const aspects = new Float32Array(this.#ids.length);
    this.#ids.forEach((id, i) => {
      if (wanted(id, this.#codes[i] ?? NO_LABEL_CODE)) aspects[ids.push(id) - 1] = this.#aspects[i] ?? 1;
    });
    return { ids, aspects: aspects.slice(0, ids.length) };
  }

  /** The first `most` of these that are there and wanted, in this order. */
  chooseAmong(ordered: readonly PhotoId[], wanted: Wanted, most: number): ShownPhotos {
    const ids: PhotoId[] = [];
    const aspects: number[] = [];
    for (const id of ordered) {
      const at = this.#at.get(id);
      if (at === undefined || !wanted(id, this.#codes[at] ?? NO_LABEL_CODE)) continue;
      if (ids.length >= most) break;
      ids.push(id);
      aspects.push(this.#aspects[at] ?? 1);
    }
    return { ids, aspects: Float32Array.from(aspects) };
  }

  has(id: PhotoId, wanted: Wanted): boolean {
    return this.#at.has(id) && wanted(id, this.codeOf(id));
  }
}

/**
 * What a filter asks of a photo. `answer`: what main said, for the filters that only main can answer. `unsureToo`:
 * photos of which somebody is unsure are suggested, since no other is left.
 */
export function wantedBy(filter: Shown, answer: readonly PhotoId[] | null, unsureToo = false): Wanted {
  const asked = new Set(answer);
  switch (filter.kind) {
    case 'all':
      return () => true;
    case 'unlabelled':
      return (_, code) => code === NO_LABEL_CODE;
    case 'labelled':
      return (_, code) => code > 0;
    case 'class':
      return (_, code) => code === filter.classId;
    case 'excluded':
    case 'none':
    case 'unsure':
      return (_, code) => code === labelCode(filter.kind);
    case 'predicted':
    case 'resorted':
      return (id, code) => code === NO_LABEL_CODE && asked.has(id);
    case 'suggested':
      return (id, code) => (code === NO_LABEL_CODE || (unsureToo && code === UNSURE_CODE)) && asked.has(id);
    case 'alike':
      return (id) => asked.has(id);
    case 'audited':
      return (id, code) => code !== NO_LABEL_CODE && asked.has(id);
    case 'confusion':
    case 'confident':
    case 'learned':
    case 'pile':
    case 'receipt':
    case 'reguessed':
    case 'picked':
      return (id) => asked.has(id);
    case 'piles':
    case 'problems':
      return () => false;
  }
}
