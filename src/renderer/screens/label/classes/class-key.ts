// Which letter can be the own key of a class.

import { commandOfLetter } from '../../../../shared/own-keys.ts';
import type { PhotoClass } from '../../../../shared/types.ts';
import { keyMap } from '../../../ui/own-keys.svelte.ts';

/** Why a class can't have this key, as a sentence; null when it can. */
export function whyNotKey(classes: readonly PhotoClass[], about: PhotoClass | null, key: string): string | null {
  if (!/^\p{Lu}$/u.test(key)) return 'Type one letter.';
  const other = classes.find((entry) => entry.key === key && entry.id !== about?.id);
  if (other) return `${key} is the key of ${other.name}.`;
  const command = commandOfLetter(key, keyMap.own);
  return command && `${key} is “${command.label}”. Take another letter, or change that key under ?.`;
}
