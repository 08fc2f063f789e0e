// How TensorFlow says that the memory of its device is used up, and how Whisker says it.

import { WhiskerError } from '../../shared/errors.ts';

export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && /\bOOM\b|out of memory|RESOURCE_EXHAUSTED|failed to allocate/i.test(error.message);

export const outOfMemory = (): WhiskerError =>
  new WhiskerError(
    'out-of-memory',
    'The memory of this device is too small even for small steps.',
    'Train on the CPU, or with a preset of smaller pictures.',
  );
