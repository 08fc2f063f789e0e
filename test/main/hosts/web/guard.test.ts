import { expect, test, vi } from 'vitest';
import { startTestHost } from './web-host.ts';

const opened = vi.hoisted(() => ({ urls: [] as string[], fails: false }));
vi.mock('open', () => ({
  default: async (url: string) => {
    opened.urls.push(url);
    if (opened.fails) throw new Error('no browser');
  },
}));

test('the address handed to the browser program lets in once, and is not the printed one', async () => {
  const host = await startTestHost({ openBrowser: true });
  const [handed = ''] = opened.urls;
  const path = handed.slice(host.origin.length);
  expect(new URL(handed).searchParams.get('token')).not.toBe(host.url.searchParams.get('token'));
  expect((await host.ask(path, { cookie: false })).status).toBe(303);
  expect((await host.ask(path, { cookie: false })).status).toBe(401);
  expect((await host.ask(`/${host.url.search}`, { cookie: false })).status).toBe(303);
  await host.close();
});

test('without a browser to start, it serves all the same', async () => {
  opened.fails = true;
  const host = await startTestHost({ openBrowser: true });
  expect((await host.ask('/')).status).toBe(200);
  await host.close();
});
