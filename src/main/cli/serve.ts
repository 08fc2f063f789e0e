// whisker serve: the same app in a browser, from a loopback port, until it is interrupted.

import { join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { defaultDataDir } from '../places.ts';
import type { Places } from '../places.ts';
import { startWebHost } from '../hosts/web/server.ts';
import { callOf, openApp } from './context.ts';
import type { CommonOptions } from './context.ts';
import { printer } from './terminal.ts';

interface ServeOptions extends CommonOptions {
  port: number;
  open: boolean;
  watch?: boolean;
}

export function addServe(program: Command, places: Places): void {
  program
    .command('serve')
    .description('open Whisker in the browser; nothing but this machine can reach it')
    .argument('[folder]', 'folder of photos to open at once')
    .option('--json', 'print one JSON object a line')
    .option('--library <dir>', "keep the database and caches there instead of in Whisker's own data folder")
    .option('--port <n>', 'loopback port, 0 for the last one or a free one', port, 0)
    .option('--no-open', 'do not open the browser, only print the address')
    .option('--watch', 'watch the folder for changes, this time and every next')
    .option('--no-watch', 'look for changes only when the page comes to the front, this time and every next')
    .addHelpText('after', '\nJSON: {url}, once it answers. Ends on Ctrl-C.')
    .action((folder: string | undefined, options: ServeOptions) => serve(folder, options, places));
}

async function serve(folder: string | undefined, options: ServeOptions, places: Places): Promise<void> {
  const app = openApp(options, places, { looksAhead: true });
  try {
    if (options.watch !== undefined) await callOf(app)('watch.set', { on: options.watch });
    if (folder !== undefined) await callOf(app)('library.open', { folder: resolve(folder) });
    const openBrowser = options.open && hasDisplay();
    const host = await startWebHost({
      app,
      rendererDir: places.rendererDir,
      port: options.port,
      portFile: join(defaultDataDir(), 'port'),
      openBrowser,
    });
    printer(options)({ url: host.url }, `Whisker is at ${host.url}`);
    await interrupted();
    await host.close();
  } finally {
    await app.close();
  }
}

const hasDisplay = (): boolean =>
  process.platform === 'win32' ||
  process.platform === 'darwin' ||
  Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);

/** Resolves on the first SIGINT, SIGTERM or SIGHUP; a second one ends the process as usual. */
export const interrupted = (): Promise<void> =>
  new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done());
  });

export function port(text: string): number {
  const n = Number(text);
  if (text.trim() === '' || !Number.isInteger(n) || n < 0 || n > 65535)
    throw new InvalidArgumentError('It must be 0 to 65535.');
  return n;
}
