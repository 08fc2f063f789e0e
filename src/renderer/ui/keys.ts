// How keys are called on this machine, which command a key press means, and whether it belongs to something else than
// the app.

import type { KeyCommand, Place } from '../../shared/commands.ts';
import { commandOfLetter } from '../../shared/own-keys.ts';
import type { PhotoClass } from '../../shared/types.ts';
import { keyMap } from './own-keys.svelte.ts';

const mac = /Mac|iPhone|iPad/.test(navigator.platform);

export const modKey = mac ? '⌘' : 'Ctrl';

/** True for a press with the platform's command key (Cmd on a Mac, Ctrl elsewhere). */
export const hasMod = (event: KeyboardEvent | MouseEvent): boolean => (mac ? event.metaKey : event.ctrlKey);

/** True when the press is typing into a field, or when a dialog, menu or list is open in front of the view. */
export function isTakenPress(event: KeyboardEvent): boolean {
  if (event.defaultPrevented) return true;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest('input, textarea, select, [contenteditable="true"]')) return true;
  return document.querySelector('[role="dialog"], [role="menu"], [role="alertdialog"]') !== null;
}

/**
 * The command of the table that a press means at a place; null for a press that means nothing there. With `classes`,
 * where there are any, their letters give them as their digits do.
 */
export function commandOf(event: KeyboardEvent, place: Place, classes: readonly PhotoClass[] = []): KeyCommand | null {
  const pressed = pressedKeys(event);
  const here = keyMap.all.filter(({ command }) => command.heardBy === 'page' && command.places.includes(place));
  const found = pressed.map((key) => here.find(({ keys }) => keys.includes(key))).find((one) => one !== undefined);
  if (found) return found.command.id;
  const given = classes.some(({ key }) => key !== null && pressed.includes(key) && isFree(key));
  return given
    ? (here.find(({ command: { id } }) => id === 'give-class' || id === 'correct')?.command.id ?? null)
    : null;
}

/** The class that a press means by its letter, or by the digit of its place; null for neither. */
export function classOfPress(event: KeyboardEvent, classes: readonly PhotoClass[]): PhotoClass | null {
  const pressed = pressedKeys(event);
  const byLetter = classes.find(({ key }) => key !== null && pressed.includes(key));
  return byLetter ?? classes[(digitOf(event) ?? 0) - 1] ?? null;
}

/** Whether no command hears a letter where a class would. */
const isFree = (letter: string): boolean => commandOfLetter(letter, keyMap.own) === null;

/** What stands on the key that labels with a class: its letter, else the digit of its place; null past the ninth. */
export function capOfClass(classes: readonly PhotoClass[], { id, key }: Pick<PhotoClass, 'id' | 'key'>): string | null {
  if (key !== null && isFree(key)) return key;
  const place = classes.findIndex((entry) => entry.id === id) + 1;
  return place >= 1 && place <= 9 ? String(place) : null;
}

/**
 * The press as the table writes it, the nearest first. Ctrl is also Mod where that is the command key, and a letter
 * with Shift is also that letter.
 */
export function pressedKeys({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): string[] {
  const isCharacter = key.length === 1 && key !== ' ';
  const name = key === ' ' ? 'Space' : key === '+' ? 'Plus' : isCharacter ? key.toUpperCase() : key;
  const commanded = ctrlKey || metaKey;
  // Which characters need Shift is a matter of the keyboard's layout.
  const withShift = shiftKey && (commanded || !isCharacter) ? `Shift+${name}` : name;
  const shifted = altKey ? `Alt+${withShift}` : withShift;
  const isLetter = isCharacter && name.toLowerCase() !== name;
  if (!commanded) return shiftKey && isLetter && !altKey ? [`Shift+${name}`, name] : [shifted];
  if (ctrlKey && metaKey) return [];
  if (!mac) return ctrlKey ? [`Mod+${shifted}`, `Ctrl+${shifted}`] : [];
  return [ctrlKey ? `Ctrl+${shifted}` : `Mod+${shifted}`];
}

const names: Record<string, string> = {
  Ctrl: mac ? '⌃' : 'Ctrl',
  Mod: modKey,
  Alt: mac ? '⌥' : 'Alt',
  Shift: mac ? '⇧' : 'Shift',
  Plus: '+',
  Enter: '↵',
  Escape: 'Esc',
  ArrowLeft: '←',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowRight: '→',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
};
/** In the order in which each system writes them. */
const modifiers = mac ? ['Ctrl', 'Alt', 'Shift', 'Mod'] : ['Mod', 'Ctrl', 'Alt', 'Shift'];

/** "Mod+Shift+Z" as what stands on the keys of this machine: ["Ctrl", "Shift", "Z"]. */
export function capsOf(key: string): string[] {
  const parts = key.split('+');
  const name = parts.at(-1) ?? '';
  const held = modifiers.filter((modifier) => parts.slice(0, -1).includes(modifier));
  return [...held, name].map((part) => names[part] ?? part);
}

/** The caps of a command's first key, for the button that does the same; none where it has no key. */
export function capsFor(id: KeyCommand): string[] {
  const [first] = keyMap.keysOf(id);
  return first === undefined ? [] : capsOf(first);
}

/** " (A)" after the name of what a key does; nothing where it has none. */
export function keyInBrackets(id: KeyCommand): string {
  const caps = capsFor(id);
  return caps.length > 0 ? ` (${caps.join(' ')})` : '';
}

/** The digit that a press types, 1 for the first; null for any other. */
export const digitOf = ({ key }: KeyboardEvent): number | null => (/^[1-9]$/.test(key) ? Number(key) : null);
