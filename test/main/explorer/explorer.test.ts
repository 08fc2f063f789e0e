import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { DescribeRequest } from '../../../src/engine/messages.ts';
import { createExplorer } from '../../../src/main/explorer/explorer.ts';

const fake = resolve(import.meta.dirname, '../../fakes/engine-entry.ts');
/** The engine that stands in answers it at once, and one about "silent" never. */
const about = (runtime: string): DescribeRequest => ({ kind: 'describe', device: 'cpu', runtime });

function explorer(idleMs?: number) {
  const made = createExplorer({ node: process.execPath, entry: fake }, idleMs);
  onTestFinished(() => made.rest());
  return made;
}

test('questions of one kind are answered in the order in which they were asked, one at a time', async () => {
  const { ask, rest } = explorer();
  const answered: string[] = [];
  const note = (what: string) =>
    ask(about(what)).then(
      () => void answered.push(what),
      () => {},
    );
  const all = [note('first'), note('second'), note('silent'), note('behind it')];
  await all[1];
  expect(answered).toEqual(['first', 'second']);
  await sleep(300);
  expect(answered).toEqual(['first', 'second']);
  await rest();
  await Promise.all(all);
});

test('a question of another kind need not wait, and newer labels wait for nothing', async () => {
  const { ask } = explorer();
  const silent = ask(about('silent')).catch(() => {});
  const rows = Int32Array.of(3, 1);
  const features = { path: '', length: 2, rows, backbone: '' };
  await expect(ask({ kind: 'find-alike', features, position: 0, count: 1 })).resolves.toMatchObject({
    similarities: Float32Array.of(3, 1),
  });
  void silent;
  const learn = { kind: 'learn-live', classes: 2, effort: 'thorough', seed: 1 } as const;
  const earlier = ask({ ...learn, features, labels: Int32Array.of(0, -1), bursts: Int32Array.of(0, 1) });
  const later = ask({ ...learn, features, labels: Int32Array.of(0, 1), bursts: Int32Array.of(0, 1) });
  await expect(earlier).rejects.toMatchObject({ code: 'cancelled' });
  await expect(later).resolves.toMatchObject({ head: 'logistic' });
});

test('a question whose turn has not come can be taken back without anything being lost', async () => {
  const { ask } = explorer();
  const first = ask(about('a'));
  const regret = new AbortController();
  const second = ask(about('silent'), { signal: regret.signal });
  regret.abort();
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
  await expect(first).resolves.toMatchObject({ name: 'fake' });
  // It was never asked: the engine would not answer anything else.
  await expect(ask(about('b'))).resolves.toMatchObject({ name: 'fake' });
});

test('a question that was taken back before it was asked is refused at once', async () => {
  await expect(explorer().ask(about('a'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'cancelled',
  });
});

test('when the library closes every question ends, and the next one is answered again', async () => {
  const { ask, rest } = explorer();
  await ask(about('a'));
  const open = [ask(about('silent')), ask(about('b'))];
  const ends = Promise.allSettled(open);
  await rest();
  for (const end of await ends) expect(end).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
  await expect(ask(about('c'))).resolves.toMatchObject({ name: 'fake' });
});

test('the process goes when nobody asks for a while, and not before', async () => {
  const host = explorer(300);
  await host.ask(about('a'));
  const { pid } = host;
  await sleep(100);
  await host.ask(about('b'));
  await sleep(200);
  expect(host.pid).toBe(pid);
  await expect.poll(() => host.pid).toBeNull();
  await expect(host.ask(about('c'))).resolves.toMatchObject({ name: 'fake' });
});
