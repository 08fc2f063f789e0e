import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { EventMessage } from '../../../../src/shared/contract.ts';
import { ipcChannels } from '../../../../src/shared/ipc-channels.ts';
import { fakeApp } from '../../../fakes/app.ts';
import type { FakeApp } from '../../../fakes/app.ts';
import { freshElectron } from '../../../fakes/electron/fresh.ts';

async function setUp() {
  const fakes = await freshElectron();
  const { connectIpc } = await import('../../../../src/main/hosts/desktop/ipc.ts');
  const app: FakeApp = fakeApp();
  fakes.app.becomeReady();
  const window = new fakes.BrowserWindow();
  await window.loadURL('app://whisker/');
  const state = { window: window as typeof window | null };
  const showSaved = vi.fn();
  const ipc = connectIpc({ app, currentWindow: () => state.window as never, showSaved });
  const contents = window.webContents;
  const fromPage = { sender: contents, senderFrame: contents.mainFrame };
  return { ...fakes, app, window, contents, state, fromPage, ipc, showSaved };
}
let it: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => void (it = await setUp()));

describe('calls from the window', () => {
  test('reach the app and bring back its Result', async () => {
    it.app.answer = (_name, input) => ({ ok: true, value: { echoed: input } });
    const result = await it.ipcMain.invokeFrom(it.fromPage, ipcChannels.call, 'photos.get', { id: 7 });
    expect(result).toEqual({ ok: true, value: { echoed: { id: 7 } } });
    expect(it.app.calls).toEqual([{ name: 'photos.get', input: { id: 7 } }]);
  });

  test('names that are no text are handed on as text, for the app to refuse', async () => {
    for (const name of [undefined, null, 7, { toString: 'x' }, ['app.info']]) {
      await it.ipcMain.invokeFrom(it.fromPage, ipcChannels.call, name).catch(() => {});
    }
    for (const { name } of it.app.calls) expect(typeof name).toBe('string');
  });

  test('nobody else is answered: other contents, frames inside the page, other origins, a frame that is gone', async () => {
    const other = new it.BrowserWindow().webContents;
    other.mainFrame.url = 'app://whisker/';
    const child = { url: 'app://whisker/', parent: it.contents.mainFrame };
    const elsewhere = (url: string) => ({ sender: it.contents, senderFrame: { url, parent: null } });
    const strangers = [
      { sender: other, senderFrame: other.mainFrame },
      { sender: other, senderFrame: it.contents.mainFrame },
      { sender: it.contents, senderFrame: child },
      { sender: it.contents, senderFrame: null },
      ...[
        'https://evil.com/',
        'app://whisker.evil.com/',
        'app://whisker@evil.com/',
        'app://evil/',
        'file:///x',
        '',
        'about:blank',
      ].map(elsewhere),
    ];
    for (const stranger of strangers) {
      const result = await it.ipcMain.invokeFrom(stranger, ipcChannels.call, 'app.info');
      expect(result).toMatchObject({ ok: false, error: { code: 'forbidden' } });
      expect(await it.ipcMain.invokeFrom(stranger, ipcChannels.chooseFolder)).toBeNull();
      expect(await it.ipcMain.invokeFrom(stranger, ipcChannels.chooseNetwork, 'file')).toBeNull();
      await it.ipcMain.invokeFrom(stranger, ipcChannels.showSaved, 0);
      await it.ipcMain.invokeFrom(stranger, ipcChannels.revealPhoto, 1, 'a.jpg');
    }
    expect(it.showSaved).not.toHaveBeenCalled();
    expect(it.app.calls).toEqual([]);
    expect(it.dialog.test.asked).toEqual([]);
  });

  test('after the window has gone, not even its own page is answered', async () => {
    it.state.window = null;
    const result = await it.ipcMain.invokeFrom(it.fromPage, ipcChannels.call, 'app.info');
    expect(result).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  });

  test('only the channels of the contract are handled', () => {
    const toMain = Object.values(ipcChannels).filter((channel) => channel !== ipcChannels.event);
    expect([...it.ipcMain.test.handlers.keys()].sort()).toEqual(toMain.sort());
  });

  test('a saved file is shown by its number', async () => {
    await it.ipcMain.invokeFrom(it.fromPage, ipcChannels.showSaved, 3);
    expect(it.showSaved.mock.calls).toEqual([[3]]);
  });
});

describe('the folder dialog', () => {
  test('gives the folder that was picked', async () => {
    it.dialog.test.filePaths = ['/home/ada/pets'];
    expect(await it.ipcMain.invokeFrom(it.fromPage, ipcChannels.chooseFolder)).toBe('/home/ada/pets');
    expect(it.dialog.test.asked).toMatchObject([{ properties: ['openDirectory'] }]);
  });

  test('for a network takes an ONNX file, or a folder', async () => {
    it.dialog.test.filePaths = ['/home/ada/dino.onnx'];
    for (const kind of ['file', 'folder', 'anything']) {
      expect(await it.ipcMain.invokeFrom(it.fromPage, ipcChannels.chooseNetwork, kind)).toBe('/home/ada/dino.onnx');
    }
    const file = { properties: ['openFile'], filters: [{ extensions: ['onnx'] }] };
    expect(it.dialog.test.asked).toMatchObject([file, { properties: ['openDirectory'] }, file]);
  });

  test('gives null when the person changes their mind', async () => {
    expect(await it.ipcMain.invokeFrom(it.fromPage, ipcChannels.chooseFolder)).toBeNull();
  });
});

describe('events', () => {
  const event: EventMessage = { name: 'photos.removed', payload: { ids: [] } };

  test('go to the open window, those of the app and those of the desktop', () => {
    it.app.emit(event);
    const chosen: EventMessage = { name: 'menu.chosen', payload: { command: 'undo' } };
    it.ipc.tell(chosen);
    expect(it.contents.test.sent.map(({ args }) => args)).toEqual([[event], [chosen]]);
  });

  test('go nowhere while there is no window', () => {
    it.state.window = null;
    it.app.emit(event);
    it.ipc.tell(event);
    expect(it.contents.test.sent).toEqual([]);
  });
});
