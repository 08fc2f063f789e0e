// Where this user's cache of Whisker lies, for every process: the place that set-up (scripts/setup/cache.mjs) fills.

import { resolve } from 'node:path';
import envPaths from 'env-paths';

/** WHISKER_CACHE_DIR, else the platform's cache folder for this user. Absolute. */
export const cacheFolder = (): string =>
  resolve(process.env['WHISKER_CACHE_DIR'] || envPaths('whisker', { suffix: '' }).cache);
