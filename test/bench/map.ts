// What the map costs: seconds to lay out photos by the hundred and by the hundred thousand, how true it is to them, and
// how long a frame takes while it is moved. Prints tables for docs/benchmarks.md; `--frames` or `--layouts` alone.
// `npm run bench:map -- --network FOLDER/network.onnx --cache FOLDER`

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { createServer } from 'vite';
import { coordinatesOf } from '../../src/engine/features/coordinates.ts';
import { pointsOf } from '../../src/engine/exploring/points.ts';
import type { FeatureFile, LaidOut, LayOutRequest } from '../../src/engine/messages.ts';
import { fillNormal, randomStream } from '../../src/shared/random.ts';
import { openPage, startBrowser } from '../e2e/harness.ts';
import { featureFile } from '../engine/exploring/blobs.ts';
import { trustworthiness } from '../engine/exploring/trustworthiness.ts';
import { trainerWith } from '../engine/trainer-with.ts';
import { readDigits, readTestPhotos, type Features } from './data/backbone-features.ts';

const { values: options } = parseArgs({
  options: {
    network: { type: 'string' },
    cache: { type: 'string' },
    layouts: { type: 'boolean', default: false },
    frames: { type: 'boolean', default: false },
  },
});
const both = options.layouts === options.frames;
const scratch = mkdtempSync(join(tmpdir(), 'whisker-map-'));
const COUNTS = [1000, 10_000, 100_000];
const trainer = trainerWith(() => {});

async function layOut(features: FeatureFile, method: LayOutRequest['method'], known: Float32Array | null = null) {
  const began = { cpu: process.cpuUsage(), at: performance.now() };
  const { places } = (await trainer.handle({ kind: 'lay-out', features, method, known, seed: 1 })) as LaidOut;
  const { user, system } = process.cpuUsage(began.cpu);
  return { places, seconds: (performance.now() - began.at) / 1000, cpu: (user + system) / 1e6 };
}

/** Ten groups in 128 dimensions that overlap somewhat. */
function madeUp(count: number): FeatureFile {
  const length = 128;
  const values = new Float32Array(count * length);
  fillNormal(values, randomStream(count), 0.15);
  for (let i = 0; i < count; i++) values[i * length + (i % 10)]! += 1;
  return featureFile(join(scratch, `${count}.f32`), values, length);
}

async function printLayouts(): Promise<void> {
  await layOut(madeUp(100), 'alike'); // Loads TensorFlow.
  console.log('| photos | quick, s | by what is alike, s | processor, s | 1 in 100 put beside the others, s |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const count of COUNTS) {
    const features = madeUp(count);
    const quick = await layOut(features, 'quick');
    const alike = await layOut(features, 'alike');
    const known = alike.places.map((value, at) => ((at >> 1) % 100 === 7 ? NaN : value));
    const later = await layOut(features, 'alike', known);
    const cells = [quick.seconds, alike.seconds, alike.cpu, later.seconds].map((seconds) => seconds.toFixed(2));
    console.log(`| ${count.toLocaleString('en')} | ${cells.join(' | ')} |`);
  }
}

async function printTrust(network: string): Promise<void> {
  const place = { network, cache: options.cache ?? null, scratch };
  console.log('| photos | quick | by what is alike |\n| --- | --- | --- |');
  const sets: [string, Features][] = [
    ['cats and dogs', await readTestPhotos(place)],
    ['digits', await readDigits(place, 2000)],
  ];
  for (const [name, { file }] of sets) {
    const [quick, alike] = [await layOut(file, 'quick'), await layOut(file, 'alike')];
    const count = file.rows.length;
    const truth = pointsOf(coordinatesOf(file).dataSync<'float32'>().slice(), count);
    const cells = [quick, alike].map(({ places }) => trustworthiness(truth, pointsOf(places, count), 12).toFixed(3));
    console.log(`| ${name}, ${count} | ${cells.join(' | ')} |`);
  }
}

/** Of the screens over the fake main, in Chromium without a graphics card. */
async function printFrames(): Promise<void> {
  const server = await createServer({
    configFile: resolve(import.meta.dirname, '../renderer/dev/vite.config.ts'),
    cacheDir: join(scratch, 'vite'),
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0, watch: null, hmr: false },
  });
  await server.listen();
  const browser = await startBrowser();
  console.log('| photos | painter | the page’s own work, ms a frame | frames a second |\n| --- | --- | --- | --- |');
  for (const count of COUNTS) {
    for (const painter of ['pixels', 'card'] as const) {
      const { page } = await openPage(browser);
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.addInitScript(`window.forcesCard = ${painter === 'card'};${watchFrames}`);
      await page.goto(`${new URL(server.resolvedUrls!.local[0]!).origin}/?photos=${count}&labelled=300`);
      await page.getByRole('listbox').waitFor({ timeout: 120_000 });
      await page.keyboard.press('g');
      await page.getByRole('img', { name: /^Map of/ }).waitFor({ timeout: 60_000 });
      const { work, frame } = await movedAbout(page);
      const played = painter === 'card' ? 'WebGL, played by the processor' : 'pixels';
      console.log(`| ${count.toLocaleString('en')} | ${played} | ${work.toFixed(1)} | ${(1000 / frame).toFixed(0)} |`);
      await page.close();
    }
  }
  await browser.close();
  await server.close();
}

const movedAbout = (page: Page) => page.evaluate<{ work: number; frame: number }>('movedAbout()');

/** In the page: drags the map for sixty frames; medians of the time in its scripts and from frame to frame. */
const watchFrames = `
  const extend = WebGL2RenderingContext.prototype.getExtension;
  WebGL2RenderingContext.prototype.getExtension = function (name) {
    return forcesCard && name === 'WEBGL_debug_renderer_info' ? null : extend.call(this, name);
  };
  const later = window.requestAnimationFrame.bind(window);
  let spent = 0;
  window.requestAnimationFrame = (act) => later((now) => {
    const began = performance.now();
    act(now);
    spent += performance.now() - began;
  });
  window.movedAbout = async () => {
    const canvas = document.querySelector('canvas');
    canvas.setPointerCapture = () => {};
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const tell = (kind, i) => canvas.dispatchEvent(new PointerEvent(kind, {
      bubbles: true, button: 0, pointerId: 1, clientX: left + width / 2 + 3 * i, clientY: top + height / 2 + 2 * i,
    }));
    tell('pointerdown', 0);
    const [works, frames] = [[], []];
    for (let i = 1, last = 0; i <= 64; i++) {
      spent = 0;
      const began = performance.now();
      tell('pointermove', i % 32);
      const moved = performance.now() - began;
      const now = await new Promise((next) => later(next));
      await new Promise((next) => setTimeout(next));
      if (i > 4) works.push(moved + spent);
      if (i > 4) frames.push(now - last);
      last = now;
    }
    tell('pointerup', 64);
    const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
    return { work: median(works), frame: median(frames) };
  };`;

if (both || options.layouts) {
  await printLayouts();
  if (options.network !== undefined) await printTrust(options.network);
}
if (both || options.frames) await printFrames();
rmSync(scratch, { recursive: true });
process.exit();
