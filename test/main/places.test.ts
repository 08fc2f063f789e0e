import { isAbsolute, resolve } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { defaultDataDir, places } from '../../src/main/places.ts';

test.skipIf(process.platform === 'win32')('parts lie where source, build and packaged app have them', () => {
  expect(places('/w/src/main/cli.ts')).toEqual({
    engineEntry: '/w/src/engine/entry.ts',
    rendererDir: '/w/out/renderer',
    jobScript: '/w/src/main/job/whisker_job.py',
  });
  expect(places('/w/out/main/cli.js')).toEqual({
    engineEntry: '/w/out/main/engine.js',
    rendererDir: '/w/out/renderer',
    jobScript: '/w/out/main/whisker_job.py',
  });
  expect(places('/r/app.asar/out/main/index.js')).toEqual({
    engineEntry: '/r/app.asar.unpacked/out/main/engine.js',
    rendererDir: '/r/app.asar/out/renderer',
    jobScript: '/r/app.asar/out/main/whisker_job.py',
  });
});

afterEach(() => vi.unstubAllEnvs());

test('the data folder is absolute, also one that was given from where Whisker was started', () => {
  vi.stubEnv('WHISKER_DATA_DIR', 'scratch/data');
  expect(defaultDataDir()).toBe(resolve('scratch/data'));
  vi.stubEnv('WHISKER_DATA_DIR', '');
  expect(isAbsolute(defaultDataDir())).toBe(true);
});
