// Which TensorFlow a machine gets, best first. Pure, but for asking the graphics driver.
import { readdirSync } from 'node:fs';
import { tryRun } from '../command.mjs';
import { TENSORFLOW_VERSION, WHEELS } from './pinned-wheels.mjs';

/**
 * The flavours to try in order, 'gpu' and 'cpu'; none where TensorFlow has no wheel for the platform. `device` is what
 * the person asked set-up for.
 */
export function chooseRoutes({ platform, arch, nvidiaAnswers = false, device = 'auto' }) {
  const wantsGpu = device === 'gpu' || (device === 'auto' && nvidiaAnswers);
  const flavours = wantsGpu ? ['gpu', 'cpu'] : ['cpu'];
  return flavours.filter((flavour) => `${flavour}-${platform}-${arch}` in WHEELS);
}

/** Why a platform has no route, or none of a flavour, as { message, remedy } of a failed step. */
export function explainNoRoute(platform, arch, flavour = 'cpu') {
  const machine = platform === 'darwin' && arch === 'x64' ? 'Macs with an Intel processor' : `${platform} on ${arch}`;
  const which = flavour === 'gpu' ? ' for NVIDIA GPUs' : '';
  return {
    message: `TensorFlow ${TENSORFLOW_VERSION}${which} does not exist for ${machine}`,
    remedy: 'label here, and train on a computer with 64-bit Linux or Windows or on a Mac with Apple silicon',
  };
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
