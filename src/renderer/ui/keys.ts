// How keys are called on this machine, which command a key press means, and whether it belongs to something else than
// the app.

import { commands, type KeyCommand, type Place } from '../../shared/commands.ts';

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

/** The command of the table that a press means at a place; null for a press that means nothing there. */
export function commandOf(event: KeyboardEvent, place: Place): KeyCommand | null {
  const pressed = keysOf(event);
  const found = commands.find(
    ({ places, keys, heardBy }) =>
      heardBy === 'page' && places.includes(place) && keys.some((key) => pressed.includes(key)),
  );
  return found?.id ?? null;
}

/** The press as the table writes it; Ctrl is also Mod where that is the command key. */
function keysOf({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): string[] {
  if (altKey) return [];
  const isCharacter = key.length === 1 && key !== ' ';
  const name = key === ' ' ? 'Space' : key === '+' ? 'Plus' : isCharacter ? key.toUpperCase() : key;
  const commanded = ctrlKey || metaKey;
  // Which characters need Shift is a matter of the keyboard's layout.
  const shifted = shiftKey && (commanded || !isCharacter) ? `Shift+${name}` : name;
  if (!commanded) return [shifted];
  if (ctrlKey && metaKey) return [];
  if (!mac) return ctrlKey ? [`Mod+${shifted}`, `Ctrl+${shifted}`] : [];
  return [ctrlKey ? `Ctrl+${shifted}` : `Mod+${shifted}`];
}

const names: Record<string, string> = {
  Ctrl: mac ? '⌃' : 'Ctrl',
  Mod: modKey,
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
const modifiers = mac ? ['Ctrl', 'Shift', 'Mod'] : ['Mod', 'Ctrl', 'Shift'];

/** "Mod+Shift+Z" as what stands on the keys of this machine: ["Ctrl", "Shift", "Z"]. */
export function capsOf(key: string): string[] {
  const parts = key.split('+');
  const name = parts.at(-1) ?? '';
  const held = modifiers.filter((modifier) => parts.slice(0, -1).includes(modifier));
  return [...held, name].map((part) => names[part] ?? part);
}

/** The caps of a command's first key, for the button that does the same. */
export const capsFor = (id: KeyCommand): string[] =>
  commands.filter((command) => command.id === id).flatMap(({ keys: [first] }) => (first ? capsOf(first) : []));

/** The digit that a press types, 1 for the first; null for any other. */
export const digitOf = ({ key }: KeyboardEvent): number | null => (/^[1-9]$/.test(key) ? Number(key) : null);
