// The native TensorFlow runtime: picks a route, installs it into the cache, proves it by training, and writes down the
// outcome in tensorflow-status.json, which the app reads. Without TensorFlow the app still opens and labels.
import { existsSync, rmSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { cacheDir, readJson, withLock, writeJson } from './cache.mjs';
import { run } from './command.mjs';
import { describeFailure, say, SetupError, step } from './steps.mjs';
import { addonInputs, compileAddon, linkAddon } from './tensorflow/addon.mjs';
import { chooseRoutes, hasNvidiaDevice, nvidiaAnswers, TENSORFLOW_VERSION } from './tensorflow/route.mjs';
import { DRIVER_REMEDY, verifyLibraries, verifyTraining } from './tensorflow/verify.mjs';
import { installWheels, pinnedWheels } from './tensorflow/wheel.mjs';

const statusFile = () => join(cacheDir(), 'tensorflow-status.json');

/**
 * Makes TensorFlow loadable from `root`. Returns the status: { ok: true, route, device, version } or
 * { ok: false, reason, remedy }. `trust` says which remembered answers are taken as they stand: 'any' (a start costs
 * nothing), 'success' (a failed attempt is made again) or 'none'. `device` is 'auto', 'cpu' or 'gpu'; `fresh` throws
 * away what was installed before.
 */
export async function ensureTensorflow({ root, node, device = 'auto', trust = 'any', fresh = false }) {
  const known = knownTensorflow(root, trust);
  if (known) return known;
  const inputs = addonInputs(root);
  return withLock('tensorflow', async () => {
    const nvidia = await nvidiaAnswers();
    const failures = [];
    for (const route of chooseRoutes({
      platform: process.platform,
      arch: process.arch,
      device,
      nvidiaAnswers: nvidia,
    })) {
      try {
        const proof = await install(route, { root, node, inputs, fresh, nvidia });
        const note = failures[0]?.message;
        return remember({ ok: true, route, device: proof.device, version: TENSORFLOW_VERSION, note }, inputs);
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

/** The remembered status where it may be taken as it stands, else undefined. If it is ok, TensorFlow is loadable. */
export function knownTensorflow(root, trust = 'any') {
  const inputs = addonInputs(root);
  const known = readJson(statusFile());
  const isTrusted = trust === 'any' || (trust === 'success' && known?.ok);
  if (!isTrusted || !stillHolds(known, inputs)) return undefined;
  if (known.ok && known.route !== 'official') linkAddon(places(known.route, inputs).addon, inputs.linked);
  return known;
}

/** Whether a remembered status is still true of this machine and checkout. */
export function stillHolds(status, inputs, machine = machineOf(inputs)) {
  if (!status || status.machine !== machine) return false;
  if (!status.ok) return true;
  const { addon, description } = places(status.route, inputs);
  return status.route === 'official' ? existsSync(inputs.linked) : existsSync(addon) && existsSync(description);
}

const machineOf = (inputs) =>
  [process.platform, process.arch, TENSORFLOW_VERSION, inputs.key, hasNvidiaDevice() ? 'nvidia' : 'plain'].join(' ');

function remember(status, inputs) {
  writeJson(statusFile(), { ...status, machine: machineOf(inputs), checkedAt: new Date().toISOString() });
  return status;
}

function places(route, inputs) {
  const base = join(cacheDir(), 'tensorflow', `${TENSORFLOW_VERSION}-${route}-${process.platform}-${process.arch}`);
  const addon = join(base, 'addon', inputs.key, 'tfjs_binding.node');
  return { base, site: join(base, 'site'), addon, description: join(base, 'runtime.json') };
}

/** What makes the folder a runtime in the eyes of the app (src/engine/tensorflow/find-runtime.ts). */
function describeRuntime(flavour, { addon, base, description }, { napi }) {
  const { platform, arch } = process;
  const place = relative(base, addon).replaceAll('\\', '/');
  writeJson(description, { format: 1, tensorflow: TENSORFLOW_VERSION, flavour, platform, arch, napi, addon: place });
}

async function install(route, { root, node, inputs, fresh, nvidia }) {
  if (route === 'official') {
    await officialDownload(node, inputs, nvidia ? 'gpu' : 'cpu');
    return verifyTraining(root, node);
  }
  const { base, site, addon, description } = places(route, inputs);
  rmSync(description, { force: true });
  if (fresh) rmSync(base, { recursive: true, force: true });
  await installWheels(site, pinnedWheels(route));
  if (route === 'gpu') await verifyLibraries(site);
  await compileAddon(addon, site, inputs);
  linkAddon(addon, inputs.linked);
  const proof = await verifyTraining(root, node);
  if (route === 'gpu' && proof.device !== 'gpu')
    throw new SetupError('TensorFlow for NVIDIA GPUs was installed but found no GPU', DRIVER_REMEDY);
  describeRuntime(route, places(route, inputs), inputs);
  return proof;
}

/** The package's own installer, run as npm would run it. It keeps everything inside node_modules. */
function officialDownload(node, inputs, flavour) {
  return step("Running TensorFlow's own installer", async () => {
    rmSync(inputs.linked, { force: true });
    const bins = [
      join(inputs.package, 'node_modules', '.bin'),
      join(inputs.package, '..', '..', '.bin'),
      dirname(node),
    ];
    await run(node, [join('scripts', 'install.js'), flavour, 'download'], {
      cwd: inputs.package,
      env: { ...process.env, PATH: [...bins, process.env.PATH].join(delimiter) },
      timeoutMs: 600_000,
      failure: 'TensorFlow could not be downloaded by its own installer',
      remedy: 'check the network connection, then run: npm run setup',
    });
    if (!existsSync(inputs.linked)) throw new SetupError("TensorFlow's own installer left no addon behind");
  });
}
