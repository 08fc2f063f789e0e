// What differs from platform to platform: which wheels pip may bring, what is unpacked of TensorFlow's, and how the
// addon is compiled and finds its libraries. A platform that is not here has no TensorFlow.
import { MICROSOFT_PARTS } from './windows.mjs';

const licences = ['tensorflow/THIRD_PARTY_NOTICES.txt', 'tensorflow/include/LICENSE'];
const headers = ['tensorflow/c/', 'tensorflow/core/platform/', 'tsl/platform/', 'xla/tsl/c/'].map(
  (folder) => `tensorflow/include/${folder}`,
);

const linux = {
  parts: ['tensorflow/libtensorflow', ...headers, ...licences],
  libraries: ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'],
  compilers: ['g++', 'c++', 'clang++'],
  flags: ['-fPIC', '-Wl,-rpath,$ORIGIN/../../site/tensorflow'],
};

/**
 * By `${process.platform}-${process.arch}`:
 * - tags: the platform tags of the wheels that fit, as pip knows them
 * - parts: what is unpacked of TensorFlow's wheel, by the beginnings of the paths in it
 * - libraries: what the addon is linked to, below site/
 * - compilers: programs that can compile it, best first; where none is found, or none is named, zig does
 * - zigTarget: what zig compiles for; the oldest system that TensorFlow itself supports
 * - flags: what the addon is compiled with beyond what is the same everywhere
 */
export const PLATFORMS = {
  'linux-x64': {
    ...linux,
    tags: [
      ...['manylinux_2_28_x86_64', 'manylinux_2_27_x86_64', 'manylinux2014_x86_64', 'manylinux_2_17_x86_64'],
      'manylinux2010_x86_64',
    ],
    zigTarget: 'x86_64-linux-gnu.2.27',
  },
  'linux-arm64': {
    ...linux,
    tags: ['manylinux_2_27_aarch64', 'manylinux2014_aarch64', 'manylinux_2_17_aarch64'],
    zigTarget: 'aarch64-linux-gnu.2.27',
  },
  'darwin-arm64': {
    tags: ['macosx_13_0_arm64', 'macosx_12_0_arm64'],
    parts: ['tensorflow/libtensorflow', ...headers, ...licences],
    libraries: ['tensorflow/libtensorflow_cc.2.dylib', 'tensorflow/libtensorflow_framework.2.dylib'],
    compilers: [],
    zigTarget: 'aarch64-macos.12.0',
    // Node's own functions are found when Node loads the addon.
    flags: [
      ...['-fPIC', '-undefined', 'dynamic_lookup', '-Wl,-install_name,tfjs_binding.node'],
      '-Wl,-rpath,@loader_path/../../site/tensorflow',
    ],
  },
  // The addon finds its libraries on the PATH of whoever loads it: Windows knows no rpath.
  'win32-x64': {
    tags: ['win_amd64'],
    parts: ['tensorflow/python/_pywrap_tensorflow_common.dll', ...headers, ...licences],
    libraries: ['tensorflow/python/_pywrap_tensorflow_common.dll.if.lib'],
    compilers: [],
    zigTarget: 'x86_64-windows-gnu',
    flags: [],
  },
};

/** The platform's line of the table, with its name as `key`; undefined where there is no TensorFlow. */
export function findPlatform(platform = process.platform, arch = process.arch) {
  const key = `${platform}-${arch}`;
  return key in PLATFORMS ? { key, ...PLATFORMS[key] } : undefined;
}

/** What is unpacked of a wheel, by the name of its package: beginnings of the paths in it. */
export function partsOf(name, platform) {
  if (name.startsWith('nvidia-')) return ['nvidia']; // Its licence lies beside nvidia/.
  return name === 'msvc-runtime' ? MICROSOFT_PARTS : platform.parts;
}
