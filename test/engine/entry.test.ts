import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { serialize } from 'node:v8';
import { expect, onTestFinished, test } from 'vitest';
import type { TrainRequest } from '../../src/engine/messages.ts';
import { createEngine } from '../../src/main/engine-host/engine.ts';
import { encodeFrame, PROTOCOL } from '../../src/wire/frame.ts';
import { entry, speakWith, startEntry } from '../fixtures/engine-pipe.ts';
import { hasTensorflow } from '../fixtures/tensorflow.ts';

/** A process takes its time to start, on a busy machine above all. */
const soon = { timeout: 30_000 };

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

test.skipIf(!hasTensorflow)(
  'an event belongs to the request that it tells of, also when a newer one has come meanwhile',
  async () => {
    const { pipe } = startEntry('trainer');
    const { send, heard } = speakWith(pipe);
    await expect.poll(() => heard.length, soon).toBe(1);
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
    send({ id: 1, request: train });
    send({ id: 2, request: { kind: 'predict', pixels: train.pixels, modelDir: '/no/such/model', device: 'cpu' } });
    await expect.poll(() => heard.filter((one) => 'error' in one).length, soon).toBe(2);
    const eventsOf = heard.flatMap((message) => ('event' in message ? [[message.id, message.event.event]] : []));
    expect(eventsOf).toContainEqual([1, 'device']);
    expect(eventsOf.every(([id]) => id === 1)).toBe(true);
  },
);

test('the process ends when its pipe closes', async () => {
  const { child, pipe } = startEntry('imaging');
  const { heard } = speakWith(pipe);
  await expect.poll(() => heard.length, soon).toBe(1);
  pipe.destroy();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('the process ends with its parent, however that ended, also when it has work', async () => {
  const host = `
    import { createEngine } from ${JSON.stringify(new URL('../../src/main/engine-host/engine.ts', import.meta.url))};
    const engine = createEngine({ role: 'imaging', node: process.execPath, entry: ${JSON.stringify(entry)} });
    await engine.request({ kind: 'inspect', paths: [], thumbDir: '', thumbPx: 320 });
    console.log(engine.pid);
    const paths = Array(100_000).fill(${JSON.stringify(entry)});
    await engine.request({ kind: 'inspect', paths, thumbDir: '', thumbPx: 320 });
    console.log('done');`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', host], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = await once(parent.stdout.setEncoding('utf8'), 'data');
  const pid = Number(line);
  await sleep(300);
  parent.kill('SIGKILL');
  const isAlive = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  expect(isAlive()).toBe(true);
  await expect.poll(isAlive, soon).toBe(false);
});

const v16 = Buffer.from(serialize({ id: 1, request: { kind: 'render', path: '/nowhere.jpg', sizePx: 320 } }));
v16[1] = 16;
const withLength = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
const otherVersion = encodeFrame({ ping: true });
otherVersion.writeUInt8(PROTOCOL + 1, 3);
const tooLarge = encodeFrame({ ping: true });
tooLarge.writeUInt32BE(2 ** 31, 4);

test.for<[string, Buffer, string]>([
  ["V8's serialisation of a newer V8", withLength(v16), 'sent bytes that are no message'],
  ['text', Buffer.from('hello, is anybody there?'), 'sent bytes that are no message'],
  ['a frame that holds no message', encodeFrame({ hello: 'world' }), 'sent bytes that are no message'],
  ['a frame that is too large', tooLarge, 'announced a message of 2,049 MiB, where 1,024 MiB is the most'],
  [
    'a frame of another version',
    otherVersion,
    `is of another version of Whisker (it speaks protocol ${PROTOCOL + 1}, and this one ${PROTOCOL})`,
  ],
])('%s ends the process with a reason', async ([, bytes, reason]) => {
  const { child, pipe, stderr } = startEntry('imaging');
  const { heard } = speakWith(pipe);
  await expect.poll(() => heard.length, soon).toBe(1);
  pipe.write(bytes);
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(stderr()).toBe(`Whisker's main process ${reason}.\n`);
});

test('a message cut short ends the process', async () => {
  const { child, pipe } = startEntry('imaging');
  const { send, heard } = speakWith(pipe);
  await expect.poll(() => heard.length, soon).toBe(1);
  send({ ping: true });
  await expect.poll(() => heard.length, soon).toBe(2);
  pipe.write(encodeFrame({ ping: true }).subarray(0, 15), () => pipe.destroy());
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('started by hand it says that it is not', () => {
  const { status, stderr } = spawnSync(process.execPath, [entry, 'imaging'], { encoding: 'utf8' });
  expect(status).not.toBe(0);
  expect(stderr).toContain('The engine process is started by Whisker itself; there is no pipe to it.');
});

test('an unknown role is refused with a sentence', () => {
  const { status, stderr } = spawnSync(process.execPath, [entry, 'painter'], { encoding: 'utf8' });
  expect(status).not.toBe(0);
  expect(stderr).toContain("There is no engine role 'painter'; use 'imaging', 'extractor' or 'trainer'.");
});
