// A renderer in development in place of the built one: behind the same guard, with its own headers.

import { expect, onTestFinished, test } from 'vitest';
import { startTestHost } from './web-host.ts';

test('a development renderer answers for files only to those who were let in, and the app for photos', async () => {
  const asked: string[] = [];
  const host = await startTestHost({
    async renderer(request) {
      asked.push(new URL(request.url).pathname + new URL(request.url).search);
      return new Response('export {};', { headers: { 'content-type': 'text/javascript' } });
    },
  });
  onTestFinished(() => host.close());
  expect((await host.ask('/app/App.svelte', { cookie: false })).status).toBe(401);
  expect(asked).toEqual([]);

  const reply = await host.ask('/app/App.svelte?t=1');
  expect([reply.status, reply.body]).toEqual([200, 'export {};']);
  expect(asked).toEqual(['/app/App.svelte?t=1']);
  // The built pages' policy would keep a development server from working.
  expect(reply.headers['content-security-policy']).toBeUndefined();

  const photo = await host.ask('/photo/1/thumb');
  expect(asked).toHaveLength(1);
  expect(photo.headers['content-security-policy']).toContain("default-src 'none'");
});
