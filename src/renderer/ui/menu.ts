// What a menu holds, as data.

import type { ClassColour, ClassShape } from '../../shared/types.ts';
import type { Icon } from './icon.ts';

export interface MenuItem {
  label: string;
  /** A second, quieter line. */
  detail?: string;
  icon?: Icon;
  mark?: { colour: ClassColour; shape: ClassShape };
  /** Keys shown at the right end. */
  keys?: string[];
  danger?: boolean;
  disabled?: boolean;
  /** One of several choices, and whether it is the one that holds. */
  checked?: boolean;
  /** A switch by itself, and whether it is on. */
  on?: boolean;
  /** A link in place of an action; `download` saves it. */
  href?: string;
  download?: boolean;
  onselect?: () => void;
  /** A menu that it leads on to, in place of an action. */
  entries?: MenuEntry[];
}

export type MenuEntry = MenuItem | { heading: string } | 'separator';
