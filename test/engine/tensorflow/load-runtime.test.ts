// TensorFlow.js over the addon of a runtime folder: each case in a process of its own, as what is loaded stays.

import { execFile } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import '../../fixtures/needs-tensorflow.ts';
import { findRuntimes } from '../../../src/engine/tensorflow/find-runtime.ts';
import { writeRuntime } from '../../fixtures/runtime-folder.ts';
import { temporaryFolder } from '../../main/db/sample-photos.ts';

const source = join(import.meta.dirname, '../../../src/engine/tensorflow/tensorflow.ts');
const program = `
import { createRequire } from 'node:module';
const { runtime, tf, whyNotNative } = await import(${JSON.stringify(source)});
const files = Object.keys(createRequire(${JSON.stringify(source)}).cache);
const packages = files.map((file) => /.*node_modules[\\\\/]((?:@[^\\\\/]+[\\\\/])?[^\\\\/]+)/.exec(file)?.[1]);
const sum = tf.sum(tf.ones([3, 4])).dataSync()[0];
console.log(JSON.stringify({ runtime, whyNotNative, sum, packages: [...new Set(packages)], backend: tf.getBackend() }));
`;

interface Answer {
  runtime?: { folder: string };
  packages?: string[];
  [other: string]: unknown;
}

async function load(env: NodeJS.ProcessEnv): Promise<Answer> {
  const options = { env: { ...process.env, WHISKER_RUNTIME: '', ...env } };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], options);
  return JSON.parse(stdout);
}

let real: string;
beforeAll(() => {
  const [first] = findRuntimes();
  if (!first) throw new Error('These tests need the runtime that set-up installs: npm run setup');
  real = first.folder;
});

test('the addon of the chosen folder computes, and the package that installs addons is not loaded', async () => {
  const { runtime, sum, backend, packages = [] } = await load({ WHISKER_RUNTIME: real });
  expect({ folder: runtime?.folder, sum, backend }).toEqual({ folder: real, sum: 12, backend: 'tensorflow' });
  expect(packages).toContain('@tensorflow/tfjs-node-gpu');
  for (const part of ['@mapbox/node-pre-gyp', 'nopt', 'npmlog', 'tar', 'semver', 'https-proxy-agent', 'rimraf']) {
    expect(packages).not.toContain(part);
  }
});

test('one that is damaged does not stand in the way of the next', async () => {
  const cache = temporaryFolder();
  writeRuntime(join(cache, 'tensorflow', 'damaged'), { tensorflow: '9.0.0' });
  symlinkSync(real, join(cache, 'tensorflow', 'whole'), 'junction');
  const { runtime, sum } = await load({ WHISKER_CACHE_DIR: cache });
  expect({ folder: runtime?.folder, sum }).toEqual({ folder: join(cache, 'tensorflow', 'whole'), sum: 12 });
});

test('without one, TensorFlow.js computes over its own backend, and a sentence says why', async () => {
  const { packages = [], ...none } = await load({ WHISKER_CACHE_DIR: temporaryFolder() });
  expect(none).toEqual({
    runtime: null,
    whyNotNative: 'TensorFlow is not installed on this computer.',
    sum: 12,
    backend: 'wasm',
  });
  expect(packages).not.toContain('@tensorflow/tfjs-node-gpu');
  const damaged = writeRuntime(join(temporaryFolder(), 'damaged'));
  const { sum, whyNotNative } = await load({ WHISKER_RUNTIME: damaged });
  expect(sum).toBe(12);
  expect(whyNotNative).toMatch(/^TensorFlow's native runtime could not be loaded: .*tfjs_binding\.node/);
});
