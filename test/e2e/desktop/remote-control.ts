// Loaded beside the built main bundle on the fakes: makes the process live and end as Electron's does, and lets the
// test that started it play Chromium (what the window's page asks and gets) and the person (dialogs, menu, closing).

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { app, BrowserWindow, dialog, ipcMain, Menu, session } from '../../fakes/electron/index.ts';

/** What main does to the window, told in its order. */
export type Notice =
  | { kind: 'opened'; preload: string; url: string }
  | { kind: 'message'; channel: string; args: unknown[] }
  | { kind: 'download'; url: string }
  | { kind: 'closed' };

/** A frame as Chromium knows it; the page itself can't say which it is. */
export interface Frame {
  url: string;
  isMain: boolean;
}

const openWindow = () => {
  const window = BrowserWindow.opened.findLast(({ webContents }) => !webContents.test.destroyed);
  if (!window) throw new Error('No window is open.');
  return window;
};

/** What the test can have done; it gets the answer or the error. */
const orders = {
  /** Port of the loopback server that hands every request to the handler of app://, as `app://whisker/…`. */
  async serve(): Promise<number> {
    const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
  becomeReady: () => app.becomeReady(),
  invoke(frame: Frame, channel: string, args: unknown[]): Promise<unknown> {
    const { webContents } = openWindow();
    const parent = frame.isMain ? null : webContents.mainFrame;
    return ipcMain.invokeFrom({ sender: webContents, senderFrame: { url: frame.url, parent } }, channel, ...args);
  },
  /** May the page load this? */
  lets: (url: string) => session.defaultSession.webRequest.lets(url),
  /** May the page go there? */
  letsNavigate: (url: string) => openWindow().webContents.attempt('will-frame-navigate', url),
  answerFolderDialog(folder: string): void {
    dialog.test.filePaths = [folder];
  },
  /** The questions to come are answered by the button of that name; the messages asked so far come back. */
  answerQuestions(button: string): void {
    dialog.showMessageBox = async (...given) => {
      const options = given.length === 1 ? given[0] : given[1];
      dialog.test.asked.push(options);
      const response = options.buttons?.indexOf(button) ?? -1;
      if (response < 0) throw new Error(`“${options.message}” has no button “${button}”.`);
      return { response, checkboxChecked: false };
    };
  },
  questions: () => dialog.test.asked.flatMap((asked) => ('message' in asked ? [asked.message] : [])),
  errors: () => dialog.test.errors.map(({ title, content }) => `${title}: ${content}`),
  choose: (label: string): void => Menu.application?.choose(label),
  /** A second start with a folder: that process hands it over and ends. */
  startAgain: (folder: string) => void app.emit('second-instance', {}, [...process.argv.slice(0, 2), folder], '/'),
  send: (channel: string, ...args: unknown[]): void => openWindow().webContents.send(channel, ...args),
  closeWindow: () => openWindow().close(),
  quit: () => app.quit(),
};

export type Orders = typeof orders;
export interface Order {
  id: number;
  name: keyof Orders;
  args: unknown[];
}
export type Answer = { id: number; value: unknown } | { id: number; error: string };

const tell = (message: Notice | Answer): void => void process.send?.(message);

process.on('message', (order: Order) => {
  const run = async () => {
    // The test's side is typed by `Orders`, which is these very functions.
    const work = orders[order.name] as (...args: unknown[]) => unknown;
    tell({ id: order.id, value: await work(...order.args) });
  };
  run().catch((error: unknown) => tell({ id: order.id, error: String(error) }));
});
process.on('disconnect', () => process.exit(1));

app.exit = (code = 0) => process.exit(code);
const open = () => BrowserWindow.opened.filter(({ webContents }) => !webContents.test.destroyed);

app.on('web-contents-created', (_event, contents) => {
  contents.send = (channel: string, ...args: unknown[]) => tell({ kind: 'message', channel, args });
  contents.downloadURL = (url: string) => tell({ kind: 'download', url });
});
const { loadURL } = BrowserWindow.prototype;
BrowserWindow.prototype.loadURL = async function (this: BrowserWindow, url: string) {
  tell({ kind: 'opened', preload: this.test.options.webPreferences?.preload ?? '', url });
  this.once('closed', () => {
    tell({ kind: 'closed' });
    if (open().length === 0) app.emit('window-all-closed');
  });
  await loadURL.call(this, url);
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const headers = Object.entries(request.headersDistinct).flatMap(([name, values = []]) =>
      name === 'host' ? [] : values.map((value): [string, string] => [name, value]),
    );
    const init = { method: request.method ?? 'GET', headers };
    const reply = await session.defaultSession.protocol.request(`app://whisker${request.url ?? '/'}`, init);
    response.writeHead(reply.status, Object.fromEntries(reply.headers));
    if (reply.body) await pipeline(Readable.fromWeb(reply.body), response);
    else response.end();
  } catch (error) {
    response.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}
