// The window of a main process on the fakes, shown by a real Chromium: the built preload and the built screens, each
// request answered by main's handler of app://, each call by its ipcMain.
//
// What differs from Electron: the origin is http://whisker.localhost (a secure one too) instead of app://whisker, the
// preload shares the page's world, and the browser process is Chromium's.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { complaintsOf } from '../harness.ts';
import { electronInPage } from './electron-in-page.js';
import type { MainProcess } from './main-on-fakes.ts';

const appOrigin = 'app://whisker';

/** Left in the page by the script below; the page itself does not know of it. */
declare const fromMain: { deliver(channel: string, args: unknown[]): void; paths: Map<string, string> };

export interface WindowPage {
  readonly page: Page;
  /** Uncaught errors, console errors and refused content; the test decides that there must be none. */
  readonly complaints: string[];
  /** Drops a file or folder of this machine onto the window, as from the system's file manager. */
  drop(path: string): Promise<void>;
  /** What the file holds that a download brings, which `act` sets off. */
  saved(act: () => Promise<unknown>): Promise<string>;
}

/** Shows what main's window would show. `port`: of main's server; `preload`: the file that main named. */
export async function showWindow(
  browser: Browser,
  main: MainProcess,
  { port, preload }: { port: number; preload: string },
): Promise<WindowPage> {
  const origin = `http://whisker.localhost:${port}`;
  const asApp = (url: string): string => (url.startsWith(`${origin}/`) ? appOrigin + url.slice(origin.length) : url);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  await context.exposeBinding('toMain', ({ frame }, channel: string, args: unknown[]) =>
    main.order('invoke', { url: asApp(frame.url()), isMain: frame.parentFrame() === null }, channel, args),
  );
  await context.addInitScript(preloadScript(await readFile(preload, 'utf8')));
  await keepInside(context, main, origin);

  const page = await context.newPage();
  const complaints = complaintsOf(page);
  const tools = await context.newCDPSession(page);
  main.onNotice((notice) => {
    if (notice.kind === 'closed') void context.close();
    if (notice.kind === 'download') void page.evaluate(downloadScript(notice.url));
    if (notice.kind === 'message') {
      const { channel, args } = notice;
      const arrives = page.evaluate(([channel, args]) => fromMain.deliver(channel, args), [channel, args] as const);
      // One to a page that is on its way out is lost, as in Electron.
      arrives.catch(() => {});
    }
  });
  await page.goto(`${origin}/`);
  return {
    page,
    complaints,
    async drop(path) {
      await page.evaluate(([name, path]) => void fromMain.paths.set(name, path), [basename(path), path] as const);
      const data = { items: [], files: [path], dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
        await tools.send('Input.dispatchDragEvent', { type, x: 200, y: 200, data });
      }
    },
    async saved(act) {
      const [download] = await Promise.all([page.waitForEvent('download'), act()]);
      const url = asApp(download.url());
      if (!(await main.order('save', url))) throw new Error(`Main refused the download of ${url}.`);
      const path = await download.path();
      await main.order('saved', url, path);
      return readFile(path, 'utf8');
    },
  };
}

/** The preload as Electron runs it: before the page, in the main frame only, with `require` and nothing else. */
const preloadScript = (preload: string): string => `if (window.top === window) {
  const { toMain } = window;
  delete window.toMain;
  const { electron, ...fromMain } = (${electronInPage})(toMain);
  Object.defineProperty(window, 'fromMain', { value: fromMain });
  (function (require) { ${preload}
  })((name) => {
    if (name !== 'electron') throw new Error('module not found: ' + name);
    return electron;
  });
}`;

/** Main has the word on what leaves its own origin, and on where the page may go. */
async function keepInside(context: BrowserContext, main: MainProcess, origin: string): Promise<void> {
  await context.route(
    (url) => url.origin !== origin,
    async (route, request) => {
      const url = request.url();
      if (request.isNavigationRequest() && !(await main.order('letsNavigate', url))) {
        // Answered by nothing, a page stays where it is.
        return route.fulfill({ status: 204 });
      }
      return (await main.order('lets', url)) ? route.continue() : route.abort();
    },
  );
}

const downloadScript = (url: string): string =>
  `Object.assign(document.createElement('a'), { href: '${new URL(url).pathname}', download: '' }).click()`;
