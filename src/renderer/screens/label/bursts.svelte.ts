// Which photos are nearly the same, as main has grouped them, and which groups are open on the screen.

import type { Api } from '../../api.ts';
import type { PhotoId } from '../../../shared/types.ts';
import { firstsByPhoto, membersByFirst, noGroups, noneOpen, othersIn, toggled } from './burst-groups.ts';

const KEY = 'whisker.groupBursts';

export class Bursts {
  /** Photo -> the first of its group, for those that are like another; nothing while photos are not to be grouped. */
  readonly firstOf: ReadonlyMap<PhotoId, PhotoId> = $derived.by(() => (this.grouping ? this.#firstOf : noGroups));
  /** Names of the groups whose photos all show. */
  opened = $state.raw(noneOpen);

  readonly #api: Api;
  #firstOf = $state.raw(noGroups);
  #grouping = $state(localStorage.getItem(KEY) !== 'off');
  readonly #members = $derived.by(() => membersByFirst(this.firstOf));
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
    const list = await this.#api.call('bursts.list');
    if (request === this.#request) this.#firstOf = firstsByPhoto(list);
  }

  /** Another library. */
  reset(): void {
    this.#request++;
    this.#firstOf = noGroups;
    this.opened = noneOpen;
  }

  /** Opens the group of a photo, or closes it. False for a photo that is like no other. */
  toggle(id: PhotoId): boolean {
    const first = this.firstOf.get(id);
    if (first === undefined) return false;
    this.opened = toggled(this.opened, first);
    return true;
  }

  isOpen(id: PhotoId): boolean {
    const first = this.firstOf.get(id);
    return first !== undefined && this.opened.has(first);
  }

  /** The other photos of the closed groups that these are of. */
  othersOf(ids: readonly PhotoId[]): PhotoId[] {
    return othersIn(
      this.#members,
      ids.flatMap((id) => (this.isOpen(id) ? [] : (this.firstOf.get(id) ?? []))),
      ids,
    );
  }
}
