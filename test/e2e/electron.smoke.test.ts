// The built app in the real Electron: what the fakes can't show. Skipped, and said so, where its binary or a display is
// missing.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { _electron } from 'playwright-core';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakedMembers } from '../fakes/electron/electron-contract.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * The binary named by scripts/test.mjs, or the one in node_modules. Importing 'electron' to ask would try to download
 * it.
 */
function electronBinary(): string | null {
  const folder = join(root, 'node_modules/electron');
  const name = join(folder, 'path.txt');
  const installed = existsSync(name) ? join(folder, 'dist', readFileSync(name, 'utf8').trim()) : '';
  return [process.env['WHISKER_ELECTRON'], installed].find((path) => path && existsSync(path)) ?? null;
}

const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
const hasXvfb = (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'Xvfb')));

const binary = electronBinary();
const missing = !binary
  ? 'Electron’s binary is not installed (npm run setup tries to download it)'
  : !hasDisplay && !hasXvfb
    ? 'there is no display, and no Xvfb to stand in for one'
    : null;
if (missing) console.warn(`SKIPPED: the real-Electron smoke test, because ${missing}.`);

/** Xvfb on a display number of its own choice; what it prints first is that number. */
async function startDisplay(): Promise<{ display: string; stop(): void }> {
  const xvfb = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [number] = await once(xvfb.stdout, 'data');
  return { display: `:${String(number).trim()}`, stop: () => void xvfb.kill() };
}

describe.skipIf(missing !== null)('the app in the real Electron', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'whisker-electron-'));
  let display: Awaited<ReturnType<typeof startDisplay>> | null = null;
  let app: ElectronApplication;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    display = hasDisplay ? null : await startDisplay();
    app = await _electron.launch({
      executablePath: binary ?? '',
      // Chromium has no sandbox for root; everybody else runs with it.
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root],
      env: { ...definedEnv(), WHISKER_DATA_DIR: dataDir, ...(display ? { DISPLAY: display.display } : {}) },
    });
    page = await app.firstWindow();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.waitForLoadState('load');
  });
  afterAll(async () => {
    await app?.close();
    display?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('shows our page in one visible window', async () => {
    expect(page.url()).toBe('app://whisker/');
    expect(await page.title()).toContain('Whisker');
    await page.locator('button').first().waitFor();
    const visible = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((w) => w.isVisible()));
    await expect.poll(visible).toEqual([true]);
  });

  // What runs in the page is written as text: these tests are compiled for Node and know no DOM.
  test('the page has the contract’s bridge and no Node', async () => {
    expect(await page.evaluate('Object.keys(whisker).sort()')).toEqual([
      'call',
      'chooseFolder',
      'pathForFile',
      'subscribe',
    ]);
    const nodeNames = `['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron']`;
    expect(await page.evaluate(`${nodeNames}.filter((name) => name in window)`)).toEqual([]);
  });

  test('calls and events cross; the engine draws thumbnails beside Electron', async () => {
    expect(await page.evaluate(`whisker.call('app.info')`)).toMatchObject({ ok: true, value: { host: 'desktop' } });
    const thumb = await page.evaluate(`(async () => {
      const added = new Promise((done) => {
        whisker.subscribe(({ name, payload }) => name === 'photos.added' && payload.ids.length > 0 && done(payload.ids[0]));
      });
      const opened = await whisker.call('library.openSample');
      if (!opened.ok) return opened;
      const response = await fetch('/photo/' + (await added) + '/thumb');
      return { status: response.status, type: response.headers.get('content-type') };
    })()`);
    expect(thumb).toEqual({ status: 200, type: 'image/webp' });
  });

  test('an export link goes through a download', async () => {
    const file = join(dataDir, 'labels.csv');
    const saved = app.evaluate(
      ({ session }, path) =>
        new Promise<string>((done) => {
          session.defaultSession.once('will-download', (_event, item) => {
            item.setSavePath(path);
            item.once('done', (_done, state) => done(state));
          });
        }),
      file,
    );
    await page.evaluate(
      `Object.assign(document.createElement('a'), { href: '/export/labels.csv', download: '' }).click()`,
    );
    expect(await saved).toBe('completed');
    expect(readFileSync(file, 'utf8')).toContain('path,');
  });

  test('the page’s own policy has refused nothing so far', () => {
    expect(complaints).toEqual([]);
  });

  test('the page can’t leave, open windows, ask for permissions or reach the network', async () => {
    await page.evaluate(`location.href = 'https://example.com/', null`);
    expect(await page.evaluate(`window.open('https://example.com/') === null`)).toBe(true);
    expect(await page.evaluate(`fetch('https://example.com/').then(() => true, () => false)`)).toBe(false);
    const asked = `new Promise((done) => navigator.geolocation.getCurrentPosition(() => done(0), ({ code }) => done(code)))`;
    expect(await page.evaluate(asked)).toBe(1);
    expect(page.url()).toBe('app://whisker/');
    expect(app.windows()).toHaveLength(1);
  });

  test('Electron has every member that the fakes stand in for', async () => {
    const lacking = await app.evaluate((electron, faked) => {
      const window = electron.BrowserWindow.getAllWindows()[0];
      const { defaultSession } = electron.session;
      const real: Record<string, object | undefined> = {
        app: electron.app,
        browserWindow: window,
        webContents: window?.webContents,
        crashReporter: electron.crashReporter,
        dialog: electron.dialog,
        ipcMain: electron.ipcMain,
        menu: electron.Menu,
        nativeTheme: electron.nativeTheme,
        notification: electron.Notification.prototype,
        notificationClass: electron.Notification,
        powerSaveBlocker: electron.powerSaveBlocker,
        protocol: electron.protocol,
        session: defaultSession,
        sessions: electron.session,
        shell: electron.shell,
        webRequest: defaultSession.webRequest,
      };
      return Object.entries(faked).flatMap(([name, members]) =>
        members.filter((member) => !(member in (real[name] ?? {}))).map((member) => `${name}.${member}`),
      );
    }, fakedMembers);
    expect(lacking).toEqual([]);
  });
});

const definedEnv = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
