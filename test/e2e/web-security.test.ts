// What another site can do to a person who has Whisker open, tried with a real browser that holds the cookie: nothing.

import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestHost } from '../main/hosts/web/web-host.ts';
import type { TestHost } from '../main/hosts/web/web-host.ts';
import { openPage, startBrowser } from './harness.ts';

/** Tries every way a page has to reach another origin; answers by way, true where something came through. */
const attacks = (target: string) => `(async () => {
  const loads = (element) => new Promise((done) => {
    element.onload = () => done(true);
    element.onerror = () => done(false);
    document.body.append(element);
  });
  const fetched = (path, init) => fetch('${target}' + path, init).then(() => true, () => false);
  const post = { method: 'POST', credentials: 'include', body: '{}' };
  return {
    call: await fetched('/call/app.info', { ...post, headers: { 'content-type': 'application/json' } }),
    read: await fetched('/', { credentials: 'include' }),
    photo: await loads(Object.assign(new Image(), { src: '${target}/photo/1/thumb' })),
    script: await loads(Object.assign(document.createElement('script'), { src: '${target}/assets/main-1a2b.js' })),
    events: await new Promise((done) => {
      const stream = new EventSource('${target}/events', { withCredentials: true });
      stream.onopen = () => done(true);
      stream.onerror = () => done(stream.readyState === 1);
    }),
    socket: await new Promise((done) => {
      const socket = new WebSocket('${target}'.replace('http', 'ws') + '/events');
      socket.onopen = () => done(true);
      socket.onerror = () => done(false);
    }),
    blindPost: await fetched('/call/library.close', { ...post, mode: 'no-cors' }).then(() => false),
  };
})()`;

let host: TestHost;
let browser: Browser;
let page: Page;
/** A site of somebody else; it also answers for other names, as after a DNS rebinding. */
const evil = createServer((_request, response) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end('<body>'),
);
let evilPort: number;

beforeAll(async () => {
  evil.listen(0, '127.0.0.1');
  await once(evil, 'listening');
  evilPort = (evil.address() as AddressInfo).port;
  host = await startTestHost();
  browser = await startBrowser();
  ({ page } = await openPage(browser));
  await page.goto(host.url.href);
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
  evil.close();
});

const nothing = {
  call: false,
  read: false,
  photo: false,
  script: false,
  events: false,
  socket: false,
  blindPost: false,
};

describe('with Whisker open in the same browser', () => {
  test('its own page gets through, at an address that no longer shows the token', async () => {
    expect(page.url()).toBe(`${host.origin}/`);
    const call = `fetch('/call/app.info', { method: 'POST', headers: { 'content-type': 'application/json' } }).then((r) => r.status)`;
    expect(await page.evaluate(call)).toBe(200);
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(host.app.calls.splice(0)).toHaveLength(1);
  });

  test.for([
    ['another port of this machine', () => `http://127.0.0.1:${evilPort}/`],
    ['another name of this machine', () => `http://localhost:${evilPort}/`],
  ] as const)('a page on %s gets nothing', async ([, url]) => {
    const other = await page.context().newPage();
    await other.goto(url());
    expect(await other.evaluate(attacks(host.origin))).toEqual(nothing);
    expect([host.app.calls, host.app.fetched, host.app.listeners]).toEqual([[], [], 1]);
    await other.close();
  });

  test('it can’t be framed', async () => {
    const other = await page.context().newPage();
    await other.goto(`http://127.0.0.1:${evilPort}/`);
    await other.evaluate(
      `document.body.append(Object.assign(document.createElement('iframe'), { src: '${host.origin}/' }))`,
    );
    await expect.poll(() => other.frames().length).toBe(2);
    await other.waitForLoadState('networkidle');
    expect(await other.frames()[1]?.title()).not.toBe('Whisker');
    await other.close();
  });

  test('a form of another page can’t call', async () => {
    const other = await page.context().newPage();
    await other.goto(`http://127.0.0.1:${evilPort}/`);
    const form = `{ method: 'POST', action: '${host.origin}/call/library.close', enctype: 'text/plain' }`;
    const submit = `const form = Object.assign(document.createElement('form'), ${form}); document.body.append(form); form.submit()`;
    await Promise.all([other.waitForURL(`${host.origin}/**`), other.evaluate(submit)]);
    expect(await other.textContent('body')).toContain('answers only its own pages');
    expect(host.app.calls).toEqual([]);
    await other.close();
  });

  test('a name that was rebound to this machine gets nothing', async () => {
    const other = await browser.newPage();
    const reply = await other.request.get(`${host.origin}/`, {
      headers: { host: `evil.com:${host.port}`, cookie: host.cookie },
    });
    expect(reply.status()).toBe(403);
    await other.close();
  });

  test('a link on another page opens it as if typed', async () => {
    const other = await page.context().newPage();
    await other.goto(`http://127.0.0.1:${evilPort}/`);
    const link = `Object.assign(document.createElement('a'), { href: '${host.origin}/' }).click()`;
    await Promise.all([other.waitForURL(`${host.origin}/`), other.evaluate(link)]);
    expect(await other.title()).toBe('Whisker');
    await other.close();
  });
});
