// npm start as a whole: the built app behind scripts/start.mjs, on programs that stand for Electron and for Python. It
// takes itself for an ordinary user also where the tests are root's, because root gets the browser; to be one in
// earnest would need a checkout and a Node that others may read.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ensureBuild } from '../../scripts/setup/build.mjs';
import { readJson } from '../../scripts/setup/cache.mjs';
import { findProgram } from '../../scripts/setup/command.mjs';
import { pinnedVersion } from '../../scripts/setup/pinned-node.mjs';
import { folderWith, makeProgram, nodeScript, stubElectron } from './fixture.ts';

const root = resolve(import.meta.dirname, '../..');
const AS_ORDINARY_USER = ['--import', 'data:text/javascript,process.getuid = () => 65534'];

/** A Python that is asked for TensorFlow and never answers: set-up at work. */
const HANGING_PYTHON = `#!/bin/sh
echo $$ > "$WHISKER_CACHE_DIR/python"
exec "${process.execPath}" -e 'setInterval(() => {}, 1e6)'
`;

interface Start {
  process: ChildProcess;
  cache: string;
  dist: string;
  said(): string;
  printed(): string;
}

/** `node scripts/start.mjs FOLDER` with a shell script for Electron, and with folders of its own for all it keeps. */
function startWhisker(script: string, python = HANGING_PYTHON): Start {
  const { dist } = stubElectron(script);
  const place = folderWith({ 'bin/python3': python, 'bin/open': '#!/bin/sh\n', 'photos/readme.txt': 'none yet' });
  const bin = join(place, 'bin');
  for (const name of ['python3', 'open']) makeProgram(join(bin, name));
  // Nothing else is on the PATH, so that no browser is found and started.
  for (const name of ['dirname', 'sleep']) symlinkSync(findProgram(name) ?? name, join(bin, name));
  const cache = join(place, 'cache');
  // Node itself is there already.
  const node = join(cache, 'node', `${pinnedVersion(root)}-${process.platform}-${process.arch}`);
  mkdirSync(node, { recursive: true });
  symlinkSync(process.execPath, join(node, 'node'));
  const command = [...AS_ORDINARY_USER, join(root, 'scripts', 'start.mjs'), join(place, 'photos')];
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: bin,
      HOME: place,
      TMPDIR: place,
      DISPLAY: ':99',
      WHISKER_CACHE_DIR: cache,
      WHISKER_DATA_DIR: join(place, 'data'),
      ELECTRON_OVERRIDE_DIST_PATH: dist,
    },
  });
  const texts = { said: '', printed: '' };
  child.stderr.on('data', (chunk) => (texts.said += chunk));
  child.stdout.on('data', (chunk) => (texts.printed += chunk));
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  return { process: child, cache, dist, said: () => texts.said, printed: () => texts.printed };
}

const within = { timeout: 30_000, interval: 50 };
const address = (start: Start) =>
  vi.waitFor(() => {
    const found = /Whisker is at (http:\S+)/.exec(start.printed())?.[1];
    if (!found) throw new Error(`No address yet: ${start.said()}`);
    return found;
  }, within);
const pidIn = (file: string) =>
  vi.waitFor(() => {
    const pid = Number(readFileSync(file, 'utf8'));
    if (!pid) throw new Error('Half written.');
    return pid;
  }, within);

/** The page behind an address with its token, as a browser gets there. */
async function frontPage(url: string): Promise<string> {
  const welcome = await fetch(url, { redirect: 'manual' });
  const cookie = welcome.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const page = await fetch(new URL('/', url), { headers: { cookie } });
  return page.text();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function endedBy(start: Start, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(start.process, 'exit');
  start.process.kill(signal);
  const [code] = await exit;
  return code;
}

describe.skipIf(process.platform === 'win32')('npm start', () => {
  beforeAll(() => ensureBuild(root, process.execPath), 120_000);

  test.for([
    ['traps without a sandbox', 'echo "FATAL: No usable sandbox!" >&2; kill -TRAP $$', /can't make its sandbox/],
    ['aborts', 'kill -ABRT $$', /ended with SIGABRT/],
    [
      'lacks a library',
      'echo "error while loading shared libraries: libnss3.so: no" >&2; exit 127',
      /needs libnss3\.so/,
    ],
  ] as const)('on an Electron that %s says why and serves the app at the address it prints', async (example) => {
    const [, script, why] = example;
    const start = startWhisker(script);
    const url = await address(start);
    expect(start.said()).toMatch(/Opening in the browser: /);
    expect(start.said()).toMatch(why);
    expect(await frontPage(url)).toContain('<title>Whisker');
    expect(await endedBy(start, 'SIGTERM')).toBe(0);
  });

  test('on an Electron that ends with 0 ends with 0, without a browser', async () => {
    const start = startWhisker('echo "$*" > "$(dirname "$0")/given"');
    const [code] = await once(start.process, 'exit');
    expect({ code, printed: start.printed() }).toEqual({ code: 0, printed: '' });
    expect(readFileSync(join(start.dist, 'given'), 'utf8')).toMatch(new RegExp(`^${root} /.*/photos\n$`));
  });

  test.for([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('ends with its window on %s', async ([signal, code]) => {
    const start = startWhisker(`echo $$ > "$(dirname "$0")/pid"; exec sleep 600`);
    const electron = await pidIn(join(start.dist, 'pid'));
    expect(await endedBy(start, signal)).toBe(code);
    expect(isAlive(electron)).toBe(false);
    expect(start.printed()).toBe('');
  });

  describe('where TensorFlow is not there yet', () => {
    const note = (start: Start) => join(start.cache, 'setup-progress.json');

    test('opens the window at once, sets TensorFlow up beside it, and ends that with the window', async () => {
      const start = startWhisker(
        nodeScript(`
          process.send("window shown");
          process.on("SIGUSR2", () => process.exit(0));
          require("fs").writeFileSync(process.env.ELECTRON_OVERRIDE_DIST_PATH + "/pid", String(process.pid));
          setInterval(() => {}, 1e6);`),
      );
      const electron = await pidIn(join(start.dist, 'pid'));
      const python = await pidIn(join(start.cache, 'python'));
      await vi.waitFor(() => expect(readJson(note(start))).toMatchObject({ pid: expect.any(Number) }), within);
      const setUp = readJson(note(start));
      expect(Date.now() - Date.parse(setUp.at)).toBeLessThan(10_000);
      expect([electron, python, setUp.pid].map(isAlive)).toEqual([true, true, true]);

      const exit = once(start.process, 'exit');
      process.kill(electron, 'SIGUSR2');
      expect((await exit)[0]).toBe(0);
      await vi.waitFor(() => expect([python, setUp.pid].map(isAlive)).toEqual([false, false]), within);
      expect(existsSync(note(start))).toBe(false);
    });

    test('serves the page at once too, and set-up ends with it, even when it is killed', async () => {
      const start = startWhisker('kill -ABRT $$');
      await address(start);
      const python = await pidIn(join(start.cache, 'python'));
      const exit = once(start.process, 'exit');
      start.process.kill('SIGKILL');
      await exit;
      await vi.waitFor(() => expect(isAlive(python)).toBe(false), within);
      await vi.waitFor(() => expect(existsSync(note(start))).toBe(false), within);
    });
  });
});
