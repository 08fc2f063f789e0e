import { beforeEach, describe, expect, test } from 'vitest';
import { freshElectron } from '../../../fakes/electron/fresh.ts';

const files = { preload: '/app/preload.cjs', icon: '/app/icon.png' };

async function setUp() {
  const fakes = await freshElectron();
  const { createMainWindow } = await import('../../../../src/main/hosts/desktop/window.ts');
  const { watchWindow } = await import('../../../../src/main/hosts/desktop/window-troubles.ts');
  fakes.BrowserWindow.opened.length = 0;
  fakes.app.becomeReady();
  return { ...fakes, main: createMainWindow(files, (window) => watchWindow(window, () => {})) };
}
let it: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => void (it = await setUp()));
const opened = () => {
  const window = it.BrowserWindow.opened.at(-1);
  if (!window) throw new Error('No window was opened.');
  return window;
};

describe('the window', () => {
  test('gives the page no Node, no other world and no way round the web’s rules', () => {
    it.main.show();
    expect(opened().test.options.webPreferences).toMatchObject({
      preload: '/app/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  test('has developer tools in a checkout, not in the packaged app', () => {
    it.main.show();
    expect(opened().test.options.webPreferences?.devTools).toBe(true);
    opened().destroy();
    it.app.isPackaged = true;
    it.main.show();
    expect(opened().test.options.webPreferences?.devTools).toBe(false);
  });

  test('shows our page, and itself only once that is ready', async () => {
    it.main.show();
    expect(opened().webContents.mainFrame.url).toBe('app://whisker/');
    expect(opened().test.shown).toBe(false);
    await expect.poll(() => opened().test.shown).toBe(true);
  });

  test('starts in the colour of the page, light or dark', () => {
    it.main.show();
    const light = opened().test.options.backgroundColor;
    opened().destroy();
    it.nativeTheme.shouldUseDarkColors = true;
    it.main.show();
    expect([light, opened().test.options.backgroundColor]).toEqual(['#f4f4f4', '#161616']);
  });

  test('remembers where it was', () => {
    it.main.show();
    expect(opened().test.options).toMatchObject({ name: 'main', windowStatePersistence: true });
  });

  test('is one: showing it again brings it to the front', () => {
    const first = it.main.show();
    opened().test.minimized = true;
    expect(it.main.show()).toBe(first);
    expect(it.BrowserWindow.opened).toHaveLength(1);
    expect([opened().test.minimized, opened().test.focused]).toEqual([false, 1]);
  });

  test('is none once closed, and can be opened again', () => {
    it.main.show();
    opened().destroy();
    expect(it.main.current()).toBeNull();
    it.main.show();
    expect(it.BrowserWindow.opened).toHaveLength(2);
    expect(it.main.current()).toBe(opened());
  });
});
