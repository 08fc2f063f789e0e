import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { encodeFrame } from '../../src/wire/frame.ts';
import { bothEnds, listening } from './pipes.ts';

const MIB = 2 ** 20;

test('messages arrive in order, in both directions at once', async () => {
  const [here, there] = (await bothEnds()).map(listening);
  for (let i = 0; i < 1000; i++) {
    here?.channel.send({ i });
    there?.channel.send({ i: -i });
  }
  await expect.poll(() => here?.heard.length).toBe(1000);
  await expect.poll(() => there?.heard.length).toBe(1000);
  expect(there?.heard).toEqual(Array.from({ length: 1000 }, (_, i) => ({ i })));
});

test('50 MB arrive intact while small messages pass in the other direction and afterwards', async () => {
  const [one, other] = await bothEnds();
  const [here, there] = [listening(one), listening(other)];
  const features = Float32Array.from({ length: 12_500_000 }, (_, i) => i / 3);
  here.channel.send({ features });
  there.channel.send({ features });
  for (const { channel } of [here, there]) channel.send('after');
  for (const { heard } of [here, there]) {
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(2);
    const [first, second] = heard;
    expect(Buffer.compare(bytesOf(first), Buffer.from(features.buffer))).toBe(0);
    expect(second).toBe('after');
  }
});

const bytesOf = (message: unknown): Buffer => {
  const { features } = message as { features: Float32Array<ArrayBuffer> };
  return Buffer.from(features.buffer, features.byteOffset, features.byteLength);
};

test('while the other side does not read, the pipe is not filled further; once it reads, all arrives', async () => {
  const [one, other] = await bothEnds();
  const { channel } = listening(one);
  const block = new Uint8Array(4 * MIB);
  for (let i = 0; i < 20; i++) channel.send({ i, block });
  await sleep(100);
  // What the socket has taken: one message that it can't get rid of. The others wait in the channel.
  expect(one.writableLength).toBeLessThan(2 * block.byteLength);
  const { heard } = listening(other);
  await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(20);
  expect(heard.map((message) => (message as { i: number }).i)).toEqual(Array.from({ length: 20 }, (_, i) => i));
});

test('what waits is bounded: a side that never reads is given up, and what waited for it is let go', async () => {
  const [one] = await bothEnds();
  const { channel, heard } = listening(one);
  const block = new Uint8Array(32 * MIB);
  let sent = 0;
  for (; heard.length === 0 && sent < 100; sent++) channel.send(block);
  expect(heard).toEqual([{ fault: 'has not read for long what was sent to it', remedy: undefined }]);
  // 256 MiB, what the socket holds, and the one that was too many.
  expect(sent).toBeGreaterThan(8);
  expect(sent).toBeLessThan(13);
  expect(one.destroyed).toBe(true);
});

test.for([
  ['between messages', 0, { closed: 'between messages' }],
  ['in a header', 5, { closed: 'in the middle of one' }],
  ['in a body', 15, { closed: 'in the middle of one' }],
] as const)('a pipe that closes %s is told once', async ([, bytes, end]) => {
  const [here, there] = await bothEnds();
  const { channel, heard } = listening(there);
  here.write(encodeFrame('whole'));
  here.write(encodeFrame('cut').subarray(0, bytes));
  await expect.poll(() => heard.length).toBe(1);
  here.destroy();
  await expect.poll(() => heard.length).toBe(2);
  channel.send('nobody hears this');
  await sleep(50);
  expect(heard).toEqual(['whole', end]);
});

test('what is no message ends the channel; nothing after it is heard', async () => {
  for (const bytes of [encodeFrame('no message'), Buffer.from('something else entirely')]) {
    const [here, there] = await bothEnds();
    const { heard } = listening(there);
    here.write(Buffer.concat([encodeFrame('before'), bytes, encodeFrame('after')]));
    await expect.poll(() => heard.length).toBe(2);
    await sleep(50);
    expect(heard).toEqual(['before', { fault: 'sent bytes that are no message', remedy: undefined }]);
    expect(there.destroyed).toBe(true);
  }
});

test('a channel that was closed is silent', async () => {
  const [here, there] = await bothEnds();
  const { channel, heard } = listening(there);
  channel.close();
  here.write(encodeFrame('late'));
  await sleep(50);
  expect(heard).toEqual([]);
});
