// The folder that holds one native TensorFlow, whole and movable: its libraries in site/, the addon that Node loads,
// and runtime.json, which says what it is and by which the app finds it. A folder without one is not a runtime yet.
import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cacheDir, writeJson } from '../cache.mjs';
import { TENSORFLOW_VERSION } from './pinned-wheels.mjs';

/** Where the parts of this machine's runtime of a flavour lie, whether they are there or not. */
export function runtimeFolder(flavour, inputs) {
  const name = [TENSORFLOW_VERSION, flavour, process.platform, process.arch].join('-');
  return partsOfRuntime(join(cacheDir(), 'tensorflow', name), inputs);
}

export const partsOfRuntime = (folder, { key }) => ({
  folder,
  site: join(folder, 'site'),
  addon: join(folder, 'addon', key, 'tfjs_binding.node'),
  description: join(folder, 'runtime.json'),
});

/** Makes the folder a runtime in the eyes of the app (src/engine/tensorflow/find-runtime.ts): it has trained. */
export function describeRuntime({ folder, addon, description }, flavour, { napi }) {
  const { platform, arch } = process;
  const place = relative(folder, addon).replaceAll('\\', '/');
  writeJson(description, { format: 1, tensorflow: TENSORFLOW_VERSION, flavour, platform, arch, napi, addon: place });
}

/** The app takes the one that set-up proved last and no other: not one that no longer works, nor one declined. */
export function forgetRuntimes(inputs) {
  for (const flavour of ['gpu', 'cpu']) rmSync(runtimeFolder(flavour, inputs).description, { force: true });
}
