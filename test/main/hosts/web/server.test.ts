import { once } from 'node:events';
import { get, createServer } from 'node:http';
import { connect } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callNames } from '../../../../src/shared/contract.ts';
import { startWebHost } from '../../../../src/main/hosts/web/server.ts';
import { startTestHost } from './web-host.ts';
import type { TestHost } from './web-host.ts';

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({ limits: { bodyBytes: 1000 } });
});
afterAll(() => host.close());
beforeEach(() => {
  host.app.calls.length = 0;
  host.app.fetched.length = 0;
  host.app.answer = () => ({ ok: true, value: null });
});

describe('where it listens', () => {
  test('only on the loopback address: every other address of this machine is refused', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter((address) => !address.internal && !address.address.startsWith('fe80'))
      .map((address) => address.address);
    for (const address of [...others, '::1']) {
      const socket = connect(host.port, address);
      await expect(once(socket, 'connect'), address).rejects.toThrow();
    }
  });

  test('a port in use is one clear sentence', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await expect(startTestHost({ port })).rejects.toMatchObject({ code: 'wrong-usage', remedy: /another port/ });
    other.close();
  });

  test('it comes back on the port of the last time, on another one when that is in use', async () => {
    const portFile = join(await mkdtemp(join(tmpdir(), 'whisker-port-')), 'port');
    const first = await startTestHost({ portFile });
    const second = await startTestHost({ portFile });
    expect(second.port).not.toBe(first.port);
    await first.close();
    await second.close();
    const again = await startTestHost({ portFile });
    expect(again.port).toBe(second.port);
    await again.close();
    for (const nonsense of ['', 'soon', '-1', '70000', '80.5']) {
      await writeFile(portFile, nonsense);
      await (await startTestHost({ portFile })).close();
    }
    await rm(dirname(portFile), { recursive: true });
  });

  test('a port file that can’t be written keeps nobody out', async () => {
    await (await startTestHost({ portFile: '/nowhere/port' })).close();
  });

  test('a port that is no port is one clear sentence', async () => {
    await expect(startTestHost({ port: 70_000 })).rejects.toMatchObject({ code: 'wrong-usage' });
  });

  test('without a built renderer it says what to run', async () => {
    await expect(startWebHost({ app: host.app, rendererDir: '/nowhere', port: 0 })).rejects.toMatchObject({
      remedy: 'Run "npm run build".',
    });
  });
});

describe('the way in', () => {
  test('the token has 256 random bits and differs between starts', async () => {
    const other = await startTestHost();
    const tokens = [host, other].map(({ url }) => url.searchParams.get('token') ?? '');
    for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(tokens[0]).not.toBe(tokens[1]);
    await other.close();
  });

  test('the first visit gives the cookie and leads to an address without the token', async () => {
    const reply = await host.ask(`/${host.url.search}`, { cookie: false });
    expect(reply.status).toBe(303);
    expect(reply.headers.location).toBe('/');
    const [cookie] = reply.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^whisker-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(host.url.searchParams.get('token'));
    expect((await host.ask('/')).status).toBe(200);
  });

  const wrongTokens = () => {
    const token = host.url.searchParams.get('token') ?? '';
    return [
      '',
      'x',
      token.slice(1),
      `${token}x`,
      token.toUpperCase(),
      'A'.repeat(43),
      'A'.repeat(10_000),
      '%00',
      `${token}%00`,
    ];
  };
  test('a wrong token gives no cookie, whatever its length', async () => {
    for (const token of wrongTokens()) {
      const reply = await host.ask(`/?token=${token}`, { cookie: false });
      expect([reply.status, reply.headers['set-cookie']], token).toEqual([401, undefined]);
    }
  });

  test('the token opens the front page only', async () => {
    for (const path of ['/index.html', '/assets/main-1a2b.js', '/photo/1/thumb', '/events']) {
      expect((await host.ask(path + host.url.search, { cookie: false })).status, path).toBe(401);
    }
  });

  test('nothing is answered without the right cookie', async () => {
    const value = host.cookie.split('=')[1] ?? '';
    const name = host.cookie.split('=')[0] ?? '';
    const cookies = [
      undefined,
      '',
      'x',
      name,
      `${name}=`,
      `${name}=${value}x`,
      `${name}=${value.slice(1)}`,
      `x=${value}`,
      value,
    ];
    for (const cookie of cookies) {
      for (const path of [
        '/',
        '/index.html',
        '/assets/main-1a2b.js',
        '/photo/1/thumb',
        '/export/download-1.csv',
        '/events',
      ]) {
        expect((await host.ask(path, { headers: { cookie } })).status, `${path} with ${cookie}`).toBe(401);
      }
      expect((await host.call('app.info', '', { headers: { cookie } })).status).toBe(401);
    }
    expect(host.app.calls).toEqual([]);
    expect(host.app.fetched).toEqual([]);
  });

  test('the cookie is found among others', async () => {
    expect((await host.ask('/', { headers: { cookie: `a=b; ${host.cookie};c=d` } })).status).toBe(200);
  });

  test('a person without the cookie reads what to do; a program gets a Result', async () => {
    const page = await host.ask('/', { cookie: false, headers: { accept: 'text/html,*/*' } });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('Open the address that Whisker printed');
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    const result = await host.call('app.info', '', { cookie: false });
    expect(JSON.parse(result.body)).toMatchObject({
      ok: false,
      error: { code: 'forbidden', remedy: expect.any(String) },
    });
  });
});

describe('the right Host and Origin', () => {
  test('a rebound name is refused, even with the cookie', async () => {
    const { port } = host;
    const wrong = [
      'evil.com',
      `evil.com:${port}`,
      '127.0.0.1',
      'localhost',
      `127.0.0.1:${port + 1}`,
      `127.0.0.1:${port}.evil.com`,
    ];
    for (const name of [...wrong, `LOCALHOST.evil.com:${port}`, `[::1]:${port}`, `user@127.0.0.1:${port}`]) {
      const reply = await host.ask('/', { headers: { host: name } });
      expect(reply.status, name).toBe(403);
      expect((await host.call('app.info', '', { headers: { host: name } })).status, name).toBe(403);
    }
    expect(host.app.calls).toEqual([]);
  });

  test('an empty, a missing or a second Host is refused', async () => {
    const end = `Cookie: ${host.cookie}\r\nConnection: close\r\n\r\n`;
    for (const hosts of ['Host:\r\n', '', `Host: evil.com\r\nHost: 127.0.0.1:${host.port}\r\n`]) {
      expect(await host.raw(`GET / HTTP/1.1\r\n${hosts}${end}`), hosts).toMatch(/^HTTP\/1.1 40[03] /);
    }
  });

  test('localhost is as good as 127.0.0.1, with an origin to match', async () => {
    const headers = { host: `localhost:${host.port}`, origin: `http://localhost:${host.port}` };
    expect((await host.call('app.info', '', { headers })).status).toBe(200);
    expect((await host.call('app.info', '', { headers: { ...headers, origin: host.origin } })).status).toBe(403);
  });

  test('a request line that names another host is refused', async () => {
    const answer = await host.raw(
      `GET http://evil.com/ HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nCookie: ${host.cookie}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    for (const path of ['//evil.com/', '/\\evil.com/', '*', 'evil']) {
      expect(
        await host.raw(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nConnection: close\r\n\r\n`),
      ).toMatch(/^HTTP\/1.1 400 /);
    }
  });

  test('a call from another origin, or from none, is refused', async () => {
    const { port } = host;
    for (const origin of [
      undefined,
      'null',
      'http://evil.com',
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${port + 1}`,
    ]) {
      expect((await host.call('app.info', '', { headers: { origin } })).status, origin).toBe(403);
    }
    expect(host.app.calls).toEqual([]);
  });

  test('another site, or another port of this machine, can neither fetch nor embed nor download', async () => {
    for (const site of ['cross-site', 'same-site']) {
      for (const path of ['/photo/1/thumb', '/export/download-1.csv', '/events', '/index.html', '/']) {
        const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
        expect((await host.ask(path, { headers })).status, `${path} ${site}`).toBe(403);
      }
      const frame = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
      expect((await host.ask('/', { headers: frame })).status).toBe(403);
      const visit = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
      expect((await host.ask('/', { headers: visit })).status).toBe(200);
      expect((await host.ask('/export/download-1.csv', { headers: visit })).status).toBe(403);
    }
    expect(host.app.fetched).toEqual([]);
  });
});

describe('methods', () => {
  test('only GET and POST exist', async () => {
    for (const method of ['HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'PATCH', 'PROPFIND']) {
      const reply = await host.ask('/', { method });
      expect([reply.status, reply.headers.allow], method).toEqual([405, 'GET, POST']);
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('CONNECT and protocol upgrades lead nowhere', async () => {
    const head = `Host: 127.0.0.1:${host.port}\r\nCookie: ${host.cookie}`;
    expect(await host.raw(`CONNECT evil.com:80 HTTP/1.1\r\n${head}\r\n\r\n`)).toBe('');
    const upgraded = await host.raw(
      `GET / HTTP/1.1\r\n${head}\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n`,
    );
    expect(upgraded).not.toMatch(/^HTTP\/1.1 101/);
  });

  test('a call is a POST, everything else is a GET', async () => {
    expect((await host.ask('/call/app.info')).status).toBe(405);
    for (const path of ['/', '/events', '/photo/1/thumb', '/export/download-1.csv']) {
      expect((await host.ask(path, { method: 'POST', headers: { origin: host.origin } })).status, path).toBe(405);
    }
  });
});

describe('calls', () => {
  test('the input goes in, the Result comes out', async () => {
    host.app.answer = (_, input) => ({ ok: true, value: { echoed: input } });
    const reply = await host.call('photos.get', '{"id":7}');
    expect(reply.headers['content-type']).toContain('application/json');
    expect(reply.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(reply.body)).toEqual({ ok: true, value: { echoed: { id: 7 } } });
    expect(host.app.calls).toEqual([{ name: 'photos.get', input: { id: 7 } }]);
  });

  test('a failed call is still an answered one', async () => {
    host.app.answer = () => ({ ok: false, error: { code: 'no-library', message: 'No library is open.' } });
    const reply = await host.call('photos.get', '{"id":7}');
    expect([reply.status, JSON.parse(reply.body).error.code]).toEqual([200, 'no-library']);
  });

  test('an empty body is a call without input', async () => {
    await host.call('app.info');
    expect(host.app.calls).toEqual([{ name: 'app.info', input: undefined }]);
  });

  test('every call of the contract is reachable', async () => {
    for (const name of callNames) expect((await host.call(name)).status, name).toBe(200);
    expect(host.app.calls.map((call) => call.name)).toEqual(callNames);
  });

  test('a name outside the contract never reaches the app', async () => {
    const names = [
      '__proto__',
      'constructor',
      'toString',
      'app',
      'app.info.',
      'app%2einfo',
      'App.Info',
      '',
      'app.info/',
      'labels.set%00',
    ];
    for (const name of [...names, 'x'.repeat(5000), '../call/nothing']) {
      expect((await host.call(name)).status, name.slice(0, 40)).toBe(404);
    }
    expect(host.app.calls).toEqual([]);
  });

  test('JSON that is none, or not UTF-8, is refused with a reason', async () => {
    const garbled = ['{', '{"a":}', 'undefined', '\0', '{"a":1}x', new Uint8Array([0x22, 0xff, 0xfe, 0x22])];
    for (const body of garbled) {
      const reply = await host.call('photos.get', body);
      expect(reply.status).toBe(400);
      expect(JSON.parse(reply.body).error.message).toBe('The body of the call is not valid JSON.');
    }
    expect(host.app.calls).toEqual([]);
  });

  test('prototype keys stay plain data and change no prototype', async () => {
    await host.call('photos.get', '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(host.app.calls[0]?.input as object)).toEqual(['__proto__', 'constructor']);
  });

  test('too large a body is refused, announced or not', async () => {
    const large = JSON.stringify('x'.repeat(5000));
    expect((await host.call('photos.get', large)).status).toBe(413);
    expect((await host.call('photos.get', large, { headers: { 'transfer-encoding': 'chunked' } })).status).toBe(413);
    expect((await host.call('photos.get', JSON.stringify('x'.repeat(998)))).status).toBe(200);
    expect(host.app.calls).toHaveLength(1);
  });

  test('a body must be plain JSON by its content type', async () => {
    const types = [
      undefined,
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/json; charset=utf-16',
    ];
    for (const type of [...types, 'text/plain; application/json', 'application/json-patch+json']) {
      expect((await host.call('app.info', '{}', { headers: { 'content-type': type } })).status, type).toBe(415);
    }
    expect((await host.call('app.info', '{}', { headers: { 'content-encoding': 'gzip' } })).status).toBe(415);
    const utf8 = { 'content-type': 'application/json; charset=UTF-8' };
    expect((await host.call('app.info', 'null', { headers: utf8 })).status).toBe(200);
  });

  test('a handler that breaks is an answer, and the host lives on', async () => {
    host.app.answer = () => Promise.reject(new Error('broken'));
    const reply = await host.call('app.info');
    expect([reply.status, JSON.parse(reply.body).error]).toEqual([500, { code: 'internal', message: 'broken' }]);
    host.app.answer = () => ({ ok: true, value: 1n });
    expect((await host.call('app.info')).status).toBe(500);
    host.app.answer = () => ({ ok: true, value: null });
    expect((await host.call('app.info')).status).toBe(200);
  });

  test('whatever the bytes, it answers with a status it knows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.uint8Array({ maxLength: 1500 }), async (name, body) => {
        const reply = await host.call(encodeURIComponent(name), body);
        expect([200, 400, 404, 413]).toContain(reply.status);
      }),
      { numRuns: 100 },
    );
  });
});

describe('files, photos and exports', () => {
  test('the front page is fresh at every visit, hashed assets are kept', async () => {
    const page = await host.ask('/');
    expect([page.headers['content-type'], page.headers['cache-control']]).toEqual([
      'text/html; charset=utf-8',
      'no-store',
    ]);
    const script = await host.ask('/assets/main-1a2b.js');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toContain('immutable');
  });

  test('every answer carries the strict headers', async () => {
    const answers = [
      await host.ask('/'),
      await host.ask('/nothing'),
      await host.ask('/photo/1/thumb'),
      await host.call('app.info'),
    ];
    for (const { headers } of [
      ...answers,
      await host.ask('/', { cookie: false }),
      await host.ask('/', { method: 'HEAD' }),
    ]) {
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*|https?:|data:|blob:/);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['permissions-policy']).toContain('camera=()');
    }
  });

  test('no path leads out of the renderer, however it is written', async () => {
    const climbs = [
      '/../package.json',
      '/..%2fpackage.json',
      '/%2e%2e/package.json',
      '/assets/..%5c..%5cpackage.json',
      '/....//package.json',
    ];
    const odd = [
      '/index.html%00',
      '/index.html/',
      '/INDEX.HTML',
      '/assets',
      '/assets/',
      '/./index.html%2f..',
      '/%69ndex.html',
      '/C:/x',
      '/etc/passwd',
    ];
    for (const path of [
      ...climbs,
      ...odd,
      '/secret.sqlite',
      '/assets/__proto__',
      '/__proto__',
      '/constructor',
      '/toString',
    ]) {
      expect((await host.ask(path)).status, path).toBe(404);
      const raw = await host.raw(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nCookie: ${host.cookie}\r\nConnection: close\r\n\r\n`,
      );
      expect(raw, path).toMatch(/^HTTP\/1.1 404 /);
    }
  });

  test('photos and exports are the app’s to answer', async () => {
    const reply = await host.ask('/photo/1/thumb');
    expect([reply.body, reply.headers['content-type']]).toEqual(['from the app', 'image/webp']);
    await host.ask('/export/download-1.csv');
    expect(host.app.fetched).toEqual(['/photo/1/thumb', '/export/download-1.csv']);
  });

  test('a photo body that breaks half-way ends that answer only', async () => {
    const whole = host.app.fetch;
    host.app.fetch = () =>
      Promise.resolve(
        new Response(new ReadableStream({ pull: (c) => (c.enqueue(Buffer.from('half')), c.error(new Error('gone'))) })),
      );
    await expect(host.ask('/photo/1/thumb')).rejects.toThrow();
    host.app.fetch = whole;
    expect((await host.ask('/photo/1/thumb')).status).toBe(200);
  });

  test('a visitor who leaves cancels the work for the photo', async () => {
    const whole = host.app.fetch;
    const aborted = new Promise<void>((resolve) => {
      host.app.fetch = (request) =>
        new Promise((_, reject) => {
          request.signal.addEventListener('abort', () => (resolve(), reject(new Error('left'))));
          leaving.destroy();
        });
    });
    const leaving = get(`${host.origin}/photo/1/large`, { headers: { cookie: host.cookie } }).on('error', () => {});
    await aborted;
    host.app.fetch = whole;
  });
});

describe('slow and greedy clients', () => {
  test('headers that never end are cut off', async () => {
    const strict = await startTestHost({ limits: { headersMs: 200, requestMs: 400, checkMs: 50 } });
    const started = performance.now();
    expect(await strict.raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Slow: `)).toMatch(/^HTTP\/1.1 408 |^$/);
    const body = `POST /call/app.info HTTP/1.1\r\nHost: 127.0.0.1:${strict.port}\r\nCookie: ${strict.cookie}\r\nOrigin: ${strict.origin}\r\n`;
    await strict.raw(`${body}Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{`);
    expect(performance.now() - started).toBeLessThan(5000);
    await strict.close();
  });

  test('more connections than allowed are dropped, and served again once there is room', async () => {
    const strict = await startTestHost({ limits: { connections: 5 } });
    const sockets = Array.from({ length: 5 }, () => connect(strict.port, '127.0.0.1').on('error', () => {}));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    await expect(strict.ask('/')).rejects.toThrow();
    for (const socket of sockets) socket.destroy();
    await expect
      .poll(() =>
        strict.ask('/').then(
          (reply) => reply.status,
          () => 0,
        ),
      )
      .toBe(200);
    await strict.close();
  });

  test('300 idle connections, opened again when they end, never keep the person with the cookie out', async () => {
    let flooding = true;
    const open = () => {
      if (!flooding) return;
      const socket = connect(host.port, '127.0.0.1').on('error', () => {});
      idle.add(socket);
      socket.on('close', () => {
        idle.delete(socket);
        setTimeout(open, 20);
      });
    };
    const idle = new Set<ReturnType<typeof connect>>();
    for (let n = 0; n < 300; n++) open();
    try {
      for (let visit = 0; visit < 30; visit++) {
        expect((await host.ask('/')).status).toBe(200);
        await new Promise((done) => setTimeout(done, 50));
      }
    } finally {
      flooding = false;
      for (const socket of idle) socket.destroy();
    }
  });
});
