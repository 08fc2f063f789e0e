// Starts the built app's web host and a real Chromium for the end-to-end tests, and keeps a screenshot of every screen.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, type Page, chromium } from 'playwright-core';

const root = resolve(import.meta.dirname, '../..');
export const screensDir = join(root, 'test-results', 'screens');
const testData = process.env['WHISKER_TEST_DATA'] ?? resolve(root, '../shared/data');

export interface RunningApp {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** `whisker serve` as a person's machine would run it, with its data in `dataDir`. */
export async function startApp(dataDir: string): Promise<RunningApp> {
  const child = spawn(process.execPath, [join(root, 'out/main/cli.js'), 'serve', '--port', '0', '--no-open'], {
    env: { ...process.env, WHISKER_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { url: await printedUrl(child), pid: child.pid!, stop: () => ended(child) };
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

export async function startBrowser(): Promise<Browser> {
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
    ],
  });
}

/** A page that fails the test on any uncaught error, console error or refused content (CSP). */
export async function openPage(browser: Browser, colorScheme: 'light' | 'dark' = 'light') {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme,
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  return { page, complaints };
}

export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(screensDir, { recursive: true });
  await page.waitForTimeout(300); // Colours fade from one theme to the other.
  await page.screenshot({ path: join(screensDir, `${name}.png`) });
}

/** The 400 real photos in a folder of their own, `cats/` and `dogs/`; null where the data isn't there. */
export function unpackPhotos(into: string): string | null {
  const tar = join(testData, 'photos-400.tar');
  if (!existsSync(tar)) return null;
  mkdirSync(into, { recursive: true });
  execFileSync('tar', ['-xf', tar, '-C', into]);
  return into;
}

export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'whisker-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
