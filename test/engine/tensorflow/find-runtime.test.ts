import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledRuntime, findRuntimes } from '../../../src/engine/tensorflow/find-runtime.ts';
import type { Machine, RuntimePlaces } from '../../../src/engine/tensorflow/find-runtime.ts';
import { runtimeDescription, writeRuntime } from '../../fixtures/runtime-folder.ts';
import { temporaryFolder } from '../../main/db/sample-photos.ts';

const machine: Machine = {
  platform: process.platform,
  arch: process.arch,
  napi: 10,
  hasNvidiaGpu: () => false,
};

/** An empty cache; `install` puts a runtime into it. */
function emptyCache() {
  const cache = temporaryFolder();
  const places: RuntimePlaces = { chosen: null, cache, bundled: null };
  const install = (name: string, changes?: object) => writeRuntime(join(cache, 'tensorflow', name), changes);
  const found = (changes: Partial<RuntimePlaces> = {}, here: Partial<Machine> = {}) =>
    findRuntimes({ ...places, ...changes }, { ...machine, ...here }).map(({ folder }) => folder);
  return { cache, install, found, places };
}

test('a runtime in the cache is found with its addon, by absolute path', () => {
  const { install, places } = emptyCache();
  const folder = install('2.21.0-cpu');
  expect(findRuntimes(places, machine)).toEqual([
    { folder, addon: join(folder, runtimeDescription.addon), tensorflow: '2.21.0', flavour: 'cpu' },
  ]);
});

test('a machine where nothing was ever installed has none', () => {
  expect(emptyCache().found()).toEqual([]);
  expect(emptyCache().found({ cache: join(temporaryFolder(), 'nowhere') })).toEqual([]);
});

describe('a folder in the cache is passed over', () => {
  test.each<[string, object]>([
    ['of another platform', { platform: process.platform === 'linux' ? 'win32' : 'linux' }],
    ['of another processor', { arch: 'riscv64' }],
    ['for a newer Node', { napi: 11 }],
    ['in a format that is not known', { format: 2 }],
    ['of an unknown flavour', { flavour: 'tpu' }],
    ['whose addon is not there', { addon: 'addon/other/tfjs_binding.node' }],
    ['whose addon is a folder', { addon: 'addon/key' }],
    ['whose addon lies outside', { addon: '../whole/addon/key/tfjs_binding.node' }],
    ['whose addon lies elsewhere', { addon: process.execPath }],
  ])('%s', (_, changes) => {
    const { install, found } = emptyCache();
    install('odd', changes);
    const whole = install('whole');
    expect(found()).toEqual([whole]);
  });

  test('whose description is missing or cut short', () => {
    const { install, found } = emptyCache();
    const [missing, short, whole] = ['missing', 'short', 'whole'].map((name) => install(name));
    rmSync(join(String(missing), 'runtime.json'));
    writeFileSync(join(String(short), 'runtime.json'), '{"format":1,"tenso');
    expect(found()).toEqual([whole]);
  });

  test('that is still being unpacked or proved', () => {
    const { install, found } = emptyCache();
    install('2.21.0-cpu.partial');
    expect(found()).toEqual([]);
  });
});

describe('of several', () => {
  test('the one for GPUs comes first where there is one, and last where there is none', () => {
    const { install, found } = emptyCache();
    const [cpu, gpu] = [install('a', { flavour: 'cpu' }), install('b', { flavour: 'gpu' })];
    expect(found({}, { hasNvidiaGpu: () => true })).toEqual([gpu, cpu]);
    expect(found({}, { hasNvidiaGpu: () => false })).toEqual([cpu, gpu]);
  });

  test('the driver is asked for a GPU only when that matters', () => {
    const { install, found } = emptyCache();
    install('a');
    const unasked = () => expect.unreachable('the driver was asked');
    expect(found({}, { hasNvidiaGpu: unasked })).toHaveLength(1);
  });

  test('the newest TensorFlow comes first', () => {
    const { install, found } = emptyCache();
    const names = ['2.9.0', '2.21.0', '2.21.1'].map((tensorflow) => install(tensorflow, { tensorflow }));
    expect(found()).toEqual(names.toReversed());
  });

  test('the one that came with the app is the last', () => {
    const { install, found } = emptyCache();
    const bundled = writeRuntime(join(temporaryFolder(), 'runtime'), { tensorflow: '3.0.0' });
    const cached = install('cached');
    expect(found({ bundled })).toEqual([cached, bundled]);
    expect(found({ bundled, cache: '/nowhere' })).toEqual([bundled]);
  });
});

test('one that was chosen is the only one, so that nothing else answers in its place', () => {
  const { install, found } = emptyCache();
  install('cached');
  const chosen = writeRuntime(join(temporaryFolder(), 'mine'));
  expect(found({ chosen })).toEqual([chosen]);
  rmSync(join(chosen, 'runtime.json'));
  expect(found({ chosen })).toEqual([]);
});

test('an installed app has its runtime beside its archive, a checkout has none', () => {
  const engine = 'resources/app.asar.unpacked/out/main/engine.js';
  expect(bundledRuntime(`/opt/Whisker/${engine}`)).toBe(join('/opt/Whisker/resources', 'runtime'));
  expect(bundledRuntime('C:\\Whisker\\resources\\app.asar.unpacked\\out\\main\\engine.js')).toBe(
    join('C:\\Whisker\\resources', 'runtime'),
  );
  expect(bundledRuntime('/home/ada/whisker/out/main/engine.js')).toBeNull();
});
