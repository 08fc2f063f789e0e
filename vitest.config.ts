import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { hasTensorflow } from './test/fixtures/tensorflow.ts';
import { withoutTensorflow } from './test/fixtures/without-tensorflow.ts';

// What trains networks, kills processes or waits for hung ones, for seconds; `npm test -- --fast` leaves it out, and
// the browser. A new test of that kind belongs in this list.
const slow = [
  'test/engine/trainer.test.ts',
  'test/engine/features/large.test.ts',
  'test/engine/features/train-on-features.test.ts',
  'test/engine/imaging/bombs.test.ts',
  'test/engine/ssgan/learner.test.ts',
  'test/engine/ssgan/native-step.test.ts',
  'test/engine/tensorflow/load-runtime.test.ts',
  'test/main/backbone/wishes.test.ts',
  'test/main/archive/archive.test.ts',
  'test/main/archive/merge.test.ts',
  'test/main/cli/archive.test.ts',
  'test/main/cli/loop.test.ts',
  'test/main/cli/predict.test.ts',
  'test/main/db/when-free.test.ts',
  'test/main/engine-host/engine.test.ts',
  'test/main/engine-host/other-node.test.ts',
  'test/main/export/formats/python-readers.test.ts',
  'test/main/export/xmp-in-trouble.test.ts',
  'test/main/features/feature-service.test.ts',
  'test/main/hosts/web/model-server.test.ts',
  'test/main/library/folder-follower.test.ts',
  'test/main/predictions/handed-in.test.ts',
  'test/main/predictions/newcomers.test.ts',
  'test/main/predictions/predictor.test.ts',
  'test/main/predictions/sort-folder.test.ts',
  'test/main/runs/backbone-run.test.ts',
  'test/main/runs/service.test.ts',
  'test/main/runtime/runtime.test.ts',
  'test/scripts/packaging/packaged-app.test.ts',
  'test/scripts/electron-download.test.ts',
  'test/scripts/network.test.ts',
  'test/scripts/start.test.ts',
];

// What takes half a minute and more for one promise that seldom breaks; `npm test -- --all` runs it too.
const proofs = [
  'test/engine/features/two-rings.test.ts',
  'test/engine/features/without-native.test.ts',
  'test/engine/pixels/memory.test.ts',
  'test/main/cli/backbone.test.ts',
  'test/main/db/durability.test.ts',
  'test/main/export/models.test.ts',
  'test/main/job/job.test.ts',
  'test/main/remote/over-ssh.test.ts',
  'test/main/runs/kill.test.ts',
  'test/main/runs/repeat.test.ts',
  'test/e2e/correction-receipt.test.ts',
  'test/e2e/drawings.test.ts',
  'test/e2e/first-answer.test.ts',
  'test/e2e/kill.test.ts',
  'test/e2e/languages.test.ts',
  'test/e2e/million.test.ts',
  'test/e2e/runtime.test.ts',
];

/** As many files side by side as there are cores; those that drive a browser run alone, after all others. */
const sideBySide = availableParallelism();

// This file is read once for each project, and the line is to be read once.
if (!hasTensorflow && !process.env['WHISKER_SAID_NO_TENSORFLOW']) {
  process.stderr.write('SKIPPED: all that takes native TensorFlow, which is not installed (npm run setup says why).\n');
  process.env['WHISKER_SAID_NO_TENSORFLOW'] = 'yes';
}
const plugins = hasTensorflow ? [] : [withoutTensorflow];
/** No test finds the network that set-up has brought unless it asks for it. */
const env = { WHISKER_NETWORKS: join(import.meta.dirname, 'test-results', 'no-networks') };

export default defineConfig({
  test: {
    projects: [
      {
        plugins,
        test: {
          env,
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/renderer/**', 'test/e2e/**', 'test/faults/**', ...slow, ...proofs],
          testTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
          pool: 'forks',
          maxWorkers: sideBySide,
        },
      },
      {
        plugins,
        test: {
          env,
          name: 'slow',
          include: slow,
          testTimeout: 120_000,
          expect: { poll: { timeout: 20_000 } },
          pool: 'forks',
          maxWorkers: sideBySide,
        },
      },
      {
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'renderer',
          include: ['test/renderer/**/*.test.ts'],
          environment: 'happy-dom',
          // A screen is there in a tenth of a second, or on a machine that does other work in many of them.
          setupFiles: ['test/renderer/patience.ts'],
          testTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
          // Each test leaves an empty page behind.
          isolate: false,
          maxWorkers: sideBySide,
        },
      },
      {
        plugins,
        test: {
          env,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: proofs,
          testTimeout: 600_000,
          hookTimeout: 120_000,
          // A page beside its app on two cores: a second is no time.
          expect: { poll: { timeout: 20_000 } },
          fileParallelism: false,
        },
      },
      {
        plugins,
        test: {
          env,
          name: 'proofs',
          include: proofs,
          testTimeout: 600_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 20_000 } },
          fileParallelism: false,
        },
      },
    ],
  },
});
