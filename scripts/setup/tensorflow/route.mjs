// Which ways of getting native TensorFlow this machine has, best first. Pure, but for asking the graphics driver.
import { readdirSync } from 'node:fs';
import { tryRun } from '../command.mjs';

export const TENSORFLOW_VERSION = '2.21.0';

/**
 * The routes to try in order: 'gpu' and 'cpu' are the Python wheels, 'official' is the package's own download.
 * `device` is what the person asked set-up for.
 */
export function chooseRoutes({ platform, arch, nvidiaAnswers, device = 'auto' }) {
  if (platform !== 'linux' || arch !== 'x64') return ['official'];
  const wantsGpu = device === 'gpu' || (device === 'auto' && nvidiaAnswers);
  return wantsGpu ? ['gpu', 'cpu', 'official'] : ['cpu', 'official'];
}

/** True when the NVIDIA driver lists a GPU. Takes up to seconds: for set-up, not for each start. */
export async function nvidiaAnswers() {
  const { code, output } = await tryRun('nvidia-smi', ['-L'], { timeoutMs: 20_000 });
  return code === 0 && output.includes('GPU');
}

/** A cheap sign of an NVIDIA GPU, so that a warm start notices when the machine changed without asking the driver. */
export function hasNvidiaDevice(devFolder = '/dev') {
  try {
    return readdirSync(devFolder).some((name) => /^nvidia\d+$|^dxg$/.test(name));
  } catch {
    return false;
  }
}
