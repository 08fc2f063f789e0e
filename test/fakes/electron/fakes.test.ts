import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ElectronFakes } from './fresh.ts';
import { fakedMembers, fakedPreloadMembers } from './electron-contract.ts';

let fakes: ElectronFakes;
beforeEach(async () => {
  vi.resetModules();
  fakes = await import('./index.ts');
});

/** Everything a fake has that an Electron class could also have; `testOnly` names what only tests reach for. */
function members(fake: object, testOnly: string[] = []): string[] {
  const inherited = new Set<string>([...Object.getOwnPropertyNames(EventEmitter.prototype), 'constructor', 'test']);
  const own = Object.getOwnPropertyNames(fake).filter((name) => !Object.hasOwn(new EventEmitter(), name));
  const names = [...own, ...Object.getOwnPropertyNames(Object.getPrototypeOf(fake))];
  return names.filter((name) => !inherited.has(name) && !testOnly.includes(name)).sort();
}

describe('the fakes offer what the contract lists and nothing else', () => {
  const sorted = (names: readonly string[]) => [...names].sort();

  test('in main', () => {
    fakes.app.becomeReady();
    const window = new fakes.BrowserWindow();
    const session = fakes.session.defaultSession;
    expect(members(fakes.app, ['becomeReady'])).toEqual(sorted(fakedMembers.app));
    expect(members(window)).toEqual(sorted(fakedMembers.browserWindow));
    expect(members(window.webContents, ['tryOpen', 'attempt'])).toEqual(sorted(fakedMembers.webContents));
    expect(members(fakes.dialog)).toEqual(sorted(fakedMembers.dialog));
    expect(members(fakes.ipcMain, ['invokeFrom'])).toEqual(sorted(fakedMembers.ipcMain));
    expect(members(fakes.nativeTheme)).toEqual(sorted(fakedMembers.nativeTheme));
    expect(members(fakes.protocol, ['request'])).toEqual(sorted(fakedMembers.protocol));
    expect(members(session, ['granted'])).toEqual(sorted(fakedMembers.session));
    expect(members(session.webRequest, ['lets'])).toEqual(sorted(fakedMembers.webRequest));
    expect(members(fakes.shell)).toEqual(sorted(fakedMembers.shell));
    for (const name of fakedMembers.menu) expect(fakes.Menu).toHaveProperty(name);
  });

  test('in a preload', () => {
    expect(members(fakes.contextBridge)).toEqual(sorted(fakedPreloadMembers.contextBridge));
    expect(members(fakes.ipcRenderer)).toEqual(sorted(fakedPreloadMembers.ipcRenderer));
    expect(members(fakes.webUtils)).toEqual(sorted(fakedPreloadMembers.webUtils));
  });
});

describe('app', () => {
  test('is ready when the test says so; what must come before is refused after', async () => {
    const { app, protocol } = fakes;
    expect(await Promise.race([app.whenReady().then(() => 'ready'), Promise.resolve('waiting')])).toBe('waiting');
    app.enableSandbox();
    protocol.registerSchemesAsPrivileged([]);
    app.becomeReady();
    await app.whenReady();
    expect(() => app.enableSandbox()).toThrow('before app is ready');
    expect(() => protocol.registerSchemesAsPrivileged([])).toThrow('before app is ready');
  });

  test('quits unless will-quit is prevented', () => {
    const { app } = fakes;
    app.once('will-quit', (event) => event.preventDefault());
    app.quit();
    expect(app.test.exitCode).toBeNull();
    app.quit();
    expect(app.test.exitCode).toBe(0);
  });
});

describe('windows', () => {
  test('none before the app is ready; each one announces its web contents', () => {
    expect(() => new fakes.BrowserWindow()).toThrow('before app is ready');
    const created: unknown[] = [];
    fakes.app.on('web-contents-created', (_event, contents) => created.push(contents));
    fakes.app.becomeReady();
    const window = new fakes.BrowserWindow({ show: false });
    expect(created).toEqual([window.webContents]);
    expect(window.test.shown).toBe(false);
  });

  test('a destroyed window is announced and takes no messages', () => {
    fakes.app.becomeReady();
    const window = new fakes.BrowserWindow();
    const closed = vi.fn();
    window.on('closed', closed).destroy();
    expect(closed).toHaveBeenCalledOnce();
    expect(() => window.webContents.send('x')).toThrow('destroyed');
  });

  test('messages are copies', () => {
    fakes.app.becomeReady();
    const { webContents } = new fakes.BrowserWindow();
    const message = { n: 1 };
    webContents.send('x', message);
    message.n = 2;
    expect(webContents.test.sent).toEqual([{ channel: 'x', args: [{ n: 1 }] }]);
    expect(() => webContents.send('x', () => {})).toThrow('could not be cloned');
  });

  test('without listeners a page may go anywhere and open anything', () => {
    fakes.app.becomeReady();
    const { webContents } = new fakes.BrowserWindow();
    expect(webContents.attempt('will-navigate', 'https://evil.com')).toBe(true);
    expect(webContents.tryOpen('https://evil.com')).toBe(true);
    webContents.on('will-navigate', (event) => event.preventDefault());
    expect(webContents.attempt('will-navigate', 'https://evil.com')).toBe(false);
  });
});

describe('ipc', () => {
  const sender = () => {
    fakes.app.becomeReady();
    const { webContents } = new fakes.BrowserWindow();
    return { sender: webContents, senderFrame: webContents.mainFrame };
  };

  test('one handler a channel; an unknown channel is an error', async () => {
    fakes.ipcMain.handle('x', () => 1);
    expect(() => fakes.ipcMain.handle('x', () => 2)).toThrow('second handler');
    await expect(fakes.ipcMain.invokeFrom(sender(), 'y')).rejects.toThrow('No handler');
    fakes.ipcMain.removeHandler('x');
    await expect(fakes.ipcMain.invokeFrom(sender(), 'x')).rejects.toThrow('No handler');
  });

  test('arguments and answers are copies, and functions do not cross', async () => {
    fakes.ipcRenderer.test.sender = sender();
    fakes.ipcMain.handle('echo', (_event, value) => value);
    fakes.ipcMain.handle('function', () => () => {});
    const value = { n: 1 };
    const echoed = await fakes.ipcRenderer.invoke('echo', value);
    expect(echoed).toEqual(value);
    expect(echoed).not.toBe(value);
    await expect(fakes.ipcRenderer.invoke('function')).rejects.toThrow('could not be cloned');
    await expect(fakes.ipcRenderer.invoke('echo', () => {})).rejects.toThrow('could not be cloned');
  });
});

describe('the rest', () => {
  test('contextBridge binds a key once', () => {
    fakes.contextBridge.exposeInMainWorld('a', {});
    expect(() => fakes.contextBridge.exposeInMainWorld('a', {})).toThrow('existing property');
  });

  test('protocol handles a scheme once and answers for it', async () => {
    fakes.protocol.handle('app', (request) => new Response(request.url));
    expect(() => fakes.protocol.handle('app', () => new Response())).toThrow('Failed to register');
    expect(await (await fakes.protocol.request('app://whisker/x')).text()).toBe('app://whisker/x');
    await expect(fakes.protocol.request('other://x/')).rejects.toThrow('ERR_UNKNOWN_URL_SCHEME');
  });

  test('a session grants everything and lets everything out until told otherwise', async () => {
    const { defaultSession } = fakes.session;
    expect(await defaultSession.granted('camera')).toEqual({ asked: true, checked: true, device: true });
    expect(await defaultSession.webRequest.lets('https://evil.com')).toBe(true);
    defaultSession.setPermissionCheckHandler(() => false);
    defaultSession.webRequest.onBeforeRequest((_details, callback) => callback({ cancel: true }));
    expect((await defaultSession.granted('camera')).checked).toBe(false);
    expect(await defaultSession.webRequest.lets('https://evil.com')).toBe(false);
  });

  test('a file has a path only when it lies on disk', () => {
    const file = new File([], 'a.jpg');
    expect(fakes.webUtils.getPathForFile(file)).toBe('');
    fakes.webUtils.test.paths.set(file, '/photos/a.jpg');
    expect(fakes.webUtils.getPathForFile(file)).toBe('/photos/a.jpg');
    expect(() => fakes.webUtils.getPathForFile({} as File)).toThrow(TypeError);
  });

  test('a menu finds its items at any depth', () => {
    const click = vi.fn();
    const menu = fakes.Menu.buildFromTemplate([{ label: 'File', submenu: [{ label: 'Open', click }] }]);
    menu.choose('Open');
    expect(click).toHaveBeenCalledOnce();
    expect(() => menu.choose('Close')).toThrow('no "Close"');
  });

  test('dialogs answer what the test prepared', async () => {
    expect(await fakes.dialog.showOpenDialog(null, {})).toMatchObject({ canceled: true, filePaths: [] });
    fakes.dialog.test.filePaths = ['/a'];
    expect(await fakes.dialog.showOpenDialog(null, {})).toMatchObject({ canceled: false, filePaths: ['/a'] });
    fakes.dialog.showErrorBox('t', 'c');
    expect(fakes.dialog.test.errors).toEqual([{ title: 't', content: 'c' }]);
  });
});
