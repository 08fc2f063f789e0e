import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createEngine } from '../../../src/main/engine-host/engine.ts';
import { createInspector } from '../../../src/main/library/inspector.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

const fake = resolve(import.meta.dirname, '../../fakes/engine-entry.ts');

function inspector(limits = { batchMs: 10_000, fileMs: 10_000 }, entry = fake, silenceMs = 60_000) {
  const engine = createEngine({ role: 'imaging', node: process.execPath, entry, silenceMs });
  onTestFinished(() => engine.kill());
  const abort = new AbortController();
  return { ...createInspector({ engine, signal: abort.signal, thumbDir: '', thumbPx: 320, limits }), abort, engine };
}

const codes = (answers: { ok: boolean; code?: string }[]) => answers.map((answer) => answer.code ?? 'photo');

test('a file that crashes the decoder is marked; the rest of its batch is not', async () => {
  expect(codes(await inspector().inspect(['a', 'b', 'crash', 'c']))).toEqual(['photo', 'photo', 'crashed', 'photo']);
});

test('batches that were under way beside a crash are not blamed for it', async () => {
  const { inspect } = inspector();
  const answers = await Promise.all([
    inspect(['a', 'crash']),
    inspect(['b', 'c']),
    inspect(['crash2', 'd']),
    inspect(['e']),
  ]);
  expect(answers.map(codes)).toEqual([['photo', 'crashed'], ['photo', 'photo'], ['crashed', 'photo'], ['photo']]);
});

test('a file that never ends is marked as timed out, and the next batch is read as if nothing had been', async () => {
  const { inspect } = inspector({ batchMs: 1500, fileMs: 1500 });
  const [answers, next] = [await inspect(['a', 'hang']), await inspect(['b'])];
  expect(codes(answers)).toEqual(['photo', 'timed-out']);
  expect(answers[1]).toMatchObject({ reason: 'Reading this file took longer than 1.5 seconds.' });
  expect(codes(next)).toEqual(['photo']);
});

test('a file is blamed only when the process dies of it twice while nothing else is read', async () => {
  const [shot, guilty] = [2, 3].map((times) => join(temporaryFolder(), `killed ${times}x`));
  const answers = await inspector().inspect(['a', shot ?? '', guilty ?? '', 'b']);
  expect(codes(answers)).toEqual(['photo', 'photo', 'crashed', 'photo']);
});

test('a process that is stopped is ended after a while, and what it was reading is read by another', async () => {
  const { inspect, engine } = inspector(undefined, fake, 1500);
  await inspect(['a']);
  process.kill(engine.pid!, 'SIGSTOP');
  const answers = await Promise.all([inspect(['b', 'c']), inspect(['d'])]);
  expect(answers.map(codes)).toEqual([['photo', 'photo'], ['photo']]);
});

test('cancelling ends it even in the middle of finding the one at fault', async () => {
  const { inspect, abort } = inspector();
  const asked = inspect(['crash', 'hang']);
  setTimeout(() => abort.abort(), 1200);
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
});

test('an engine that can’t start is an error, not a folder full of broken photos', async () => {
  await expect(inspector(undefined, '/no/such/entry.ts').inspect(['a'])).rejects.toMatchObject({ code: 'internal' });
});
