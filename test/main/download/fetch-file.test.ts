// One file over HTTP: on from where it was cut off, never from somewhere else, never more than promised.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fetchFile } from '../../../src/main/download/fetch-file.ts';
import type { FetchOrder } from '../../../src/main/download/fetch-file.ts';
import { serveFile } from '../../fixtures/file-server.ts';
import type { FileServer } from '../../fixtures/file-server.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

const bytes = Buffer.from(Array.from({ length: 400_000 }, (_, at) => at % 251));
let server: FileServer;
let file: string;
beforeEach(async () => {
  server = await serveFile(bytes);
  file = join(temporaryFolder(), 'archive');
});
afterEach(() => server.close());

const order = (changes: Partial<FetchOrder> = {}): FetchOrder => ({
  url: new URL('archive', server.base),
  file,
  mostBytes: bytes.length,
  tooLong: () => new Error('too long'),
  resume: true,
  signal: new AbortController().signal,
  onProgress: () => {},
  ...changes,
});
const holdsAll = () => readFileSync(file).equals(bytes);

test('a file comes whole, as it is, with its progress', async () => {
  const seen: number[] = [];
  expect(await fetchFile(order({ onProgress: (done) => seen.push(done) }))).toBe(bytes.length);
  expect(holdsAll()).toBe(true);
  expect([seen[0], seen.at(-1)]).toEqual([0, bytes.length]);
  expect(server.asked[0]).toMatchObject({ 'accept-encoding': 'identity' });
});

test('a server that falls silent is given up after a while, and what has come stays', async () => {
  server.misbehave = (_, response) =>
    response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 9));
  await expect(fetchFile(order({ silenceMs: 300 }))).rejects.toThrow();
  expect(readFileSync(file)).toHaveLength(9);
  server.misbehave = () => true;
  await expect(fetchFile(order({ silenceMs: 300 }))).rejects.toThrow('not a word for 0.3 s');
});

describe('after a connection that broke off', () => {
  beforeEach(async () => {
    server.breakAfter = 150_000;
    await expect(fetchFile(order())).rejects.toThrow();
  });

  test('it goes on from the bytes that are here, if the content is still the same', async () => {
    const here = readFileSync(file).length;
    expect(here).toBeGreaterThan(0);
    expect(here).toBeLessThanOrEqual(150_000);
    expect(await fetchFile(order())).toBe(bytes.length);
    expect(server.asked[1]).toMatchObject({ range: `bytes=${here}-`, 'if-range': '"one"' });
    expect(holdsAll()).toBe(true);
  });

  test('it begins anew when the server has other content by now', async () => {
    server.bytes = Buffer.alloc(bytes.length, 7);
    server.etag = '"two"';
    await fetchFile(order());
    expect(readFileSync(file).equals(server.bytes)).toBe(true);
    server.breakAfter = 10;
    writeFileSync(file, readFileSync(file).subarray(0, 100));
    await expect(fetchFile(order())).rejects.toThrow();
    expect(server.asked.at(-1)).toMatchObject({ 'if-range': '"two"' });
  });

  test('it begins anew when the server knows no ranges', async () => {
    server.misbehave = (_, response) => Boolean(response.end(bytes));
    expect(await fetchFile(order())).toBe(bytes.length);
    expect(holdsAll()).toBe(true);
  });

  test('it begins anew when the server goes on from another place', async () => {
    let misled = false;
    server.misbehave = (request, response) => {
      if (misled || request.headers.range === undefined) return false;
      misled = true;
      response.writeHead(206, { 'content-range': `bytes 100-${bytes.length - 1}/${bytes.length}` });
      return Boolean(response.end(bytes.subarray(100)));
    };
    expect(await fetchFile(order())).toBe(bytes.length);
    expect(misled).toBe(true);
    expect(holdsAll()).toBe(true);
  });

  test('it begins anew when the server has nothing from there on', async () => {
    let refused = false;
    server.misbehave = (request, response) => {
      if (request.headers.range === undefined) return false;
      refused = true;
      return Boolean(response.writeHead(416).end());
    };
    expect(await fetchFile(order())).toBe(bytes.length);
    expect(refused).toBe(true);
    expect(holdsAll()).toBe(true);
  });

  test('it begins anew unless asked to go on', async () => {
    expect(await fetchFile(order({ resume: false }))).toBe(bytes.length);
    expect(server.asked[1]).not.toHaveProperty('range');
    expect(holdsAll()).toBe(true);
  });
});

test('without a name for its content the file is gone on with all the same: its SHA-256 will tell', async () => {
  server.etag = null;
  server.breakAfter = 1000;
  await expect(fetchFile(order())).rejects.toThrow();
  const here = readFileSync(file).length;
  await fetchFile(order());
  expect(server.asked[1]).toMatchObject({ range: `bytes=${here}-` });
  expect(server.asked[1]).not.toHaveProperty('if-range');
  expect(holdsAll()).toBe(true);
});

test('a file that is here whole is not asked for again', async () => {
  await fetchFile(order());
  expect(await fetchFile(order())).toBe(bytes.length);
  expect(server.asked).toHaveLength(1);
});

test('a cancelled one keeps what has come', async () => {
  const cancelling = new AbortController();
  server.misbehave = (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length, etag: '"one"' });
    response.write(bytes.subarray(0, 5000));
    return true;
  };
  const onProgress = (done: number) => done === 5000 && setTimeout(() => cancelling.abort(), 20);
  await expect(fetchFile(order({ signal: cancelling.signal, onProgress }))).rejects.toThrow();
  expect(readFileSync(file)).toHaveLength(5000);
  server.misbehave = () => false;
  await fetchFile(order());
  expect(holdsAll()).toBe(true);
});

describe('more than was promised', () => {
  const mostBytes = bytes.length - 1;

  test('is not even begun when the server says so itself', async () => {
    await expect(fetchFile(order({ mostBytes }))).rejects.toThrow('too long');
    expect(existsSync(file)).toBe(false);
  });

  test('is cut off when the server lies about the length', async () => {
    server.misbehave = (_, response) => Boolean(response.writeHead(200).end(bytes));
    await expect(fetchFile(order({ mostBytes }))).rejects.toThrow('too long');
    expect(readFileSync(file).length).toBeLessThanOrEqual(mostBytes);
  });
});

describe('a server that sends us on', () => {
  let other: FileServer;
  beforeEach(async () => {
    other = await serveFile(bytes);
    server.misbehave = (_, response) =>
      Boolean(response.writeHead(302, { location: new URL('signed?token=1', other.base).href }).end());
  });
  afterEach(() => other.close());

  test('is followed to a host that was named, ranges and all', async () => {
    const redirectHosts = [other.host];
    other.breakAfter = 1000;
    await expect(fetchFile(order({ redirectHosts }))).rejects.toThrow();
    const here = readFileSync(file).length;
    await fetchFile(order({ redirectHosts }));
    expect(other.asked[1]).toMatchObject({ range: `bytes=${here}-`, 'if-range': '"one"' });
    expect(holdsAll()).toBe(true);
  });

  test('is not followed anywhere else', async () => {
    await expect(fetchFile(order())).rejects.toThrow(`${server.base}archive answered with 302 instead of the file.`);
    expect(other.asked).toEqual([]);
  });

  test('is not followed in circles, nor to another protocol', async () => {
    server.misbehave = (_, response) => Boolean(response.writeHead(302, { location: server.base }).end());
    await expect(fetchFile(order({ redirectHosts: [server.host] }))).rejects.toThrow('answered with 302');
    expect(server.asked.length).toBeLessThan(10);
    server.misbehave = (_, response) => Boolean(response.writeHead(302, { location: `https://${server.host}/` }).end());
    await expect(fetchFile(order({ redirectHosts: [server.host] }))).rejects.toThrow('answered with 302');
  });
});
