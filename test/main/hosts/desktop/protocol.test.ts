import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createContent } from '../../../../src/main/hosts/serve.ts';
import { fakeApp } from '../../../fakes/app.ts';
import { freshElectron } from '../../../fakes/electron/fresh.ts';
import type { ElectronFakes } from '../../../fakes/electron/fresh.ts';

const app = fakeApp();
let rendererDir: string;
let get: (url: string, init?: RequestInit) => Promise<Response>;
let fakes: ElectronFakes;

beforeAll(async () => {
  fakes = await freshElectron();
  const { registerAppScheme, serveContent } = await import('../../../../src/main/hosts/desktop/protocol.ts');
  rendererDir = await mkdtemp(join(tmpdir(), 'whisker-desktop-'));
  await writeFile(join(rendererDir, 'index.html'), '<!doctype html><title>Whisker</title>');
  registerAppScheme();
  const session = fakes.session.defaultSession;
  serveContent(session as never, await createContent(app, rendererDir));
  get = (url, init) => session.protocol.request(url, init);
});
afterAll(() => rm(rendererDir, { recursive: true }));

describe('app://whisker', () => {
  test('is a secure origin of its own that can’t get round the CSP', () => {
    const [scheme] = fakes.protocol.test.schemes;
    expect(scheme?.scheme).toBe('app');
    expect(scheme?.privileges).toMatchObject({ standard: true, secure: true, supportFetchAPI: true });
    expect(scheme?.privileges).not.toHaveProperty('bypassCSP');
    expect(scheme?.privileges).not.toHaveProperty('corsEnabled');
  });

  test('serves the renderer with the strict headers', async () => {
    const page = await get('app://whisker/');
    expect(await page.text()).toContain('<title>Whisker</title>');
    expect(page.headers.get('content-security-policy')).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self'",
    );
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('hands photos and exports to the app', async () => {
    expect(await (await get('app://whisker/photo/7/thumb')).text()).toBe('from the app');
    await get('app://whisker/export/download-2.json');
    expect(app.fetched).toEqual(['/photo/7/thumb', '/export/download-2.json']);
  });

  test('knows no other host, no other method and no other file', async () => {
    for (const url of ['app://evil/', 'app://whisker.evil/', 'app://evil/photo/1/thumb', 'app://whisker:80/']) {
      expect((await get(url)).status, url).toBe(403);
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'HEAD']) {
      expect((await get('app://whisker/', { method })).status, method).toBe(403);
    }
    for (const path of [
      '../package.json',
      '%2e%2e/package.json',
      '..%2fpackage.json',
      'index.html%00',
      '/etc/passwd',
      '__proto__',
    ]) {
      expect((await get(`app://whisker/${path}`)).status, path).toBe(404);
    }
  });
});
