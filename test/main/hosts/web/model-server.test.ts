// The model behind a loopback address: who may ask, what is answered, and that no body takes it down.

import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenedApp } from '../../../../src/main/app.ts';
import { startModelServer } from '../../../../src/main/hosts/web/model-server.ts';
import type { ModelServer, ModelServerOptions } from '../../../../src/main/hosts/web/model-server.ts';
import { jpeg } from '../../../fixtures/photos.ts';
import { cool, drawPhotos, warm } from '../../photo-folder.ts';
import { openLibrary, trainQuickly } from '../../predictions/trained-library.ts';
import '../../../fixtures/needs-tensorflow.ts';

let dir: string;
let app: OpenedApp;
let server: ModelServer;
const limits = { bodyBytes: 100_000, pictures: 4 };
const start = (options: Partial<ModelServerOptions> = {}) =>
  startModelServer({ predictor: app.services.predictor, name: 'photos', port: 0, limits, ...options });

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'whisker-model-'));
  ({ app } = await openLibrary(dir));
  await drawPhotos(join(dir, 'elsewhere'), 30, 34);
  server = await start();
});
afterAll(async () => {
  await server.close();
  await app.close();
  rmSync(dir, { recursive: true });
});

const picture = (name: string) => new Uint8Array(readFileSync(join(dir, 'elsewhere', name)));
const predict = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}, at = server) =>
  fetch(`${at.url}predict`, { method: 'POST', body, headers: { authorization: `Bearer ${at.token}`, ...headers } });
const bearer = () => ({ authorization: `Bearer ${server.token}` });
/** With headers that `fetch` would not let through, on a path as it stands. */
async function raw(method: string, path: string, headers: Record<string, string>): Promise<number> {
  const { port } = new URL(server.url);
  const sent = request({ host: '127.0.0.1', port, method, path, headers: { host: `127.0.0.1:${port}`, ...headers } });
  sent.end();
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}

test('without a model it says so, and it answers once there is one', async () => {
  const reply = await predict(picture(warm(30)));
  expect([reply.status, await reply.json()]).toMatchObject([
    409,
    { ok: false, error: { code: 'not-found', message: 'Nothing has been trained on these photos yet.' } },
  ]);
  await trainQuickly(app);
  expect((await predict(picture(warm(30)))).status).toBe(200);
});

test('a picture is answered with its class, how sure, the other classes and the run', async () => {
  for (const [name, expected] of [
    [warm(31), 'Warm'],
    [cool(31), 'Cool'],
  ] as const) {
    const reply = await predict(picture(name));
    expect([reply.status, reply.headers.get('content-type'), await reply.json()]).toEqual([
      200,
      'application/json',
      {
        class: expected,
        confidence: expect.any(Number),
        calibrated: expect.any(Boolean),
        classes: [
          { name: expected, confidence: expect.any(Number) },
          { name: expected === 'Warm' ? 'Cool' : 'Warm', confidence: expect.any(Number) },
        ],
        run: 1,
      },
    ]);
  }
});

test('the front page says what it is', async () => {
  const reply = await fetch(server.url, { headers: bearer() });
  expect(await reply.json()).toEqual({
    what: expect.any(String),
    library: 'photos',
    run: 1,
    calibrated: expect.any(Boolean),
    classes: ['Warm', 'Cool'],
    predict: 'POST the bytes of a picture to /predict.',
    mostBytes: 100_000,
  });
});

test('only on the loopback address', async () => {
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => !address.internal && !address.address.startsWith('fe80'));
  for (const { address } of others) {
    const socket = connect(Number(new URL(server.url).port), address);
    await expect(once(socket, 'connect'), address).rejects.toThrow();
  }
});

test('nobody is answered without the token, from another page, or by another name', async () => {
  const { port } = new URL(server.url);
  const refused: [number, Record<string, string>][] = [
    [401, {}],
    [401, { authorization: `Bearer ${'x'.repeat(43)}` }],
    [401, { authorization: `Basic ${server.token}` }],
    [401, { cookie: `whisker-${port}=${server.token}` }],
    [403, { ...bearer(), host: `evil.com:${port}` }],
    [403, { ...bearer(), host: `127.0.0.1:${Number(port) + 1}` }],
    [403, { ...bearer(), origin: 'https://evil.com' }],
    [403, { ...bearer(), origin: 'null' }],
    [403, { ...bearer(), 'sec-fetch-site': 'cross-site' }],
    [403, { ...bearer(), 'sec-fetch-site': 'same-site' }],
  ];
  for (const [status, headers] of refused) {
    expect(await raw('GET', '/', headers), JSON.stringify(headers)).toBe(status);
    expect(await raw('POST', '/predict', headers), JSON.stringify(headers)).toBe(status);
  }
  expect(await raw('GET', `/?token=${server.token}`, {})).toBe(401);
  expect(await raw('GET', '/', bearer())).toBe(200);
  expect(await raw('GET', '/', { ...bearer(), origin: `http://127.0.0.1:${port}` })).toBe(200);
});

test('other addresses and methods are refused', async () => {
  expect(await raw('GET', '/predict', bearer())).toBe(405);
  expect(await raw('POST', '/', bearer())).toBe(405);
  expect(await raw('PUT', '/predict', bearer())).toBe(405);
  expect(await raw('OPTIONS', '/predict', { origin: 'https://evil.com' })).toBe(405);
  expect(await raw('GET', '/photo/1/thumb', bearer())).toBe(404);
  expect(await raw('GET', '/../../etc/passwd', bearer())).toBe(404);
  expect(await raw('GET', '//evil.com/', bearer())).toBe(400);
});

test('hostile bodies are refused with a reason, and it goes on answering', async () => {
  const good = await jpeg({ width: 300, height: 200 });
  const bodies: [number, Uint8Array<ArrayBuffer>, Record<string, string>?][] = [
    [400, new Uint8Array()],
    [422, new Uint8Array(Buffer.from('{"image": "cat.jpg"}'))],
    [
      422,
      new Uint8Array(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>')),
    ],
    [422, new Uint8Array(50_000)],
    [422, new Uint8Array(good.subarray(0, 60))],
    [413, new Uint8Array(100_001)],
    [415, new Uint8Array(good), { 'content-encoding': 'gzip' }],
  ];
  for (const [status, body, headers] of bodies) {
    const reply = await predict(body, headers);
    expect([reply.status, await reply.json()]).toEqual([
      status,
      { ok: false, error: expect.objectContaining({ message: expect.stringMatching(/^[A-Z].{10,}\.$/) }) },
    ]);
  }
  expect((await predict(picture(warm(32)))).status).toBe(200);
});

test('a body that never says its size is cut off where it is too large; one that breaks off harms nobody', async () => {
  const { port } = new URL(server.url);
  const endless = request({ host: '127.0.0.1', port, method: 'POST', path: '/predict', headers: bearer() });
  endless.on('error', () => {});
  const answered = once(endless, 'response');
  for (let i = 0; i < 20; i++) endless.write(Buffer.alloc(10_000));
  const [response] = await answered;
  expect(response.statusCode).toBe(413);
  endless.destroy();

  const broken = connect(Number(port), '127.0.0.1');
  broken.write(
    `POST /predict HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${server.token}\r\nContent-Length: 5000\r\n\r\nabc`,
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  broken.destroy();
  expect((await predict(picture(cool(32)))).status).toBe(200);
});

test('more pictures than it takes at the same time are sent away to come again; the others are answered', async () => {
  const replies = await Promise.all(Array.from({ length: 12 }, () => predict(picture(warm(33)))));
  const statuses = replies.map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200, 503]));
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(4);
  expect(replies.find(({ status }) => status === 503)?.headers.get('retry-after')).toBe('1');
  expect((await predict(picture(warm(33)))).status).toBe(200);
});

test('nothing that was sent is kept', async () => {
  const scratch = await app.services.predictor.scratch();
  expect(existsSync(scratch)).toBe(true);
  expect(readdirSync(scratch).filter((name) => name.startsWith('sent-'))).toEqual([]);
});

test('each start has a token of its own, and a port in use is one clear sentence', async () => {
  const other = await start();
  expect(other.token).not.toBe(server.token);
  expect((await predict(picture(warm(33)), bearer(), other)).status).toBe(401);
  await other.close();
  await expect(start({ port: Number(new URL(server.url).port) })).rejects.toMatchObject({ code: 'wrong-usage' });
});
