// npm run dev [-- FOLDER]: the real main behind a renderer that reloads as you edit it. In Electron's window where that
// can be had (main as built), else in the browser (main from source). Vite's own port serves nothing but source.
// WHISKER_DATA_DIR names where the data lie; a change to main or the engine wants a restart.
import { createServer as createTcpServer } from 'node:net';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setUpBeside } from './setup/beside.mjs';
import { hasDisplay } from './setup/electron.mjs';
import { findWindow, openWindow } from './setup/electron-window.mjs';
import { prepare, root, runCommand } from './setup/prepare.mjs';
import { say } from './setup/steps.mjs';

const HOST = '127.0.0.1';

await runCommand(async () => {
  const { node } = await prepare({ network: null, tensorflow: null, build: hasDisplay() });
  // npm runs us in the repository; the person's folder is relative to where they called npm.
  const folders = process.argv.slice(2).map((folder) => resolve(process.env.INIT_CWD ?? '.', folder));
  const vite = await startVite();
  const env = { ...process.env, WHISKER_RENDERER_SOURCE: vite.origin };
  const binary = await findWindow({ root, node });
  const setUp = setUpBeside(root, node);
  try {
    const wasOpened = binary && (await openWindow({ root, binary, folders, env }));
    if (!wasOpened) await serveFromSource(vite.origin, folders[0]);
  } finally {
    await Promise.all([vite.close(), setUp.end()]);
  }
});

async function serveFromSource(origin, folder) {
  const source = (file) => import(pathToFileURL(join(root, 'src', file)).href);
  const { createApp } = await source('main/app.ts');
  const { defaultDataDir, places } = await source('main/places.ts');
  const { contentFrom } = await source('main/hosts/renderer-source.ts');
  const { startWebHost } = await source('main/hosts/web/server.ts');
  const { engineEntry, rendererDir } = places(join(root, 'src', 'main', 'cli.ts'));

  const app = createApp({
    host: 'web',
    dataDir: defaultDataDir(),
    engine: { node: process.execPath, entry: engineEntry },
  });
  const host = await startWebHost({ app, rendererDir, port: 0, renderer: contentFrom(origin) });
  if (folder) {
    const opened = await app.call('library.open', { folder });
    if (!opened.ok) say(opened.error.message);
  }
  console.log(`Whisker is at ${host.url}`);

  await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
  await host.close();
  await app.close();
}

/** Vite on a loopback port of its own, where pages also listen for what has changed. */
async function startVite() {
  const { createServer } = await import('vite');
  const { svelte } = await import('@sveltejs/vite-plugin-svelte');
  const port = await freePort();
  const server = await createServer({
    configFile: false,
    root: join(root, 'src', 'renderer'),
    cacheDir: join(root, 'node_modules', '.vite'),
    plugins: [svelte()],
    server: { host: HOST, port, strictPort: true, hmr: { host: HOST, clientPort: port } },
  });
  await server.listen();
  return { origin: `http://${HOST}:${port}`, close: () => server.close() };
}

async function freePort() {
  const probe = createTcpServer().listen(0, HOST);
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
