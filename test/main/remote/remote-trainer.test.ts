// What the near end makes of whatever may be at the far end of ssh: other versions, login shells, and a computer that
// is not to be trusted.

import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import type { TrainRequest } from '../../../src/engine/messages.ts';
import { createEngineOver } from '../../../src/main/engine-host/engine.ts';
import { startRemoteTrainer } from '../../../src/main/remote/remote-trainer.ts';
import { PROTOCOL } from '../../../src/wire/frame.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

const fake = resolve(import.meta.dirname, '../../fakes/far-end.ts');

/** An engine whose ssh is the fake, and a request for four photos in two classes. */
function far(command: string) {
  const dir = temporaryFolder();
  const ssh = join(dir, 'ssh');
  writeFileSync(ssh, `#!/bin/sh\nexec ${process.execPath} ${fake} "$@"\n`, { mode: 0o700 });
  process.env['WHISKER_SSH'] = ssh;
  writeFileSync(join(dir, 'pixels'), new Uint8Array(4 * 4));
  const engine = createEngineOver(
    'trainer',
    (listener) =>
      startRemoteTrainer(
        { computer: { destination: 'far', command }, key: 'a'.repeat(32), arrivals: join(dir, 'arrivals') },
        listener,
      ),
    {},
  );
  onTestFinished(() => engine.kill());
  const request: TrainRequest = {
    kind: 'train',
    pixels: { path: join(dir, 'pixels'), count: 4, sizePx: 2, channels: 1 },
    classes: 2,
    labels: new Int32Array(4),
    keys: new Uint32Array(4),
    learnedBefore: new Int32Array(),
    ...{ seed: 1, minutes: 1, device: 'auto', mirror: true, preset: 'quick', startFrom: null },
    modelDir: join(dir, 'model'),
  };
  return { dir, ask: () => engine.request(request) };
}
afterEach(() => delete process.env['WHISKER_SSH']);

test.each(['honest', 'says-motd'])('%s: the result comes home, and nothing else stays', async (habit) => {
  const { dir, ask } = far(habit);
  expect(await ask()).toMatchObject({ status: 'finished', probabilities: new Float32Array(8) });
  expect(readdirSync(dir).sort()).toEqual(['pixels', 'ssh']);
});

test.each([
  ['is-older', 'training-unavailable', 'far has Whisker 0.0.9 and this computer 0.1.0; both must be the same.'],
  [
    'is-of-tomorrow',
    'training-unavailable',
    `far has Whisker 0.1.0 with protocol ${PROTOCOL + 1} and this computer 0.1.0 with protocol ${PROTOCOL}; both must be the same.`,
  ],
  [
    'says-nonsense',
    'training-unavailable',
    'What answers on far is no Whisker (This account is currently not available).',
  ],
  ['never-stops', 'training-unavailable', 'What answers on far is no Whisker (y).'],
  ['text-after', 'connection-lost', 'The connection to far was lost (it sent bytes that are no message).'],
  [
    'huge-frame',
    'connection-lost',
    'The connection to far was lost (it announced a message of 257 MiB, where 32 MiB is the most).',
  ],
  [
    'huge-file',
    'connection-lost',
    'The connection to far was lost (it offered a file that is larger than any it was asked for).',
  ],
  [
    'many-blobs',
    'connection-lost',
    'The connection to far was lost (it offered a file that is larger than any it was asked for).',
  ],
  [
    'path-as-hash',
    'connection-lost',
    'The connection to far was lost (it offered a file that is larger than any it was asked for).',
  ],
  ['path-as-file', 'connection-lost', 'The connection to far was lost (it sent bytes that are no message).'],
  [
    'wrong-count',
    'connection-lost',
    'The connection to far was lost (it sent an answer that fits nothing it was asked).',
  ],
  [
    'other-positions',
    'connection-lost',
    'The connection to far was lost (it sent an answer that fits nothing it was asked).',
  ],
  ['no-event', 'connection-lost', 'The connection to far was lost (it sent an answer that fits nothing it was asked).'],
  ['wrong-blob', 'conflict', 'A file changed or was damaged while it was sent to the other computer.'],
  // What was never offered is not given, whatever it is called.
  ['wants-secret', 'bad-input', 'Got nothing.'],
] as const)('one that %s ends in a sentence, and nothing of it is kept', async (habit, code, message) => {
  const { dir, ask } = far(habit);
  await expect(ask()).rejects.toMatchObject({ code, message });
  expect(existsSync(join(dir, 'model'))).toBe(false);
  expect(existsSync(join(dir, 'evil'))).toBe(false);
});

test('a computer that has no ssh says so', async () => {
  const { ask } = far('honest');
  process.env['WHISKER_SSH'] = '/no/such/ssh';
  await expect(ask()).rejects.toMatchObject({
    code: 'training-unavailable',
    message: 'There is no ssh on this computer.',
  });
});
