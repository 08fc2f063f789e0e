// Whether the next photo without a label is selected after a label by key; remembered on this machine.

import { NO_LABEL_CODE, type PhotoId } from '../../../shared/types.ts';

const key = 'whisker.autoAdvance';

export class AutoAdvance {
  #on = $state(localStorage.getItem(key) === 'on');

  get on(): boolean {
    return this.#on;
  }

  set on(on: boolean) {
    this.#on = on;
    localStorage.setItem(key, on ? 'on' : 'off');
  }
}

/** The first photo after one, in the order shown, that has no label; null where all that follow have one. */
export function nextUnlabelled(
  order: readonly PhotoId[],
  from: PhotoId,
  codeOf: (id: PhotoId) => number,
): PhotoId | null {
  const at = order.indexOf(from);
  return (at < 0 ? null : order.slice(at + 1).find((id) => codeOf(id) === NO_LABEL_CODE)) ?? null;
}
