import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sourceHash } from '../../scripts/setup/build.mjs';
import { findChromium } from '../../scripts/setup/chromium.mjs';
import { findProgram } from '../../scripts/setup/command.mjs';
import { matches, packagesRemedy } from '../../scripts/setup/dependencies.mjs';
import { electronBinary, hasDisplay } from '../../scripts/setup/electron.mjs';
import { newEnoughNpm } from '../../scripts/setup/npm.mjs';
import { folderWith, makeProgram } from './fixture.ts';

describe('the packages', () => {
  const lock = {
    packages: {
      '': { version: '0.1.0' },
      'node_modules/sharp': { version: '0.35.5' },
      'node_modules/sharp-win32': { version: '0.35.5', optional: true },
    },
  };

  test('are in order when npm installed what the lock file says, other platforms’ parts aside', () =>
    expect(matches(lock, { packages: { 'node_modules/sharp': { version: '0.35.5' } } })).toBe(true));

  test.for([
    ['nothing is installed', undefined],
    ['one is missing', { packages: {} }],
    ['one has another version', { packages: { 'node_modules/sharp': { version: '0.34.0' } } }],
    [
      'one is there that the lock file no longer has',
      { packages: { 'node_modules/sharp': { version: '0.35.5' }, 'node_modules/old': { version: '1.0.0' } } },
    ],
  ] as const)('are installed again when %s', ([, installed]) => expect(matches(lock, installed)).toBe(false));

  test.for([
    ['win32', 'npm error code EPERM', /^close Whisker/],
    ['win32', 'npm error EBUSY: resource busy or locked, rmdir', /^close Whisker/],
    ['win32', 'npm error code ENOTFOUND', /network/],
    ['linux', 'npm error code EPERM', /network/],
  ] as const)('that could not be installed on %s because of "%s": what to do', ([platform, output, remedy]) =>
    expect(packagesRemedy(output, platform)).toMatch(remedy),
  );

  test('npm 11 installs them itself; an older npm fetches npm 11 to do it', () => {
    expect(newEnoughNpm('11.19.1')).toEqual([]);
    expect(newEnoughNpm('12.0.0')).toEqual([]);
    expect(newEnoughNpm('10.8.2')).toEqual(['exec', '--yes', 'npm@11', '--']);
    expect(newEnoughNpm('9.5.1')).toEqual(['exec', '--yes', 'npm@11', '--']);
  });
});

describe('the build', () => {
  const files = { 'src/main/app.ts': 'a', 'package.json': '{}', 'README.md': 'x', 'electron.vite.config.ts': '' };

  test('is done again when a source, the lock file or the configuration changes', () => {
    const root = folderWith(files);
    const before = sourceHash(root);
    writeFileSync(join(root, 'src/main/app.ts'), 'b');
    const afterEdit = sourceHash(root);
    writeFileSync(join(root, 'package-lock.json'), '{}');
    const afterLock = sourceHash(root);
    rmSync(join(root, 'src/main/app.ts'));
    expect(new Set([before, afterEdit, afterLock, sourceHash(root)]).size).toBe(4);
  });

  test('is kept when only times, tests or documents changed', () => {
    const root = folderWith(files);
    const before = sourceHash(root);
    utimesSync(join(root, 'src/main/app.ts'), new Date(), new Date());
    writeFileSync(join(root, 'README.md'), 'y');
    expect(sourceHash(root)).toBe(before);
  });
});

describe('Electron', () => {
  const names: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'Electron.app/Contents/MacOS/Electron',
    win32: 'electron.exe',
  };
  const PROGRAM = names[process.platform] ?? 'electron';

  test('is found where its package put it, and not while it is half there', () => {
    const folder = folderWith({ [`dist/${PROGRAM}`]: '' });
    expect(electronBinary(folder, {})).toBeUndefined();
    writeFileSync(join(folder, 'path.txt'), PROGRAM);
    expect(electronBinary(folder, {})).toBe(join(folder, 'dist', PROGRAM));
    rmSync(join(folder, 'dist'), { recursive: true });
    expect(electronBinary(folder, {})).toBeUndefined();
  });

  test('is another one where ELECTRON_OVERRIDE_DIST_PATH says so, and none where that has none', () => {
    const folder = folderWith({ [`dist/${PROGRAM}`]: '', 'path.txt': PROGRAM, [`other/${PROGRAM}`]: '' });
    const at = (dist: string) => electronBinary(folder, { ELECTRON_OVERRIDE_DIST_PATH: join(folder, dist) });
    expect(at('other')).toBe(join(folder, 'other', PROGRAM));
    expect(at('nowhere')).toBeUndefined();
  });

  test('needs a display on Linux, and takes one for granted elsewhere', () => {
    expect(hasDisplay({}, 'linux')).toBe(false);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({}, 'win32')).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')('the browser for the tests', () => {
  test('is the one that WHISKER_CHROMIUM names, else the first on PATH', () => {
    const folder = folderWith({ chromium: '', 'google-chrome': '' });
    const chrome = makeProgram(join(folder, 'google-chrome'));
    expect(findProgram('chromium', { PATH: folder })).toBeUndefined();
    expect(findChromium({ PATH: folder }, 'linux', folder)).toBe(chrome);
    expect(findChromium({ PATH: '', WHISKER_CHROMIUM: chrome }, 'linux', folder)).toBe(chrome);
  });

  test('a wrong WHISKER_CHROMIUM is said, not passed over', () =>
    expect(() => findChromium({ WHISKER_CHROMIUM: '/no/such' }, 'linux', '/')).toThrow(/WHISKER_CHROMIUM.*\/no\/such/));
});
