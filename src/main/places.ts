// Where the parts of Whisker lie, for the composition roots: the same answer built (out/main/*.js) and from source
// (src/main/*.ts).

import { dirname, join, resolve } from 'node:path';
import envPaths from 'env-paths';

export interface Places {
  /** The engine process's entry file. */
  engineEntry: string;
  /** The built renderer: index.html and its assets. */
  rendererDir: string;
  /** The Python file of a job. */
  jobScript: string;
}

/** `rootFile`: the composition root's own `import.meta.filename`; bundled modules can't know where they came from. */
export function places(rootFile: string): Places {
  const dir = dirname(rootFile);
  return rootFile.endsWith('.ts')
    ? {
        engineEntry: join(dir, '../engine/entry.ts'),
        rendererDir: join(dir, '../../out/renderer'),
        jobScript: join(dir, 'job/whisker_job.py'),
      }
    : {
        engineEntry: unpacked(join(dir, 'engine.js')),
        rendererDir: join(dir, '../renderer'),
        jobScript: join(dir, 'whisker_job.py'),
      };
}

/** Plain Node can't read inside a packaged app's archive; electron-builder.yml lays the engine beside it. */
const unpacked = (path: string): string => path.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');

/**
 * Absolute: WHISKER_DATA_DIR, seen from where Whisker was started, else the platform's app-data folder for this user.
 */
export const defaultDataDir = (): string =>
  resolve(process.env['WHISKER_DATA_DIR'] || envPaths('whisker', { suffix: '' }).data);
