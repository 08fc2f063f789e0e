// A trainer that dies or runs out of memory in the middle of a run: how often it is asked again, and what for.

import { expect, test } from 'vitest';
import type { TrainerEvent } from '../../../src/engine/messages.ts';
import type { Engine } from '../../../src/main/engine-host/engine.ts';
import { restartingTrainer } from '../../../src/main/runs/learn.ts';
import type { LearnParts } from '../../../src/main/runs/learn.ts';
import { WhiskerError } from '../../../src/shared/errors.ts';
import type { ErrorCode } from '../../../src/shared/errors.ts';

const gpu: TrainerEvent = { event: 'device', device: { kind: 'gpu', name: 'A card' } };

/** A trainer that fails with these codes, one after the other, and then answers. */
function failing(...codes: ErrorCode[]) {
  const asked: object[] = [];
  const notices: string[] = [];
  const closing = new AbortController();
  let kind: 'gpu' | 'cpu' | undefined;
  const trainer = {
    request: async (request: object, options: { onEvent: (event: TrainerEvent) => void }) => {
      asked.push(request);
      options.onEvent(gpu);
      const code = codes.shift();
      if (code) throw new WhiskerError(code, `It failed: ${code}.`);
      return 'an answer';
    },
    kill: async () => {},
    stop: () => {},
  } as unknown as Engine;
  const live = {
    notice: (message: string) => notices.push(message),
    onTrainerEvent: (message: TrainerEvent) => message.event === 'device' && (kind = message.device.kind),
    get progress() {
      return { device: kind ? { kind, name: '' } : null };
    },
  };
  const parts = { trainer, live, signal: new AbortController().signal, closing: closing.signal };
  return { restarting: restartingTrainer(parts as unknown as LearnParts), asked, notices, closing };
}
const train = { kind: 'train', device: 'auto' } as Parameters<Engine['request']>[0];
const onFeatures = { kind: 'train-on-features', device: 'auto' } as Parameters<Engine['request']>[0];

test('a training whose process died goes on from its checkpoint, and the person is told', async () => {
  const { restarting, asked, notices } = failing('engine-crashed', 'engine-crashed');
  expect(await restarting.request(train)).toBe('an answer');
  expect(asked).toEqual([train, { ...train, resume: true }, { ...train, resume: true }]);
  expect(notices).toHaveLength(2);
  expect(notices[0]).toContain('It failed: engine-crashed.');
});

test('on a backbone it begins anew', async () => {
  const { restarting, asked } = failing('engine-crashed');
  await restarting.request(onFeatures);
  expect(asked).toEqual([onFeatures, onFeatures]);
});

test('the fourth death in one run is the end of it', async () => {
  const { restarting, asked, notices } = failing(...new Array<ErrorCode>(4).fill('engine-crashed'));
  await expect(restarting.request(train)).rejects.toMatchObject({ code: 'engine-crashed' });
  expect(asked).toHaveLength(4);
  expect(notices).toHaveLength(3);
});

test('a GPU without enough memory gives way to the CPU for the rest of the run', async () => {
  const { restarting, asked, notices } = failing('out-of-memory');
  await restarting.request(train);
  await restarting.request(onFeatures);
  expect(asked).toEqual([train, { ...train, resume: true, device: 'cpu' }, { ...onFeatures, device: 'cpu' }]);
  expect(notices).toEqual([expect.stringContaining('graphics card')]);
});

test('other failures, and the death of a trainer that is being closed, are final', async () => {
  const bad = failing('bad-input');
  await expect(bad.restarting.request(train)).rejects.toMatchObject({ code: 'bad-input' });
  expect(bad.asked).toHaveLength(1);
  const closed = failing('engine-crashed');
  closed.closing.abort();
  await expect(closed.restarting.request(train)).rejects.toMatchObject({ code: 'engine-crashed' });
  expect(closed.asked).toHaveLength(1);
});
