import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freshElectron } from '../../../fakes/electron/fresh.ts';
import type { ElectronFakes } from '../../../fakes/electron/fresh.ts';

let fakes: ElectronFakes;
let tell: (recent: ReturnType<typeof library>[]) => void;
beforeEach(async () => {
  fakes = await freshElectron();
  const { recentForSystem } = await import('../../../../src/main/hosts/desktop/recent-folders.ts');
  tell = recentForSystem();
});
afterEach(() => vi.restoreAllMocks());

const library = (folder: string, available = true) => ({
  name: folder.replace(/[\\/]+$/, '').replace(/^.*[\\/]/, ''),
  folder,
  photos: 1,
  labelled: 0,
  openedAt: '2026-11-26T03:00:00Z',
  available,
});
const on = (platform: NodeJS.Platform) => vi.spyOn(process, 'platform', 'get').mockReturnValue(platform);

test('macOS lists them newest first, without those that are not there, and none that was forgotten', () => {
  on('darwin');
  tell([library('/a'), library('/gone', false), library('/b')]);
  expect(fakes.app.test.recentDocuments).toEqual(['/a', '/b']);
  tell([library('/b')]);
  expect(fakes.app.test.recentDocuments).toEqual(['/b']);
});

test('Windows starts the installed app with the folder, whatever it is called', () => {
  on('win32');
  fakes.app.isPackaged = true;
  tell([library('C:\\my pets'), library('D:\\')]);
  const [category] = fakes.app.test.jumpList ?? [];
  expect(category).toMatchObject({ type: 'custom', name: 'Recent folders' });
  expect(category?.items?.map(({ title, args }) => [title, args])).toEqual([
    ['my pets', '"C:\\my pets"'],
    ['D:', '"D:\\\\"'],
  ]);
  tell([]);
  expect(fakes.app.test.jumpList).toBeNull();
});

test('a list that has not changed is not told again', () => {
  on('darwin');
  const clear = vi.spyOn(fakes.app, 'clearRecentDocuments');
  const list = [library('/a')];
  tell(list);
  tell(list);
  expect(clear).toHaveBeenCalledOnce();
});

test('a checkout on Windows and Linux tell nothing', () => {
  on('win32');
  tell([library('C:\\pets')]);
  on('linux');
  tell([library('/a')]);
  expect([fakes.app.test.jumpList, fakes.app.test.recentDocuments]).toEqual([null, []]);
});
