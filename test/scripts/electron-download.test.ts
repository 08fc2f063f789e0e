// Electron's download by its own installer, from a server that stands for the mirror: slow, silent, refusing, behind a
// proxy. Only the archive is ours.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readJson, writeJson } from '../../scripts/setup/cache.mjs';
import { ensureElectron, proxyEnv } from '../../scripts/setup/electron.mjs';
import { followProgress } from '../../scripts/setup/progress.mjs';
import { folderWith, freshCache, stderrText } from './fixture.ts';
import { zip } from '../fixtures/zip.ts';

const modules = resolve(import.meta.dirname, '../../node_modules');
const PROGRAMS: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};
const PROGRAM = PROGRAMS[process.platform] ?? 'electron';
const ARCHIVE = zip({ [PROGRAM]: 'e'.repeat(1_000_000), version: '45.4.1', 'resources/default_app.asar': 'asar' });

/** The electron package as npm leaves it, for an archive of ours; its parts are the installed ones. */
function electronPackage(archive = ARCHIVE): string {
  const root = folderWith({});
  const folder = join(root, 'node_modules', 'electron');
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'install.js']) cpSync(join(modules, 'electron', name), join(folder, name));
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const { version } = readJson(join(folder, 'package.json'));
  writeJson(join(folder, 'checksums.json'), {
    [`electron-v${version}-${process.platform}-${process.arch}.zip`]: sha256,
  });
  for (const scope of ['@electron', '@electron-internal'])
    symlinkSync(join(modules, scope), join(root, 'node_modules', scope), 'junction');
  return root;
}

const serve = (answer: RequestListener): Promise<string> => listen(createServer(answer));

/** The address of a server on loopback, closed when the test ends. */
async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return `http://127.0.0.1:${address.port}`;
}

/** A try at Electron from `mirror`, with everything it writes in folders of this test. */
function installation(mirror: string, root = electronPackage()) {
  const said = stderrText();
  const cache = freshCache();
  const env = { ...process.env, ELECTRON_MIRROR: `${mirror}/`, electron_config_cache: join(cache, 'electron-cache') };
  return {
    root,
    cache,
    env,
    said,
    install: (options: object = {}) => ensureElectron(root, process.execPath, { env, ...options }),
    note: () => readdirSync(cache).find((name) => name.startsWith('electron-4') && name.endsWith('.json')),
  };
}

describe('Electron’s download', () => {
  test('takes as long as bytes come, tells how far it is, and leaves what the installer leaves', async () => {
    const mirror = await serve((_request, response) => void drip(response));
    async function drip(response: ServerResponse) {
      response.setHeader('content-length', ARCHIVE.length);
      for (let from = 0; from < ARCHIVE.length; from += 50_000) {
        response.write(ARCHIVE.subarray(from, from + 50_000));
        await sleep(200);
      }
      response.end();
    }
    const it = installation(mirror);
    const told: { done: number | null; total: number | null }[] = [];
    const stopFollowing = followProgress((progress: (typeof told)[number]) => told.push(progress));
    onTestFinished(() => void stopFollowing());
    const folder = join(it.root, 'node_modules', 'electron');
    // Twenty-one pauses make more than 4 s, and that much of silence is allowed: a limit on the whole would end it.
    expect(await it.install({ silenceMs: 4_000 })).toBe(join(folder, 'dist', PROGRAM));
    expect(readFileSync(join(folder, 'path.txt'), 'utf8')).toBe(PROGRAM);
    expect(statSync(join(folder, 'dist', PROGRAM)).size).toBe(1_000_000);
    const bytes = told.filter(({ done }) => done !== null);
    expect(bytes.length).toBeGreaterThan(3);
    expect(bytes.at(-1)).toMatchObject({ done: ARCHIVE.length, total: ARCHIVE.length });
    expect(it.note()).toBeUndefined();
    expect(existsSync(join(it.cache, 'electron-download'))).toBe(false);
  });

  test('that falls silent is given up, leaves nothing behind, and is tried again the next time', async () => {
    let asked = 0;
    const mirror = await serve((_request, response) => {
      asked++;
      response.setHeader('content-length', ARCHIVE.length);
      if (asked === 1) response.write(ARCHIVE.subarray(0, 1000));
      else response.end(ARCHIVE);
    });
    const it = installation(mirror);
    expect(await it.install({ silenceMs: 4_000 })).toBeUndefined();
    expect(asked).toBe(1);
    expect(it.said()).toContain('no byte came for 4 s');
    expect(existsSync(join(it.cache, 'electron-download'))).toBe(false);
    expect(it.note()).toBeUndefined();
    expect(await it.install()).toContain(PROGRAM);
  });

  test.for([403, 404])('that is answered with %i is remembered for a day; set-up asks at once', async (status) => {
    let asked = 0;
    const mirror = await serve((_request, response) => {
      asked++;
      response.writeHead(status).end();
    });
    const it = installation(mirror);
    expect(await it.install()).toBeUndefined();
    expect(it.said()).toContain(`answered ${status} for ${mirror}`);
    expect(it.said()).not.toContain('    at ');
    await it.install();
    expect(asked).toBe(1);
    await it.install({ retry: true });
    expect(asked).toBe(2);
    const note = join(it.cache, it.note() ?? '');
    writeJson(note, { ...readJson(note), at: new Date(Date.now() - 25 * 3_600_000).toISOString() });
    await it.install();
    expect(asked).toBe(3);
  });

  test('from a host that is not there is remembered, with the reason', async () => {
    const it = installation('http://127.0.0.1:9');
    expect(await it.install()).toBeUndefined();
    expect(readJson(join(it.cache, it.note() ?? ''))).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/127\.0\.0\.1:9 can't be reached \(\w+/),
    });
  });

  test.for([
    ['that the server can’t give right now', 503, ARCHIVE],
    ['of other bytes than the package knows', 200, Buffer.from('not the archive')],
  ] as const)('%s is refused and not remembered', async ([, status, body]) => {
    const it = installation(await serve((_request, response) => response.writeHead(status).end(body)));
    expect(await it.install()).toBeUndefined();
    expect(it.said()).toContain("Electron can't be had here");
    expect(it.note()).toBeUndefined();
    expect(existsSync(join(it.root, 'node_modules', 'electron', 'dist'))).toBe(false);
  });

  describe('behind a proxy', () => {
    /** A proxy that answers for every host with the archive, and refuses tunnels; `asked` is what it was asked for. */
    async function startProxy() {
      const asked: string[] = [];
      const server = createServer((request, response) => {
        asked.push(`${request.method} ${request.url}`);
        response.setHeader('content-length', ARCHIVE.length).end(ARCHIVE);
      });
      server.on('connect', (request, socket) => {
        asked.push(`CONNECT ${request.url}`);
        if (request.url?.endsWith(':443')) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        server.emit('connection', socket);
      });
      return { url: await listen(server), asked };
    }
    /** The environment of a machine without a proxy, but for `more`. */
    const behind = (env: NodeJS.ProcessEnv, more: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
      ...Object.fromEntries(Object.entries(env).filter(([name]) => !/proxy$/i.test(name))),
      ...more,
    });

    test.for(['http_proxy', 'HTTP_PROXY', 'npm_config_proxy'])('that %s names, it arrives through it', async (name) => {
      const proxy = await startProxy();
      const it = installation('http://electron.invalid');
      expect(await it.install({ env: behind(it.env, { [name]: proxy.url }) })).toContain(PROGRAM);
      expect(proxy.asked.join('\n')).toContain('electron.invalid');
    });

    test.for(['https_proxy', 'HTTPS_PROXY', 'npm_config_https_proxy', 'npm_config_proxy'])(
      'that %s names, it asks that for a tunnel, and a refusal is told',
      async (name) => {
        const proxy = await startProxy();
        const it = installation('https://electron.invalid');
        expect(await it.install({ env: behind(it.env, { [name]: proxy.url }) })).toBeUndefined();
        expect(proxy.asked).toEqual(['CONNECT electron.invalid:443']);
        expect(it.said()).toContain("electron.invalid can't be reached");
      },
    );

    test('exceptions are kept to, and without a proxy nothing is said of one', () => {
      expect(proxyEnv({ HTTPS_PROXY: 'http://p', NO_PROXY: 'intranet' })).toMatchObject({ no_proxy: 'intranet' });
      expect(proxyEnv({ npm_config_proxy: 'http://p', npm_config_noproxy: 'intranet' })).toMatchObject({
        https_proxy: 'http://p',
        no_proxy: 'intranet',
        ELECTRON_GET_USE_PROXY: '1',
      });
      expect(proxyEnv({ PATH: '/bin' })).toEqual({ PATH: '/bin' });
    });
  });

  test.skipIf(process.platform === 'win32')('ends with Ctrl-C, with nothing left behind', async () => {
    const mirror = await serve((_request, response) => void response.write('x'));
    const it = installation(mirror);
    const script = `
      import { ensureElectron } from '${new URL('../../scripts/setup/electron.mjs', import.meta.url).href}';
      await ensureElectron(${JSON.stringify(it.root)}, process.execPath);`;
    const setUp = spawn(process.execPath, ['--input-type=module', '-e', script], { env: it.env, stdio: 'ignore' });
    const temporary = join(it.cache, 'electron-download');
    const parts = () => (existsSync(temporary) ? readdirSync(temporary) : []);
    await vi.waitFor(() => expect(parts()).toHaveLength(1), { timeout: 10_000 });
    setUp.kill('SIGINT');
    const [code] = await once(setUp, 'exit');
    expect(code).toBe(130);
    expect(existsSync(temporary)).toBe(false);
  });
});
