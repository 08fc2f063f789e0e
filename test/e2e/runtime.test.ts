// How TensorFlow comes to a machine while its person labels: set up beside the app, or downloaded in it, over the real
// services and page, with a local server in place of a release.

import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { findRuntimes } from '../../src/engine/tensorflow/find-runtime.ts';
import { writeWhole } from '../../src/files/whole-file.ts';
import { createApp } from '../../src/main/app.ts';
import { startWebHost } from '../../src/main/hosts/web/server.ts';
import type { RuntimeReleases } from '../../src/main/runtime/offers.ts';
import { type FileServer, serveFile } from '../fixtures/file-server.ts';
import { archiveWithoutLibraries, publish } from '../main/runtime/archive.ts';
import { expectNoViolations, openPage, shoot, startBrowser, temporaryFolder } from './harness.ts';

const out = join(import.meta.dirname, '../../out');
const temporary = temporaryFolder();
const [installed] = findRuntimes();
let browser: Browser;
let page: Page;
let complaints: string[];
let cache: string;
let ending: (() => Promise<void>)[] = [];
let packed: Awaited<ReturnType<typeof archiveWithoutLibraries>>;

beforeAll(async () => {
  browser = await startBrowser();
  if (installed) packed = await archiveWithoutLibraries();
});
afterAll(async () => {
  await browser?.close();
  temporary.remove();
});
beforeEach(async ({ task }) => {
  cache = join(temporary.path, task.id, 'cache');
  mkdirSync(cache, { recursive: true });
  vi.stubEnv('WHISKER_CACHE_DIR', cache);
  ({ page, complaints } = await openPage(browser));
});
afterEach(async () => {
  for (const end of ending) await end();
  ending = [];
  await page.context().close();
  vi.unstubAllEnvs();
  expect(complaints).toEqual([]);
});

/** Opens the Train page of the sample library in a Whisker to which these are offered. */
async function openTrainPage(releases: RuntimeReleases): Promise<void> {
  const engine = { node: process.execPath, entry: join(out, 'main/engine.js') };
  const app = createApp({ host: 'web', dataDir: join(dirname(cache), 'data'), engine, releases, installed: true });
  const host = await startWebHost({ app, rendererDir: join(out, 'renderer'), port: 0 });
  ending.push(
    () => host.close(),
    () => app.close(),
  );
  await page.goto(host.url);
  await page.getByRole('button', { name: /sample/i }).click();
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: 'Train' }).click();
}

const none: RuntimeReleases = { base: 'http://127.0.0.1:9/', redirectHosts: [], runtimes: [] };
/** Of the native TensorFlow; before it is there another one computes, which says so. */
const deviceLine = () => page.getByText(/^[CG]PU · (?!.*WebAssembly).* of memory/);

test.skipIf(!installed)(
  'set up beside the app: its progress is shown, and Train follows without a restart',
  async () => {
    const file = join(cache, 'setup-progress.json');
    const progress = { pid: process.pid, step: 'Downloading tensorflow-cpu==2.21.0', done: 104e6, total: 254e6 };
    const write = () => writeWhole(file, [Buffer.from(JSON.stringify({ ...progress, at: new Date().toISOString() }))]);
    write();
    const writing = setInterval(write, 1000);
    ending.push(async () => clearInterval(writing));

    await openTrainPage(none);
    await page.getByText('104 MB of 254 MB').waitFor();
    await page.getByText('You can label meanwhile').waitFor();
    expect(await page.getByText('can’t train').count()).toBe(0);
    await expectNoViolations(page);
    await shoot(page, 'runtime-setting-up');

    const folder = join(cache, 'tensorflow', 'here');
    mkdirSync(dirname(folder));
    symlinkSync(String(installed?.folder), folder, 'junction');
    clearInterval(writing);
    rmSync(file);
    await deviceLine().waitFor({ timeout: 60_000 });
    expect(await page.getByText('Setting up TensorFlow').count()).toBe(0);
  },
);

// Elsewhere the loader does not look for libraries where it is told to.
test.skipIf(!installed || process.platform !== 'linux')(
  'downloaded in the app: paused, resumed, and put to use at once',
  async () => {
    const { archive, libraries } = packed;
    vi.stubEnv('LD_LIBRARY_PATH', libraries);
    const server: FileServer = await serveFile(archive);
    ending.push(() => server.close());
    server.misbehave = (_, response) => {
      response.writeHead(200, { 'content-length': archive.length, etag: '"one"' });
      return response.write(archive.subarray(0, 20_000)) || true;
    };

    await openTrainPage({ base: server.base, redirectHosts: [], runtimes: [publish(archive)] });
    await page
      .getByText(/needs? native TensorFlow.* TensorFlow is not installed on this computer\./)
      .first()
      .waitFor();
    expect(await page.getByText('npm run').count()).toBe(0);
    await page.getByRole('button', { name: /^Download TensorFlow/ }).click();
    await page.getByText(/^20 kB of/).waitFor();
    await expectNoViolations(page);
    await shoot(page, 'runtime-downloading');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('20 kB of them here').waitFor();
    await shoot(page, 'runtime-paused');

    server.misbehave = () => false;
    await page.getByRole('button', { name: /^Resume downloading TensorFlow/ }).click();
    await deviceLine().waitFor({ timeout: 60_000 });
    expect(server.asked[1]).toMatchObject({ range: 'bytes=20000-' });
    expect(await page.getByRole('button', { name: /TensorFlow/ }).count()).toBe(0);
  },
);
