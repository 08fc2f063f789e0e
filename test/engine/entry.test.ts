import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { FromEngine, TrainRequest } from '../../src/engine/messages.ts';
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

test('an event belongs to the request that it tells of, also when a newer one has come meanwhile', async () => {
  const child = fork(entry, ['trainer'], { execPath: process.execPath, execArgv: [], serialization: 'advanced' });
  onTestFinished(() => void child.kill());
  await once(child, 'message');
  const train: TrainRequest = {
    kind: 'train',
    pixels: { path: '/no/such/pixels.bin', count: 4, sizePx: 32, channels: 1 },
    classes: 2,
    labels: Int32Array.of(0, 0, 1, 1),
    keys: Uint32Array.of(1, 2, 3, 4),
    learnedBefore: new Int32Array(),
    seed: 1,
    minutes: 1,
    device: 'cpu',
    mirror: true,
    preset: 'quick',
    startFrom: null,
    modelDir: '/no/such/model',
  };
  const heard: FromEngine[] = [];
  const answered = new Promise<void>((resolved) => {
    child.on('message', (message: FromEngine) => {
      heard.push(message);
      if (heard.filter((one) => 'error' in one).length === 2) resolved();
    });
  });
  child.send({ id: 1, request: train });
  child.send({ id: 2, request: { kind: 'predict', pixels: train.pixels, modelDir: '/no/such/model', device: 'cpu' } });
  await answered;
  const eventsOf = heard.flatMap((message) => ('event' in message ? [[message.id, message.event.event]] : []));
  expect(eventsOf).toContainEqual([1, 'device']);
  expect(eventsOf.every(([id]) => id === 1)).toBe(true);
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
