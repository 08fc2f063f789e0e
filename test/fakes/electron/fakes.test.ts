import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeDownloadItem } from './download-item.ts';
import type { ElectronFakes } from './fresh.ts';
import { fakedDownloadMembers, fakedMembers, fakedPreloadMembers } from './electron-contract.ts';

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
    const item = new FakeDownloadItem('app://whisker/export/download-1.csv');
    expect(members(fakes.app, ['becomeReady'])).toEqual(sorted(fakedMembers.app));
    expect(members(fakes.crashReporter)).toEqual(sorted(fakedMembers.crashReporter));
    expect(members(item, ['end'])).toEqual(sorted(fakedDownloadMembers.downloadItem));
    expect(members(new fakes.Notification())).toEqual(sorted(fakedMembers.notification));
    expect(members(fakes.powerMonitor)).toEqual([]);
    expect(members(fakes.powerSaveBlocker)).toEqual(sorted(fakedMembers.powerSaveBlocker));
    expect(members(fakes.session)).toEqual(sorted(fakedMembers.sessions));
    expect(members(window)).toEqual(sorted(fakedMembers.browserWindow));
    expect(members(window.webContents, ['tryOpen', 'attempt'])).toEqual(sorted(fakedMembers.webContents));
    expect(members(fakes.dialog)).toEqual(sorted(fakedMembers.dialog));
    expect(members(fakes.ipcMain, ['invokeFrom'])).toEqual(sorted(fakedMembers.ipcMain));
    expect(members(fakes.nativeTheme)).toEqual(sorted(fakedMembers.nativeTheme));
    expect(members(fakes.protocol, ['request'])).toEqual(sorted(fakedMembers.protocol));
    expect(members(session, ['granted', 'download'])).toEqual(sorted(fakedMembers.session));
    expect(members(session.webRequest, ['lets'])).toEqual(sorted(fakedMembers.webRequest));
    expect(members(fakes.shell)).toEqual(sorted(fakedMembers.shell));
    for (const name of fakedMembers.menu) expect(fakes.Menu).toHaveProperty(name);
    for (const name of fakedMembers.notificationClass) expect(fakes.Notification).toHaveProperty(name);
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

  test('quits unless before-quit, a window or will-quit is prevented', () => {
    const { app } = fakes;
    app.becomeReady();
    const window = new fakes.BrowserWindow();
    const prevent = (event: { preventDefault(): void }) => event.preventDefault();
    app.once('before-quit', prevent);
    app.quit();
    expect([app.test.exitCode, window.isDestroyed()]).toEqual([null, false]);
    window.once('close', prevent);
    app.quit();
    expect([app.test.exitCode, window.isDestroyed()]).toEqual([null, false]);
    app.once('will-quit', prevent);
    app.quit();
    expect([app.test.exitCode, window.isDestroyed()]).toEqual([null, true]);
    app.quit();
    expect(app.test.exitCode).toBe(0);
  });

  test('takes absolute paths only', () => {
    expect(() => fakes.app.setPath('userData', 'data')).toThrow('Path must be absolute');
    fakes.app.setPath('userData', '/data');
    expect(fakes.app.getPath('userData')).toBe('/data');
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

describe('a page that is loaded', () => {
  afterEach(() => void (fakes.BrowserWindow.loads = 'well'));
  const load = (how: 'well' | 'badly' | 'never') => {
    fakes.app.becomeReady();
    fakes.BrowserWindow.loads = how;
    const window = new fakes.BrowserWindow();
    const said: string[] = [];
    window.on('ready-to-show', () => said.push('ready')).webContents.on('did-fail-load', () => said.push('failed'));
    return { said, loaded: window.loadURL('app://whisker/') };
  };

  test('is announced, or refused with an event and a rejection, or neither', async () => {
    const well = load('well');
    await well.loaded;
    expect(well.said).toEqual(['ready']);
    const badly = load('badly');
    await expect(badly.loaded).rejects.toThrow('ERR_FILE_NOT_FOUND');
    expect(badly.said).toEqual(['failed']);
    const never = load('never');
    expect(await Promise.race([never.loaded, new Promise((done) => setTimeout(done, 5, 'waiting'))])).toBe('waiting');
    expect(never.said).toEqual([]);
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
    const off = fakes.Menu.buildFromTemplate([{ label: 'Open', click, enabled: false }]);
    expect(() => off.choose('Open')).toThrow('can’t be chosen');
  });

  test('what keeps the machine awake is counted', () => {
    const id = fakes.powerSaveBlocker.start('prevent-app-suspension');
    expect([...fakes.powerSaveBlocker.test.held.values()]).toEqual(['prevent-app-suspension']);
    expect(fakes.powerSaveBlocker.stop(id)).toBe(true);
    expect([fakes.powerSaveBlocker.test.held.size, fakes.powerSaveBlocker.stop(id)]).toEqual([0, false]);
  });

  test('a download goes on unless it is prevented, and says how it ended', () => {
    const item = new FakeDownloadItem('app://whisker/export/download-1.csv');
    const ended = vi.fn();
    item.once('done', (_event, state) => ended(state, item.getSavePath()));
    expect(fakes.session.defaultSession.download(item)).toBe(true);
    item.end('completed', '/home/ada/labels.csv');
    expect(ended).toHaveBeenCalledWith('completed', '/home/ada/labels.csv');
    fakes.session.defaultSession.on('will-download', (event) => event.preventDefault());
    expect(fakes.session.defaultSession.download(item)).toBe(false);
  });

  test('a request goes through its own session’s rules alone, and ends when its signal says so', async () => {
    const { defaultSession } = fakes.session;
    const other = fakes.session.fromPartition('other');
    expect(fakes.session.fromPartition('other')).toBe(other);
    defaultSession.webRequest.onBeforeRequest((_details, callback) => callback({ cancel: true }));
    await expect(defaultSession.fetch('https://example.com/')).rejects.toThrow('ERR_BLOCKED_BY_CLIENT');
    other.test.answer = async () => new Response('yes');
    expect(await (await other.fetch('https://example.com/')).text()).toBe('yes');
    other.test.answer = () => new Promise(() => {});
    const slow = other.fetch('https://example.com/', { signal: AbortSignal.timeout(1) });
    await expect(slow).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('a crash report without a place to go must not be sent', () => {
    expect(() => fakes.crashReporter.start({})).toThrow('submitURL');
    fakes.crashReporter.start({ uploadToServer: false });
    expect(fakes.crashReporter.test.started).toEqual({ uploadToServer: false });
  });

  test('a message box is answered with or without a window, or ended by its signal', async () => {
    fakes.dialog.test.response = 1;
    expect(await fakes.dialog.showMessageBox({ message: 'a' })).toMatchObject({ response: 1 });
    expect(await fakes.dialog.showMessageBox(null, { message: 'b' })).toMatchObject({ response: 1 });
    fakes.dialog.test.response = new Promise(() => {});
    const ending = new AbortController();
    const answer = fakes.dialog.showMessageBox({ message: 'c', cancelId: 2, signal: ending.signal });
    ending.abort();
    expect(await answer).toMatchObject({ response: 2 });
    expect(fakes.dialog.test.asked.map((asked) => asked.message)).toEqual(['a', 'b', 'c']);
  });

  test('dialogs answer what the test prepared', async () => {
    expect(await fakes.dialog.showOpenDialog(null, {})).toMatchObject({ canceled: true, filePaths: [] });
    fakes.dialog.test.filePaths = ['/a'];
    expect(await fakes.dialog.showOpenDialog(null, {})).toMatchObject({ canceled: false, filePaths: ['/a'] });
    fakes.dialog.showErrorBox('t', 'c');
    expect(fakes.dialog.test.errors).toEqual([{ title: 't', content: 'c' }]);
  });
});
