// Compiles the package's Node addon against the unpacked TensorFlow, into the cache, and links it where the package
// looks.
import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findProgram, run } from '../command.mjs';
import { SetupError, step } from '../steps.mjs';

const COMPILER_REMEDY = 'install g++ (Debian: apt-get install g++), then run: npm run setup';

/** Where the package is and what its addon is compiled from; versions are enough to know when to compile again. */
export function addonInputs(root) {
  const require = createRequire(join(root, 'package.json'));
  const manifest = require.resolve('@tensorflow/tfjs-node-gpu/package.json');
  const { version, binary } = require(manifest);
  const headers = require.resolve('node-api-headers/package.json');
  const napi = Math.max(...binary.napi_versions);
  return {
    package: dirname(manifest),
    headers: join(dirname(headers), 'include'),
    napi,
    key: `tfjs-${version}-napi${napi}-headers-${require(headers).version}`,
    linked: join(dirname(manifest), 'lib', `napi-v${napi}`, 'tfjs_binding.node'),
  };
}

/** Compiles `addon` against the libraries in `site`; does nothing when it is already there. */
export async function compileAddon(addon, site, inputs) {
  if (existsSync(addon)) return;
  const compiler = ['g++', 'c++', 'clang++'].map((name) => findProgram(name)).find(Boolean);
  if (!compiler) throw new SetupError('No C++ compiler was found', COMPILER_REMEDY);
  const tensorflow = join(site, 'tensorflow');
  const sources = join(inputs.package, 'binding');
  await step('Compiling the TensorFlow addon', async () => {
    mkdirSync(dirname(addon), { recursive: true });
    const partial = `${addon}.partial`;
    const includes = [inputs.package, join(tensorflow, 'include'), inputs.headers].map((folder) => `-I${folder}`);
    const files = readdirSync(sources).filter((name) => name.endsWith('.cc'));
    const libraries = ['cc', 'framework'].map((name) => join(tensorflow, `libtensorflow_${name}.so.2`));
    const flags = `-shared -fPIC -O2 -std=c++17 -DNAPI_VERSION=${inputs.napi} -Wl,-rpath,$ORIGIN/../../site/tensorflow`;
    await run(
      compiler,
      [...flags.split(' '), ...includes, ...files.map((name) => join(sources, name)), ...libraries, '-o', partial],
      { failure: 'The TensorFlow addon could not be compiled', remedy: COMPILER_REMEDY },
    );
    renameSync(partial, addon);
  });
}

/** Makes the package load `addon`. Node resolves the link before it loads, so the addon still finds its libraries. */
export function linkAddon(addon, linked) {
  if (isLinked(addon, linked)) return;
  mkdirSync(dirname(linked), { recursive: true });
  const fresh = `${linked}.${process.pid}`;
  rmSync(fresh, { force: true });
  symlinkSync(addon, fresh);
  renameSync(fresh, linked);
}

function isLinked(addon, linked) {
  const entry = lstatSync(linked, { throwIfNoEntry: false });
  return Boolean(entry?.isSymbolicLink()) && readlinkSync(linked) === addon;
}
