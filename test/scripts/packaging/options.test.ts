import { expect, test } from 'vitest';
import { parseOptions } from '../../../scripts/packaging/options.mjs';

const onLinux = (args: string[]) => parseOptions(args, 'linux', 'x64');

test.for([
  ['linux', ['deb', 'AppImage']],
  ['darwin', ['dmg']],
  ['win32', ['nsis']],
] as const)('on %s every installer of that system is made unless one is named', ([platform, targets]) => {
  expect(parseOptions([], platform, 'arm64')).toEqual({ targets, areNamed: false });
  expect(parseOptions([targets[0]], platform, 'arm64')).toMatchObject({
    targets: [targets[0]],
    areNamed: true,
  });
});

test('dir makes no installer, and the system and processor of this machine may be named', () => {
  for (const args of [['dir'], ['--linux', 'dir'], ['-l', '--x64', 'dir']])
    expect(onLinux(args)).toMatchObject({ targets: [], areNamed: true });
});

test.for([
  ['--win', 'Windows'],
  ['-w', 'Windows'],
  ['nsis', 'Windows'],
  ['--mac', 'macOS'],
  ['dmg', 'macOS'],
  ['--arm64', 'arm64'],
] as const)('%s is refused on another system in one sentence that says where to go', ([arg, elsewhere]) => {
  expect(() => onLinux([arg])).toThrow(
    expect.objectContaining({
      message: `An app for ${elsewhere} can't be packed on Linux x64: it carries Node and TensorFlow as proved there`,
      remedy: `run npm run dist on ${elsewhere}`,
    }),
  );
});

test('an unknown option is refused with those that there are', () => {
  expect(() => onLinux(['--fast'])).toThrow(
    expect.objectContaining({
      message: 'Unknown option --fast',
      remedy: 'npm run dist -- takes dir, deb, AppImage',
    }),
  );
});
