// whisker serve: an address with a token, the folder already open, and a clean end on a signal.

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runCli } from '../../../src/main/cli/program.ts';
import { drawPhotos } from '../photo-folder.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'whisker-serve-'));
  await drawPhotos(join(dir, 'photos'), 0, 1);
  await mkdir(join(dir, 'renderer'));
  await writeFile(join(dir, 'renderer', 'index.html'), '<!doctype html><title>Whisker</title>');
  vi.stubEnv('WHISKER_DATA_DIR', join(dir, 'data'));
});
afterAll(() => rm(dir, { recursive: true }));

test('serve answers at the address it prints, watching or not as it was told, until it is interrupted', async () => {
  const printed: string[] = [];
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  const places = {
    engineEntry: join(import.meta.dirname, '../../../src/engine/entry.ts'),
    rendererDir: join(dir, 'renderer'),
    jobScript: '',
  };
  const serving = runCli(['serve', join(dir, 'photos'), '--no-open', '--no-watch', '--json'], places);
  await vi.waitUntil(() => printed.length > 0, { timeout: 20_000 });
  out.mockRestore();
  const { url } = JSON.parse(printed[0]!);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/);

  const welcome = await fetch(url, { redirect: 'manual' });
  const cookie = welcome.headers.get('set-cookie')!.split(';')[0]!;
  const state = await fetch(new URL('/call/library.state', url), {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', origin: new URL(url).origin },
    body: 'null',
  });
  expect(await state.json()).toMatchObject({ ok: true, value: { library: { name: 'photos' } } });

  const watching = await fetch(new URL('/call/watch.state', url), {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', origin: new URL(url).origin },
    body: 'null',
  });
  expect(await watching.json()).toEqual({ ok: true, value: { on: false } });

  expect(await readFile(join(dir, 'data', 'port'), 'utf8')).toBe(`${new URL(url).port}\n`);
  process.emit('SIGHUP');
  expect(await serving).toBe(0);
  await expect(fetch(url)).rejects.toThrow();
});
