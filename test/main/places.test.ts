import { expect, test } from 'vitest';
import { places } from '../../src/main/places.ts';

test.skipIf(process.platform === 'win32')('parts lie where source, build and packaged app have them', () => {
  expect(places('/w/src/main/cli.ts')).toEqual({
    engineEntry: '/w/src/engine/entry.ts',
    rendererDir: '/w/out/renderer',
  });
  expect(places('/w/out/main/cli.js')).toEqual({
    engineEntry: '/w/out/main/engine.js',
    rendererDir: '/w/out/renderer',
  });
  expect(places('/r/app.asar/out/main/index.js')).toEqual({
    engineEntry: '/r/app.asar.unpacked/out/main/engine.js',
    rendererDir: '/r/app.asar/out/renderer',
  });
});
