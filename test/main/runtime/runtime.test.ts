// The download of a native TensorFlow, from no runtime at all to one that computes, over the real services and a local
// server in place of a release.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createApp } from '../../../src/main/app.ts';
import type { OpenedApp } from '../../../src/main/app.ts';
import type { PublishedRuntime } from '../../../src/main/runtime/offers.ts';
import type { EventMessage } from '../../../src/shared/contract.ts';
import type { RuntimeState } from '../../../src/shared/training.ts';
import { serveFile } from '../../fixtures/file-server.ts';
import type { FileServer } from '../../fixtures/file-server.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { writeRuntime } from '../../fixtures/runtime-folder.ts';
import { archiveOf, archiveWithoutLibraries, publish } from './archive.ts';
import '../../fixtures/needs-tensorflow.ts';

const entry = join(import.meta.dirname, '../../../src/engine/entry.ts');
const id = '2.21.0-cpu-test';

/** A runtime that computes, and one whose addon is empty. */
let whole: Buffer;
let hollow: Buffer;
beforeAll(async () => {
  const { archive, libraries } = await archiveWithoutLibraries();
  whole = archive;
  const folder = mkdtempSync(join(tmpdir(), 'whisker-runtime-'));
  hollow = await archiveOf(writeRuntime(folder));
  vi.stubEnv('LD_LIBRARY_PATH', libraries);
  return () => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  };
});

let server: FileServer;
let cache: string;
let heard: EventMessage[];
beforeEach(async () => {
  server = await serveFile(whole);
  cache = temporaryFolder();
  heard = [];
  vi.stubEnv('WHISKER_CACHE_DIR', cache);
});
afterEach(() => server.close());

/** A Whisker of this cache to which these are offered; asked once whether it can train. */
async function start(...runtimes: PublishedRuntime[]): Promise<OpenedApp> {
  const releases = { base: server.base, redirectHosts: [], runtimes };
  const engine = { node: process.execPath, entry };
  const app = createApp({ host: 'desktop', dataDir: temporaryFolder(), engine, releases, installed: true });
  onTestFinished(() => app.close());
  app.subscribe((event) => heard.push(event));
  await app.services.runtime.known();
  return app;
}

const state = async (app: OpenedApp): Promise<RuntimeState> => app.services.runtime.state();
const there = () => (existsSync(join(cache, 'tensorflow')) ? readdirSync(join(cache, 'tensorflow')).sort() : []);
const errors = () => heard.flatMap((event) => (event.name === 'runtime.changed' ? (event.payload.error ?? []) : []));

const archiveBytes = () => statSync(join(cache, 'tensorflow', `${id}.tar.gz.partial`), { throwIfNoEntry: false })?.size;

/** A server that sends so much, and then nothing any more. */
const stallAfter =
  (bytes: number): FileServer['misbehave'] =>
  (_, response) => {
    response.writeHead(200, { 'content-length': whole.length, etag: '"one"' });
    return response.write(whole.subarray(0, bytes)) || true;
  };

const native = { available: true, device: { kind: 'cpu', nativeProblem: null } };
const without = (remedy: string) => ({ available: true, device: { tensorflow: null, nativeProblem: { remedy } } });

async function download(app: OpenedApp) {
  await app.services.runtime.download();
  return app.services.runtime.downloaded();
}

describe.skipIf(process.platform !== 'linux')('a machine without a runtime', () => {
  test('is offered one, and nothing is fetched before it is asked for', async () => {
    const app = await start(publish(whole));
    expect(await state(app)).toMatchObject({
      status: 'offered',
      doneBytes: 0,
      offer: { id, flavour: 'cpu', bytes: whole.length, source: `${server.base}whisker-runtime.tar.gz` },
    });
    expect(app.services.runtime.current()).toMatchObject(without('Whisker can download it.'));
    expect(server.asked).toEqual([]);
  });

  test('downloads it, and can train without a restart', async () => {
    const app = await start(publish(whole));
    expect(await download(app)).toBeNull();
    expect(app.services.runtime.current()).toMatchObject(native);
    expect(await state(app)).toEqual({ status: 'none' });
    expect(there()).toEqual([id]);
    expect(readFileSync(join(cache, 'tensorflow', id, 'runtime.json'), 'utf8')).toContain('2.21.0');
    const steps = heard.flatMap((event) =>
      event.name === 'runtime.changed' && event.payload.state.status === 'downloading'
        ? event.payload.state.progress.step
        : [],
    );
    expect([steps[0], steps.at(-1)]).toEqual(['Downloading', 'Trying it out']);
    expect(heard.findLast(({ name }) => name === 'training.runtime')).toMatchObject({ payload: native });
    expect(await app.services.runtime.remove()).toEqual([id]);
    expect(there()).toEqual([]);
    expect(app.services.runtime.current()).toMatchObject(without('Whisker can download it.'));
  });

  test('goes on with a download that a broken connection has cut off', async () => {
    server.breakAfter = 10_000;
    const app = await start(publish(whole));
    const failure = await download(app);
    expect(failure?.message).toMatch(/^The connection to 127\.0\.0\.1:\d+ broke off after 0\.0 MB of \d\.\d MB\.$/);
    expect(failure?.remedy).toBe('Check the network, then try again: what has come so far is kept.');
    expect(errors()).toEqual([`${failure?.message} ${failure?.remedy}`]);
    const doneBytes = archiveBytes();
    expect(doneBytes).toBeGreaterThan(0);
    expect(await state(app)).toMatchObject({ status: 'offered', doneBytes });
    expect(await download(app)).toBeNull();
    expect(server.asked[1]).toMatchObject({ range: `bytes=${doneBytes}-` });
    expect(there()).toEqual([id]);
  });

  test('goes on with a download during which Whisker was killed', async () => {
    server.misbehave = stallAfter(20_000);
    const program = join(import.meta.dirname, 'downloading.ts');
    const releases = { base: server.base, redirectHosts: [], runtimes: [publish(whole)] };
    const child = spawn(process.execPath, [program, JSON.stringify(releases), temporaryFolder()], { stdio: 'ignore' });
    await expect.poll(archiveBytes, { timeout: 20_000 }).toBe(20_000);
    child.kill('SIGKILL');
    await once(child, 'exit');
    server.misbehave = () => false;

    const app = await start(publish(whole));
    expect(await state(app)).toMatchObject({ status: 'offered', doneBytes: 20_000 });
    expect(await download(app)).toBeNull();
    expect(server.asked[1]).toMatchObject({ range: 'bytes=20000-' });
    expect(there()).toEqual([id]);
  });

  test('leaves it to another Whisker that is at it already, and takes over from one that has stopped', async () => {
    const claim = join(cache, 'tensorflow', `${id}.claim.partial`);
    mkdirSync(dirname(claim));
    writeFileSync(claim, String(process.ppid));
    const app = await start(publish(whole));
    expect(await download(app)).toMatchObject({
      code: 'conflict',
      message: 'Another Whisker is downloading the runtime.',
    });
    expect(readFileSync(claim, 'utf8')).toBe(String(process.ppid));
    expect(server.asked).toEqual([]);
    utimesSync(claim, 1e9, 1e9);
    expect(await download(app)).toBeNull();
    expect(there()).toEqual([id]);
  });

  test('keeps what has come when it is cancelled', async () => {
    const app = await start(publish(whole));
    server.misbehave = stallAfter(20_000);
    await app.services.runtime.download();
    await expect.poll(archiveBytes).toBe(20_000);
    expect(await state(app)).toMatchObject({ status: 'downloading', progress: { step: 'Downloading' } });
    await app.services.runtime.cancelDownload();
    expect(await state(app)).toMatchObject({ status: 'offered', doneBytes: 20_000 });
    expect(errors()).toEqual([]);
    server.misbehave = () => false;
    expect(await download(app)).toBeNull();
  });

  test('refuses other bytes than those that were offered, before anything of them is unpacked', async () => {
    const app = await start(publish(whole, { sha256: '0'.repeat(64) }));
    expect(await download(app)).toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(
        /is not the runtime that was offered: its SHA-256 is .* Nothing of it was kept\.$/,
      ),
    });
    expect(there()).toEqual([]);
    expect(await state(app)).toMatchObject({ status: 'offered', doneBytes: 0 });
  });

  test('refuses an archive that is longer than was promised, and does not take a shorter one for whole', async () => {
    const long = await start(publish(whole, { bytes: whole.length - 1 }));
    expect(await download(long)).toMatchObject({ message: expect.stringContaining('sends more than') });
    expect(there()).toEqual([]);
    const short = await start(publish(whole, { bytes: whole.length + 1 }));
    expect(await download(short)).toMatchObject({ message: expect.stringContaining('broke off after') });
    expect(there()).not.toContain(id);
  });

  test('keeps no runtime that does not compute', async () => {
    server.bytes = hollow;
    const app = await start(publish(hollow));
    expect(await download(app)).toMatchObject({
      code: 'training-unavailable',
      message: expect.stringMatching(/could not be loaded: .*tfjs_binding\.node/),
    });
    expect(there()).not.toContain(id);
    expect(app.services.runtime.current()).toMatchObject(without('Whisker can download it.'));
  });

  test('says how much room is lacking before it fetches anything', async () => {
    const app = await start(publish(whole, { installedBytes: 1e18 }));
    const failure = await download(app);
    expect(failure).toMatchObject({ code: 'storage-failed', remedy: 'Make room, then download it again.' });
    expect(failure?.message).toMatch(
      /^For the runtime, 1000000000\.0 GB must be free in ".*", and [\d.]+ [MG]B are\.$/,
    );
    expect(server.asked).toEqual([]);
  });

  test('replaces nothing until the new one has proved itself', async () => {
    const before = writeRuntime(join(cache, 'tensorflow', id));
    writeFileSync(join(before, 'note'), 'mine');
    const app = await start(publish(whole, { sha256: '0'.repeat(64) }));
    await download(app);
    expect(readFileSync(join(before, 'note'), 'utf8')).toBe('mine');
    await app.close();
    expect(await download(await start(publish(whole)))).toBeNull();
    expect(existsSync(join(before, 'note'))).toBe(false);
  });
});

test('nothing is offered for another machine, and asking for it is answered with a sentence', async () => {
  const app = await start(publish(whole, { platform: 'plan9' }), publish(whole, { flavour: 'gpu' }));
  expect(await state(app)).toEqual({ status: 'none' });
  expect(await app.call('runtime.download', undefined)).toMatchObject({ ok: false, error: { code: 'not-found' } });
  expect(app.services.runtime.current()).toMatchObject(
    without('There is none to download for this machine yet; look for a newer Whisker.'),
  );
});
