// The desktop app booted as a whole: real composition root, fake Electron, an App without services.

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AppOptions } from '../../src/main/app.ts';
import { fakeApp } from '../fakes/app.ts';
import type { FakeApp } from '../fakes/app.ts';
import type { LibraryState } from '../../src/shared/contract.ts';
import { freshElectron } from '../fakes/electron/fresh.ts';
import type { ElectronFakes } from '../fakes/electron/fresh.ts';
import { stateOf } from '../fakes/progress.ts';

const boot = vi.hoisted(() => ({
  app: null as unknown,
  options: null as unknown,
  rendererDir: '',
  dataDir: '',
  endOnUncaught: null as ((sentence: string) => void) | null,
}));
vi.mock('../../src/main/app.ts', () => ({
  createApp(options: AppOptions) {
    boot.options = options;
    return boot.app;
  },
}));
vi.mock('../../src/main/last-resort.ts', () => ({
  endOnUncaught(_log: unknown, end: (sentence: string) => void) {
    boot.endOnUncaught = end;
  },
}));
vi.mock('../../src/main/places.ts', () => ({
  places: () => ({ engineEntry: '/app/engine.js', rendererDir: boot.rendererDir }),
  defaultDataDir: () => boot.dataDir,
}));

/** What the app listens to for as long as it runs. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const known = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
const added = (signal: (typeof signals)[number]) =>
  process.listeners(signal).filter((listener) => !known.get(signal)?.includes(listener));

let app: FakeApp;
let fakes: ElectronFakes;
const argv = process.argv;

beforeAll(async () => {
  boot.rendererDir = await mkdtemp(join(tmpdir(), 'whisker-boot-'));
  await writeFile(join(boot.rendererDir, 'index.html'), '<!doctype html>');
  boot.dataDir = await mkdtemp(join(tmpdir(), 'whisker-boot-data-'));
});
afterAll(async () => {
  for (const dir of [boot.rendererDir, boot.dataDir]) await rm(dir, { recursive: true });
});
afterEach(() => {
  vi.unstubAllGlobals();
  process.argv = argv;
  vi.restoreAllMocks();
  for (const signal of signals) for (const heard of added(signal)) process.off(signal, heard);
});
beforeEach(async () => {
  fakes = await freshElectron();
  fakes.BrowserWindow.opened.length = 0;
  app = fakeApp();
  boot.app = app;
  boot.options = null;
});

async function start(...given: string[]) {
  process.argv = ['/bin/electron', '.', ...given];
  await import('../../src/main/index.ts');
}

async function startReady(...given: string[]) {
  await start(...given);
  fakes.app.becomeReady();
  await expect.poll(() => fakes.BrowserWindow.opened.length).toBe(1);
}

describe('starting', () => {
  test('what must be settled before Electron is ready is settled then', async () => {
    await start();
    expect(fakes.app.test.sandboxed).toBe(true);
    expect(fakes.protocol.test.schemes.map(({ scheme }) => scheme)).toEqual(['app']);
    expect(fakes.app.test.paths.get('userData')).toBe(join(boot.dataDir, 'desktop'));
    expect(boot.options).toBeNull();
  });

  test('opens one window on our page; the engine runs under the plain Node of the checkout', async () => {
    await startReady();
    expect(boot.options).toMatchObject({ host: 'desktop', dataDir: boot.dataDir, engine: { entry: '/app/engine.js' } });
    expect((boot.options as AppOptions).engine.node).toMatch(/node_modules[\\/]node[\\/]bin[\\/]node(\.exe)?$/);
    expect(fakes.BrowserWindow.opened[0]?.webContents.mainFrame.url).toBe('app://whisker/');
    expect(app.calls.map(({ name }) => name)).toEqual(['libraries.recent', 'keys.state']);
  });

  test('a second Whisker leaves before it touches anything', async () => {
    fakes.app.test.onlyInstance = false;
    await start();
    fakes.app.becomeReady();
    await new Promise((resolve) => setImmediate(resolve));
    expect([fakes.app.test.quits, boot.options, fakes.BrowserWindow.opened.length]).toEqual([1, null, 0]);
  });

  test('what keeps it from starting is said, and it ends', async () => {
    const { rendererDir } = boot;
    boot.rendererDir = '/nowhere';
    await start();
    fakes.app.becomeReady();
    await expect.poll(() => fakes.app.test.exitCode).toBe(1);
    expect(fakes.dialog.test.errors[0]?.content).toContain('npm run build');
    boot.rendererDir = rendererDir;
  });
});

describe('with a development server of the renderer', () => {
  let served: Server;
  let source: string;
  beforeEach(async () => {
    served = createServer((request, response) => response.end(`source of ${request.url}`)).listen(0, '127.0.0.1');
    await once(served, 'listening');
    source = `http://127.0.0.1:${(served.address() as AddressInfo).port}`;
    vi.stubEnv('WHISKER_RENDERER_SOURCE', source);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    served.close();
  });
  const page = async () => (await fakes.session.defaultSession.protocol.request('app://whisker/app.ts?v=1')).text();
  const listens = () => fakes.session.defaultSession.webRequest.lets(`${source.replace('http', 'ws')}/?token=1`);

  test('the window shows its pages and listens there for what has changed; photos still come from the app', async () => {
    await startReady();
    expect(await page()).toBe('source of /app.ts?v=1');
    expect(await listens()).toBe(true);
    expect(await fakes.session.defaultSession.webRequest.lets('ws://127.0.0.1:1/')).toBe(false);
    const photo = await fakes.session.defaultSession.protocol.request('app://whisker/photo/1/thumb');
    expect(await photo.text()).not.toContain('source of');
  });

  test('a packaged app shows its own files all the same', async () => {
    fakes.app.isPackaged = true;
    vi.stubGlobal('process', Object.assign(Object.create(process), { resourcesPath: '/opt/Whisker/resources' }));
    await startReady();
    expect(await page()).not.toContain('source of');
    expect(await listens()).toBe(false);
  });
});

test('what nobody caught is said in a box, and the app ends', async () => {
  await startReady();
  boot.endOnUncaught?.('Whisker met a fault.');
  expect(fakes.dialog.test.errors.at(-1)?.content).toContain('Whisker met a fault.');
  expect(fakes.app.test.exitCode).toBe(1);
});

const openCalls = () => app.calls.filter(({ name }) => name === 'library.open').map(({ input }) => input);

describe('folders from outside', () => {
  test('the command line’s folder is opened, options are not', async () => {
    await startReady('--inspect', 'pets');
    expect(openCalls()).toEqual([{ folder: join(process.cwd(), 'pets') }]);
  });

  test('the packaged app’s own arguments hold no path of the app', async () => {
    fakes.app.isPackaged = true;
    vi.stubGlobal('process', Object.assign(Object.create(process), { resourcesPath: '/opt/Whisker/resources' }));
    process.argv = ['/opt/Whisker/whisker', '--x', 'pets'];
    await import('../../src/main/index.ts');
    fakes.app.becomeReady();
    await expect.poll(openCalls).toEqual([{ folder: resolve('pets') }]);
    expect((boot.options as AppOptions).engine.node).toMatch(/[\\/]node[\\/]node(\.exe)?$/);
  });

  test('a second start brings the window forward and opens its folder, relative to where it was started', async () => {
    await startReady();
    fakes.app.emit('second-instance', {}, ['/bin/electron', '--a', '.', '--b', 'pets'], '/home/ada');
    expect(openCalls()).toEqual([{ folder: resolve('/home/ada/pets') }]);
    fakes.app.emit('second-instance', {}, ['/bin/electron', '.'], '/home/ada');
    expect(openCalls()).toHaveLength(1);
    expect(fakes.BrowserWindow.opened[0]?.test.focused).toBe(2);
  });

  test('a folder dropped on the dock icon waits until Electron is ready', async () => {
    await start();
    fakes.app.emit('open-file', { preventDefault: vi.fn() }, '/home/ada/pets');
    fakes.app.becomeReady();
    await expect.poll(openCalls).toEqual([{ folder: '/home/ada/pets' }]);
  });

  test('a folder that can’t be opened is said in the app’s words', async () => {
    app.answer = () => ({
      ok: false,
      error: { code: 'folder-unavailable', message: 'The folder is gone.', remedy: 'Plug it in.' },
    });
    await startReady('pets');
    await expect
      .poll(() => fakes.dialog.test.errors)
      .toEqual([{ title: 'The folder is gone.', content: 'Plug it in.' }]);
  });
});

describe('the menu', () => {
  const chosen = () =>
    fakes.BrowserWindow.opened[0]?.webContents.test.sent.flatMap(({ args }) => args).filter(isMenuChosen);
  const isMenuChosen = (message: unknown) => JSON.stringify(message).includes('menu.chosen');

  test('knows whether a library is open', async () => {
    await startReady();
    const save = () => fakes.Menu.application?.getMenuItemById('export')?.enabled;
    expect(save()).toBe(false);
    app.emit({ name: 'library.changed', payload: {} as LibraryState });
    await expect.poll(save).toBe(true);
    app.emit({ name: 'library.changed', payload: null });
    await expect.poll(save).toBe(false);
  });

  test('opens folders by the same call as the window, the recent ones too', async () => {
    const recent = [{ name: 'cats', folder: '/home/ada/cats', available: true }];
    app.answer = (name) => ({ ok: true, value: name === 'libraries.recent' ? recent : {} });
    await startReady();
    fakes.dialog.test.filePaths = ['/home/ada/pets'];
    fakes.Menu.application?.choose('Open Folder…');
    await expect.poll(openCalls).toEqual([{ folder: '/home/ada/pets' }]);
    await expect.poll(() => fakes.Menu.application?.getMenuItemById('open-recent')?.enabled).toBe(true);
    fakes.Menu.application?.choose('/home/ada/cats');
    expect(openCalls().at(-1)).toEqual({ folder: '/home/ada/cats' });
  });

  test('leaves to the window what happens there', async () => {
    await startReady();
    const payload = { undo: { undo: 'Label 1 photo as Cat', redo: null } } as LibraryState;
    app.emit({ name: 'library.changed', payload });
    await expect.poll(() => fakes.Menu.application?.getMenuItemById('undo')?.enabled).toBe(true);
    fakes.Menu.application?.choose('Undo: Label 1 photo as Cat');
    fakes.Menu.application?.choose('Keyboard Shortcuts');
    fakes.Menu.application?.choose('Command Palette…');
    fakes.Menu.application?.choose('Export…');
    expect(chosen()).toEqual([
      { name: 'menu.chosen', payload: { command: 'undo' } },
      { name: 'menu.chosen', payload: { command: 'shortcuts' } },
      { name: 'menu.chosen', payload: { command: 'palette' } },
      { name: 'menu.chosen', payload: { command: 'export' } },
    ]);
  });
});

describe('ending', () => {
  test('closing the last window ends the app, but not on macOS', async () => {
    await startReady();
    const platform = vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin');
    fakes.app.emit('window-all-closed');
    expect(fakes.app.test.quits).toBe(0);
    fakes.BrowserWindow.opened[0]?.destroy();
    fakes.app.emit('activate');
    expect(fakes.BrowserWindow.opened).toHaveLength(2);
    platform.mockReturnValue('linux');
    fakes.app.emit('window-all-closed');
    expect(fakes.app.test.quits).toBe(1);
  });

  test('services are closed before the process ends', async () => {
    await startReady();
    fakes.app.quit();
    expect(fakes.app.test.exitCode).toBeNull();
    await expect.poll(() => fakes.app.test.exitCode).toBe(0);
    expect(app.closed).toBe('whole');
  });

  test('told to quit a second time, it still closes its services first, once', async () => {
    await startReady();
    let finish = () => {};
    const closed = vi.spyOn(app, 'close').mockReturnValue(new Promise((done) => (finish = done)));
    fakes.app.quit();
    fakes.app.quit();
    expect(fakes.app.test.exitCode).toBeNull();
    finish();
    await expect.poll(() => fakes.app.test.exitCode).toBe(0);
    expect(closed).toHaveBeenCalledOnce();
  });

  test('a run that learns is asked about, and the end of the session is not held up', async () => {
    await startReady();
    fakes.dialog.test.response = new Promise(() => {});
    app.emit({ name: 'training.state', payload: stateOf('running') });
    fakes.BrowserWindow.opened[0]?.close();
    await expect.poll(() => fakes.dialog.test.asked.length).toBe(1);
    expect([fakes.app.test.exitCode, app.closed]).toEqual([null, false]);
    fakes.powerMonitor.emit('shutdown');
    expect([fakes.app.test.exitCode, app.closed]).toEqual([0, 'now']);
    boot.endOnUncaught?.('The database is not open.');
    expect(fakes.dialog.test.errors).toEqual([]);
  });
});
