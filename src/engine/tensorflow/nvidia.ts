// What NVIDIA's driver says of this machine, whether TensorFlow uses it or not.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Whether the machine has a GPU of theirs. */
export const hasNvidiaGpu = (): boolean =>
  existsSync('/dev/nvidia0') || existsSync('/proc/driver/nvidia/gpus') || askDriver('name') !== null;

/** One fact of the first GPU, without its unit; null when the driver's tool is missing or silent. */
export function askDriver(fact: 'name' | 'memory.total'): string | null {
  try {
    const query = [`--query-gpu=${fact}`, '--format=csv,noheader,nounits'];
    const answer = execFileSync('nvidia-smi', query, {
      encoding: 'utf8',
      timeout: 5000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return answer.split('\n')[0]?.trim() || null;
  } catch {
    // The driver's tool is a convenience: TensorFlow itself is what proves a GPU.
    return null;
  }
}
