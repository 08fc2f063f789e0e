// The native TensorFlow runtime: picks a route, installs it into the cache, proves it by training, and writes down the
// outcome in tensorflow-status.json, which the app reads. Without TensorFlow the app still opens and labels.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, readJson, withLock, writeJson } from './cache.mjs';
import { describeFailure, say, SetupError } from './steps.mjs';
import { addonInputs, compileAddon, servesOlderSystems } from './tensorflow/addon.mjs';
import { TENSORFLOW_VERSION, WHEELS } from './tensorflow/pinned-wheels.mjs';
import { findPlatform, partsOf } from './tensorflow/platforms.mjs';
import { chooseRoutes, explainNoRoute, hasNvidiaDevice, nvidiaAnswers } from './tensorflow/route.mjs';
import { describeRuntime, forgetRuntimes, runtimeFolder } from './tensorflow/runtime-folder.mjs';
import { DRIVER_REMEDY, verifyLibraries, verifyTraining } from './tensorflow/verify.mjs';
import { installWheels } from './tensorflow/wheel.mjs';
import { gatherLibraries } from './tensorflow/windows.mjs';

const statusFile = () => join(cacheDir(), 'tensorflow-status.json');

/**
 * Makes TensorFlow loadable by the app. Returns the status: { ok: true, route, device, version, runtime }, `runtime`
 * being the runtime folder, or { ok: false, reason, remedy }. `trust` says which remembered answers are taken as they
 * stand: 'any' (a start costs nothing), 'success' (a failed attempt is made again) or 'none'. `device` is 'auto', 'cpu'
 * or 'gpu'; `fresh` throws away what was installed before.
 */
export async function ensureTensorflow({ root, node, device = 'auto', trust = 'any', fresh = false }) {
  const known = knownTensorflow(root, trust);
  if (known) return known;
  const inputs = addonInputs(root);
  const { platform, arch } = process;
  return withLock('tensorflow', async () => {
    forgetRuntimes(inputs);
    const failures = [];
    const routes = chooseRoutes({ platform, arch, device, nvidiaAnswers: await nvidiaAnswers() });
    if (routes.length === 0) failures.push(explainNoRoute(platform, arch));
    for (const route of routes) {
      try {
        const proof = await install(route, { root, node, inputs, fresh });
        const note = failures[0]?.message;
        const runtime = runtimeFolder(route, inputs).folder;
        return remember({ ok: true, route, device: proof.device, version: TENSORFLOW_VERSION, runtime, note }, inputs);
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        say(describeFailure(error));
        failures.push(error);
      }
    }
    const [{ message, remedy = 'run: npm run setup', detail }] = failures;
    return remember({ ok: false, reason: message, remedy, detail }, inputs);
  });
}

/** The remembered status where it may be taken as it stands, else undefined; if it is ok, the app finds TensorFlow. */
export function knownTensorflow(root, trust = 'any') {
  const known = readJson(statusFile());
  const isTrusted = trust === 'any' || (trust === 'success' && known?.ok);
  return isTrusted && stillHolds(known, addonInputs(root)) ? known : undefined;
}

/** Whether a remembered status is still true of this machine and checkout. */
export function stillHolds(status, inputs, machine = machineOf(inputs)) {
  if (!status || status.machine !== machine) return false;
  if (!status.ok) return true;
  const { folder, addon, description } = runtimeFolder(status.route, inputs);
  return status.runtime === folder && existsSync(addon) && existsSync(description);
}

const machineOf = (inputs) =>
  [process.platform, process.arch, TENSORFLOW_VERSION, inputs.key, hasNvidiaDevice() ? 'nvidia' : 'plain'].join(' ');

function remember(status, inputs) {
  writeJson(statusFile(), { ...status, machine: machineOf(inputs), checkedAt: new Date().toISOString() });
  return status;
}

/**
 * The runtime folder of one flavour for whoever passes it on, as { folder, site, addon, description }: installed first
 * if need be, and proved. `forOlderSystems` asks for an addon that every system loads that TensorFlow supports. Which
 * flavour the app uses on this machine stays as it is. Throws SetupError.
 */
export async function ensureRuntime(flavour, { root, node, forOlderSystems = false }) {
  const inputs = addonInputs(root);
  const runtime = runtimeFolder(flavour, inputs);
  const { platform, arch } = process;
  if (!chooseRoutes({ platform, arch, device: flavour }).includes(flavour)) {
    const { message, remedy } = explainNoRoute(platform, arch, flavour);
    throw new SetupError(message, remedy);
  }
  return withLock('tensorflow', async () => {
    if (forOlderSystems && existsSync(runtime.addon) && !servesOlderSystems(runtime.addon)) rmSync(runtime.addon);
    if (!existsSync(runtime.addon) || !existsSync(runtime.description))
      await install(flavour, { root, node, inputs, compilers: forOlderSystems ? [] : undefined });
    return runtime;
  });
}

async function install(route, { root, node, inputs, fresh = false, compilers = findPlatform().compilers }) {
  const platform = { ...findPlatform(), compilers };
  const runtime = runtimeFolder(route, inputs);
  if (fresh) rmSync(runtime.folder, { recursive: true, force: true });
  await installWheels(runtime.site, WHEELS[`${route}-${platform.key}`], {
    tags: platform.tags,
    partsOf: (name) => partsOf(name, platform),
    arrange: platform.key === 'win32-x64' ? gatherLibraries : undefined,
  });
  if (route === 'gpu') await verifyLibraries(runtime.site);
  await compileAddon(runtime, inputs, platform);
  const proof = await verifyTraining(root, node, runtime);
  if (route === 'gpu' && proof.device !== 'gpu')
    throw new SetupError('TensorFlow for NVIDIA GPUs was installed but found no GPU', DRIVER_REMEDY);
  describeRuntime(runtime, route, inputs);
  return proof;
}
