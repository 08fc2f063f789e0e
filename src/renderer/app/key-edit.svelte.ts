// Changing the keys of commands: the next press becomes a command's key, unless it is somebody else's; then that is
// said, and what can make way does when it is asked to.

import { places, type Command } from '../../shared/commands.ts';
import { clashesWith, isHeardWithClasses, refusalOf, withKeys, withoutKey } from '../../shared/own-keys.ts';
import type { OwnKeys, Refusal } from '../../shared/own-keys.ts';
import type { PhotoClass } from '../../shared/types.ts';
import { capsOf, modKey, pressedKeys } from '../ui/keys.ts';
import { keyMap } from '../ui/own-keys.svelte.ts';

export interface KeyEditParts {
  save(own: OwnKeys): Promise<void>;
  classes(): readonly PhotoClass[];
  /** Takes the letter of a class away. */
  freeLetter(of: PhotoClass): Promise<unknown>;
}

/** A command may stand in several sections of the sheet: `at` is the one that is meant. */
interface Row {
  command: Command;
  at: string;
}

/** Why a press was not taken, and what takes it all the same, where that can be. */
interface Trouble extends Row {
  message: string;
  takeOver: (() => Promise<void>) | null;
}

const modifiers = ['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Fn', 'Dead', 'Process'];

const placesOf = (command: Command): string => command.places.map((place) => places[place]).join(', ');

const inWords = (key: string): string => capsOf(key).join(' ');

const refusals: Record<Refusal, (key: string) => string> = {
  system: (key) => `${inWords(key)} belongs to the system or the browser.`,
  editing: (key) => `${inWords(key)} belongs to the editing of text.`,
  closing: () => 'Esc closes what is in front.',
  menu: () => `A key of the menu needs ${modKey}: without it, it would be taken from what you type.`,
  unknown: () => 'That key can’t be used. Press another one.',
};

export class KeyEdit {
  /** The command that the next press is for. */
  listening = $state.raw<Row | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  readonly #parts: KeyEditParts;

  constructor(parts: KeyEditParts) {
    this.#parts = parts;
  }

  listen(row: Row): void {
    this.trouble = null;
    this.listening = row;
  }

  stop(): void {
    this.listening = null;
    this.trouble = null;
  }

  /** Esc gives up; a modifier alone is no press yet. */
  press(event: KeyboardEvent): void {
    const row = this.listening;
    if (!row || modifiers.includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const [key] = pressedKeys(event);
    if (event.key === 'Escape') this.stop();
    else void this.#give(row, [key ?? '']);
  }

  /** Gives a command these keys alone, or says what is in the way. */
  async #give({ command, at }: Row, keys: readonly string[]): Promise<void> {
    this.stop();
    const refused = keys.flatMap((key) => refusalOf(command, key) ?? [])[0];
    if (refused) {
      this.trouble = { command, at, message: refusals[refused](keys[0] ?? ''), takeOver: null };
      return;
    }
    const clashes = keys.flatMap((key) => clashesWith(command, key, keyMap.own).map((other) => ({ key, other })));
    const lettered = this.#parts.classes().filter(({ key }) => key !== null && keys.includes(key));
    const classes = isHeardWithClasses(command) ? lettered : [];
    if (clashes.length === 0 && classes.length === 0) {
      await this.#parts.save(withKeys(keyMap.own, command, keys));
      return;
    }
    const owners = [
      ...clashes.map(({ key, other }) => `${inWords(key)} is “${other.label}” (${placesOf(other)}).`),
      ...classes.map(({ key, name }) => `${key} is the key of the class ${name}.`),
    ];
    const takeOver = async () => {
      this.stop();
      let own = withKeys(keyMap.own, command, keys);
      for (const { key, other } of clashes) own = withoutKey(own, other, key);
      for (const one of classes) await this.#parts.freeLetter(one);
      await this.#parts.save(own);
    };
    const canMakeWay = clashes.every(({ other }) => !other.family);
    this.trouble = { command, at, message: owners.join(' '), takeOver: canMakeWay ? takeOver : null };
  }

  /** The keys of the table again. */
  reset(row: Row): Promise<void> {
    return this.#give(row, row.command.keys);
  }

  async resetAll(): Promise<void> {
    this.stop();
    await this.#parts.save({});
  }
}
