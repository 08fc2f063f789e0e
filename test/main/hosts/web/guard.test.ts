import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { startTestHost } from './web-host.ts';

const opened = vi.hoisted(() => ({ paths: [] as string[], fails: false }));
vi.mock('open', () => ({
  default: async (path: string) => {
    opened.paths.push(path);
    if (opened.fails) throw new Error('no browser');
  },
}));
beforeEach(() => {
  opened.paths = [];
  opened.fails = false;
});

const tokenIn = (path: string) => /url=[^"]*(\?token=[\w-]+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? '';

test('the browser is handed a page that only this user can read, and no token', async () => {
  const host = await startTestHost({ openBrowser: true });
  const [path = ''] = opened.paths;
  if (process.platform !== 'win32') {
    expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
  }
  expect(path).not.toContain(tokenIn(path).slice('?token='.length));
  await host.close();
});

test('its address lets in once, is not the printed one, and the page is gone after the visit', async () => {
  const host = await startTestHost({ openBrowser: true });
  const [path = ''] = opened.paths;
  const token = tokenIn(path);
  expect(token).not.toBe(host.url.search);
  expect((await host.ask(`/${token}`, { cookie: false })).status).toBe(303);
  await expect.poll(() => existsSync(dirname(path))).toBe(false);
  expect((await host.ask(`/${token}`, { cookie: false })).status).toBe(401);
  expect((await host.ask(`/${host.url.search}`, { cookie: false })).status).toBe(303);
  await host.close();
});

test('the page is gone when Whisker ends unvisited', async () => {
  const host = await startTestHost({ openBrowser: true });
  const [path = ''] = opened.paths;
  expect(existsSync(path)).toBe(true);
  await host.close();
  expect(existsSync(dirname(path))).toBe(false);
});

test('without a browser to start, it serves all the same and leaves no page behind', async () => {
  opened.fails = true;
  const host = await startTestHost({ openBrowser: true });
  const [path = ''] = opened.paths;
  expect((await host.ask('/')).status).toBe(200);
  expect(existsSync(dirname(path))).toBe(false);
  await host.close();
});
