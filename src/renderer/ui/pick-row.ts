// One row of a list from which something is picked by a few letters.

import type { ClassColour, ClassShape } from '../../shared/types.ts';

export interface PickRow {
  /** Unique in the list. */
  id: string;
  label: string;
  /** Rows of one group stand together, under its name while nothing is typed. */
  group?: string;
  mark?: { colour: ClassColour; shape: ClassShape };
  /** Caps of the key that does the same. */
  keys?: string[];
  /** A second, quieter text that is searched for, too. */
  detail?: string;
}
