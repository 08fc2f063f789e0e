// Labelling by mouse and looking closely, in real Chromium with its own pointer events: photos dragged onto a class,
// the tick, the brush, the menu of a photo, zoom, two photos side by side, what is known of a photo. Wants what
// `npm run build` makes.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { photo } from '../fixtures/photos.ts';
import { askMain, expectNoViolations, openPage, shoot, startApp, startBrowser, temporaryFolder } from './harness.ts';
import type { RunningApp } from './harness.ts';

const PHOTOS = 60;
/** Of the first two photos: more than the large picture has, and one pixel in white on black at this place. */
const [WIDE, HIGH, DOT] = [3600, 2400, { x: 2700, y: 700 }];
const temporary = temporaryFolder();
let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];

async function drawDot(file: string, seed: number): Promise<void> {
  const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  await sharp({ create: { width: WIDE, height: HIGH, channels: 3, background: { r: 0, g: 0, b: 8 * seed } } })
    .composite([{ input: dot, left: DOT.x, top: DOT.y }])
    .withExif({
      IFD0: { Make: 'NIKON CORPORATION', Model: 'NIKON D90' },
      IFD2: { ExposureTime: '1/250', FNumber: '56/10', ISOSpeedRatings: '400', LensModel: 'AF-S 18-105mm' },
      IFD3: {
        ...{ GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 5868/100' },
        ...{ GPSLongitudeRef: 'E', GPSLongitude: '13/1 22/1 3972/100' },
      },
    })
    .jpeg({ quality: 98, chromaSubsampling: '4:4:4' })
    .toFile(file);
}

beforeAll(async () => {
  const folder = join(temporary.path, 'garden');
  mkdirSync(join(folder, 'beds'), { recursive: true });
  await drawDot(join(folder, 'beds', 'a-0.jpg'), 0);
  await drawDot(join(folder, 'beds', 'a-1.jpg'), 1);
  for (let i = 2; i < PHOTOS; i++) {
    const bytes = await photo({ width: 240 + 40 * (i % 3), height: 200, seed: i })
      .jpeg()
      .toBuffer();
    writeFileSync(join(folder, `photo-${String(i).padStart(2, '0')}.jpg`), bytes);
  }
  app = await startApp(join(temporary.path, 'data'));
  browser = await startBrowser();
  ({ page, complaints } = await openPage(browser));
  page.setDefaultTimeout(8000);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(app.url);
  await page.getByRole('button', { name: 'Try the sample library' }).waitFor();
  await askMain(page, 'library.open', { folder });
  const isThere = async () => (await askMain(page, 'library.state'))?.scan.phase === 'done';
  await vi.waitUntil(isThere, { timeout: 90_000, interval: 200 });
  for (const name of ['Rose', 'Tulip']) await askMain(page, 'classes.create', { name });
  // As they lie in the folder, in whatever order they were read.
  await page.evaluate(`location.hash = '#sort=path'`);
  await page.reload();
  await page.getByRole('option', { name: /^a-0.jpg/ }).waitFor();
  const group = page.getByRole('button', { name: 'Group what is nearly the same' });
  if ((await group.count()) > 0) await group.click();
  await vi.waitUntil(async () => (await options().first().getAttribute('aria-setsize')) === String(PHOTOS));
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

/** Each test begins at the top with nothing selected and nothing labelled. */
beforeEach(async () => {
  for (let i = 0; i < 3; i++) await page.keyboard.press('Escape');
  await page.getByRole('listbox').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Escape');
  const { ids, labels } = await askMain(page, 'photos.list', { filter: { kind: 'all' } });
  const photoIds = ids.filter((_, i) => labels[i] !== 0);
  if (photoIds.length > 0) {
    await askMain(page, 'labels.set', { photoIds, label: null, source: 'person', chosen: 'hand' });
  }
  await expect.poll(() => labelled('Rose')).toBe(0);
});

const options = () => page.getByRole('option');
const option = (i: number) => page.locator(`[role="option"][aria-posinset="${i + 1}"]`);
const selected = () => page.getByRole('option', { selected: true });
const classRow = (name: string) =>
  page
    .getByRole('list', { name: 'Classes' })
    .getByRole('listitem')
    .filter({ has: page.getByRole('button', { name: new RegExp(`^${name}`) }) });

/** What the browser draws beside the pointer while photos are dragged. */
const carried = () => page.locator('.carried').innerText();

async function labelled(name: string): Promise<number> {
  const state = (await askMain(page, 'library.state'))!;
  const { id } = state.classes.find((one) => one.name === name)!;
  return state.counts.byClass[id] ?? 0;
}

async function middle(i: number): Promise<{ x: number; y: number }> {
  const box = (await option(i).boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function pressAt(i: number, act: () => Promise<unknown>): Promise<void> {
  const { x, y } = await middle(i);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await act();
  await page.mouse.up();
}

async function moveTo({ x, y }: { x: number; y: number }): Promise<void> {
  await page.mouse.move(x, y, { steps: 8 });
}

const middleOf = async (name: string) => {
  const box = (await classRow(name).boundingBox())!;
  return { x: box.x + box.width / 3, y: box.y + box.height / 2 };
};

async function shootAll(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await shoot(page, `${name}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 720, height: 480 });
  await shoot(page, `${name}-720`);
  await page.setViewportSize({ width: 1280, height: 800 });
}

describe('photos dragged onto a class', () => {
  test('the selected ones get it, as one action', async () => {
    await option(2).click();
    await option(5).click({ modifiers: ['Shift'] });
    await pressAt(3, async () => {
      await moveTo(await middleOf('Rose'));
      await expect.poll(() => classRow('Rose').getAttribute('data-over')).toBe('');
      expect(await carried()).toBe('4 photos');
      await shoot(page, 'hand-drop');
    });
    await expect.poll(() => labelled('Rose')).toBe(4);
    expect(await classRow('Rose').getAttribute('data-over')).toBeNull();
    expect(await selected().count()).toBe(4);
    await page.keyboard.press('Control+z');
    await expect.poll(() => labelled('Rose')).toBe(0);
  });

  test('on a mark they get it, and stay it where they have it; on Unlabelled they lose their label', async () => {
    const filter = (name: string) =>
      page
        .getByRole('navigation', { name: 'Filters' })
        .getByRole('listitem')
        .filter({ has: page.getByRole('button', { name: new RegExp(`^${name}`) }) });
    const dropOn = async (name: string) => {
      const box = (await filter(name).boundingBox())!;
      await pressAt(3, async () => {
        await moveTo({ x: box.x + box.width / 3, y: box.y + box.height / 2 });
        await expect.poll(() => filter(name).getAttribute('data-over')).toBe('');
        if (name === 'Unsure') await shoot(page, 'hand-drop-mark');
      });
      expect(await filter(name).getAttribute('data-over')).toBeNull();
    };
    const counts = async () => {
      const { excluded, none, unsure, labelled } = (await askMain(page, 'library.state'))!.counts;
      return { excluded, none, unsure, labelled };
    };
    const nothing = { excluded: 0, none: 0, unsure: 0, labelled: 0 };
    await option(2).click();
    await option(4).click({ modifiers: ['Shift'] });
    await dropOn('Excluded');
    await expect.poll(counts).toEqual({ ...nothing, excluded: 3 });
    await dropOn('Excluded');
    await dropOn('Unsure');
    await expect.poll(counts).toEqual({ ...nothing, unsure: 3 });
    await dropOn('None of these');
    await expect.poll(counts).toEqual({ ...nothing, none: 3 });
    await dropOn('Unlabelled');
    await expect.poll(counts).toEqual(nothing);
    // Each is an action of its own, but for the one that changed nothing.
    for (const before of [{ none: 3 }, { unsure: 3 }, { excluded: 3 }]) {
      await page.keyboard.press('Control+z');
      await expect.poll(counts).toEqual({ ...nothing, ...before });
    }
    await page.keyboard.press('Control+z');
    await expect.poll(counts).toEqual(nothing);
    // What photos lie on takes none: a filter that says nothing of them.
    await pressAt(3, async () => {
      const box = (await filter('All photos').boundingBox())!;
      await moveTo({ x: box.x + box.width / 3, y: box.y + box.height / 2 });
      expect(await filter('All photos').getAttribute('data-over')).toBeNull();
    });
    expect(await counts()).toEqual(nothing);
  });

  test('another photo is carried after a hold, and is then the selected one', async () => {
    await option(8).click();
    await pressAt(2, async () => {
      await page.locator('.grid.holding').waitFor();
      await moveTo(await middleOf('Tulip'));
      expect(await carried()).toBe('1 photo');
    });
    await expect.poll(() => labelled('Tulip')).toBe(1);
    expect(await selected().count()).toBe(1);
    expect(await selected().getAttribute('aria-posinset')).toBe('3');
  });

  test('Esc, or letting go elsewhere, labels nothing', async () => {
    await option(2).click();
    await pressAt(2, async () => {
      await moveTo(await middleOf('Rose'));
      await page.keyboard.press('Escape');
    });
    await pressAt(2, async () => moveTo({ x: 800, y: 780 }));
    await page.waitForTimeout(300);
    expect([await labelled('Rose'), await labelled('Tulip')]).toEqual([0, 0]);
    await expect.poll(() => classRow('Rose').getAttribute('data-over')).toBeNull();
  });

  test('a press that moves at once from another photo draws a rectangle, as before', async () => {
    await option(8).click();
    const to = await middle(6);
    await pressAt(4, async () => {
      await moveTo(to);
      await page.locator('.marquee').waitFor();
    });
    await expect.poll(() => selected().count()).toBe(3);
    expect(await labelled('Rose')).toBe(0);
  });

  test('the rectangle scrolls at the edge, and takes what comes', async () => {
    const scrolled = () => page.getByRole('listbox').evaluate((list) => list.scrollTop);
    const list = (await page.getByRole('listbox').boundingBox())!;
    await page.setViewportSize({ width: 1280, height: 480 });
    await pressAt(2, async () => {
      await moveTo({ x: list.x + list.width - 60, y: list.y + 300 });
      await page.mouse.move(list.x + list.width - 60, 476);
      await expect.poll(scrolled).toBeGreaterThan(700);
    });
    const said = await page.getByText(/^\d+ selected/).innerText();
    expect(Number.parseInt(said)).toBeGreaterThan(10);
    await page.setViewportSize({ width: 1280, height: 800 });
  });
});

describe('the tick', () => {
  test('adds a photo without a key, and leaves it out again', async () => {
    await option(2).click();
    for (const [i, count] of [
      [5, 2],
      [7, 3],
      [5, 2],
    ] as const) {
      await option(i).hover();
      await option(i).locator('[data-tick]').click();
      await expect.poll(() => selected().count()).toBe(count);
    }
    await option(4).hover();
    await shootAll('hand-tick');
  });

  test('with Shift it takes all up to the photo', async () => {
    await option(2).click();
    await option(6).hover();
    await option(6)
      .locator('[data-tick]')
      .click({ modifiers: ['Shift'] });
    await expect.poll(() => selected().count()).toBe(5);
  });
});

describe('the brush', () => {
  const brush = async (name: string) => {
    await classRow(name).hover();
    await page.getByRole('button', { name: `Paint ${name}` }).click();
  };
  const bar = () => page.getByText('Click photos, or drag over them.');

  test('a stroke over photos is one action, and a click is another', async () => {
    await option(9).click();
    await brush('Rose');
    await bar().waitFor();
    await expectNoViolations(page);
    const to = await middle(6);
    await pressAt(4, async () => {
      await moveTo(to);
      await expect.poll(() => page.locator('.photo.painted').count()).toBe(3);
      expect(await labelled('Rose')).toBe(0);
      await shoot(page, 'hand-paint-light');
      await page.emulateMedia({ colorScheme: 'dark' });
      await shoot(page, 'hand-paint-dark');
      await page.emulateMedia({ colorScheme: 'light' });
    });
    await expect.poll(() => labelled('Rose')).toBe(3);
    await option(7).click();
    await expect.poll(() => labelled('Rose')).toBe(4);
    // What was selected before stays so.
    expect(await selected().getAttribute('aria-posinset')).toBe('10');
    await page.keyboard.press('Control+z');
    await expect.poll(() => labelled('Rose')).toBe(3);
    await page.keyboard.press('Control+z');
    await expect.poll(() => labelled('Rose')).toBe(0);
  });

  test('Esc ends it and keeps the selection; the brush again, too', async () => {
    await option(3).click();
    await brush('Rose');
    await bar().waitFor();
    await page.keyboard.press('Escape');
    await bar().waitFor({ state: 'detached' });
    expect(await selected().count()).toBe(1);
    await brush('Tulip');
    await bar().waitFor();
    await brush('Tulip');
    await bar().waitFor({ state: 'detached' });
    await option(4).click();
    await page.waitForTimeout(200);
    expect([await labelled('Rose'), await labelled('Tulip')]).toEqual([0, 0]);
  });

  test('Esc in the middle of a stroke labels nothing', async () => {
    await brush('Rose');
    const to = await middle(4);
    await pressAt(2, async () => {
      await moveTo(to);
      await page.keyboard.press('Escape');
    });
    await page.waitForTimeout(200);
    expect(await labelled('Rose')).toBe(0);
  });
});

describe('the menu of a photo', () => {
  const menu = () => page.getByRole('menu', { name: 'What can be done with the photo' });
  const item = (name: RegExp) => page.getByRole('menuitem', { name });

  test('a right click outside the selection selects that photo, and inside it stays', async () => {
    await option(2).click();
    await option(4).click({ modifiers: ['Shift'] });
    await option(3).click({ button: 'right' });
    await menu().waitFor();
    expect(await selected().count()).toBe(3);
    await item(/^Label 3 photos/).waitFor();
    await expectNoViolations(page);
    await shootAll('hand-menu');
    await page.keyboard.press('Escape');
    await menu().waitFor({ state: 'detached' });
    await option(8).click({ button: 'right' });
    await menu().waitFor();
    expect(await selected().getAttribute('aria-posinset')).toBe('9');
    await item(/^Exclude/).click();
    await expect.poll(async () => (await askMain(page, 'library.state'))!.counts.excluded).toBe(1);
  });

  test.each(['Shift+F10', 'ContextMenu'])('%s opens it at the photo, once, and keys label from it', async (key) => {
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.evaluate(
      `window.menus = []; addEventListener('contextmenu', (event) => window.menus.push(event.defaultPrevented))`,
    );
    await page.keyboard.press(key);
    await menu().waitFor();
    const [at, shown] = [(await option(2).boundingBox())!, (await menu().boundingBox())!];
    expect(shown.x).toBeGreaterThanOrEqual(at.x);
    expect(shown.x).toBeLessThanOrEqual(at.x + at.width);
    // None is the browser's own.
    expect(await page.evaluate('window.menus')).not.toContain(false);
    while ((await page.locator(':focus').innerText()).trim() !== 'Label') await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('menu', { name: 'Label' }).waitFor();
    await shoot(page, 'hand-menu-label');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => labelled('Tulip')).toBe(1);
    // The keyboard is back in the grid.
    await menu().waitFor({ state: 'detached' });
    await page.locator('.grid:focus').waitFor();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => selected().getAttribute('aria-posinset')).toBe('4');
  });

  test('a key brings the photo back into view for it', async () => {
    await page.keyboard.press('ArrowRight');
    const list = page.getByRole('listbox');
    await list.hover();
    await page.mouse.wheel(0, 20_000);
    await expect.poll(() => option(0).count()).toBe(0);
    await page.keyboard.press('Shift+F10');
    await menu().waitFor();
    const [at, shown] = [(await option(1).boundingBox())!, (await menu().boundingBox())!];
    expect(Math.abs(shown.x - at.x - at.width / 2)).toBeLessThan(8);
    expect(await list.evaluate((one) => one.scrollTop)).toBe(0);
  });

  test('looks closely, and shows where the photo is', async () => {
    await option(0).click({ button: 'right' });
    await item(/^Where it is/).hover();
    await item(/^beds/).click();
    await expect.poll(() => options().count()).toBe(2);
    await page
      .getByRole('button', { name: /^Remove all|^Clear/ })
      .first()
      .click();
    await expect.poll(() => options().first().getAttribute('aria-setsize')).toBe(String(PHOTOS));
    await option(3).click({ button: 'right' });
    await item(/^Look closely/).click();
    await page.getByText(`4 of ${PHOTOS}`).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByText(`5 of ${PHOTOS}`).waitFor();
  });

  test('beside the photos there is none', async () => {
    const list = (await page.getByRole('listbox').boundingBox())!;
    await page.mouse.click(list.x + 4, list.y + 4, { button: 'right' });
    await page.waitForTimeout(200);
    expect(await menu().count()).toBe(0);
  });
});

describe('looking closely', () => {
  const dialog = () => page.getByRole('dialog');
  const view = () => page.locator('.view').first();
  const zoom = () => page.getByRole('button', { name: /^Zoom \d/ });
  const openFirst = async () => {
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await page.locator('img.photo.loaded').waitFor();
    await zoom().waitFor();
  };
  /** Where the one white pixel is on the screen, as the picture lies now. */
  const dot = async () => {
    const box = (await page.locator('img.photo').first().boundingBox())!;
    return { x: box.x + ((DOT.x + 0.5) / WIDE) * box.width, y: box.y + ((DOT.y + 0.5) / HIGH) * box.height };
  };
  const inside = async (part: { x: number; y: number }) => {
    const box = (await view().boundingBox())!;
    return { x: box.x + part.x * box.width, y: box.y + part.y * box.height };
  };

  test('the wheel zooms at the pointer: what is under it stays', async () => {
    await openFirst();
    // As large as it fits, by its own measure.
    const before = await view().evaluate((box) => box.clientWidth / 3600);
    const at = await inside({ x: 0.7, y: 0.4 });
    await page.mouse.move(at.x, at.y);
    await page.mouse.wheel(0, -400);
    await expect.poll(() => page.locator('.view.zoomed').count()).toBe(1);
    const under = async () => {
      const box = (await page.locator('img.photo').boundingBox())!;
      return { x: (at.x - box.x) / box.width, y: (at.y - box.y) / box.height, width: box.width };
    };
    const first = await under();
    expect(first.width).toBeGreaterThan(1.5 * before * 3600);
    await page.mouse.wheel(0, -300);
    await expect.poll(async () => (await under()).width).toBeGreaterThan(first.width * 1.3);
    const second = await under();
    expect(Math.abs(second.x - first.x) * second.width).toBeLessThan(2);
    expect(Math.abs(second.y - first.y) * second.width).toBeLessThan(2);
  });

  test('at 100 % every pixel is its own: one white pixel of 8.6 million is one on the screen', async () => {
    await openFirst();
    await page.keyboard.press('z');
    await page.getByRole('button', { name: 'Zoom 100 %' }).waitFor();
    await page.locator('img.whole.loaded').waitFor();
    // By keys to where it is.
    for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowRight');
    for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowUp');
    const box = (await view().boundingBox())!;
    const edge = await page.locator('img.whole').boundingBox();
    expect([edge!.width, edge!.height]).toEqual([WIDE, HIGH]);
    // Drag it into the middle.
    const from = await dot();
    const middleOfView = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
    await page.mouse.move(middleOfView.x, middleOfView.y);
    await page.mouse.down();
    await moveTo({
      x: middleOfView.x + Math.round(middleOfView.x - from.x),
      y: middleOfView.y + Math.round(middleOfView.y - from.y),
    });
    await page.mouse.up();
    const there = await dot();
    expect(Math.abs(there.x - middleOfView.x)).toBeLessThan(3);
    await page.mouse.move(box.x + 5, box.y + 5);
    await page.waitForTimeout(200);
    const clip = { x: Math.floor(there.x) - 4, y: Math.floor(there.y) - 4, width: 9, height: 9 };
    const { data, info } = await sharp(await page.screenshot({ clip }))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const bright = [...data].flatMap((value, i) => (value > 128 ? [[i % info.width, Math.floor(i / info.width)]] : []));
    expect(bright).toEqual([[4, 4]]);
    await shoot(page, 'hand-actual-size');
  });

  test('a double click, the keys and the buttons lead there and back; the next photo is whole again', async () => {
    await openFirst();
    const at = await inside({ x: 0.6, y: 0.6 });
    await page.mouse.dblclick(at.x, at.y);
    await page.getByRole('button', { name: 'Zoom 100 %' }).waitFor();
    await page.mouse.dblclick(at.x, at.y);
    await expect.poll(() => page.locator('.view.zoomed').count()).toBe(0);
    await page.keyboard.press('+');
    await expect.poll(() => page.locator('.view.zoomed').count()).toBe(1);
    await page.keyboard.press('-');
    await expect.poll(() => page.locator('.view.zoomed').count()).toBe(0);
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await expect.poll(() => page.locator('.view.zoomed').count()).toBe(1);
    await page.keyboard.press('PageDown');
    await page.getByText(`2 of ${PHOTOS}`).waitFor();
    await expect.poll(() => page.locator('.view.zoomed').count()).toBe(0);
    // With the whole photo in sight the arrows go on.
    await page.keyboard.press('ArrowLeft');
    await page.getByText(`1 of ${PHOTOS}`).waitFor();
    // Labels still come from the keys.
    await page.keyboard.press('+');
    await page.keyboard.press('1');
    await expect.poll(() => labelled('Rose')).toBe(1);
  });

  test('two fingers spread what lies between them', async () => {
    await openFirst();
    const session = await page.context().newCDPSession(page);
    const [a, b] = [await inside({ x: 0.45, y: 0.5 }), await inside({ x: 0.55, y: 0.5 })];
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', by: number) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints:
          type === 'touchEnd'
            ? []
            : [
                { x: a.x - by, y: a.y, id: 1 },
                { x: b.x + by, y: b.y, id: 2 },
              ],
      });
    await touch('touchStart', 0);
    for (const by of [20, 60, 120]) await touch('touchMove', by);
    await touch('touchEnd', 0);
    await expect.poll(() => page.locator('.view.zoomed').count()).toBe(1);
    const box = (await page.locator('img.photo').boundingBox())!;
    const fits = (await view().boundingBox())!.width;
    expect(box.width).toBeGreaterThan(2 * Math.min(fits, 3600));
  });

  test('what the camera wrote stands beside the photo, and is still there the next time', async () => {
    await openFirst();
    await page.keyboard.press('i');
    const facts = page.getByRole('complementary', { name: 'What is known of the photo' });
    await facts.getByText('NIKON D90').waitFor();
    const text = await facts.innerText();
    for (const part of ['a-0.jpg', 'beds', '3,600 × 2,400', 'JPEG', 'AF-S 18-105mm', '1/250 s · f/5.6 · ISO 400']) {
      expect(text).toContain(part);
    }
    expect(text).toContain('52.51630° N, 13.37770° E');
    expect(text).not.toContain('Focal');
    await expectNoViolations(page);
    await shootAll('hand-facts');
    await page.keyboard.press('End');
    await facts.getByText('The camera left no notes in this file.').waitFor();
    await page.keyboard.press('Escape');
    await page.reload();
    await options().first().waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await facts.waitFor();
    await page.keyboard.press('i');
    await facts.waitFor({ state: 'detached' });
  });

  test('two photos lie side by side and are looked at together; keys label the framed one', async () => {
    const [left, right] = [page.getByRole('button', { name: /^Left:/ }), page.getByRole('button', { name: /^Right:/ })];
    await option(0).click();
    await page.keyboard.press('c');
    await page.getByText('Select two photos first, then press C.').waitFor();
    await option(1).click({ modifiers: ['Control'] });
    await page.getByRole('button', { name: 'Side by side' }).waitFor();
    await page.keyboard.press('c');
    await dialog().waitFor();
    await zoom().waitFor();
    await expectNoViolations(page);
    await shootAll('hand-compare');
    const boxes = async () => {
      const shown = await page.locator('img.photo').evaluateAll((all) => all.map((one) => one.getBoundingClientRect()));
      const views = await page.locator('.view').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().x));
      return shown.map(({ x, y, width }, i) => [x - views[i]!, y, width].map(Math.round));
    };
    // After the small window of the picture.
    await expect.poll(async () => (await boxes())[0]![2]).toBeGreaterThan(600);
    await page.waitForTimeout(200);
    await page.keyboard.press('z');
    await expect.poll(async () => (await boxes())[0]![2]).toBe(WIDE);
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    const [one, other] = await boxes();
    expect(one).toEqual(other);
    // Dragged on the right, both move.
    const views = page.locator('.view');
    const second = (await views.nth(1).boundingBox())!;
    await page.mouse.move(second.x + 200, second.y + 200);
    await page.mouse.down();
    await moveTo({ x: second.x + 260, y: second.y + 170 });
    await page.mouse.up();
    const after = await boxes();
    expect(after[0]).toEqual(after[1]);
    expect(after[0]![0]! - one![0]!).toBe(60);
    await shoot(page, 'hand-compare-close');
    await page.keyboard.press('f');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => right.getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('2');
    await expect.poll(() => labelled('Tulip')).toBe(1);
    await right.getByText('Tulip').waitFor();
    await left.click();
    await page.keyboard.press('1');
    await expect.poll(() => labelled('Rose')).toBe(1);
    await page.keyboard.press('n');
    await left.getByText('None of these').waitFor();
    await page.keyboard.press('n');
    await left.getByText('Unlabelled').waitFor();
    await page.keyboard.press('c');
    await dialog().waitFor({ state: 'detached' });
    expect(await selected().count()).toBe(2);
  });

  test('nothing was refused or thrown on the way', () => {
    expect(complaints).toEqual([]);
  });
});
