// The app in the real Electron: as built in this checkout, driven whole; or packed, where the fuses let nobody into
// main, so that only its page is driven.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseWindow, MenuItem, MessageBoxOptions } from 'electron';
import { _electron, chromium } from 'playwright-core';
import type { Browser, ElectronApplication, Page } from 'playwright-core';
import { complaintsOf } from '../harness.ts';
import type { DesktopWindow } from './story.ts';

const root = resolve(import.meta.dirname, '../../..');

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

export const binary = electronBinary();
/** The executable that `npm run dist` has packed, when the person names it. */
export const packedApp = process.env['WHISKER_PACKED_APP'] || null;

const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
const hasXvfb = (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, 'Xvfb')));
export const canShow = hasDisplay || hasXvfb;

/** Chromium has no sandbox for root; everybody else runs with it. */
export const isRoot = process.getuid?.() === 0;

export interface Display {
  env: Record<string, string>;
  stop(): void;
}

/** The display there is, or Xvfb on a number of its own choice, which it prints first. */
export async function startDisplay(): Promise<Display> {
  if (hasDisplay) return { env: {}, stop() {} };
  const xvfb = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [number] = await once(xvfb.stdout, 'data');
  return { env: { DISPLAY: `:${String(number).trim()}` }, stop: () => void xvfb.kill() };
}

export interface ElectronWindow extends DesktopWindow {
  electron: ElectronApplication;
}

const env = (dataDir: string, display: Display) => ({ ...definedEnv(), ...display.env, WHISKER_DATA_DIR: dataDir });
const withoutSandbox = isRoot ? ['--no-sandbox'] : [];
const exitOf = async (child: ChildProcess): Promise<number> => {
  const [code]: unknown[] = await once(child, 'exit');
  return typeof code === 'number' ? code : -1;
};

/** Starts the built app in Electron, sandboxed unless this is root. `args`: as on its command line. */
export async function startElectron(dataDir: string, display: Display, args: string[] = []): Promise<ElectronWindow> {
  const electron = await _electron.launch({
    executablePath: binary ?? '',
    args: [root, ...args],
    chromiumSandbox: !isRoot,
    env: env(dataDir, display),
  });
  const ended = exitOf(electron.process());
  const page = await electron.firstWindow();
  const complaints = complaintsOf(page);
  await page.waitForLoadState('load');
  let files = 0;
  return {
    electron,
    page,
    complaints,
    ended,
    answerFolderDialog: (folder) =>
      electron.evaluate(({ dialog }, path) => {
        dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
      }, folder),
    answerQuestions: (button) =>
      electron.evaluate(({ dialog }, wanted) => {
        const asked: unknown[] = Reflect.get(dialog, 'askedByTest') ?? [];
        Reflect.set(dialog, 'askedByTest', asked);
        dialog.showMessageBox = async (...given: (BaseWindow | MessageBoxOptions)[]) => {
          // With or without a window before them.
          const { message, buttons = [] } = given.at(-1) as MessageBoxOptions;
          asked.push(message);
          return { response: buttons.indexOf(wanted), checkboxChecked: false };
        };
      }, button),
    questions: () => electron.evaluate(({ dialog }): string[] => Reflect.get(dialog, 'askedByTest') ?? []),
    choose: (label) =>
      electron.evaluate(({ Menu }, wanted) => {
        const all = (items: MenuItem[]): MenuItem[] =>
          items.flatMap((item) => [item, ...all(item.submenu?.items ?? [])]);
        const item = all(Menu.getApplicationMenu()?.items ?? []).find((one) => one.label === wanted);
        if (!item) throw new Error(`The menu has no "${wanted}".`);
        item.click();
      }, label),
    async startAgain(folder) {
      const given = [...withoutSandbox, root, folder];
      const second = spawn(binary ?? '', given, { env: env(dataDir, display), stdio: 'ignore' });
      const code = await exitOf(second);
      if (code !== 0) throw new Error(`The second start ended with code ${code}.`);
    },
    async saved(act) {
      const file = join(dataDir, `saved-${files++}`);
      const ending = electron.evaluate(
        ({ session }, path) =>
          new Promise<string>((done) => {
            session.defaultSession.once('will-download', (_event, item) => {
              item.setSavePath(path);
              item.once('done', (_done, state) => done(state));
            });
          }),
        file,
      );
      await act();
      const state = await ending;
      if (state !== 'completed') throw new Error(`The download was ${state}.`);
      return readFile(file, 'utf8');
    },
    // It may be gone before it can answer.
    quit: () => electron.evaluate(({ app }) => app.quit()).catch(() => {}),
  };
}

export interface PackedWindow {
  page: Page;
  complaints: string[];
  /** Ends it as the system does at log-out, and answers when it has ended. */
  stop(): Promise<void>;
}

/** Starts the packed app with a folder, and reaches its page through Chromium's own door. */
export async function startPacked(dataDir: string, display: Display, folder: string): Promise<PackedWindow> {
  const port = await freePort();
  const given = [...withoutSandbox, `--remote-debugging-port=${port}`, folder];
  const child = spawn(packedApp ?? '', given, { env: env(dataDir, display), stdio: 'inherit' });
  const ended = exitOf(child);
  const browser = await connect(`http://127.0.0.1:${port}`, ended);
  const pages = () => browser.contexts().flatMap((context) => context.pages());
  while (pages().length === 0) await sleep(100);
  const [page] = pages();
  if (!page) throw new Error('There is no page.');
  const complaints = complaintsOf(page);
  return {
    page,
    complaints,
    async stop() {
      await browser.close();
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** As soon as it listens; throws when it has ended before. */
async function connect(address: string, ended: Promise<number>): Promise<Browser> {
  let code: number | null = null;
  void ended.then((is) => (code = is));
  for (;;) {
    try {
      return await chromium.connectOverCDP(address);
    } catch {
      if (code !== null) throw new Error(`The packed app ended with code ${code} before it could be reached.`);
      await sleep(200);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const definedEnv = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
