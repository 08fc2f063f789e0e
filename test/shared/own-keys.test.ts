import { describe, expect, test } from 'vitest';
import { commands, menuEntry, type KeyCommand } from '../../src/shared/commands.ts';
import {
  changeable,
  clashesWith,
  commandOfLetter,
  isHeardWithClasses,
  keyPattern,
  keysNow,
  readOwnKeys,
  refusalOf,
  withKeys,
  withoutKey,
} from '../../src/shared/own-keys.ts';

const the = (id: KeyCommand) => commands.find((command) => command.id === id)!;
const clashes = (id: KeyCommand, key: string, own = {}) => clashesWith(the(id), key, own).map((other) => other.id);

describe('what is stored', () => {
  test('comes back as it was given', () => {
    const own = { exclude: ['E'], redo: ['Mod+Shift+Y', 'F'], palette: [] };
    expect(readOwnKeys(JSON.parse(JSON.stringify(own)))).toEqual(own);
  });

  test.each([null, 7, 'X', [], { exclude: 'E' }, { exclude: [7] }, { exclude: ['Hyper+E'] }, { nothing: ['E'] }])(
    'and can’t be understood leaves the keys of the table: %j',
    (stored) => expect(readOwnKeys(stored)).toEqual({}),
  );

  test('and is broken in one place is kept in the others', () => {
    expect(readOwnKeys({ exclude: [''], undo: ['Mod+E'], toString: ['E'] })).toEqual({ undo: ['Mod+E'] });
  });

  test('never changes keys that each mean something of their own', () => {
    expect(readOwnKeys({ 'give-class': ['Q'], move: [] })).toEqual({});
    expect(changeable.map(({ id }) => id)).not.toContain('correct');
  });
});

test('every key of the table is spelled as own keys are, but for those that open a menu everywhere', () => {
  const keys = new Set(commands.flatMap(({ keys: some }) => some));
  for (const key of ['Shift+F10', 'ContextMenu']) expect(keys.delete(key)).toBe(true);
  for (const key of keys) expect(key).toMatch(keyPattern);
});

describe('giving a key', () => {
  test('changes that command alone, and giving back what the table has is no change', () => {
    const own = withKeys({}, the('exclude'), ['E']);
    expect(keysNow(the('exclude'), own)).toEqual(['E']);
    expect(keysNow(the('undo'), own)).toEqual(['Mod+Z']);
    expect(withKeys(own, the('exclude'), ['X'])).toEqual({});
    expect(menuEntry('undo', withKeys({}, the('undo'), ['Mod+E'])).key).toBe('Mod+E');
    expect(menuEntry('undo', withKeys({}, the('undo'), [])).key).toBeNull();
  });

  test('takes it from another command, which keeps its others', () => {
    expect(keysNow(the('view-photo'), withoutKey({}, the('view-photo'), 'Space'))).toEqual(['Enter']);
    expect(keysNow(the('map-fit'), withoutKey({}, the('map-fit'), 'F'))).toEqual([]);
  });
});

describe('a key is in the way', () => {
  test('of commands at the same place, of those anywhere, and of the map beside the grid', () => {
    expect(clashes('exclude', 'M')).toEqual(['more-alike']);
    expect(clashes('exclude', '?')).toEqual(['shortcuts']);
    expect(clashes('exclude', 'L')).toEqual(['map-lasso']);
    expect(clashes('palette', 'P')).toEqual(['show-piles', 'ring-pause']);
    expect(clashes('exclude', '3')).toContain('give-class');
  });

  test('of none where it is not heard at the same time', () => {
    expect(clashes('ring-pause', 'M')).toEqual([]);
    expect(clashes('unsure-reviewed', 'G')).toEqual([]);
    expect(clashes('exclude', 'E')).toEqual([]);
  });

  test('by the keys of now, not by the table', () => {
    const own = withKeys({}, the('more-alike'), ['E']);
    expect(clashes('exclude', 'M', own)).toEqual([]);
    expect(clashes('exclude', 'E', own)).toEqual(['more-alike']);
  });

  test('of itself never, nor of one that shares it by the table', () => {
    for (const command of commands) {
      for (const key of command.keys) expect(clashesWith(command, key, {}), `${command.id} ${key}`).toEqual([]);
    }
  });

  test('off a Mac, Ctrl is the command key', () => {
    expect(clashes('exclude', 'Ctrl+K')).toEqual(['palette']);
  });
});

describe('a key is refused', () => {
  const refused = (key: string, id: KeyCommand = 'exclude') => refusalOf(the(id), key);

  test('that is the system’s, the browser’s or that of text', () => {
    for (const key of ['Mod+Q', 'Mod+W', 'Mod+T', 'Mod+R', 'Mod+0', 'Mod+Plus', 'Mod+Shift+I', 'Alt+E', 'Ctrl+E'])
      expect(refused(key), key).toBe('system');
    for (const key of ['Mod+C', 'Mod+V', 'Mod+X', 'Mod+Z', 'Mod+ArrowLeft', 'Mod+Shift+Home'])
      expect(refused(key), key).toBe('editing');
    expect(refused('Escape')).toBe('closing');
    for (const key of ['Tab', 'F5', 'Backspace', 'ContextMenu', 'Ab', '']) expect(refused(key), key).toBe('unknown');
  });

  test('without the command key in the menu, which would take it from what is typed', () => {
    expect(refused('E', 'open-folder')).toBe('menu');
    expect(refused('Mod+E', 'open-folder')).toBeNull();
  });

  test('never when it is the command’s own by the table', () => {
    for (const command of commands) for (const key of command.keys) expect(refusalOf(command, key)).toBeNull();
  });

  test('else not', () => {
    for (const key of ['E', 'Ж', 'Shift+Enter', 'Mod+Enter', 'Mod+E', 'Mod+Shift+E', 'Delete', ';'])
      expect(refused(key), key).toBeNull();
  });
});

test('the letter of a class is free where no command hears it beside the digits', () => {
  expect(commandOfLetter('X', {})?.id).toBe('exclude');
  expect(commandOfLetter('L', {})?.id).toBe('map-lasso');
  for (const letter of 'ABCFGHLMNPUWX') expect(commandOfLetter(letter, {}), letter).not.toBeNull();
  expect(commandOfLetter('R', {})).toBeNull();
  expect(commandOfLetter('R', withKeys({}, the('undo'), ['R']))?.id).toBe('undo');
  expect(isHeardWithClasses(the('ring-pause'))).toBe(false);
});
