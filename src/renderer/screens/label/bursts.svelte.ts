// Which photos are nearly the same, as main has grouped them, and which groups are open on the screen.

import type { Api } from '../../api.ts';
import type { PhotoId } from '../../../shared/types.ts';
import { noGroups } from './burst-cards.ts';

const KEY = 'whisker.groupBursts';

export class Bursts {
  /** Photo -> the first of its group, for those that are like another; nothing while photos are not to be grouped. */
  readonly firstOf: ReadonlyMap<PhotoId, PhotoId> = $derived.by(() => (this.grouping ? this.#firstOf : noGroups));
  /** Names of the groups whose photos all show. */
  opened = $state.raw<ReadonlySet<PhotoId>>(new Set());

  readonly #api: Api;
  #firstOf = $state.raw(noGroups);
  #grouping = $state(localStorage.getItem(KEY) !== 'off');
  readonly #members = $derived.by(() => {
    const members = new Map<PhotoId, PhotoId[]>();
    for (const [id, first] of this.firstOf) {
      const group = members.get(first);
      if (group) group.push(id);
      else members.set(first, [id]);
    }
    return members;
  });
  #request = 0;

  constructor(api: Api) {
    this.#api = api;
    // Where that fails, the groups of before stay; they are asked for again with the photos.
    api.on('bursts.changed', () => void this.load().catch(() => {}));
  }

  /** Whether photos that are nearly the same show as one; remembered on this machine. */
  get grouping(): boolean {
    return this.#grouping;
  }

  set grouping(on: boolean) {
    this.#grouping = on;
    localStorage.setItem(KEY, on ? 'on' : 'off');
  }

  /** Whether there is anything to group. */
  get any(): boolean {
    return this.#firstOf.size > 0;
  }

  async load(): Promise<void> {
    const request = ++this.#request;
    const { photoIds, firsts } = await this.#api.call('bursts.list');
    if (request === this.#request) this.#firstOf = new Map(photoIds.map((id, i) => [id, firsts[i] ?? id]));
  }

  /** Another library. */
  reset(): void {
    this.#request++;
    this.#firstOf = noGroups;
    this.opened = new Set();
  }

  /** Opens the group of a photo, or closes it. False for a photo that is like no other. */
  toggle(id: PhotoId): boolean {
    const first = this.firstOf.get(id);
    if (first === undefined) return false;
    const opened = new Set(this.opened);
    if (!opened.delete(first)) opened.add(first);
    this.opened = opened;
    return true;
  }

  isOpen(id: PhotoId): boolean {
    const first = this.firstOf.get(id);
    return first !== undefined && this.opened.has(first);
  }

  /** The other photos of the closed groups that these are of. */
  othersOf(ids: readonly PhotoId[]): PhotoId[] {
    const firsts = new Set(ids.flatMap((id) => (this.isOpen(id) ? [] : (this.firstOf.get(id) ?? []))));
    const own = new Set(ids);
    return [...firsts].flatMap((first) => this.#members.get(first) ?? []).filter((id) => !own.has(id));
  }
}
