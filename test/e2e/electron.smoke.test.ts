// The app in the real Electron: what the fakes can't show. Skipped, and said so, where its binary or a display is
// missing; so is the packed app where none is named in WHISKER_PACKED_APP.

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakedMembers } from '../fakes/electron/electron-contract.ts';
import {
  binary,
  canShow,
  type Display,
  type ElectronWindow,
  isRoot,
  packedApp,
  type PackedWindow,
  startDisplay,
  startElectron,
  startPacked,
} from './desktop/real-electron.ts';
import {
  storyPlaces,
  tellOfLimits,
  tellOfNextStart,
  tellOfPage,
  tellOfQuitting,
  tellOfWindow,
} from './desktop/story.ts';

const noDisplay = canShow ? null : 'there is no display, and no Xvfb to stand in for one';
const missing = binary ? noDisplay : 'Electron’s binary is not installed (npm run setup tries to download it)';
if (missing) console.warn(`SKIPPED: the real-Electron smoke test, because ${missing}.`);

let display: Display;
if (!missing || (packedApp && canShow)) {
  beforeAll(async () => void (display = await startDisplay()));
  afterAll(() => display?.stop());
}

describe.skipIf(missing !== null)('the app in the real Electron', () => {
  const places = storyPlaces();
  let app: ElectronWindow;
  const page = (): Page => app.page;
  beforeAll(async () => {
    app = await startElectron(places.data, display);
  });
  afterAll(() => app?.electron.close());

  test('shows our page in one visible window', async () => {
    expect(page().url()).toBe('app://whisker/');
    expect(await page().title()).toContain('Whisker');
    await page().getByRole('button', { name: 'Open a folder of photos' }).waitFor();
    const visible = () =>
      app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible()));
    await expect.poll(visible).toEqual([true]);
  });

  test.skipIf(isRoot)('the page’s process is in the sandbox', async () => {
    const { argv, pid, metric } = await app.electron.evaluate(({ app, BrowserWindow }) => {
      const pid = BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? -1;
      return { argv: process.argv, pid, metric: app.getAppMetrics().find((one) => one.pid === pid) };
    });
    expect(argv).not.toContain('--no-sandbox');
    // Electron tells it on macOS and Windows; on Linux the kernel does: 2 is a filter of system calls.
    if (process.platform === 'linux') expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m);
    else expect(metric).toMatchObject({ sandboxed: true });
  });

  test('opens the folder that the system’s dialog brings', async () => {
    await app.answerFolderDialog(places.photos);
    await page().getByRole('button', { name: 'Open a folder of photos' }).click();
    await page().getByRole('option').first().waitFor({ timeout: 60_000 });
  });

  tellOfPage(page);
  tellOfWindow(() => app, places);
  tellOfLimits(() => app);

  test('nor can it open windows or ask for a permission', async () => {
    expect(await page().evaluate(`window.open('https://example.com/') === null`)).toBe(true);
    const asked = `new Promise((done) => navigator.geolocation.getCurrentPosition(() => done(0), ({ code }) => done(code)))`;
    expect(await page().evaluate(asked)).toBe(1);
    expect(app.electron.windows()).toHaveLength(1);
  });

  test('Electron has every member that the fakes stand in for', async () => {
    const lacking = await app.electron.evaluate((electron, faked) => {
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

  tellOfQuitting(() => app);

  describe('the next start, with the folder on the command line', () => {
    beforeAll(async () => {
      app = await startElectron(places.data, display, [places.photos]);
    });
    tellOfNextStart(page);
  });
});

describe.skipIf(!packedApp || !canShow)('the packed app', () => {
  const places = storyPlaces();
  let app: PackedWindow;
  beforeAll(async () => {
    app = await startPacked(places.data, display, places.photos);
  });

  tellOfPage(() => app.page);
  tellOfLimits(() => app);

  test('ends when it is told to', () => app.stop());
});
