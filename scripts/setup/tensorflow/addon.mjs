// Compiles the package's Node addon, with the functions that functions.patch adds to it, against the unpacked
// TensorFlow, into the runtime folder.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { step } from '../steps.mjs';
import { withCompiler } from './compiler.mjs';
import { importLibraryOfNode, placeEmptyPython } from './windows.mjs';

/** Adds `addFunction` to the binding, by which a graph becomes an op of its own. */
const PATCH = join(import.meta.dirname, 'functions.patch');
/** Raised when the patch changes, so that addons are compiled again. */
const PATCH_VERSION = 1;

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
    key: `tfjs-${version}-napi${napi}-headers-${require(headers).version}-functions${PATCH_VERSION}`,
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
      const sources = await patchedSources(inputs, join(partial, 'binding'));
      await compiler.cxx([...addonArguments(site, sources, inputs, platform), ...more, '-o', made]);
      if (isWindows) await placeEmptyPython(compiler, { site, partial }, platform);
    }),
  );
  renameSync(made, addon);
  rmSync(partial, { recursive: true });
}

/** Writes the package's sources, patched, into `folder`, and returns it. */
export async function patchedSources(inputs, folder) {
  // Set-up begins before there are packages.
  const { applyPatch, parsePatch } = await import('diff');
  mkdirSync(folder, { recursive: true });
  const changes = new Map(parsePatch(readFileSync(PATCH, 'utf8')).map((file) => [basename(file.newFileName), file]));
  for (const name of readdirSync(join(inputs.package, 'binding'))) {
    const source = readFileSync(join(inputs.package, 'binding', name), 'utf8');
    const change = changes.get(name);
    const patched = change ? applyPatch(source, change) : source;
    if (patched === false) throw new Error(`functions.patch does not fit ${name} of the installed package.`);
    writeFileSync(join(folder, name), patched);
  }
  return folder;
}

/** What any of the compilers is told, but for where the addon goes. `sources`: a folder of `patchedSources`. */
export function addonArguments(site, sources, inputs, platform) {
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
