import { describe, expect, test } from 'vitest';
import { commands, menuEntry, menuIds, places } from '../../src/shared/commands.ts';
import type { Place } from '../../src/shared/commands.ts';

const placeIds = Object.keys(places) as Place[];

/** What a key comes down to on a system: Mod is Cmd on a Mac and Ctrl elsewhere. */
const pressOn = (system: 'mac' | 'other', key: string) => key.replace('Mod', system === 'mac' ? 'Cmd' : 'Ctrl');

/** Whatever is pressed while typing: nothing of ours may take it. Of text fields on all three systems. */
const typing = [
  ...['A', 'C', 'V', 'X', 'Z', 'Y', 'B', 'I', 'U', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
  ...['Home', 'End', 'Backspace', 'Delete', 'Enter', 'Shift+Z', 'Shift+ArrowLeft', 'Shift+ArrowRight'],
].map((key) => `Mod+${key}`);

/** Keys of the menu items that Electron makes of roles, and of every browser's own. */
const ofRoles = ['Q', 'W', 'M', 'H', 'R', '0', 'Plus', '-', 'Shift+I', 'Shift+R'].map((key) => `Mod+${key}`);

describe('no key does two things', () => {
  test.each(placeIds)('%s', (place) => {
    const heard = commands.filter((command) => command.places.some((at) => at === place || at === 'anywhere'));
    for (const system of ['mac', 'other'] as const) {
      const owners = new Map<string, string>();
      for (const { id, keys } of heard) {
        for (const press of keys.map((key) => pressOn(system, key))) {
          expect(owners.get(press) ?? id, `${press} in ${place} on ${system}`).toBe(id);
          owners.set(press, id);
        }
      }
      for (const role of ofRoles) expect(owners.get(pressOn(system, role)), role).toBeUndefined();
    }
  });

  test('Mod+Z is that of undo alone', () => {
    expect(commands.filter(({ keys }) => keys.includes('Mod+Z')).map(({ id }) => id)).toEqual(['undo']);
  });
});

test('the menu takes no key that typing needs: none without Mod, and none of a text field', () => {
  const taken = commands.filter(({ heardBy }) => heardBy === 'menu').flatMap(({ keys }) => keys);
  expect(taken).toEqual(['Mod+O']);
  for (const key of taken) {
    expect(key).toMatch(/^Mod\+/);
    expect(typing).not.toContain(key);
  }
});

test('ids are unique, each command has a place and, but for one, a key, and keys are spelled in one way', () => {
  const ids = commands.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(commands.filter(({ keys }) => keys.length === 0).map(({ id }) => id)).toEqual(['auto-advance']);
  for (const { id, keys, places: at } of commands) {
    expect(at.length, id).toBeGreaterThan(0);
    for (const key of keys) {
      expect(key, id).toMatch(
        /^(Mod\+)?(Ctrl\+)?(Alt\+)?(Shift\+)?([A-Z0-9/?=-]|Plus|Space|Enter|Escape|Home|End|F10|ContextMenu|(Arrow|Page)[A-Z]\w+)$/,
      );
    }
  }
});

test('the menu knows each of its commands by a name of its own', () => {
  const labels = menuIds.map((id) => menuEntry(id).label);
  expect(new Set(labels).size).toBe(labels.length);
  expect(menuEntry('undo')).toEqual({ label: 'Undo', key: 'Mod+Z', heardBy: 'page' });
  expect(menuEntry('about')).toEqual({ label: 'About Whisker', key: null, heardBy: 'menu' });
});
