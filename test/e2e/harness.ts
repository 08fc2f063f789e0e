// Starts the built app's web host and a real Chromium for the end-to-end tests, and keeps a screenshot of every screen.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, type Page, chromium } from 'playwright-core';
import { expect, vi } from 'vitest';
import { createApp } from '../../src/main/app.ts';
import { startWebHost } from '../../src/main/hosts/web/server.ts';
import type { Calls } from '../../src/shared/contract.ts';
import type { Result } from '../../src/shared/errors.ts';
import type { BackboneOffer } from '../../src/shared/training.ts';

const root = resolve(import.meta.dirname, '../..');
export const screensDir = join(root, 'test-results', 'screens');

export interface RunningApp {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** `whisker serve` as a person's machine would run it, with its data in `dataDir`. */
export async function startApp(dataDir: string, env: NodeJS.ProcessEnv = {}): Promise<RunningApp> {
  const child = spawn(process.execPath, [join(root, 'out/main/cli.js'), 'serve', '--port', '0', '--no-open'], {
    env: { ...process.env, WHISKER_DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { url: await printedUrl(child), pid: child.pid!, stop: () => ended(child) };
}

/** The same app and page with other backbones on offer than the published ones, in this process. */
export async function startAppOffering(
  offers: readonly BackboneOffer[],
  dataDir: string,
): Promise<Omit<RunningApp, 'pid'>> {
  const engine = { node: process.execPath, entry: join(root, 'out/main/engine.js') };
  const app = createApp({ host: 'web', dataDir, engine, offers });
  const host = await startWebHost({ app, rendererDir: join(root, 'out/renderer'), port: 0 });
  return {
    url: host.url,
    async stop() {
      await host.close();
      await app.close();
    },
  };
}

async function printedUrl(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const url = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(line)?.[0];
    if (url) return url;
  }
  throw new Error(`The web host ended with code ${child.exitCode} before it printed its address.`);
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once('exit', () => done());
    child.kill('SIGTERM');
  });
}

/** scripts/test.mjs names the browser it found or installed; the usual places serve a direct vitest run. */
const chromiumPath = [process.env['WHISKER_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
);

/** `args`: beside those that every test has. */
export async function startBrowser(args: readonly string[] = []): Promise<Browser> {
  if (!chromiumPath) throw new Error('No Chromium was found. Install it, or name it in WHISKER_CHROMIUM.');
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  });
}

/** The app, a browser, and its page as it opens for the first time. */
export interface OpenApp {
  app: RunningApp;
  browser: Browser;
  page: Page;
  complaints: string[];
}

export async function openApp(dataDir: string): Promise<OpenApp> {
  const [app, browser] = [await startApp(dataDir), await startBrowser()];
  const { page, complaints } = await openPage(browser);
  await page.goto(app.url);
  await page.getByRole('button', { name: 'Try the sample library' }).waitFor();
  return { app, browser, page, complaints };
}

/** Has the network chosen, opens the folder and waits until the network has looked at all of its photos. */
export async function openLookedAt(page: Page, folder: string, network: string): Promise<void> {
  await askMain(page, 'backbone.choose', { path: network, inputRange: null });
  await askMain(page, 'library.open', { folder });
  const isLookedAt = async () => {
    const [looked, library] = [await askMain(page, 'features.state'), await askMain(page, 'library.state')];
    return library?.scan.phase === 'done' && looked.status === 'ready' && looked.photos === library.counts.photos;
  };
  await vi.waitUntil(isLookedAt, { timeout: 120_000, interval: 200 });
}

/** A page, and what it complains of; a test decides that there must be nothing. */
export async function openPage(browser: Browser, colorScheme: 'light' | 'dark' = 'light') {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme,
    acceptDownloads: true,
  });
  const page = await context.newPage();
  return { page, complaints: complaintsOf(page) };
}

/** Uncaught errors, console errors and refused content (CSP) of a page, as they come. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()} ${message.location().url}`.trim());
  });
  return complaints;
}

/**
 * How long two frames of the page take with nothing to do, in milliseconds, the median of nine: what a wait is to be
 * compared with, as a machine that does other work is slow with both.
 */
export async function twoFrames(page: Page): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 9; i++) {
    times.push(
      await page.evaluate<number>(`new Promise((done) => {
        const began = performance.now();
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
      })`),
    );
  }
  return times.toSorted((a, b) => a - b)[4]!;
}

export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(screensDir, { recursive: true });
  await page.waitForTimeout(300); // Colours fade from one theme to the other.
  await page.screenshot({ path: join(screensDir, `${name}.png`) });
}

/** Asks main directly, as a second witness of what the screen says. */
export async function askMain<K extends keyof Calls>(
  page: Page,
  name: K,
  input?: Calls[K]['input'],
): Promise<Calls[K]['output']> {
  const result = await page.evaluate(
    async ({ path, body }) => {
      const headers = { 'Content-Type': 'application/json' };
      const response = await fetch(path, { method: 'POST', headers, body });
      return (await response.json()) as Result<Calls[K]['output']>;
    },
    { path: `/call/${name}`, body: JSON.stringify(input ?? null) },
  );
  if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
  return result.value;
}

/** What axe-core can check of WCAG holds, in light and dark. */
export async function expectNoViolations(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(400); // Colours fade from one theme to the other.
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<AxeResults>('axe.run()');
    const found = violations.map(
      ({ id, nodes }) => `${colorScheme}: ${id} at ${nodes.map(({ html }) => html).join(' ')}`,
    );
    expect(found).toEqual([]);
  }
}

export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'whisker-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
