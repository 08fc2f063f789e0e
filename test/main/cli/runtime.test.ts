import { expect, test } from 'vitest';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { environment, whisker, withoutTensorflow } from './whisker.ts';
import { hasTensorflow } from '../../fixtures/tensorflow.ts';

test.skipIf(!hasTensorflow)('whisker runtime says on what this machine trains', async () => {
  const { code, stdout } = await whisker(['runtime'], environment(temporaryFolder()));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Trains on the [CG]PU: ./);
});

test('without a runtime it says why and what to do, and that none can be downloaded', async () => {
  const env = withoutTensorflow(temporaryFolder());
  const { code, last } = await whisker(['runtime', 'show', '--json'], env);
  expect({ code, ...last() }).toMatchObject({
    code: 0,
    runtime: {
      available: true,
      device: {
        kind: 'cpu',
        name: expect.stringMatching(/\(1 core, TensorFlow\.js WebAssembly\)$/),
        tensorflow: null,
        nativeProblem: {
          reason: 'TensorFlow is not installed on this computer.',
          remedy: 'Run "npm run setup" in the folder of Whisker.',
        },
      },
    },
    state: { status: 'none' },
  });
  expect((await whisker(['runtime'], env)).stdout.split('\n').slice(0, 4)).toEqual([
    expect.stringMatching(/^Trains on the CPU: .*WebAssembly\)$/),
    'Learning from your photos alone needs native TensorFlow.',
    'TensorFlow is not installed on this computer.',
    'Run "npm run setup" in the folder of Whisker.',
  ]);
  const refused = await whisker(['runtime', 'download'], env);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatch(/^whisker: There is no TensorFlow to download/);
  expect((await whisker(['runtime', 'remove', '--json'], env)).last()).toEqual({ removed: [] });
});
