// npm run bench:start: what a newcomer waits for. `npm start -- FOLDER` on 400 photos that Whisker has never seen,
// set-up done: to the piles on the screen, and from the second name to a measured run, in real Chromium with no option
// touched. Wants WHISKER_TEST_DATA with photos-400.tar; --times 3 says how often.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { requireTestData, unpack } from '../fixtures/test-data.ts';

const { values } = parseArgs({ options: { times: { type: 'string', default: '3' } } });
const executablePath = process.env['WHISKER_CHROMIUM'] ?? '/usr/bin/chromium';
const root = resolve(import.meta.dirname, '../..');
const seconds = (since: number): number => Math.round((performance.now() - since) / 100) / 10;

async function once(): Promise<object> {
  const dir = mkdtempSync(join(tmpdir(), 'whisker-start-'));
  unpack(requireTestData('photos-400.tar'), join(dir, 'photos'));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const load = loadavg()[0]?.toFixed(1);
  const began = performance.now();
  const app = spawn('node', [join(root, 'scripts/start.mjs'), join(dir, 'photos')], {
    // Without a display it takes the browser, and finds none to open.
    env: { ...process.env, WHISKER_DATA_DIR: join(dir, 'data'), DISPLAY: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(await addressOf(app.stdout));
    const open = seconds(began);
    await page.getByRole('button', { name: /^Show piles/ }).click({ timeout: 120_000 });
    await page.getByRole('article', { name: 'Pile 2' }).waitFor({ timeout: 120_000 });
    const piles = seconds(began);
    await page.getByText(/^400 photos in /).waitFor({ timeout: 120_000 });
    const pilesOfAll = seconds(began);
    await name(page, 1);
    await name(page, 2);
    const named = performance.now();
    await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: 'Train' }).click();
    await page.getByRole('main').getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByText(/measured on \d+ labels/).waitFor({ timeout: 300_000 });
    return { open, piles, pilesOfAll, measuredRun: seconds(named), load };
  } finally {
    await browser.close();
    app.kill();
    await new Promise((done) => app.once('exit', done));
    rmSync(dir, { recursive: true, force: true });
  }
}

async function addressOf(stdout: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(line)?.[0];
    if (url) return url;
  }
  throw new Error('The app ended before it printed its address.');
}

/** A word and Enter; the pile is what its first photo is. */
async function name(page: Page, number: number): Promise<void> {
  const pile = page.getByRole('article', { name: `Pile ${number}`, exact: true });
  const first = await pile.getByRole('option').first().getAttribute('aria-label');
  await page.getByRole('combobox', { name: `Name of pile ${number}` }).fill(first?.startsWith('cat') ? 'Cat' : 'Dog');
  await page.keyboard.press('Enter');
  await pile.waitFor({ state: 'hidden' });
}

for (let i = 0; i < Number(values.times); i++) console.log(JSON.stringify(await once()));
