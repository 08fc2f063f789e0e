import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readJson } from '../../scripts/setup/cache.mjs';
import { ensureTensorflow, stillHolds } from '../../scripts/setup/tensorflow.mjs';
import { addonInputs, linkAddon } from '../../scripts/setup/tensorflow/addon.mjs';
import { chooseRoutes, hasNvidiaDevice, TENSORFLOW_VERSION } from '../../scripts/setup/tensorflow/route.mjs';
import { reason } from '../../scripts/setup/tensorflow/verify.mjs';
import { findPython, installWheels, pinnedWheels } from '../../scripts/setup/tensorflow/wheel.mjs';
import { folderWith, freshCache, makeProgram, stderrText } from './fixture.ts';

const linux = { platform: 'linux', arch: 'x64', nvidiaAnswers: false };

describe('the route to TensorFlow', () => {
  test('Linux without a GPU takes the CPU wheel, then the official download', () =>
    expect(chooseRoutes(linux)).toEqual(['cpu', 'official']));

  test('Linux with an NVIDIA GPU takes the GPU wheel first and still has the CPU to fall back on', () =>
    expect(chooseRoutes({ ...linux, nvidiaAnswers: true })).toEqual(['gpu', 'cpu', 'official']));

  test('asking for the GPU or the CPU overrides what the driver says', () => {
    expect(chooseRoutes({ ...linux, device: 'gpu' })[0]).toBe('gpu');
    expect(chooseRoutes({ ...linux, nvidiaAnswers: true, device: 'cpu' })[0]).toBe('cpu');
  });

  test.for([
    ['win32', 'x64'],
    ['darwin', 'arm64'],
    ['linux', 'arm64'],
  ])('%s %s takes the official download', ([platform, arch]) =>
    expect(chooseRoutes({ platform, arch, nvidiaAnswers: true })).toEqual(['official']),
  );

  test('a GPU is noticed by its device file, a plain machine by its absence', () => {
    expect(hasNvidiaDevice(folderWith({ nvidia0: '', null: '' }))).toBe(true);
    expect(hasNvidiaDevice(folderWith({ nvidiactl: '', null: '' }))).toBe(false);
    expect(hasNvidiaDevice('/nowhere')).toBe(false);
  });
});

describe('the wheels', () => {
  test.for(['cpu', 'gpu'])('of the %s route are each pinned to one version and one SHA-256', (route) => {
    const pins = pinnedWheels(route);
    expect(pins[0]).toContain(`==${TENSORFLOW_VERSION} `);
    for (const pin of pins) expect(pin).toMatch(/^[a-z\d-]+==[\d.]+ --hash=sha256:[\da-f]{64}$/);
  });

  const name = 'tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl';
  const wheel = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    wheel.writestr('tensorflow/libtensorflow.so.2', 'library')
    wheel.writestr('tensorflow/python/unwanted.py', '')
    info = 'tensorflow_cpu-2.21.0.dist-info/'
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: tensorflow-cpu\\nVersion: 2.21.0\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\n')
    wheel.writestr(info + 'RECORD', '')
`;

  /** An index that serves one wheel, as pip sees it; returns the wheel's SHA-256. */
  function indexWithOneWheel(): string {
    stderrText();
    const index = folderWith({ 'make.py': wheel });
    execFileSync(findPython(), [join(index, 'make.py'), join(index, name)]);
    for (const [variable, value] of [
      ['PIP_NO_INDEX', '1'],
      ['PIP_FIND_LINKS', index],
    ] as const)
      vi.stubEnv(variable, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    return createHash('sha256')
      .update(readFileSync(join(index, name)))
      .digest('hex');
  }

  const onLinux = test.skipIf(process.platform !== 'linux');

  onLinux('are unpacked when pip delivers the pinned bytes', async () => {
    const sha256 = indexWithOneWheel();
    const site = join(folderWith({}), 'site');
    await installWheels(site, [`tensorflow-cpu==2.21.0 --hash=sha256:${sha256}`]);
    expect(readFileSync(join(site, 'tensorflow', 'libtensorflow.so.2'), 'utf8')).toBe('library');
    expect(existsSync(join(site, 'tensorflow', 'python'))).toBe(false);
  });

  onLinux('are refused in one sentence when pip delivers other bytes, and nothing of them is kept', async () => {
    indexWithOneWheel();
    const site = join(folderWith({}), 'site');
    await expect(installWheels(site, pinnedWheels('cpu'))).rejects.toThrow(
      /^What pip was given for tensorflow-cpu==2\.21\.0 is not the wheel that Whisker knows \(its SHA-256 differs\)/,
    );
    expect(existsSync(site)).toBe(false);
    expect(readdirSync(join(`${site}.partial`, 'wheels'))).toEqual([]);
  });
});

test('of a crash, the line that names the error is the reason', () => {
  const crash =
    '\nError: libcuda.so.1: cannot open shared object file\n    at Object.dlopen (node:internal)\n\nNode.js v24\n';
  expect(reason(crash)).toBe('Error: libcuda.so.1: cannot open shared object file');
  expect(reason('')).toBe('it said nothing');
});

describe('a remembered outcome', () => {
  const failed = { ok: false, reason: 'No network', remedy: 'connect', machine: 'here' };

  test('a failure holds until set-up is asked again, so that a start stays quick', () =>
    expect(stillHolds(failed, packageFolder(), 'here')).toBe(true));

  test('nothing remembered, another machine or other versions mean to look again', () => {
    expect(stillHolds(undefined, packageFolder(), 'here')).toBe(false);
    expect(stillHolds(failed, packageFolder(), 'elsewhere')).toBe(false);
  });

  test('a success whose addon was deleted does not hold', () => {
    freshCache();
    expect(stillHolds({ ok: true, route: 'cpu', device: 'cpu', machine: 'here' }, packageFolder(), 'here')).toBe(false);
  });
});

describe('the addon', () => {
  test('is keyed by every version that it is compiled from, and placed where the package looks', () => {
    const inputs = packageFolder();
    expect(inputs.key).toBe('tfjs-4.22.0-napi8-headers-1.9.0');
    expect(inputs.linked).toBe(join(inputs.package, 'lib', 'napi-v8', 'tfjs_binding.node'));
  });

  test.skipIf(process.platform === 'win32')('is linked again after npm replaced the package or the cache moved', () => {
    const { linked } = packageFolder();
    mkdirSync(dirname(linked), { recursive: true });
    writeFileSync(linked, 'left by the official installer');
    for (const addon of [join(folderWith({ a: 'first' }), 'a'), join(folderWith({ a: 'second' }), 'a')]) {
      linkAddon(addon, linked);
      expect(readlinkSync(linked)).toBe(addon);
      expect(readFileSync(linked, 'utf8')).toBe(readFileSync(addon, 'utf8'));
    }
  });
});

test('when no route works, the status says why and what to do, for the Train button to repeat', async () => {
  const cache = freshCache();
  stderrText();
  const bin = folderWith({ python3: '#!/bin/sh\necho "ERROR: No matching distribution" >&2\nexit 1\n' });
  makeProgram(join(bin, 'python3'));
  vi.stubEnv('PATH', bin);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { package: folder } = packageFolder();
  const root = join(folder, '..', '..', '..');
  const status = await ensureTensorflow({ root, node: process.execPath });
  const known = { ok: false, remedy: expect.stringContaining('npm run setup') };
  expect(status).toMatchObject({ ...known, reason: expect.stringMatching(/could not be downloaded/) });
  expect(readJson(join(cache, 'tensorflow-status.json'))).toMatchObject(known);

  rmSync(join(bin, 'python3'));
  expect(await ensureTensorflow({ root, node: process.execPath })).toEqual(
    readJson(join(cache, 'tensorflow-status.json')),
  );
});

function packageFolder() {
  const root = folderWith({
    'package.json': '{}',
    'node_modules/@tensorflow/tfjs-node-gpu/package.json': '{"version":"4.22.0","binary":{"napi_versions":[3,8]}}',
    'node_modules/@tensorflow/tfjs-node-gpu/scripts/install.js': 'throw new Error("getaddrinfo ENOTFOUND")',
    'node_modules/node-api-headers/package.json': '{"version":"1.9.0"}',
  });
  return addonInputs(root);
}
