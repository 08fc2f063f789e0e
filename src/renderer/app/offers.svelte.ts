// What can be carried out where the person is: each screen offers what its keys do, and keys and palette ask the same
// functions. Holds no command itself.

import { untrack } from 'svelte';
import { commands, type Command, type KeyCommand, type Place } from '../../shared/commands.ts';
import type { ClassId } from '../../shared/types.ts';

/** What is meant by a command whose keys each mean something of their own. */
export interface Meant {
  /** The key, as `KeyboardEvent.key`. */
  key?: string;
  classId?: ClassId | null;
  /** Adds to what is selected. */
  adding?: boolean;
  /** What had the focus when the person asked, if it has moved since. */
  focus?: Element | null;
}

export type Act = () => unknown;
/** What a command does now; null for one that is not heard here, or that finds nothing to act on. */
export type Acts = (command: KeyCommand, meant?: Meant) => Act | null;

interface Offer {
  place: Place;
  acts: Acts;
  covers: boolean;
}

export class Offers {
  #offers = $state.raw<readonly Offer[]>([]);

  /** `covers`: lies over what was offered before. Returns the function that takes it back, for an effect to return. */
  add(place: Place, acts: Acts, { covers = false } = {}): () => void {
    const offer = { place, acts, covers };
    // An effect that offers is not to start again with each offer.
    untrack(() => (this.#offers = [...this.#offers, offer]));
    return () => void (this.#offers = this.#offers.filter((other) => other !== offer));
  }

  /** Commands that do something here and now, in the order of the table. */
  now(meant?: Meant): { command: Command; act: Act }[] {
    return commands.flatMap((command) => {
      const act = command.family ? null : this.actOf(command.id, meant);
      return act ? [{ command, act }] : [];
    });
  }

  actOf(id: KeyCommand, meant?: Meant): Act | null {
    const covering = this.#offers.findLastIndex(({ covers }) => covers);
    const places = commands.find((command) => command.id === id)?.places ?? [];
    for (const { place, acts } of this.#offers.slice(Math.max(0, covering))) {
      const act = places.includes(place) ? acts(id, meant) : null;
      if (act) return act;
    }
    return null;
  }
}
