import { get } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { EventMessage } from '../../../../src/shared/contract.ts';
import { noScan } from '../../../../src/shared/defaults.ts';
import { startTestHost } from './web-host.ts';
import type { TestHost } from './web-host.ts';

const scan = (found: number): EventMessage => ({
  name: 'scan.progress',
  payload: { ...noScan, phase: 'reading', found },
});

interface Listener {
  request: ClientRequest;
  response: IncomingMessage;
  /** Everything received so far. */
  text(): string;
  closed(): boolean;
}

async function listen(host: TestHost, { paused = false } = {}): Promise<Listener> {
  let text = '';
  let closed = false;
  const request = get(`${host.origin}/events`, { headers: { cookie: host.cookie }, agent: false }).on(
    'error',
    () => {},
  );
  const response = await new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
  response.on('error', () => {}).on('close', () => (closed = true));
  if (!paused) response.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { request, response, text: () => text, closed: () => closed };
}

let host: TestHost;
afterEach(() => host.close());

describe('the event stream', () => {
  test('every page gets every event, as one line of JSON', async () => {
    host = await startTestHost();
    const pages = await Promise.all([listen(host), listen(host), listen(host)]);
    expect(pages[0]?.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    host.app.emit(scan(1));
    host.app.emit(scan(2));
    const lines = [scan(1), scan(2)].map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    for (const page of pages) await expect.poll(page.text).toBe(`retry: 1000\n\n${lines}`);
  });

  test('a text with line breaks stays one event', async () => {
    host = await startTestHost();
    const page = await listen(host);
    const event: EventMessage = {
      name: 'training.runtime',
      payload: { available: false, reason: 'a\n\nb\r\ndata: c', remedy: '' },
    };
    host.app.emit(event);
    await expect.poll(page.text).toContain('data: ');
    const data = page
      .text()
      .split('\n')
      .find((line) => line.startsWith('data: '));
    expect(JSON.parse(data?.slice('data: '.length) ?? '')).toEqual(event);
  });

  test('a silent stream is kept alive', async () => {
    host = await startTestHost({ limits: { heartbeatMs: 20 } });
    const page = await listen(host);
    await expect.poll(page.text).toContain(': still here\n\n');
  });

  test('so many pages and no more; a page that leaves makes room', async () => {
    host = await startTestHost({ limits: { maxClients: 20 } });
    const pages = await Promise.all(Array.from({ length: 20 }, () => listen(host)));
    expect((await host.ask('/events')).status).toBe(503);
    pages[0]?.request.destroy();
    await expect
      .poll(async () => {
        const page = await listen(host);
        return page.response.statusCode;
      })
      .toBe(200);
  });

  test('a page that does not read is dropped, the others go on', async () => {
    host = await startTestHost({ limits: { maxBufferedBytes: 100_000 } });
    const stuck = await listen(host, { paused: true });
    const reading = await listen(host);
    const large: EventMessage = { name: 'photos.removed', payload: { ids: new Array(50_000).fill(123_456) } };
    for (let i = 0; i < 60; i++) {
      host.app.emit(large);
      await new Promise((resolve) => setImmediate(resolve));
    }
    stuck.response.resume();
    await expect.poll(stuck.closed).toBe(true);
    expect(reading.closed()).toBe(false);
    host.app.emit(scan(7));
    await expect.poll(() => reading.text().endsWith(`data: ${JSON.stringify(scan(7))}\n\n`)).toBe(true);
  });

  test('closing the host ends the streams and its own subscription', async () => {
    host = await startTestHost();
    const page = await listen(host);
    expect(host.app.listeners).toBe(1);
    const { app } = host;
    await host.close();
    await expect.poll(page.closed).toBe(true);
    expect(app.listeners).toBe(0);
    host = await startTestHost();
  });
});
