// A running web host with a stub renderer, and requests to it as hostile as a test wants: node:http sends any header
// and path.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWebHost } from '../../../../src/main/hosts/web/server.ts';
import type { WebHostOptions } from '../../../../src/main/hosts/web/server.ts';
import { fakeApp } from '../../../fakes/app.ts';
import type { FakeApp } from '../../../fakes/app.ts';

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Ask {
  method?: string;
  headers?: Record<string, string | undefined>;
  body?: string | Uint8Array;
  /** Sends the cookie of a first visit; true unless said otherwise. */
  cookie?: boolean;
}

export interface TestHost {
  app: FakeApp;
  url: URL;
  origin: string;
  port: number;
  cookie: string;
  ask(path: string, options?: Ask): Promise<Reply>;
  /** A call as the renderer makes it; `options` override any part. */
  call(name: string, body?: string | Uint8Array, options?: Ask): Promise<Reply>;
  /** Bytes as they are, and everything that came back until the connection closed. */
  raw(text: string): Promise<string>;
  close(): Promise<void>;
}

export async function startTestHost(options: Partial<WebHostOptions> = {}): Promise<TestHost> {
  const rendererDir = await mkdtemp(join(tmpdir(), 'whisker-web-'));
  await mkdir(join(rendererDir, 'assets'));
  await writeFile(join(rendererDir, 'index.html'), '<!doctype html><title>Whisker</title>');
  await writeFile(join(rendererDir, 'assets/main-1a2b.js'), 'export {};');
  await writeFile(join(rendererDir, 'secret.sqlite'), 'not of a type that is served');

  const app = fakeApp();
  const host = await startWebHost({ app, rendererDir, port: 0, ...options });
  const url = new URL(host.url);
  const port = Number(url.port);
  const send = (path: string, { method = 'GET', headers = {}, body }: Ask) =>
    exchange(port, path, method, headers, body);
  const welcome = await send(`/${url.search}`, {});
  const cookie = welcome.headers['set-cookie']?.[0]?.split(';')[0] ?? '';

  const ask: TestHost['ask'] = (path, options = {}) =>
    send(path, { ...options, headers: { ...(options.cookie === false ? {} : { cookie }), ...options.headers } });
  return {
    app,
    url,
    origin: url.origin,
    port,
    cookie,
    ask,
    call: (name, body = '', options = {}) =>
      ask(`/call/${name}`, {
        method: 'POST',
        body,
        ...options,
        headers: { origin: url.origin, 'content-type': 'application/json', ...options.headers },
      }),
    raw: (text) => talk(port, text),
    async close() {
      await host.close();
      await rm(rendererDir, { recursive: true });
    },
  };
}

function exchange(
  port: number,
  path: string,
  method: string,
  headers: Record<string, string | undefined>,
  body: string | Uint8Array | undefined,
): Promise<Reply> {
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers: given, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function talk(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => resolve(answer));
    socket.on('close', () => resolve(answer));
  });
}
