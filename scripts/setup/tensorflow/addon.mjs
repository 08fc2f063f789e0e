// Compiles the package's Node addon against the unpacked TensorFlow, into the runtime folder.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { step } from '../steps.mjs';
import { withCompiler } from './compiler.mjs';
import { importLibraryOfNode, placeEmptyPython } from './windows.mjs';

/** Where the package is and what its addon is compiled from; versions are enough to know when to compile again. */
export function addonInputs(root) {
  const require = createRequire(join(root, 'package.json'));
  const manifest = require.resolve('@tensorflow/tfjs-node-gpu/package.json');
  const { version, binary } = require(manifest);
  const headers = require.resolve('node-api-headers/package.json');
  const napi = Math.max(...binary.napi_versions);
  return {
    package: dirname(manifest),
    nodeApi: dirname(headers),
    napi,
    key: `tfjs-${version}-napi${napi}-headers-${require(headers).version}`,
  };
}

/** Compiles the addon of a runtime folder against the libraries in it; does nothing when it is already there. */
export async function compileAddon({ addon, site }, inputs, platform) {
  if (existsSync(addon)) return;
  // Linkers leave files of their own beside what they make.
  const partial = `${dirname(addon)}.partial`;
  const made = join(partial, basename(addon));
  for (const folder of [partial, dirname(addon)]) mkdirSync(folder, { recursive: true });
  await withCompiler(platform, (compiler) =>
    step('Compiling the TensorFlow addon', async () => {
      const isWindows = platform.key === 'win32-x64';
      const more = isWindows ? [await importLibraryOfNode(compiler, inputs, partial)] : [];
      await compiler.cxx([...addonArguments(site, inputs, platform), ...more, '-o', made]);
      if (isWindows) await placeEmptyPython(compiler, { site, partial }, platform);
    }),
  );
  renameSync(made, addon);
  rmSync(partial, { recursive: true });
}

/** What any of the compilers is told, but for where the addon goes. */
export function addonArguments(site, inputs, platform) {
  const sources = join(inputs.package, 'binding');
  const includes = [inputs.package, join(site, 'tensorflow', 'include'), join(inputs.nodeApi, 'include')];
  return [
    ...['-shared', '-O2', '-s', '-std=c++17', `-DNAPI_VERSION=${inputs.napi}`],
    ...platform.flags,
    ...includes.map((folder) => `-I${folder}`),
    ...readdirSync(sources)
      .filter((name) => name.endsWith('.cc'))
      .map((name) => join(sources, name)),
    ...platform.libraries.map((name) => join(site, name)),
  ];
}

/** The minor version of glibc that TensorFlow itself asks for: its wheels are for manylinux_2_27. */
const GLIBC_MINOR = 27;

/** Whether an addon runs on every Linux that TensorFlow runs on; what g++ makes wants libraries as new as its own. */
export function servesOlderSystems(addon) {
  const text = readFileSync(addon, 'latin1');
  const minors = [...text.matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
  return !text.includes('libstdc++.so') && minors.every((minor) => minor <= GLIBC_MINOR);
}
