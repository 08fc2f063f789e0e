import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { npmCommand } from '../../scripts/setup/npm.mjs';
import { folderWith, makeProgram } from './fixture.ts';

describe('npm is called', () => {
  afterEach(() => void vi.unstubAllEnvs());
  const call = (platform: NodeJS.Platform) => {
    const { program, programArgs, shell } = npmCommand(['ci', '--prefix', '/my cache'], '/node/bin/node', platform);
    return { program, programArgs, shell };
  };

  test('as the one that called us, under the Node that is asked for and without a shell', () => {
    vi.stubEnv('npm_execpath', '/lib/npm/bin/npm-cli.js');
    const programArgs = ['/lib/npm/bin/npm-cli.js', 'ci', '--prefix', '/my cache'];
    for (const platform of ['win32', 'linux'] as const)
      expect(call(platform)).toEqual({ program: '/node/bin/node', programArgs, shell: undefined });
  });

  test('by its name where another package manager called us', () => {
    vi.stubEnv('npm_execpath', '/lib/yarn.js');
    const programArgs = ['ci', '--prefix', '/my cache'];
    expect(call('linux')).toEqual({ program: 'npm', programArgs, shell: undefined });
  });

  test.skipIf(process.platform === 'win32')('on Windows as what its batch file would run, without a shell', () => {
    vi.stubEnv('npm_execpath', '');
    const folder = folderWith({ npm: '', 'node_modules/npm/bin/npm-cli.js': '' });
    makeProgram(join(folder, 'npm'));
    vi.stubEnv('PATH', folder);
    expect(call('win32')).toEqual({
      program: '/node/bin/node',
      programArgs: [join(folder, 'node_modules/npm/bin/npm-cli.js'), 'ci', '--prefix', '/my cache'],
      shell: undefined,
    });
  });

  test('on Windows through the shell as a last resort, with each argument kept in one piece', () => {
    vi.stubEnv('npm_execpath', '');
    vi.stubEnv('PATH', folderWith({}));
    const programArgs = ['"ci"', '"--prefix"', '"/my cache"'];
    expect(call('win32')).toEqual({ program: 'npm.cmd', programArgs, shell: true });
  });
});
