import { beforeEach, describe, expect, test, vi } from 'vitest';
import { freshElectron } from '../../../fakes/electron/fresh.ts';

const actions = { openFolder: vi.fn(), undo: vi.fn(), redo: vi.fn(), download: vi.fn() };

async function menuOn(platform: NodeJS.Platform, packaged = false) {
  const fakes = await freshElectron();
  const { setMenu } = await import('../../../../src/main/hosts/desktop/menu.ts');
  fakes.app.isPackaged = packaged;
  vi.spyOn(process, 'platform', 'get').mockReturnValue(platform);
  const set = setMenu(actions);
  vi.restoreAllMocks();
  const menu = fakes.Menu.application;
  if (!menu) throw new Error('No menu was set.');
  return Object.assign(menu, { set });
}
beforeEach(() => vi.clearAllMocks());

describe('the menu', () => {
  test('opens a folder, undoes and redoes labels, saves labels', async () => {
    const menu = await menuOn('linux');
    menu.choose('Open Folder…');
    menu.choose('Undo Label');
    menu.choose('Redo Label');
    menu.choose('Save Labels as CSV…');
    menu.choose('Save Labels as JSON…');
    for (const action of [actions.openFolder, actions.undo, actions.redo]) expect(action).toHaveBeenCalledOnce();
    expect(actions.download.mock.calls).toEqual([
      ['app://whisker/export/labels.csv'],
      ['app://whisker/export/labels.json'],
    ]);
  });

  test('offers what is about a library only while one is open', async () => {
    const menu = await menuOn('linux');
    const about = ['Save Labels as CSV…', 'Save Labels as JSON…', 'Undo Label', 'Redo Label'];
    const enabled = () => about.map((label) => menu.items().find((item) => item.label === label)?.enabled);
    expect(enabled()).toEqual([false, false, false, false]);
    menu.set.setLibraryOpen(true);
    expect(enabled()).toEqual([true, true, true, true]);
    menu.set.setLibraryOpen(false);
    expect(enabled()).toEqual([false, false, false, false]);
  });

  test('leaves the undo key to text fields and to the page', async () => {
    const items = (await menuOn('linux')).items();
    expect(items.filter((item) => item.role === 'undo' || item.role === 'redo')).toHaveLength(2);
    for (const label of ['Undo Label', 'Redo Label']) {
      expect(items.find((item) => item.label === label)).not.toHaveProperty('accelerator');
    }
  });

  test('has the roles that each system expects', async () => {
    const roles = async (platform: NodeJS.Platform) => (await menuOn(platform)).items().map((item) => item.role);
    expect(await roles('darwin')).toEqual(
      expect.arrayContaining(['appMenu', 'close', 'windowMenu', 'copy', 'paste', 'selectAll']),
    );
    expect(await roles('linux')).not.toContain('appMenu');
    expect(await roles('win32')).toEqual(expect.arrayContaining(['quit', 'windowMenu', 'togglefullscreen']));
  });

  test('shows developer items in a checkout only', async () => {
    const roles = async (packaged: boolean) => (await menuOn('linux', packaged)).items().map((item) => item.role);
    expect(await roles(false)).toContain('toggleDevTools');
    expect(await roles(true)).not.toContain('toggleDevTools');
  });
});
