// A model is taken away from a run's page in a real browser, and the page that lies beside it runs in one, too.

import { createReadStream, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Calls } from '../../src/shared/contract.ts';
import { defaultOptions } from '../../src/shared/defaults.ts';
import { drawnNetwork } from '../fixtures/onnx-image-network.ts';
import { writeOnnx } from '../fixtures/onnx-networks.ts';
import { drawPets } from '../fixtures/pets.ts';
import {
  askMain,
  complaintsOf,
  expectNoViolations,
  openApp,
  openLookedAt,
  type RunningApp,
  shoot,
  temporaryFolder,
} from './harness.ts';
import '../fixtures/needs-tensorflow.ts';

const EACH = 20;
const temporary = temporaryFolder();
const photos = join(temporary.path, 'pets');
const target = join(temporary.path, 'for others');

let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];
let run: number;

const ask = <K extends keyof Calls>(name: K, input?: Calls[K]['input']) => askMain(page, name, input);
const folderOf = (format: string) => join(target, `pets model ${run} ${format}`);

beforeAll(async () => {
  mkdirSync(target);
  await drawPets(photos, EACH);
  const network = writeOnnx(join(temporary.path, 'network', 'drawn.onnx'), drawnNetwork());
  ({ app, browser, page, complaints } = await openApp(join(temporary.path, 'data')));
  await openLookedAt(page, photos, network);
  const { ids } = await ask('photos.list', { filter: { kind: 'all' } });
  for (const [name, photoIds] of [
    ['Cat', ids.slice(0, 12)],
    ['Dog', ids.slice(EACH, EACH + 12)],
  ] as const) {
    const { id } = await ask('classes.create', { name });
    await ask('labels.set', { photoIds, label: id, source: 'person', chosen: 'hand' });
  }
  const options = { ...defaultOptions('quick'), features: 'backbone', startFrom: 'scratch', minutes: 1 } as const;
  const { id } = await ask('training.start', options);
  run = id;
  await vi.waitUntil(async () => (await ask('runs.get', { id })).status !== 'running', {
    timeout: 200_000,
    interval: 500,
  });
  await page.reload();
  await page.getByRole('listbox', { name: /^All photos/ }).waitFor();
  await page.getByRole('button', { name: 'Train', exact: true }).first().click();
  await page.getByRole('button', { name: /^Run 1/ }).click();
}, 400_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

async function takeAway(format: string): Promise<void> {
  await page.getByRole('button', { name: 'Take the model away' }).click();
  await page.getByRole('menuitem', { name: format }).click();
  const dialog = page.getByRole('dialog', { name: 'Take the model away' });
  await dialog.getByLabel('Folder', { exact: true }).fill(target);
  await dialog.getByRole('button', { name: 'Put it here' }).click();
}

test('a model is taken away with a few clicks, and the page says where it is', async () => {
  await page.getByRole('button', { name: 'Take the model away' }).click();
  await shoot(page, 'take-away-menu');
  await page.keyboard.press('Escape');
  await takeAway('TensorFlow.js');
  await page.getByText(`The model of run ${run} was taken away as TensorFlow.js`).waitFor({ timeout: 60_000 });
  await page.getByText('says the same as Whisker of 20 photos').waitFor();
  await page.getByText(folderOf('tfjs')).waitFor();
  await shoot(page, 'take-away-done');
  await page.setViewportSize({ width: 720, height: 480 });
  await shoot(page, 'take-away-small');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, 'take-away-dark');
  await expectNoViolations(page);
  expect(existsSync(join(folderOf('tfjs'), 'model', 'model.json'))).toBe(true);
}, 120_000);

test('what is there already is said, and stays', async () => {
  const before = statSync(folderOf('tfjs')).mtimeMs;
  await takeAway('TensorFlow.js');
  await page.getByText(`"${folderOf('tfjs')}" is there already.`).waitFor({ timeout: 60_000 });
  expect(statSync(folderOf('tfjs')).mtimeMs).toBe(before);
  expect(complaints).toEqual([]);
}, 60_000);

test('the page beside the model tells cats from dogs in a browser, with nothing from elsewhere', async () => {
  const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json' };
  const asked: string[] = [];
  const server = createServer(({ url = '/' }, response) => {
    const path = join(folderOf('tfjs'), url === '/' ? 'index.html' : decodeURIComponent(url));
    asked.push(url);
    if (!existsSync(path)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' });
    createReadStream(path).pipe(response);
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const sample = await browser.newPage();
  try {
    const trouble = complaintsOf(sample);
    const foreign: string[] = [];
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    sample.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(origin)) foreign.push(request.url());
    });
    await sample.goto(`${origin}/`);
    await sample.getByText('The picture stays on this computer.').waitFor({ timeout: 60_000 });
    const about = JSON.parse(readFileSync(join(folderOf('tfjs'), 'whisker.json'), 'utf8'));
    expect(about.classes).toEqual(['Cat', 'Dog']);
    const { ids } = await ask('photos.list', { filter: { kind: 'all' } });
    for (const at of [EACH - 1, 2 * EACH - 1]) {
      const { prediction, paths } = await ask('photos.get', { id: ids[at]! });
      await sample.locator('input').setInputFiles(join(photos, paths[0]!));
      await sample.locator('meter').first().waitFor();
      await sample.waitForTimeout(1500); // The answer to the picture before stands until the next is there.
      const said = await sample.locator('.answer span:nth-of-type(even)').allTextContents();
      const expected = about.classes.map((_: string, k: number) =>
        (k === 0) === (prediction!.classId === 1) ? prediction!.confidence : 1 - prediction!.confidence,
      );
      // A browser's filter is not libvips's.
      said.forEach((p, k) => expect(Math.abs(Number(p) - expected[k])).toBeLessThan(0.1));
    }
    await sample.screenshot({ path: join(import.meta.dirname, '../../test-results/screens/take-away-sample.png') });
    expect(trouble.filter((line) => !line.includes('favicon'))).toEqual([]);
    expect(foreign).toEqual([]);
  } finally {
    await sample.close();
    server.close();
  }
}, 120_000);
