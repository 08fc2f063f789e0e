import { spawn } from 'node:child_process';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { cacheDir, readJson, withLock, writeJson } from '../../scripts/setup/cache.mjs';
import { freshCache, stderrText } from './fixture.ts';

describe('the cache folder', () => {
  test.for([
    ['linux', {}, '/home/ada/.cache/whisker'],
    ['linux', { XDG_CACHE_HOME: '/fast' }, '/fast/whisker'],
    ['darwin', {}, '/home/ada/Library/Caches/whisker'],
    ['win32', { WHISKER_CACHE_DIR: normalize('/chosen') }, '/chosen'],
  ] as const)('on %s with %o it is %s', ([platform, env, folder]) =>
    expect(cacheDir(env, platform, '/home/ada')).toBe(normalize(folder)),
  );

  test('a file in it is replaced whole, and one cut short reads as missing', () => {
    const file = join(freshCache(), 'deep', 'tensorflow-status.json');
    writeJson(file, { ok: false, reason: 'No network' });
    writeJson(file, { ok: true });
    expect(readJson(file)).toEqual({ ok: true });
    expect(readdirSync(join(file, '..'))).toEqual(['tensorflow-status.json']);
    writeFileSync(file, '{"ok": tr');
    expect(readJson(file)).toBeUndefined();
  });
});

describe('two set-ups at once', () => {
  test('take turns', async () => {
    const said = stderrText();
    freshCache();
    const order: string[] = [];
    const visit = (name: string) => async () => {
      order.push(`${name} in`);
      await new Promise((done) => setTimeout(done, 50));
      order.push(`${name} out`);
    };
    await Promise.all([withLock('tensorflow', visit('a')), withLock('tensorflow', visit('b'))]);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
    expect(said()).toContain('Waiting for another set-up');
  });

  test('a lock whose holder was killed is taken over', async () => {
    stderrText();
    const file = join(freshCache(), 'tensorflow.lock');
    writeFileSync(file, '1');
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(file, longAgo, longAgo);
    expect(await withLock('tensorflow', () => 'done')).toBe('done');
    expect(existsSync(file)).toBe(false);
  });

  test('work that fails gives its lock back', async () => {
    freshCache();
    await expect(withLock('x', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock('x', () => 'free')).toBe('free');
  });

  test.skipIf(process.platform === 'win32')(
    'a set-up ended by a signal gives its lock back and ends what it runs',
    async () => {
      const cache = freshCache();
      const script = `
      import { withLock } from '${new URL('../../scripts/setup/cache.mjs', import.meta.url).href}';
      import { run } from '${new URL('../../scripts/setup/command.mjs', import.meta.url).href}';
      const child = \`
        const write = (name) => require('fs').writeFileSync('${cache}/' + name, '');
        process.on('SIGTERM', () => process.exit(write('ended')));
        write('started');
        setInterval(() => {}, 1e6);\`;
      await withLock('x', () => run(process.execPath, ['-e', child]));`;
      const setup = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
      await vi.waitFor(() => expect(existsSync(join(cache, 'started'))).toBe(true), { timeout: 10_000 });
      setup.kill('SIGTERM');
      await new Promise((done) => setup.on('exit', done));
      expect(setup.exitCode).toBe(143);
      expect(existsSync(join(cache, 'x.lock'))).toBe(false);
      await vi.waitFor(() => expect(existsSync(join(cache, 'ended'))).toBe(true));
    },
  );
});
