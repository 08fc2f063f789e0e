// The desktop app in the engine of its own window: built main, preload and screens in a Chromium, Electron's part
// played by the fakes (desktop/). What the real Electron adds is in electron.smoke.test.ts.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ipcChannels } from '../../src/shared/ipc-channels.ts';
import { startOnFakes, type WindowOnFakes } from './desktop/on-fakes.ts';
import {
  allDrawn,
  storyPlaces,
  tellOfLimits,
  tellOfNextStart,
  tellOfPage,
  tellOfQuitting,
  tellOfWindow,
} from './desktop/story.ts';
import { startBrowser } from './harness.ts';
import { askThroughBridge } from './hosts.ts';

const places = storyPlaces();
let browser: Browser;
let app: WindowOnFakes;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.main.kill();
});
const folder = async () => (await askThroughBridge(app.page, 'library.state'))?.library.folder;

describe('a window', () => {
  beforeAll(async () => {
    app = await startOnFakes(browser, { dataDir: places.data });
  });

  test('opens the folder that the system’s dialog brings', async () => {
    await app.answerFolderDialog(places.photos);
    await app.page.getByRole('button', { name: 'Open a folder of photos' }).click();
    await expect.poll(folder).toBe(places.photos);
    await allDrawn(app.page);
  });

  test('opens a folder that is dropped on it; a file is told where to go', async () => {
    await askThroughBridge(app.page, 'library.close');
    await app.page.getByRole('button', { name: 'Open a folder of photos' }).waitFor();
    const file = join(places.data, 'note.txt');
    writeFileSync(file, 'no photo');
    await app.drop(file);
    await app.page.getByText('Drop the folder that it lies in.').waitFor();
    expect(await folder()).toBeUndefined();
    await app.drop(places.photos);
    await expect.poll(folder).toBe(places.photos);
  });

  tellOfPage(() => app.page);
  tellOfWindow(() => app, places);

  test('a photo’s picture comes with its policy, in a size of its own, and not again when it is known', async () => {
    const first = (await askThroughBridge(app.page, 'photos.list', { filter: { kind: 'all' } })).ids[0];
    const asked = `(async () => {
      const first = await fetch('/photo/${first}/large');
      const etag = first.headers.get('etag');
      const again = await fetch('/photo/${first}/large', { headers: { 'if-none-match': etag ?? '' } });
      const headers = Object.fromEntries(first.headers);
      return { status: first.status, type: headers['content-type'], policy: headers['x-content-type-options'],
        bytes: (await first.blob()).size > 100, again: again.status };
    })()`;
    const picture = { status: 200, type: 'image/webp', policy: 'nosniff', bytes: true, again: 304 };
    expect(await app.page.evaluate(asked)).toMatchObject(picture);
  });

  test('a hundred thousand ids cross in one call, and twice as many in one event', async () => {
    const ids = Array.from({ length: 100_000 }, (_, i) => i + 1);
    const refused = `whisker.call('labels.set', { photoIds: ${JSON.stringify(ids)}, label: 1, source: 'person', chosen: 'hand' })`;
    // None but 40 of these photos exist, and labels are set for all or for none.
    expect(await app.page.evaluate(refused)).toMatchObject({ ok: false });
    expect((await askThroughBridge(app.page, 'library.state'))?.counts.labelled).toBe(6);

    const heard = app.page.evaluate(`new Promise((done) => {
      const stop = whisker.subscribe(({ name, payload }) => name === 'photos.removed' && (stop(), done(payload.ids.length)));
    })`);
    const event = { name: 'photos.removed', payload: { ids: Array.from({ length: 200_000 }, (_, i) => -1 - i) } };
    await app.main.order('send', ipcChannels.event, event);
    expect(await heard).toBe(200_000);
  });

  tellOfLimits(() => app);
  tellOfQuitting(() => app);
});

describe('the next start, with the folder on the command line', () => {
  beforeAll(async () => {
    app = await startOnFakes(browser, { dataDir: places.data, args: [places.photos] });
  });
  tellOfNextStart(() => app.page);
});
