import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createEngine } from '../../src/main/engine-host/engine.ts';

const entry = resolve(import.meta.dirname, '../../src/engine/entry.ts');

test('the imaging role answers with values and with errors', async () => {
  const engine = createEngine({ role: 'imaging', node: process.execPath, entry });
  const asked = engine.request({ kind: 'inspect', paths: ['/no/such/file.jpg'], thumbDir: '/nowhere', thumbPx: 320 });
  expect(await asked).toMatchObject([{ ok: false, code: 'unreadable' }]);
  await expect(engine.request({ kind: 'render', path: '/no/such/file.jpg', sizePx: 9 })).rejects.toMatchObject({
    code: 'bad-input',
  });
  await expect(engine.request({ kind: 'describe', device: 'cpu' })).rejects.toMatchObject({ code: 'internal' });
  await engine.kill();
});

test('the process ends when its parent goes away', async () => {
  const child = fork(entry, ['imaging'], { execPath: process.execPath, execArgv: [], serialization: 'advanced' });
  await once(child, 'message');
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('an unknown role is refused with a sentence', () => {
  const { status, stderr } = spawnSync(process.execPath, [entry, 'painter'], { encoding: 'utf8' });
  expect(status).not.toBe(0);
  expect(stderr).toContain("There is no engine role 'painter'; use 'imaging' or 'trainer'.");
});
