// What to do where training is not possible or leaves a GPU idle. In a checkout set-up helps; whoever has an installed
// app has no set-up, only what the app can download.

export interface Reader {
  /** Whether Whisker was installed, rather than started from a checkout. */
  installed: boolean;
  /** Whether what is missing can be downloaded in the app. */
  offered: boolean;
}

export function whenMissing({ installed, offered }: Reader): string {
  if (offered) return 'Whisker can download it.';
  if (!installed) return 'Run "npm run setup" in the folder of Whisker.';
  return 'There is none to download for this machine yet; look for a newer Whisker.';
}

/** `needs`: what keeps TensorFlow from the NVIDIA GPU of the machine. */
export function whenGpuUnused(needs: 'driver' | 'runtime', { installed, offered }: Reader): string {
  const runSetup = 'Run "npm run setup -- --gpu" in the folder of Whisker.';
  if (needs === 'driver') {
    return `Install the NVIDIA driver. ${installed ? 'Then start Whisker again.' : runSetup}`;
  }
  if (offered) return 'Whisker can download the TensorFlow that uses it. Training works without, too.';
  return installed ? 'There is no TensorFlow for it to download yet. Training works without.' : runSetup;
}

export const whenNoGpu = ({ installed }: Pick<Reader, 'installed'>): string =>
  installed
    ? 'Choose the CPU.'
    : 'Choose the CPU, or run "npm run setup -- --gpu" on a machine with an NVIDIA GPU and its driver.';
