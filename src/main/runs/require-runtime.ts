// Whether this machine can train as asked.

import { WhiskerError } from '../../shared/errors.ts';
import { pixelsNeedNative } from '../../shared/training.ts';
import type { TrainingOptions } from '../../shared/training.ts';
import { whenNoGpu } from '../runtime/remedies.ts';
import type { RuntimeService } from '../runtime/runtime.ts';

/** Throws 'training-unavailable' with what to do about it. */
export async function requireRuntime(
  runtime: Pick<RuntimeService, 'known' | 'installed'>,
  { device, features }: Pick<TrainingOptions, 'device' | 'features'>,
): Promise<void> {
  const known = await runtime.known();
  if (!known.available) throw new WhiskerError('training-unavailable', known.reason, known.remedy);
  const { nativeProblem } = known.device;
  if (nativeProblem && features === 'pixels') {
    const message = `${pixelsNeedNative} ${nativeProblem.reason}`;
    throw new WhiskerError('training-unavailable', message, nativeProblem.remedy);
  }
  if (device === 'gpu' && known.device.kind === 'cpu') {
    throw new WhiskerError(
      'training-unavailable',
      'Training on the GPU was asked for, but TensorFlow sees no GPU here.',
      whenNoGpu({ installed: runtime.installed }),
    );
  }
}
