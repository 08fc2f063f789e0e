import { beforeEach, describe, expect, test, vi } from 'vitest';
import { callNames } from '../../src/shared/contract.ts';
import type { EventMessage, WhiskerBridge } from '../../src/shared/contract.ts';
import type { PhotoId } from '../../src/shared/types.ts';
import { ipcChannels } from '../../src/shared/ipc-channels.ts';
import { freshElectron } from '../fakes/electron/fresh.ts';

async function load() {
  const fakes = await freshElectron();
  await import('../../src/preload/index.ts');
  const bridge = fakes.contextBridge.test.exposed.get('whisker') as Required<WhiskerBridge>;
  fakes.app.becomeReady();
  const { webContents } = new fakes.BrowserWindow();
  fakes.ipcRenderer.test.sender = { sender: webContents, senderFrame: webContents.mainFrame };
  return { ...fakes, bridge };
}
let it: Awaited<ReturnType<typeof load>>;
beforeEach(async () => void (it = await load()));

describe('window.whisker', () => {
  test('is all that is exposed, and has exactly what the contract says', () => {
    expect([...it.contextBridge.test.exposed.keys()]).toEqual(['whisker']);
    const kinds = Object.entries(it.bridge).map(([name, member]) => [name, typeof member]);
    expect(kinds.sort()).toEqual([
      ['call', 'function'],
      ['chooseFolder', 'function'],
      ['chooseNetwork', 'function'],
      ['pathForFile', 'function'],
      ['revealPhoto', 'function'],
      ['showExported', 'function'],
      ['showSaved', 'function'],
      ['subscribe', 'function'],
    ]);
  });

  test('passes on every call of the contract', async () => {
    it.ipcMain.handle(ipcChannels.call, (_event, name, input) => ({ ok: true, value: { name, input } }));
    for (const name of callNames) {
      expect(await it.bridge.call(name, { a: 1 } as never)).toEqual({ ok: true, value: { name, input: { a: 1 } } });
    }
  });

  test('passes on nothing else', async () => {
    const names = [
      '__proto__',
      'constructor',
      'toString',
      'length',
      'includes',
      '',
      'app.info ',
      'ELECTRON_BROWSER_REQUIRE',
      7,
      null,
      {},
      ['app.info'],
    ];
    for (const name of names) {
      expect(await it.bridge.call(name as never, undefined as never)).toMatchObject({
        ok: false,
        error: { code: 'forbidden' },
      });
    }
    expect(it.ipcRenderer.test.invoked).toEqual([]);
  });

  test('hands over events without the wire they came on, until unsubscribed', () => {
    const heard = vi.fn();
    const unsubscribe = it.bridge.subscribe(heard);
    const event: EventMessage = { name: 'photos.removed', payload: { ids: [] } };
    it.ipcRenderer.emit(ipcChannels.event, { sender: it.ipcRenderer }, event);
    expect(heard.mock.calls).toEqual([[event]]);
    expect((unsubscribe as () => unknown)()).toBeUndefined();
    it.ipcRenderer.emit(ipcChannels.event, {}, event);
    expect(heard).toHaveBeenCalledOnce();
  });

  test('knows the path of a dropped file, and null for one that is not on disk', () => {
    const file = new File([], 'pets');
    expect(it.bridge.pathForFile(file)).toBeNull();
    it.webUtils.test.paths.set(file, '/home/ada/pets');
    expect(it.bridge.pathForFile(file)).toBe('/home/ada/pets');
  });

  test('asks for a folder, and for a network', async () => {
    it.ipcMain.handle(ipcChannels.chooseFolder, (_event, purpose) => `/home/ada/pets ${String(purpose)}`);
    expect(await it.bridge.chooseFolder('export')).toBe('/home/ada/pets export');
    it.ipcMain.handle(ipcChannels.chooseNetwork, (_event, kind) => `/home/ada/one ${String(kind)}`);
    expect(await it.bridge.chooseNetwork('file')).toBe('/home/ada/one file');
  });

  test('has what was exported shown', async () => {
    const shown = vi.fn();
    it.ipcMain.handle(ipcChannels.showExported, (_event, ...what) => shown(...what));
    await it.bridge.showExported();
    expect(shown.mock.calls).toEqual([[]]);
  });

  test('has a saved file shown', async () => {
    const shown = vi.fn();
    it.ipcMain.handle(ipcChannels.showSaved, (_event, number) => shown(number));
    await it.bridge.showSaved(2);
    expect(shown.mock.calls).toEqual([[2]]);
  });

  test('has a photo shown in its folder', async () => {
    const shown = vi.fn();
    it.ipcMain.handle(ipcChannels.revealPhoto, (_event, id, path) => shown(id, path));
    await it.bridge.revealPhoto(3 as PhotoId, 'cats/a.jpg');
    expect(shown.mock.calls).toEqual([[3, 'cats/a.jpg']]);
  });
});
