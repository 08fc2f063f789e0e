import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import type { FindAlikeRequest, InspectRequest, TrainerEvent, TrainRequest } from '../../../src/engine/messages.ts';
import { createEngine, EngineTimeout, type EngineOptions } from '../../../src/main/engine-host/engine.ts';
import { PROTOCOL } from '../../../src/wire/frame.ts';

const fake = resolve(import.meta.dirname, '../../fakes/engine-entry.ts');
const inspect = (...paths: string[]): InspectRequest => ({ kind: 'inspect', paths, thumbDir: '', thumbPx: 320 });
/** So many MiB. */
const rows = (mib: number) => new Int32Array((mib * 2 ** 20) / 4);
const findAlike = (rows: Int32Array): FindAlikeRequest => ({
  kind: 'find-alike',
  features: { path: '', length: 1, rows, backbone: '' },
  position: 0,
  count: 1,
});
const train = { kind: 'train' } as TrainRequest;

function engine(options: Partial<EngineOptions> = {}) {
  const started = createEngine({ role: 'imaging', node: process.execPath, entry: fake, ...options });
  onTestFinished(() => started.kill());
  return started;
}
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

afterEach(() => delete process.env['FAKE_ENGINE_BROKEN']);

test('the process starts with the first request and stays for the next', async () => {
  const host = engine();
  expect(host.pid).toBeNull();
  expect(await host.request(inspect('a', 'b'))).toHaveLength(2);
  const { pid } = host;
  expect(await host.request(inspect('c'))).toHaveLength(1);
  expect(host.pid).toBe(pid);
});

test('requests sent together each get their own reply', async () => {
  const host = engine();
  const replies = await Promise.all([1, 2, 3, 4].map((n) => host.request(inspect(...Array<string>(n).fill('a')))));
  expect(replies.map((reply) => reply.length)).toEqual([1, 2, 3, 4]);
});

test('an error keeps its code, its sentence and its remedy', async () => {
  await expect(engine().request({ kind: 'render', path: 'x.jpg', sizePx: 9 })).rejects.toMatchObject({
    code: 'bad-input',
    message: 'No x.jpg.',
    remedy: 'Try another.',
  });
});

test('a crash rejects everything under way, and the next request starts a new process', async () => {
  const host = engine();
  await host.request(inspect('a'));
  const first = host.pid;
  const lost = await Promise.allSettled([host.request(inspect('silent')), host.request(inspect('crash'))]);
  for (const one of lost) {
    expect(one).toMatchObject({ status: 'rejected', reason: { code: 'engine-crashed' } });
    expect(one).toMatchObject({ reason: { message: expect.stringContaining('SIGKILL') } });
  }
  expect(await host.request(inspect('a'))).toHaveLength(1);
  expect(host.pid).not.toBe(first);
});

test('a process that ends tells its exit code and its last words', async () => {
  await expect(engine().request(inspect('exit'))).rejects.toMatchObject({
    code: 'engine-crashed',
    message: 'The imaging process ended unexpectedly: exit code 7 (lost the plot).',
  });
});

test('a process that never gets ready is a fault of the set-up, not of the request', async () => {
  process.env['FAKE_ENGINE_BROKEN'] = '1';
  await expect(engine().request(inspect('a'))).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining("can't be started"),
  });
  await expect(engine({ node: '/no/such/node' }).request(inspect('a'))).rejects.toMatchObject({ code: 'internal' });
});

test('a request past its time kills even a process that is stuck for good', async () => {
  const host = engine();
  await host.request(inspect('a'));
  const pid = host.pid ?? 0;
  const [late, other] = await Promise.allSettled([
    host.request(inspect('hang'), { timeoutMs: 300 }),
    host.request(inspect('a')),
  ]);
  expect(late).toMatchObject({ status: 'rejected', reason: expect.any(EngineTimeout) });
  expect(other).toMatchObject({ status: 'rejected', reason: { code: 'engine-crashed' } });
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('cancelling answers at once and ends the process when nothing else runs in it', async () => {
  const host = engine();
  await host.request(inspect('a'));
  const pid = host.pid ?? 0;
  const abort = new AbortController();
  const asked = host.request(inspect('hang'), { signal: abort.signal });
  setTimeout(() => abort.abort(), 20);
  // What hangs never answers by itself, and nothing else would end this request.
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('cancelling one of two leaves the other alone', async () => {
  const host = engine();
  const abort = new AbortController();
  const cancelled = host.request(inspect('silent'), { signal: abort.signal });
  const kept = host.request(inspect('a'));
  abort.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  expect(await kept).toHaveLength(1);
});

test('a request whose signal is aborted already is never sent', async () => {
  const host = engine();
  await expect(host.request(inspect('crash'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(host.pid).toBeNull();
});

test('events reach the request they belong to, and stop reaches the process', async () => {
  const host = engine({ role: 'trainer' });
  const events: TrainerEvent[] = [];
  const asked = host.request(train, {
    onEvent: (event) => {
      events.push(event);
      host.tell('stop');
    },
  });
  await expect(asked).rejects.toMatchObject({ code: 'cancelled', message: 'Stopped as asked.' });
  expect(events).toEqual([{ event: 'stage', stage: 'ssgan' }]);
});

test('kill resolves when the process is gone, and without one does nothing', async () => {
  const host = engine();
  await host.kill();
  await host.request(inspect('a'));
  const pid = host.pid ?? 0;
  await host.kill();
  expect(isAlive(pid)).toBe(false);
  expect(host.pid).toBeNull();
});

test('a process that hangs ends in a sentence, and the next request starts a new one', async () => {
  const host = engine({ silenceMs: 2000 });
  await host.request(inspect('a'));
  const first = host.pid;
  await expect(host.request(inspect('hang'))).rejects.toMatchObject({
    code: 'engine-crashed',
    message: 'The imaging process gave no sign of life for 2 seconds.',
  });
  expect(await host.request(inspect('a'))).toHaveLength(1);
  expect(host.pid).not.toBe(first);
});

test('a process that works long and listens is left alone', async () => {
  const host = engine({ silenceMs: 2000 });
  await host.request(inspect('a'));
  const first = host.pid;
  const reply = host.request(inspect('silent'));
  reply.catch(() => {});
  expect(await Promise.race([reply.catch(() => 'ended'), sleep(4500, 'at work')])).toBe('at work');
  expect(host.pid).toBe(first);
});

describe('an engine that does what it must not to its pipe', () => {
  test.for([
    ['writes text', 'sent bytes that are no message'],
    ['writes no message', 'sent bytes that are no message'],
    ['writes too much', 'announced a message of 4,081 MiB, where 1,024 MiB is the most'],
    ['closes its pipe', 'closed its pipe'],
    ['closes its pipe midway', 'closed its pipe in the middle of a message'],
  ] as const)('one that %s is ended with a reason, and nothing else is', async ([breach, reason]) => {
    const logged: string[] = [];
    const [host, other] = [engine({ log: (_, text) => logged.push(text) }), engine()];
    await Promise.all([host.request(inspect('a')), other.request(inspect('a'))]);
    const pid = host.pid ?? 0;
    const message = `The imaging process ${reason}.`;
    const asked = [host.request(inspect('silent')), host.request(inspect(breach))];
    for (const one of await Promise.allSettled(asked))
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'engine-crashed', message } });
    expect(logged).toEqual([message]);
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(await other.request(inspect('a'))).toHaveLength(1);
    expect(await host.request(inspect('a'))).toHaveLength(1);
    expect(host.pid).not.toBe(pid);
  });

  test('one that dies in the middle of a message is said to have died', async () => {
    const host = engine();
    await expect(host.request(inspect('dies midway'))).rejects.toMatchObject({
      code: 'engine-crashed',
      message: 'The imaging process ended unexpectedly: killed by SIGKILL.',
    });
    expect(await host.request(inspect('a'))).toHaveLength(1);
  });

  test('one of another version is a fault of the installation, and asking again would not help', async () => {
    const versions = `it speaks protocol ${PROTOCOL + 1}, and this one ${PROTOCOL}`;
    await expect(engine().request(inspect('is of tomorrow'))).rejects.toMatchObject({
      code: 'internal',
      message: `The imaging process is of another version of Whisker (${versions}).`,
      remedy: 'Build Whisker again, or install it again.',
    });
  });

  test('one that reads no more is ended when it gives no sign of life, whatever waits for it', async () => {
    const host = engine({ silenceMs: 2000 });
    await host.request(inspect('a'));
    const asked = [host.request(inspect('reads no more')), ...[1, 2, 3].map(() => host.request(findAlike(rows(4))))];
    for (const one of await Promise.allSettled(asked))
      expect(one).toMatchObject({
        status: 'rejected',
        reason: { message: 'The imaging process gave no sign of life for 2 seconds.' },
      });
    expect(await host.request(inspect('a'))).toHaveLength(1);
  });

  test('one that reads no more while much is sent is ended before that fills the memory', async () => {
    const host = engine();
    await host.request(inspect('a'));
    const asked = [host.request(inspect('reads no more')).catch((error: unknown) => error)];
    await sleep(100);
    for (let i = 0; i < 12; i++) asked.push(host.request(findAlike(rows(32))).catch((error: unknown) => error));
    for (const one of await Promise.all(asked.slice(0, 9)))
      expect(one).toMatchObject({ message: 'The imaging process has not read for long what was sent to it.' });
    await host.kill();
  });
});

test('50 MB arrive in each direction as they were, and small messages pass afterwards', async () => {
  const host = engine({ role: 'trainer' });
  const sent = Int32Array.from({ length: 12_500_000 }, (_, i) => i % 8_000_000);
  const { similarities } = await host.request(findAlike(sent));
  expect(similarities.length).toBe(sent.length);
  expect(similarities.findIndex((value, i) => value !== sent[i])).toBe(-1);
  expect(await host.request(inspect('a', 'b'))).toHaveLength(2);
});

test('a main that is slow loses nothing of what it is sent meanwhile', async () => {
  const host = engine({ role: 'trainer' });
  await host.request(inspect('a'));
  const asked = Array.from({ length: 20 }, (_, i) => host.request(findAlike(rows(4).fill(i))));
  for (const end = performance.now() + 2000; performance.now() < end;);
  const answers = await Promise.all(asked);
  expect(answers.map(({ similarities }) => similarities.at(-1))).toEqual(asked.map((_, i) => i));
});
