// Learning on a pretrained backbone as a person does it: refused, chosen, downloaded, trained on, and what the screens
// say of it.

import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { offers } from '../../src/main/backbone/offers.ts';
import { bytesInWords } from '../../src/renderer/ui/numbers.ts';
import type { Calls } from '../../src/shared/contract.ts';
import { writeImageNetwork } from '../fixtures/image-network.ts';
import { drawPets } from '../fixtures/pets.ts';
import { type ModelServer, serveModel } from '../main/backbone/model-server.ts';
import {
  askMain,
  expectNoViolations,
  openPage,
  type RunningApp,
  shoot,
  startApp,
  startAppOffering,
  startBrowser,
  temporaryFolder,
} from './harness.ts';
import '../fixtures/needs-tensorflow.ts';

const temporary = temporaryFolder();
const photos = join(temporary.path, 'pets');
const model = writeImageNetwork(join(temporary.path, 'drawn-network'));
/** As the screen shows it. */
const downloadSize = bytesInWords(model.bytes);

let browser: Browser;
let page: Page;
let complaints: string[];

const ask = <K extends keyof Calls>(name: K, input?: Calls[K]['input']) => askMain(page, name, input);
const tab = (name: string) => page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name });
const panel = () => page.getByRole('region', { name: 'Pretrained network' });

/** Large in both themes, the smallest desktop window in dark, and narrow. */
async function shootAll(name: string): Promise<void> {
  await page.mouse.move(2, 2);
  for (const [size, width, height, colorScheme] of [
    ['large', 1440, 900, 'light'],
    ['large', 1440, 900, 'dark'],
    ['small', 1024, 640, 'dark'],
    ['narrow', 640, 900, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await shoot(page, `backbone-${name}-${size}-${colorScheme}`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

async function pickFolder(folder: string): Promise<void> {
  await panel().getByRole('button', { name: 'Choose a folder' }).click();
  const path = page.getByRole('textbox', { name: 'Folder' });
  await path.fill(folder);
  await path.press('Enter');
  await page.getByRole('navigation', { name: 'Way to this folder' }).getByText(folder.split('/').at(-1)!).waitFor();
  await page.getByRole('button', { name: 'Use this folder' }).click();
}

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  temporary.remove();
});

// Each step stands on the one before: after a failure the rest would only repeat it.
let broken = false;
beforeEach(({ skip }) => skip(broken, 'an earlier step failed'));
afterEach(({ task }) => {
  broken ||= task.result?.state === 'fail';
});

describe('a backbone from this computer', () => {
  let app: RunningApp;

  beforeAll(async () => {
    await drawPets(photos, 200);
    app = await startApp(join(temporary.path, 'data'));
    ({ page, complaints } = await openPage(browser));
    await page.goto(app.url);
    await page.getByRole('button', { name: 'Try the sample library' }).waitFor();
    await ask('library.open', { folder: photos });
    await vi.waitUntil(async () => (await ask('library.state'))?.scan.phase === 'done', { timeout: 60_000 });
    // The folder is in the order of its names: cats first, dogs last.
    const { ids } = await ask('photos.list', { filter: { kind: 'all' } });
    const pets = { Cat: ids.slice(0, 200), Dog: ids.slice(200) };
    for (const [name, all] of Object.entries(pets)) {
      const { id } = await ask('classes.create', { name });
      const photoIds = all.filter((_, i) => i % 8 === 3);
      await ask('labels.set', { photoIds, label: id, source: 'person', chosen: 'hand' });
    }
    await page.reload();
    await tab('Train').click();
  });
  afterAll(() => app?.stop());

  test('is refused with a plain sentence when the folder holds none', async () => {
    await page.getByRole('radio', { name: /^Knows everyday things by sight/ }).click();
    await expectNoViolations(page);
    await shootAll('set-up');
    await pickFolder(photos);
    const refusal = panel().getByRole('alert');
    await refusal.waitFor({ timeout: 60_000 });
    expect(await refusal.textContent()).toContain('no readable model.json');
    await shootAll('refused');
    expect(await page.getByRole('main').getByRole('button', { name: 'Train', exact: true }).isDisabled()).toBe(true);
  });

  test('is set up from its folder and named from then on', async () => {
    await pickFolder(model.folder);
    await panel()
      .getByText(/256 features a photo/)
      .waitFor({ timeout: 60_000 });
    await page.getByRole('radio', { name: /^Knows everyday things by sight/ }).waitFor();
    await expectNoViolations(page);
    await shootAll('ready');
    await page.reload();
    await tab('Train').click();
    const card = page.getByRole('radio', { name: /^Knows everyday things by sight/ });
    await expect.poll(() => card.getAttribute('aria-checked')).toBe('true');
  });

  test('makes training a matter of seconds, and the receipt says what its numbers rest on', async () => {
    await page.getByRole('radio', { name: '1 min', exact: true }).click();
    await page.getByRole('main').getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByRole('region', { name: 'What it takes some of your photos for' }).waitFor({ timeout: 120_000 });
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByRole('img', { name: /^Losses:.*Unlabelled \d/ }).waitFor({ timeout: 120_000 });
    expect(await page.getByText('Generated pictures').count()).toBe(0);
    await expectNoViolations(page);
    await shootAll('live');
    await page.getByRole('button', { name: /^Review (now|those)$/ }).waitFor({ timeout: 240_000 });
    await page.getByRole('heading', { name: /^Sorted 350 photos: \d+ (Cat|Dog), \d+ (Cat|Dog)\.$/ }).waitFor();
    await page.getByRole('button', { name: 'Details' }).click();
    await expectNoViolations(page);
    await shootAll('receipt');

    const [run] = await ask('runs.list');
    expect(run).toMatchObject({
      status: 'finished',
      options: { features: 'backbone' },
      backbone: { features: 256 },
      labelled: 50,
    });
    const receipt = page.getByRole('region', { name: 'Comparison' });
    const { measuredBy, ssgan, active } = run!.receipt!;
    expect(measuredBy).toBe('held-out');
    const plot = receipt.getByRole('img', { name: /^SSGAN \d.*; Labels only \d.*; Logistic regression \d.*/ });
    expect((await plot.getAttribute('aria-label'))!.split(', in use')).toHaveLength(2);
    expect(await receipt.textContent()).toContain(`Measured on ${ssgan!.n} labelled photos held out of training.`);
    expect(await receipt.textContent()).toMatch(
      /Unlabelled photos (added|cost|made no difference).*Confidences (are calibrated|were checked|are uncalibrated: there were too few)/,
    );
    expect(['ssgan', 'labels-only', 'logistic', 'propagation']).toContain(active);
  });

  test('sorts most photos right', async () => {
    const items = await ask('review.list', { order: 'suspicion' });
    const classes = new Map(
      (await ask('library.state'))!.classes.map(({ id, name }) => [id, `${name.toLowerCase()}s/`]),
    );
    // Every eighth, of the doubtful and of the sure ones.
    const sampled = items.filter((_, i) => i % 8 === 0);
    const right = await Promise.all(
      sampled.map(async ({ photoId, predicted }) => {
        const { paths } = await ask('photos.get', { id: photoId });
        return paths[0]!.startsWith(classes.get(predicted)!);
      }),
    );
    expect(right.filter(Boolean).length / right.length).toBeGreaterThan(0.75);
  });

  test('is what the history and the review speak of', async () => {
    await page.getByRole('button', { name: /^Review (now|those)$/ }).click();
    await page.getByRole('region', { name: 'Photo under review' }).waitFor();
    await page.waitForTimeout(500);
    await expectNoViolations(page);
    await shootAll('review');
    await tab('Train').click();
    await page.getByRole('button', { name: /^Run 1,.*drawn-network/ }).waitFor();
    await page.getByRole('button', { name: 'Details of the pretrained network' }).click();
    await page.getByRole('button', { name: 'Change' }).click();
    await shootAll('change');
    await panel().getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('radiogroup', { name: 'Preset' }).waitFor();
    expect(await ask('backbone.state')).toEqual({ status: 'none' });
  });

  test('nothing went wrong behind the screen: no error, no refused content', () => {
    expect(complaints).toEqual([]);
  });
});

describe('a backbone to download', () => {
  const offer = { ...offers.find(({ network }) => network === null)!, bytes: model.bytes, sha256: model.sha256 };
  let server: ModelServer;
  let app: Awaited<ReturnType<typeof startAppOffering>>;

  beforeAll(async () => {
    server = await serveModel(model.folder);
    app = await startAppOffering([{ ...offer, source: server.source }], join(temporary.path, 'downloads'));
    ({ page, complaints } = await openPage(browser));
    await page.goto(app.url);
    await page.getByRole('button', { name: 'Try the sample library' }).click();
    await page.getByRole('option').first().waitFor({ timeout: 60_000 });
    await tab('Train').click();
    await page.getByRole('radio', { name: /^Knows everyday things by sight/ }).click();
  });
  afterAll(async () => {
    await app?.stop();
    await server?.close();
  });

  test('says all about it first, and asks no server', async () => {
    const { name, summary, licence, sha256 } = offer;
    for (const text of [name, summary, licence, sha256, server.source, downloadSize])
      await panel().getByText(text, { exact: true }).waitFor();
    expect(server.asked).toEqual([]);
  });

  test('shows how far it is and can be cancelled', async () => {
    server.misbehave = (path) => path.includes('group5');
    await panel()
      .getByRole('button', { name: /^Download/ })
      .click();
    await panel()
      .getByText(new RegExp(` of ${downloadSize}$`))
      .waitFor();
    await expectNoViolations(page);
    await shootAll('downloading');
    await panel().getByRole('button', { name: 'Cancel' }).click();
    await panel()
      .getByRole('button', { name: /^Download/ })
      .waitFor();
    expect(await panel().getByRole('alert').count()).toBe(0);
  });

  test('says why it failed, and comes when it is tried again', async () => {
    server.misbehave = (path, response) => path.includes('group5') && Boolean(response.writeHead(503).end());
    await panel()
      .getByRole('button', { name: /^Download/ })
      .click();
    await panel()
      .getByRole('alert')
      .getByText(/answered with 503/)
      .waitFor();
    await expectNoViolations(page);
    await shootAll('download-failed');
    server.misbehave = () => false;
    await panel()
      .getByRole('button', { name: /^Try again/ })
      .click();
    await panel()
      .getByText(/256 features a photo/)
      .waitFor({ timeout: 60_000 });
    expect(await ask('backbone.state')).toMatchObject({ status: 'ready', info: { sha256: offer.sha256 } });
  });

  test('nothing went wrong behind the screen: no error, no refused content', () => {
    expect(complaints).toEqual([]);
  });
});
