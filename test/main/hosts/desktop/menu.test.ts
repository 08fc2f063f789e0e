import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { MenuItemConstructorOptions } from 'electron';
import type { MenuState } from '../../../../src/main/hosts/desktop/menu-state.ts';
import { freshElectron } from '../../../fakes/electron/fresh.ts';

const actions = { choose: vi.fn(), open: vi.fn() };
const recent = (folder: string, available = true) => ({
  name: folder.split('/').at(-1) ?? '',
  folder,
  photos: 1,
  labelled: 0,
  openedAt: '2026-11-26T03:00:00Z',
  available,
});
const nothing: MenuState = {
  hasWindow: false,
  hasLibrary: false,
  isLearning: false,
  undo: { undo: null, redo: null },
  recent: [],
  keys: {},
};
const all: MenuState = {
  hasWindow: true,
  hasLibrary: true,
  isLearning: false,
  undo: { undo: 'Label 2 photos as Cat & Dog', redo: 'Exclude 1 photo' },
  recent: [recent('/home/ada/pets & co'), recent('/media/gone', false)],
  keys: {},
};

async function menuOn(platform: NodeJS.Platform, state: MenuState = all, packaged = false) {
  const fakes = await freshElectron();
  const { setMenu } = await import('../../../../src/main/hosts/desktop/menu.ts');
  fakes.app.isPackaged = packaged;
  vi.spyOn(process, 'platform', 'get').mockReturnValue(platform);
  setMenu(state, actions);
  vi.restoreAllMocks();
  const menu = fakes.Menu.application;
  if (!menu) throw new Error('No menu was set.');
  return menu;
}
beforeEach(() => vi.clearAllMocks());

const platforms = ['linux', 'win32', 'darwin'] as const;
const own = (items: MenuItemConstructorOptions[]) => items.filter((item) => item.id !== undefined);

describe('the menu', () => {
  test.each(platforms)(
    'on %s, has every command of the table that belongs in it, once, and carries it out',
    async (on) => {
      const { menuIds } = await import('../../../../src/shared/commands.ts');
      const menu = await menuOn(on);
      const chosen = own(menu.items()).filter((item) => item.id !== 'open-recent');
      expect(chosen.map((item) => item.id).sort()).toEqual([...menuIds].sort());
      for (const { id, label } of chosen) {
        menu.choose(label ?? '');
        expect(actions.choose).toHaveBeenLastCalledWith(id);
      }
    },
  );

  test('names what undo and redo would do', async () => {
    const items = (await menuOn('linux')).items();
    expect(items.find((item) => item.id === 'undo')?.label).toBe('Undo: Label 2 photos as Cat && Dog');
    expect(items.find((item) => item.id === 'redo')?.label).toBe('Redo: Exclude 1 photo');
  });

  test('opens a recent folder; one that is not there can’t be chosen', async () => {
    const menu = await menuOn('linux');
    menu.choose('/home/ada/pets && co');
    expect(actions.open.mock.calls).toEqual([['/home/ada/pets & co']]);
    expect(() => menu.choose('/media/gone')).toThrow('can’t be chosen');
  });

  test('has what the system expects by its roles', async () => {
    const roles = async (platform: NodeJS.Platform) => (await menuOn(platform)).items().map((item) => item.role);
    expect(await roles('darwin')).toEqual(
      expect.arrayContaining(['appMenu', 'services', 'hide', 'close', 'quit', 'windowMenu', 'help', 'copy', 'paste']),
    );
    expect(await roles('linux')).not.toContain('appMenu');
    expect(await roles('win32')).toEqual(expect.arrayContaining(['quit', 'windowMenu', 'help', 'togglefullscreen']));
  });

  test('shows developer items in a checkout only', async () => {
    const roles = async (packaged: boolean) => (await menuOn('linux', all, packaged)).items().map((item) => item.role);
    expect(await roles(false)).toContain('toggleDevTools');
    expect(await roles(true)).not.toContain('toggleDevTools');
  });
});

describe('what can be chosen', () => {
  const enabled = async (change: Partial<MenuState>) =>
    own((await menuOn('linux', { ...all, ...change })).items())
      .filter((item) => item.enabled)
      .map((item) => item.id);
  const always = ['documentation', 'open-logs', 'check-for-updates', 'licences', 'about'];

  test('with nothing open: a folder, and help', async () => {
    expect(await enabled(nothing)).toEqual(['open-folder', ...always]);
  });

  test('what acts on the open library needs one', async () => {
    const without = await enabled({ hasLibrary: false });
    for (const id of ['export', 'undo', 'redo']) {
      expect(await enabled({}), id).toContain(id);
      expect(without, id).not.toContain(id);
    }
  });

  test('undo and redo need something to undo and redo', async () => {
    expect(await enabled({ undo: { undo: null, redo: 'Exclude 1 photo' } })).not.toContain('undo');
    expect(await enabled({ undo: { undo: 'Exclude 1 photo', redo: null } })).not.toContain('redo');
  });

  test('another folder can’t be opened while a run learns', async () => {
    const learning = await enabled({ isLearning: true });
    for (const id of ['open-folder', 'open-recent']) expect(learning).not.toContain(id);
    expect(learning).toContain('export');
  });

  test('what happens in the window needs the window', async () => {
    const without = await enabled({ hasWindow: false });
    for (const id of ['export', 'undo', 'redo', 'shortcuts', 'palette', 'how-it-learns', 'copy-diagnostics'])
      expect(without).not.toContain(id);
  });
});

describe('keys', () => {
  test.each(platforms)('on %s, those that the page hears are at most shown', async (platform) => {
    const heard = own((await menuOn(platform)).items()).filter((item) => item.registerAccelerator !== false);
    const taken = heard.flatMap((item) => item.accelerator ?? []);
    expect(taken).toEqual(['CmdOrCtrl+O']);
  });

  test('are the table’s', async () => {
    const shown = own((await menuOn('linux')).items()).flatMap(({ id, accelerator }) => (accelerator ? [id] : []));
    expect(shown).toEqual(['open-folder', 'export', 'undo', 'redo', 'history', 'palette', 'shortcuts']);
  });

  test('are the person’s own, where they gave some', async () => {
    const keys = { undo: ['Shift+ArrowLeft'], palette: [], 'open-folder': ['Mod+E'] };
    const items = own((await menuOn('linux', { ...all, keys })).items());
    const keyOf = (id: string) => items.find((item) => item.id === id)?.accelerator;
    expect(['undo', 'palette', 'open-folder', 'redo'].map(keyOf)).toEqual([
      ...['Shift+Left', undefined, 'CmdOrCtrl+E', 'CmdOrCtrl+Shift+Z'],
    ]);
  });
});
