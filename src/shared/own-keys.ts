// The keys that a person has given to commands in place of the table's, and what stands in the way of giving one.

import { commands, type Command, type KeyCommand, type Place } from './commands.ts';

/** Of the commands whose keys were changed alone; spelled as in the table, none where another command took the last. */
export type OwnKeys = Partial<Record<KeyCommand, readonly string[]>>;

/** Commands whose keys can be changed. */
export const changeable: readonly Command[] = commands.filter(({ family }) => !family);

/** How keys are spelled: modifiers, then one character or the name of a key. */
export const keyPattern =
  /^(Mod\+|Ctrl\+)?(Alt\+)?(Shift\+)?(Plus|Space|Enter|Escape|Delete|Home|End|Page(Up|Down)|Arrow(Left|Up|Right|Down)|[^\s+])$/u;

export const MOST_KEYS = 8;

/** The keys that a command has now. */
export const keysNow = (command: Command, own: OwnKeys): readonly string[] => own[command.id] ?? command.keys;

/** As it was stored, by whatever version or hand: what is no list of keys of a command that has some is left out. */
export function readOwnKeys(stored: unknown): OwnKeys {
  if (typeof stored !== 'object' || stored === null) return {};
  const own: OwnKeys = {};
  for (const command of changeable) {
    const keys: unknown = Object.hasOwn(stored, command.id) ? stored[command.id as keyof typeof stored] : undefined;
    if (!Array.isArray(keys) || keys.length > MOST_KEYS) continue;
    if (keys.every((key) => typeof key === 'string' && keyPattern.test(key))) own[command.id] = keys;
  }
  return own;
}

/** With other keys for one command; those of the table are kept as no change. */
export function withKeys(own: OwnKeys, command: Command, keys: readonly string[]): OwnKeys {
  const next = { ...own, [command.id]: keys };
  if (keys.join(' ') === command.keys.join(' ')) delete next[command.id];
  return next;
}

// ── What a key can't be ─────────────────────────────────────────────────────────────────────────────────────────────

/** Whose a key is: the system's or the browser's, text fields', what closes dialogs; or not one that can be told. */
export type Refusal = 'system' | 'editing' | 'closing' | 'menu' | 'unknown';

const ofSystem = new Set([...'QWTNRLPSHMJDUO=-0123456789', 'Plus', 'Space'].map((key) => `Mod+${key}`));
const ofSystemShifted = new Set([...'IJCNTRWQPMABODLZ'].map((key) => `Mod+Shift+${key}`));
const ofEditing = new Set([...'ACVXZYBI'].map((key) => `Mod+${key}`));

/** Why a key can't be given to a command; null when it can. A key that is its own by the table always can. */
export function refusalOf(command: Command, key: string): Refusal | null {
  if (command.keys.includes(key)) return null;
  if (!keyPattern.test(key)) return 'unknown';
  if (key === 'Escape') return 'closing';
  if (key.startsWith('Ctrl+') || key.includes('Alt+') || ofSystem.has(key) || ofSystemShifted.has(key)) return 'system';
  const isNamed = /\+(\w{2,})$/.test(key) && !/\+(Plus|Enter|Space)$/.test(key);
  if (ofEditing.has(key) || (key.startsWith('Mod+') && isNamed)) return 'editing';
  return command.heardBy === 'menu' && !key.startsWith('Mod+') ? 'menu' : null;
}

// ── Commands in each other's way ────────────────────────────────────────────────────────────────────────────────────

/** Places whose keys are heard at one time. */
const together: readonly (readonly Place[])[] = [
  ['label', 'map', 'classes'],
  ['piles', 'viewer'],
];

const meet = (one: Place, other: Place): boolean =>
  one === other ||
  one === 'anywhere' ||
  other === 'anywhere' ||
  together.some((places) => places.includes(one) && places.includes(other));

const heardTogether = (some: readonly Place[], others: readonly Place[]): boolean =>
  some.some((one) => others.some((other) => meet(one, other)));

/** Off a Mac the two are one key. */
const plain = (key: string): string => key.replace('Ctrl+', 'Mod+');
const has = (keys: readonly string[], key: string): boolean => keys.some((one) => plain(one) === plain(key));

/** Commands that would hear this key where `command` does; not those that share it by the table. */
export const clashesWith = (command: Command, key: string, own: OwnKeys): Command[] =>
  commands.filter(
    (other) =>
      other.id !== command.id &&
      heardTogether(command.places, other.places) &&
      has(keysNow(other, own), key) &&
      !(has(command.keys, key) && has(other.keys, key)),
  );

/** With one key less for a command. */
export const withoutKey = (own: OwnKeys, command: Command, key: string): OwnKeys =>
  withKeys(
    own,
    command,
    keysNow(command, own).filter((one) => plain(one) !== plain(key)),
  );

/** Where digits and the letters of classes label. */
const givingClasses = commands
  .filter(({ id }) => id === 'give-class' || id === 'correct')
  .flatMap(({ places }) => places);

/** Whether a command is heard where the letters of classes are. */
export const isHeardWithClasses = ({ places }: Command): boolean => heardTogether(places, givingClasses);

/** The command that hears a letter where a class would; null when the letter is free. */
export const commandOfLetter = (letter: string, own: OwnKeys): Command | null =>
  commands.find((command) => isHeardWithClasses(command) && has(keysNow(command, own), letter)) ?? null;
