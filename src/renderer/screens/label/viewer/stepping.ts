// The commands that lead from a photo shown large to others of its list.

import type { Act } from '../../../app/offers.svelte.ts';
import type { KeyCommand } from '../../../../shared/commands.ts';

/** What leads on from the photo at `index` of so many; null for any other command. `step` takes how far. */
export function stepAct(
  command: KeyCommand,
  { index, count, step }: { index: number; count: number; step: (by: number) => void },
): Act | null {
  switch (command) {
    case 'next-photo':
      return () => step(1);
    case 'previous-photo':
      return () => step(-1);
    case 'first-photo':
      return () => step(-index);
    case 'last-photo':
      return () => step(count - 1 - index);
    default:
      return null;
  }
}
