// Electron's window against programs that end as Electron ends where it can't have one. They stand for Electron, whose
// own endings are those of its log files: FATAL and SIGTRAP without a sandbox, 127 without a library.

import { chmodSync, existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readJson, writeJson } from '../../scripts/setup/cache.mjs';
import { findWindow, forgetWindowTrouble, openWindow, windowEnv } from '../../scripts/setup/electron-window.mjs';
import { sandboxTrouble } from '../../scripts/setup/sandbox.mjs';
import { windowTrouble } from '../../scripts/setup/electron-end.mjs';
import { folderWith, freshCache, nodeScript, stderrText, stubElectron } from './fixture.ts';

const FATAL =
  '[1:FATAL:setuid_sandbox_host.cc(163)] The SUID sandbox helper binary was found, but is not configured correctly.';
const NO_LIBRARY =
  '/x/electron: error while loading shared libraries: libnss3.so: cannot open shared object file: No such file';
const env = { PATH: process.env['PATH'], DISPLAY: ':99' };
const onUnix = describe.skipIf(process.platform === 'win32');

/** What the system's files say: by default a Linux that restricts nothing. */
const system = (files: Record<string, string> = {}) => {
  const folder = folderWith({ 'etc/ld.so.cache': 'libraries', ...files });
  return { platform: 'linux' as const, proc: join(folder, 'proc'), etc: join(folder, 'etc') };
};
const plain = () => system();
const withAppArmor = (files = {}) =>
  system({ 'proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n', ...files });
const profileFor = (path: string) => ({
  'etc/apparmor.d/whisker': `profile whisker "${path}" flags=(unconfined) { userns, }`,
});

/** A start on a stub Electron: whether a window opened, what was said, and what became of the exit code. */
function starter(script: string) {
  const said = stderrText();
  const cache = freshCache();
  const stub = stubElectron(script);
  const before = process.exitCode;
  onTestFinished(() => {
    process.exitCode = before;
  });
  async function start(on = plain(), environment: NodeJS.ProcessEnv = env) {
    const from = said().length;
    process.exitCode = 0;
    const how = { root: stub.root, node: process.execPath, env: environment, uid: 1000, system: on };
    const binary = await findWindow(how);
    const opened = binary !== undefined && (await openWindow({ ...how, binary, folders: ['/photos'] }));
    return { opened, tried: binary !== undefined, said: said().slice(from), exitCode: process.exitCode };
  }
  return { ...stub, cache, start };
}

onUnix('Electron that ends early', () => {
  test.for([
    ['traps without its sandbox', `echo '${FATAL}' >&2; kill -TRAP $$`, "can't make its sandbox", 'chmod 4755'],
    ['aborts', 'kill -ABRT $$', 'ended with SIGABRT', 'npm run setup'],
    [
      'crashes in its graphics',
      `echo "GPU process isn't usable. Goodbye." >&2; kill -SEGV $$`,
      'graphics card',
      'driver',
    ],
    ['is killed', 'kill -KILL $$', 'ended with SIGKILL', 'npm run setup'],
    ['traps behind a shell', 'exit 133', 'ended with SIGTRAP', 'npm run setup'],
    ['lacks a library', `echo '${NO_LIBRARY}' >&2; exit 127`, 'needs libnss3.so', 'sudo apt install libnss3'],
    [
      'lacks a display',
      'echo "Missing X server or $DISPLAY" >&2; kill -SEGV $$',
      'no display answers at :99',
      'desktop',
    ],
  ] as const)('because it %s leads to the browser, says why and what to do, and is remembered', async (example) => {
    const [, script, reason, remedy] = example;
    const it = starter(`echo tried >> "$(dirname "$0")/tries"; ${script}`);
    const tries = () => readFileSync(join(it.dist, 'tries'), 'utf8').split('\n').length - 1;
    const first = await it.start();
    expect(first.opened).toBe(false);
    expect(first.said).toMatch(/^Opening in the browser: /m);
    expect(first.said).toContain(reason);
    expect(first.said).toContain(remedy);
    expect(tries()).toBe(1);

    // A library was installed since: it is tried again, once.
    const on = plain();
    utimesSync(join(on.etc, 'ld.so.cache'), new Date(), new Date(1e12));
    await it.start(on);
    const { tried, said } = await it.start(on);
    expect({ tried, tries: tries() }).toEqual({ tried: false, tries: 2 });
    expect(said).toContain(reason);
    expect(said).toMatch(/Tried at .*; npm run setup lets it try again/);

    forgetWindowTrouble(it.root);
    expect((await it.start(on)).tried).toBe(true);
  });

  test('with an ordinary code leads to the browser and is tried again: the app itself said why', async () => {
    const it = starter('echo "The data folder is damaged." >&2; exit 3');
    const on = plain();
    expect(await it.start(on)).toMatchObject({
      opened: false,
      said: expect.stringContaining('ended with code 3 before its window was there: The data folder is damaged.'),
    });
    expect((await it.start(on)).tried).toBe(true);
  });

  test('that can’t be run at all leads to the browser', async () => {
    const it = starter('');
    writeFileSync(it.binary, '#!/no/such/interpreter\n');
    expect(await it.start()).toMatchObject({ opened: false, said: expect.stringContaining('ENOENT') });
  });

  test('with 0 has done its work, as a second Whisker does that hands its folder to the first', async () => {
    const it = starter('exit 0');
    expect(await it.start()).toEqual({ opened: true, tried: true, said: '', exitCode: 0 });
  });

  test('shows its own words too, and is never run without a sandbox', async () => {
    const it = starter('echo "argv: $*" >&2; exit 4');
    const { said } = await it.start();
    expect(said).toContain(`argv: ${it.root} /photos\n`);
    expect(said).not.toContain('no-sandbox');
  });
});

onUnix('a remembered no', () => {
  const trap = 'kill -TRAP $$';

  test.for([
    ['a day has passed', ({ cache }) => ageNote(cache, 25)],
    ['a library was installed', (_, on) => utimesSync(join(on.etc, 'ld.so.cache'), new Date(), new Date(1e12))],
  ] satisfies [string, (it: { cache: string }, on: ReturnType<typeof plain>) => void][])(
    'is asked again when %s',
    async ([, change]) => {
      const it = starter(trap);
      const on = plain();
      await it.start(on);
      ageNote(it.cache, 23);
      expect((await it.start(on)).tried).toBe(false);
      change(it, on);
      expect((await it.start(on)).tried).toBe(true);
    },
  );

  test('is asked again when the system restricts the sandbox no longer', async () => {
    const it = starter(trap);
    const on = withAppArmor(profileFor(it.binary));
    await it.start(on);
    expect((await it.start(on)).tried).toBe(false);
    writeFileSync(join(on.proc, 'sys/kernel/apparmor_restrict_unprivileged_userns'), '0\n');
    expect((await it.start(on)).tried).toBe(true);
  });

  test('is not made of a crash after the window was there', async () => {
    const it = starter(nodeScript('process.send("window shown"); setTimeout(() => process.abort(), 200)'));
    const on = plain();
    expect((await it.start(on)).opened).toBe(false);
    expect((await it.start(on)).tried).toBe(true);
  });

  test('on one display says nothing about another', async () => {
    const it = starter(trap);
    const on = plain();
    await it.start(on);
    expect((await it.start(on, { ...env, DISPLAY: ':1' })).tried).toBe(true);
  });

  const noteFile = (cache: string) => join(cache, `window-45.4.1-${process.platform}-${process.arch}.json`);
  const noteOf = (cache: string) => readJson(noteFile(cache));
  const ageNote = (cache: string, hours: number) =>
    writeJson(noteFile(cache), { ...noteOf(cache), at: new Date(Date.now() - hours * 3_600_000).toISOString() });
});

onUnix('an end that the person wished', () => {
  test.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s to Electron alone is no failure', async (signal) => {
    const it = starter(`kill -${signal.slice(3)} $$`);
    const exitCode = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 }[signal];
    expect(await it.start()).toEqual({ opened: true, tried: true, said: '', exitCode });
  });

  test('a signal to us reaches Electron, however that then ends', async () => {
    const it = starter(
      nodeScript('process.on("SIGTERM", () => process.exit(1)); console.error("up"); setInterval(() => {}, 1e6)'),
    );
    const starting = it.start();
    const stderr = vi.mocked(process.stderr.write);
    await vi.waitFor(() => expect(stderr.mock.calls.map(String).join('')).toContain('up'), { timeout: 10_000 });
    process.emit('SIGTERM');
    expect(await starting).toMatchObject({ opened: true, exitCode: 1 });
  });
});

describe('how Electron ended', () => {
  const judge = (end: object, platform: NodeJS.Platform = 'linux') =>
    windowTrouble(
      { code: null, signal: null, asked: null, stderr: '', isShown: false, lastedMs: 100, ...end },
      { binary: '/dist/electron', env, platform },
    );

  test.for([
    ['a crash before the window was there, on a slow machine', { signal: 'SIGSEGV', lastedMs: 20_000 }, true],
    ['a crash at once after the window was there', { signal: 'SIGSEGV', isShown: true }, false],
  ] as const)('%s is a failure', ([, end, isLasting]) => expect(judge(end)).toMatchObject({ isLasting }));

  test.for([
    ['a crash of a window that was there', { signal: 'SIGSEGV', isShown: true, lastedMs: 20_000 }],
    ['a failure of the app after a while', { code: 1, lastedMs: 20_000 }],
    ['a crash after a minute from an app that tells nothing', { signal: 'SIGSEGV', lastedMs: 61_000 }],
    ['a person’s signal behind a shell', { code: 143 }],
  ] as const)('%s is not for the browser', ([, end]) => expect(judge(end)).toBeUndefined());

  test('a crash and a missing library on Windows are known by their codes', () => {
    expect(judge({ code: 0x8000_0003 }, 'win32')).toMatchObject({ isLasting: true });
    expect(judge({ code: 0xc000_0135 }, 'win32')).toMatchObject({ reason: expect.stringContaining('DLL') });
    expect(judge({ code: 143 }, 'win32')).toMatchObject({ isLasting: false });
  });

  test('a library that is missing on macOS is named', () =>
    expect(judge({ signal: 'SIGABRT', stderr: 'dyld: Library not loaded: @rpath/X.dylib' }, 'darwin')).toMatchObject({
      reason: expect.stringContaining('@rpath/X.dylib'),
    }));
});

onUnix('the sandbox, asked before Electron is started', () => {
  test.for([
    ['AppArmor', 'proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1'],
    ['the kernel’s switch', 'proc/sys/kernel/unprivileged_userns_clone', '0'],
    ['a limit of none', 'proc/sys/user/max_user_namespaces', '0'],
  ] as const)('%s keeps it from starting, and the two commands that mend it are said', async ([, file, value]) => {
    const it = starter('exit 0');
    const { tried, said } = await it.start(system({ [file]: `${value}\n` }));
    expect(tried).toBe(false);
    const helper = join(it.dist, 'chrome-sandbox');
    expect(said.split('\n').slice(1)).toEqual([
      '  What to do: for a window, run these two, then start again:',
      `    sudo chown root:root ${helper}`,
      `    sudo chmod 4755 ${helper}`,
      '',
    ]);
    expect(said).toMatch(/^Opening in the browser: Electron can't make its sandbox on this system \([^)]+\)\.$/m);
  });

  test('nothing speaks against it where nothing is restricted, or on another system', async () => {
    const free = {
      'proc/sys/kernel/apparmor_restrict_unprivileged_userns': '0',
      'proc/sys/user/max_user_namespaces': '9',
    };
    expect((await starter('exit 0').start(system(free))).opened).toBe(true);
    expect(sandboxTrouble('/dist/electron', { ...withAppArmor(), platform: 'darwin' })).toBeUndefined();
  });

  test('an AppArmor profile for this very binary lets it start; one for another does not', async () => {
    const it = starter('exit 0');
    expect((await it.start(withAppArmor(profileFor('/opt/other/electron')))).opened).toBe(false);
    expect((await it.start(withAppArmor(profileFor(it.binary)))).opened).toBe(true);
  });

  const isRoot = process.getuid?.() === 0;
  test.skipIf(!isRoot)('a helper that is root’s and setuid lets it start', async () => {
    const it = starter('exit 0');
    const helper = join(it.dist, 'chrome-sandbox');
    writeFileSync(helper, '');
    chmodSync(helper, 0o755);
    expect((await it.start(withAppArmor())).opened).toBe(false);
    chmodSync(helper, 0o4755);
    expect((await it.start(withAppArmor())).opened).toBe(true);
  });

  test('a path that a shell would split is quoted', () =>
    expect(
      sandboxTrouble("/my pets/it's/electron", system({ 'proc/sys/user/max_user_namespaces': '0' }))?.remedy,
    ).toContain(`chown root:root '/my pets/it'\\''s/chrome-sandbox'`));
});

describe('the environment of Electron', () => {
  const unwanted = { ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '--inspect', NODE_PATH: '/old', NODE_V8_COVERAGE: '/c' };

  test('has nothing that makes it plain Node or loads code into it, whatever its case; the rest stays', () =>
    expect(windowEnv({ ...unwanted, Node_Options: '--x', PATH: '/bin', WHISKER_DATA_DIR: '/d' })).toEqual({
      PATH: '/bin',
      WHISKER_DATA_DIR: '/d',
    }));

  test.skipIf(process.platform === 'win32')('reaches it so', async () => {
    const it = starter('env > "$(dirname "$0")/env"');
    await it.start(plain(), { ...env, ...unwanted, WHISKER_DATA_DIR: '/d' });
    const names = readFileSync(join(it.dist, 'env'), 'utf8')
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names).toEqual(expect.arrayContaining(['PATH', 'DISPLAY', 'WHISKER_DATA_DIR']));
    for (const name of Object.keys(unwanted)) expect(names).not.toContain(name);
  });
});

test('root opens the browser, and without a display nothing is said or tried', async () => {
  const said = stderrText();
  const root = folderWith({});
  expect(await findWindow({ root, node: process.execPath, env: {}, uid: 1000 })).toBeUndefined();
  if (process.platform === 'linux') expect(said()).toBe('');
  expect(await findWindow({ root, node: process.execPath, env, uid: 0 })).toBeUndefined();
  expect(said()).toContain('as root');
  expect(existsSync(join(root, 'node_modules'))).toBe(false);
});
