// What the menu of a photo offers where there is more to it than a photo alone: bursts, a network, the desktop.

import { cleanup, fireEvent, render, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import App from '../../../../src/renderer/app/App.svelte';
import type { Transport } from '../../../../src/renderer/api.ts';
import type { BurstList, PhotoId } from '../../../../src/shared/types.ts';
import { createFakeBridge, type FakeOptions } from '../../fake-bridge.ts';

const user = userEvent.setup();
/** Of eight photos, 2, 3 and 6 are nearly the same. */
const bursts: BurstList = { photoIds: [2, 3, 6] as PhotoId[], firsts: [2, 2, 2] as PhotoId[] };

beforeEach(() => {
  localStorage.clear();
  // Without a layout engine nothing has a size, and the grid renders only what is in sight.
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(420);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(700);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

/** Opens the menu of a photo by a right click. */
async function menuOf(id: number, options: FakeOptions = {}, transport: Partial<Transport> = {}) {
  const fake = createFakeBridge({ photos: 8, classes: ['Cat', 'Dog'], ...options });
  render(App, { transport: { ...fake, ...transport } });
  await waitFor(() => expect(document.getElementById(`photo-${id}`)).toBeTruthy());
  await fireEvent.contextMenu(document.getElementById(`photo-${id}`)!);
  await item(/^Look closely/);
  return fake;
}

// By selectors: to work out every role on a page takes long.
const items = () => [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')];
const words = () => items().map(({ textContent }) => textContent?.trim() ?? '');
const item = (name: RegExp) =>
  vi.waitUntil(() => items().find(({ textContent }) => name.test(textContent?.trim() ?? '')), { timeout: 8000 });
const choose = async (name: RegExp) => user.click(await item(name));
const selected = () =>
  [...document.querySelectorAll<HTMLElement>('[role="option"][aria-selected="true"]')].map(({ dataset }) =>
    Number(dataset['id']),
  );

it('a group of photos that are nearly the same is selected whole, and opens for it', async () => {
  await menuOf(2, { handlers: { 'bursts.list': () => bursts } });
  await choose(/^Select all 3 nearly the same/);
  await waitFor(() => expect(selected()).toEqual([2, 3, 6]));
});

it('offers nothing about groups, likeness, two photos or the file manager where there is none of it', async () => {
  await menuOf(4, { handlers: { 'bursts.list': () => bursts } });
  await item(/^Where it is/);
  expect(words().join(' ')).not.toMatch(/nearly the same|More like this|Side by side|Reveal/);
});

it('labels what is selected as the keys do', async () => {
  const fake = await menuOf(4, { labelled: 0 });
  for (const [word, code, taken] of [
    [/^None of these/, -2, /^Take back “None of these”/],
    [/^Unsure/, -3, /^Take back “Unsure”/],
    [/^Exclude/, -1, /^Take back “Excluded”/],
  ] as const) {
    await choose(word);
    await waitFor(() => expect(fake.state.labels[3]).toBe(code));
    await fireEvent.contextMenu(document.getElementById('photo-4')!);
    await choose(taken);
    await waitFor(() => expect(fake.state.labels[3]).toBe(0));
    await fireEvent.contextMenu(document.getElementById('photo-4')!);
  }
});

it('reveals the photo on the desktop', async () => {
  const revealPhoto = vi.fn(async () => {});
  await menuOf(4, {}, { revealPhoto });
  await choose(/^Reveal in folder/);
  expect(revealPhoto.mock.calls).toEqual([[4, expect.stringMatching(/^beds\//)]]);
});

it('finds photos like it once a network has looked at them', async () => {
  const fake = await menuOf(4, { features: { status: 'ready', photos: 8 } });
  await choose(/^More like this/);
  await waitFor(() => expect(fake.calls.map(({ name }) => name)).toContain('photos.alike'));
});
