import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readJson } from '../../scripts/setup/cache.mjs';
import { ensureRuntime, ensureTensorflow, knownTensorflow, stillHolds } from '../../scripts/setup/tensorflow.mjs';
import {
  addonArguments,
  addonInputs,
  compileAddon,
  patchedSources,
  servesOlderSystems,
} from '../../scripts/setup/tensorflow/addon.mjs';
import { withCompiler } from '../../scripts/setup/tensorflow/compiler.mjs';
import { TENSORFLOW_VERSION, WHEELS, ZIG } from '../../scripts/setup/tensorflow/pinned-wheels.mjs';
import { announcedBytes, explain, findPython } from '../../scripts/setup/pip.mjs';
import { findPlatform, partsOf, PLATFORMS } from '../../scripts/setup/tensorflow/platforms.mjs';
import { chooseRoutes, explainNoRoute, hasNvidiaDevice } from '../../scripts/setup/tensorflow/route.mjs';
import { describeRuntime, partsOfRuntime, runtimeFolder } from '../../scripts/setup/tensorflow/runtime-folder.mjs';
import { reason, verifyTraining } from '../../scripts/setup/tensorflow/verify.mjs';
import { installWheels } from '../../scripts/setup/tensorflow/wheel.mjs';
import { gatherLibraries, MICROSOFT_PARTS } from '../../scripts/setup/tensorflow/windows.mjs';
import { folderWith, freshCache, makeProgram, stderrText } from './fixture.ts';

const root = resolve(import.meta.dirname, '../..');
const linux = { platform: 'linux', arch: 'x64', nvidiaAnswers: false };

describe('the route to TensorFlow', () => {
  test('Linux without a GPU takes the CPU wheel', () => expect(chooseRoutes(linux)).toEqual(['cpu']));

  test('Linux with an NVIDIA GPU takes the GPU wheel first and still has the CPU to fall back on', () =>
    expect(chooseRoutes({ ...linux, nvidiaAnswers: true })).toEqual(['gpu', 'cpu']));

  test('asking for the GPU or the CPU overrides what the driver says', () => {
    expect(chooseRoutes({ ...linux, device: 'gpu' })).toEqual(['gpu', 'cpu']);
    expect(chooseRoutes({ ...linux, nvidiaAnswers: true, device: 'cpu' })).toEqual(['cpu']);
  });

  test.for([
    ['win32', 'x64'],
    ['darwin', 'arm64'],
    ['linux', 'arm64'],
  ])('%s %s has a wheel for the CPU only', ([platform, arch]) =>
    expect(chooseRoutes({ platform, arch, nvidiaAnswers: true })).toEqual(['cpu']),
  );

  test.for([
    ['darwin', 'x64', 'Macs with an Intel processor'],
    ['win32', 'arm64', 'Windows on arm64'],
    ['linux', 'riscv64', 'Linux on riscv64'],
  ])('%s %s has none, and the reason says so', ([platform, arch, machine]) => {
    expect(chooseRoutes({ platform, arch, nvidiaAnswers: true, device: 'gpu' })).toEqual([]);
    expect(explainNoRoute(platform, arch).message).toBe(`TensorFlow 2.21.0 does not exist for ${machine}`);
  });

  test('a GPU that TensorFlow has nothing for is told apart from a machine that it has nothing for', () =>
    expect(explainNoRoute('win32', 'x64', 'gpu').message).toBe(
      'TensorFlow 2.21.0 for NVIDIA GPUs does not exist for Windows on x64',
    ));

  test('a GPU is noticed by its device file, a plain machine by its absence', () => {
    expect(hasNvidiaDevice(folderWith({ nvidia0: '', null: '' }))).toBe(true);
    expect(hasNvidiaDevice(folderWith({ nvidiactl: '', null: '' }))).toBe(false);
    expect(hasNvidiaDevice('/nowhere')).toBe(false);
  });
});

describe('the wheels', () => {
  const pinned = /^[a-z\d-]+==[\d.]+ --hash=sha256:[\da-f]{64}$/;

  test.for(Object.entries(WHEELS))('of %s are each pinned to one version and one SHA-256', ([, pins]) => {
    expect(pins[0]).toMatch(new RegExp(`^tensorflow(-cpu)?==${TENSORFLOW_VERSION} `));
    for (const pin of pins) expect(pin).toMatch(pinned);
  });

  test.for(Object.keys(PLATFORMS))('%s has one for the CPU, and a compiler of its own pinned beside it', (key) => {
    expect(Object.keys(WHEELS)).toContain(`cpu-${key}`);
    expect(ZIG[key as keyof typeof ZIG]).toMatch(pinned);
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

  const onLinuxX64 = findPlatform('linux', 'x64');
  const linuxWheels = { tags: onLinuxX64.tags, partsOf: (wheel: string) => partsOf(wheel, onLinuxX64) };
  const onLinux = test.skipIf(process.platform !== 'linux');

  onLinux('are unpacked when pip delivers the pinned bytes', async () => {
    const sha256 = indexWithOneWheel();
    const site = join(folderWith({}), 'site');
    await installWheels(site, [`tensorflow-cpu==2.21.0 --hash=sha256:${sha256}`], linuxWheels);
    expect(readFileSync(join(site, 'tensorflow', 'libtensorflow.so.2'), 'utf8')).toBe('library');
    expect(existsSync(join(site, 'tensorflow', 'python'))).toBe(false);
  });

  onLinux('are refused in one sentence when pip delivers other bytes, and nothing of them is kept', async () => {
    indexWithOneWheel();
    const site = join(folderWith({}), 'site');
    await expect(installWheels(site, WHEELS['cpu-linux-x64'], linuxWheels)).rejects.toThrow(
      /^What pip was given for tensorflow-cpu==2\.21\.0 is not the wheel that Whisker knows \(its SHA-256 differs\)/,
    );
    expect(existsSync(site)).toBe(false);
    expect(readdirSync(join(`${site}.partial`, 'wheels'))).toEqual([]);
  });
});

describe('what pip says', () => {
  test.for([
    ['/usr/bin/python3: No module named pip', /installer pip is not/, /python3-pip/],
    ['Python was not found; run without arguments to install', /only offers it/, /python.org/],
    ['ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE', /its SHA-256 differs/, /mirror or proxy/],
    ["OSError: [Errno 28] No space left on device: '/tmp/x'", /disk is full/, /WHISKER_CACHE_DIR/],
    ['SSLError(SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED]', /certificate/, /global.cert/],
    [
      "NewConnectionError('Failed to establish')\nERROR: No matching distribution found for tensorflow",
      /can't be reached/,
      /network/,
    ],
    ['ERROR: No matching distribution found for tensorflow', /does not have it for this computer/, /complete/],
    ['ERROR: HTTP error 404 while getting x.whl', /does not have it for this computer/, /complete/],
    ['something new', /^tensorflow==2\.21\.0 could not be downloaded through pip$/, /what pip said/],
  ] as const)('of "%s" becomes one sentence and what to do', ([output, message, remedy]) => {
    const error = explain('tensorflow==2.21.0', output);
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(remedy);
    expect(error.detail).toBe(output);
  });

  test('of the size of a wheel is the total that its download is measured by', () => {
    const log = '2026-11-26T03:00:00,000   Downloading tensorflow-2.21.0-cp312-cp312-win_amd64.whl (350.9 MB)';
    expect(announcedBytes(log)).toBe(350_900_000);
    expect(announcedBytes('Downloading numpy-2.whl (875 kB)')).toBe(875_000);
    expect(announcedBytes('Collecting tensorflow==2.21.0')).toBe(null);
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

  test('a success holds while the addon and its description are where they were', () => {
    freshCache();
    const inputs = packageFolder();
    const runtime = runtimeFolder('cpu', inputs);
    const ok = { ok: true, route: 'cpu', device: 'cpu', machine: 'here', runtime: runtime.folder };
    expect(stillHolds(ok, inputs, 'here')).toBe(false);
    mkdirSync(dirname(runtime.addon), { recursive: true });
    writeFileSync(runtime.addon, '');
    expect(stillHolds(ok, inputs, 'here')).toBe(false);
    describeRuntime(runtime, 'cpu', inputs);
    expect(stillHolds(ok, inputs, 'here')).toBe(true);
    expect(stillHolds({ ...ok, runtime: '/moved/since' }, inputs, 'here')).toBe(false);
  });
});

describe('the addon', () => {
  test('is keyed by every version that it is compiled from', () =>
    expect(packageFolder().key).toBe('tfjs-4.22.0-napi8-headers-1.9.0-functions1'));

  test('is compiled with functions that the package’s own sources lack, and from nothing else', async () => {
    const inputs = addonInputs(root);
    const original = join(inputs.package, 'binding');
    const patched = await patchedSources(inputs, folderWith({}));
    const changed = readdirSync(patched).filter(
      (name) => readFileSync(join(patched, name), 'utf8') !== readFileSync(join(original, name), 'utf8'),
    );
    expect(readdirSync(patched)).toEqual(readdirSync(original));
    expect(changed.sort()).toEqual(['tfjs_backend.cc', 'tfjs_backend.h', 'tfjs_binding.cc']);
    expect(readFileSync(join(patched, 'tfjs_binding.cc'), 'utf8')).toContain('{"addFunction", nullptr, AddFunction,');
  });

  test('of sources that the patch was not made for is not compiled', async () => {
    const foreign = folderWith({ 'binding/tfjs_backend.cc': 'int main() {}' });
    await expect(patchedSources({ ...addonInputs(root), package: foreign }, folderWith({}))).rejects.toThrow(
      'functions.patch does not fit tfjs_backend.cc',
    );
  });

  test.for([
    ['linux', 'x64', ['-Wl,-rpath,$ORIGIN/../../site/tensorflow'], /libtensorflow_framework\.so\.2$/],
    ['linux', 'arm64', ['-Wl,-rpath,$ORIGIN/../../site/tensorflow'], /libtensorflow_framework\.so\.2$/],
    [
      'darwin',
      'arm64',
      ['-Wl,-rpath,@loader_path/../../site/tensorflow', '-undefined', 'dynamic_lookup'],
      /libtensorflow_framework\.2\.dylib$/,
    ],
    ['win32', 'x64', ['-shared'], /_pywrap_tensorflow_common\.dll\.if\.lib$/],
  ] as const)('of %s %s is linked to the libraries of its wheel', ([platform, arch, flags, library]) => {
    const inputs = addonInputs(root);
    const sources = join(inputs.package, 'binding');
    const args = addonArguments('/runtime/site', sources, inputs, findPlatform(platform, arch));
    expect(args).toEqual(expect.arrayContaining([...flags]));
    expect(args.at(-1)).toMatch(library);
    expect(args.filter((arg) => arg.endsWith('.cc'))).toHaveLength(2);
  });

  const onUnix = test.skipIf(process.platform === 'win32');

  /** A zig that writes down what it is told and makes the file that it is asked for. */
  function fakeZig(): () => string[] {
    const cache = freshCache();
    stderrText();
    const calls = join(cache, 'calls.txt');
    const script = `#!/bin/sh\necho "$*" >> ${calls}\nwhile [ $# -gt 1 ]; do shift; done\necho made > "$1"\n`;
    mkdirSync(join(cache, 'zig', 'ziglang'), { recursive: true });
    writeFileSync(join(cache, 'zig', 'ziglang', 'zig'), script);
    return () => readFileSync(calls, 'utf8').trim().split('\n');
  }

  onUnix('is compiled by zig for the oldest system that TensorFlow knows where there is no compiler', async () => {
    const calls = fakeZig();
    vi.stubEnv('PATH', '/nowhere');
    onTestFinished(() => void vi.unstubAllEnvs());
    await withCompiler(findPlatform('linux', 'x64'), ({ cxx }) => cxx(['-o', join(folderWith({}), 'addon')]));
    expect(calls()[0]).toMatch(/^c\+\+ -target x86_64-linux-gnu\.2\.27 -o /);
    expect(existsSync(join(process.env['WHISKER_CACHE_DIR'] ?? '', 'zig'))).toBe(false);
  });

  test.skipIf(process.platform !== 'linux')(
    'that needs newer libraries than TensorFlow is compiled anew by zig for a runtime that is passed on',
    async () => {
      const calls = fakeZig();
      const node = join(folderWith({ node: '#!/bin/sh\necho \'{"device":"cpu"}\'\n' }), 'node');
      makeProgram(node);
      const inputs = addonInputs(root);
      const runtime = runtimeFolder('cpu', inputs);
      for (const folder of [runtime.site, dirname(runtime.addon)]) mkdirSync(folder, { recursive: true });
      writeFileSync(runtime.addon, 'GLIBC_2.36');
      describeRuntime(runtime, 'cpu', inputs);

      expect(await ensureRuntime('cpu', { root, node })).toEqual(runtime);
      expect(readFileSync(runtime.addon, 'utf8')).toBe('GLIBC_2.36');
      expect(await ensureRuntime('cpu', { root, node, forOlderSystems: true })).toEqual(runtime);
      expect(readFileSync(runtime.addon, 'utf8')).toBe('made\n');
      expect(calls()).toHaveLength(1);
    },
  );

  test.for([
    ['GLIBC_2.2.5 GLIBC_2.4 GLIBC_2.27 libtensorflow_cc.so.2', true],
    ['GLIBC_2.14 GLIBC_2.36', false],
    ['GLIBC_2.14 libstdc++.so.6', false],
  ] as const)('that asks for "%s" serves all systems that TensorFlow serves: %s', ([asked, serves]) =>
    expect(servesOlderSystems(join(folderWith({ addon: asked }), 'addon'))).toBe(serves),
  );

  onUnix('of Windows gets the functions of node.exe to link to and an empty python312.dll', async () => {
    const calls = fakeZig();
    const inputs = addonInputs(root);
    const runtime = partsOfRuntime(folderWith({ 'site/tensorflow/python/x': '' }), inputs);
    await compileAddon(runtime, inputs, findPlatform('win32', 'x64'));
    const [dlltool, cxx, python] = calls();
    const partial = `${dirname(runtime.addon)}.partial`;
    expect(dlltool).toMatch(/^dlltool .*-D node\.exe .*node_api\.def -l /);
    expect(cxx).toContain(` ${join(partial, 'node.lib')} -o ${join(partial, 'tfjs_binding.node')}`);
    expect(python).toMatch(/^cc -target x86_64-windows-gnu -shared .*python312\.def -o .*python312\.dll$/);
    expect(readdirSync(join(runtime.site, 'tensorflow', 'python'))).toContain('python312.dll');
    expect(readdirSync(dirname(runtime.addon))).toEqual(['tfjs_binding.node']);
    expect(existsSync(partial)).toBe(false);
  });

  test("of Windows finds Microsoft's C++ library beside TensorFlow's", () => {
    const parts = Object.fromEntries(MICROSOFT_PARTS.map((part) => [part, '']));
    const site = folderWith({ ...parts, 'tensorflow/python/_pywrap_tensorflow_common.dll': '' });
    gatherLibraries(site);
    expect(readdirSync(site)).toEqual(['tensorflow']);
    expect(readdirSync(join(site, 'tensorflow', 'python')).sort()).toEqual([
      '_pywrap_tensorflow_common.dll',
      'msvcp140.dll',
      'vcruntime140.dll',
      'vcruntime140_1.dll',
    ]);
  });
});

describe('a runtime folder', () => {
  const installed = knownTensorflow(root);
  const withTensorflow = test.skipIf(!installed?.ok);

  /** A cache with the installed TensorFlow in it, as set-up left it before it described what it had proved. */
  function cacheWithoutDescription() {
    const inputs = addonInputs(root);
    const { addon, site, folder } = partsOfRuntime(installed?.runtime ?? '', inputs);
    freshCache();
    stderrText();
    const here = runtimeFolder('cpu', inputs);
    expect(dirname(here.folder)).not.toBe(dirname(folder));
    mkdirSync(dirname(here.addon), { recursive: true });
    symlinkSync(site, here.site);
    symlinkSync(addon, here.addon);
    vi.stubEnv('PATH', '/nowhere');
    onTestFinished(() => void vi.unstubAllEnvs());
    return here;
  }

  withTensorflow('that was never described is proved once more, and nothing is downloaded for it', async () => {
    const runtime = cacheWithoutDescription();
    const status = await ensureTensorflow({ root, node: process.execPath });
    expect(status).toMatchObject({ ok: true, route: 'cpu', version: TENSORFLOW_VERSION, runtime: runtime.folder });
    expect(readJson(runtime.description)).toEqual({
      ...{ format: 1, tensorflow: TENSORFLOW_VERSION, flavour: 'cpu', napi: 8 },
      ...{ platform: process.platform, arch: process.arch },
      addon: 'addon/tfjs-4.22.0-napi8-headers-1.9.0-functions1/tfjs_binding.node',
    });
    expect(await ensureTensorflow({ root, node: process.execPath })).toMatchObject({
      ok: true,
      runtime: runtime.folder,
    });
  });

  withTensorflow('that no longer trains is no runtime any more', async () => {
    const runtime = cacheWithoutDescription();
    describeRuntime(runtime, 'cpu', addonInputs(root));
    rmSync(runtime.addon);
    writeFileSync(runtime.addon, 'damaged');
    const status = await ensureTensorflow({ root, node: process.execPath, trust: 'none' });
    expect(status).toMatchObject({ ok: false, reason: expect.stringMatching(/^TensorFlow did not train: /) });
    expect(existsSync(runtime.description)).toBe(false);
  });

  withTensorflow('is loaded from the path that is given, wherever TensorFlow.js would look', async () => {
    stderrText();
    const nowhere = partsOfRuntime('/nowhere', addonInputs(root));
    await expect(verifyTraining(root, process.execPath, nowhere)).rejects.toThrow(/at path: \/nowhere\/addon/);
  });
});

test('when no route works, the status says why and what to do, for the Train button to repeat', async () => {
  const cache = freshCache();
  stderrText();
  const bin = folderWith({ python3: '#!/bin/sh\necho "ERROR: No matching distribution" >&2\nexit 1\n' });
  makeProgram(join(bin, 'python3'));
  vi.stubEnv('PATH', bin);
  onTestFinished(() => void vi.unstubAllEnvs());
  const checkout = join(packageFolder().package, '..', '..', '..');
  const status = await ensureTensorflow({ root: checkout, node: process.execPath });
  const known = { ok: false, remedy: expect.stringContaining('npm run setup') };
  const missing = expect.stringMatching(/^tensorflow(-cpu)?==2\.21\.0 could not be downloaded: pip's index does not/);
  expect(status).toMatchObject({ ...known, reason: missing });
  expect(readJson(join(cache, 'tensorflow-status.json'))).toMatchObject(known);

  rmSync(join(bin, 'python3'));
  expect(await ensureTensorflow({ root: checkout, node: process.execPath })).toEqual(
    readJson(join(cache, 'tensorflow-status.json')),
  );
});

function packageFolder() {
  const checkout = folderWith({
    'package.json': '{}',
    'node_modules/@tensorflow/tfjs-node-gpu/package.json': '{"version":"4.22.0","binary":{"napi_versions":[3,8]}}',
    'node_modules/node-api-headers/package.json': '{"version":"1.9.0"}',
  });
  return addonInputs(checkout);
}
