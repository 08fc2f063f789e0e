// Photos that are nearly the same in the grid: one card that opens in place, and one press that labels the others.

import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import App from '../../../../src/renderer/app/App.svelte';
import type { BurstList, PhotoId } from '../../../../src/shared/types.ts';
import { createFakeBridge, type FakeOptions } from '../../fake-bridge.ts';

const user = userEvent.setup();
/** Of eight photos, 2, 3 and 6 are nearly the same, and so are 7 and 8. */
const bursts: BurstList = { photoIds: [2, 3, 6, 7, 8] as PhotoId[], firsts: [2, 2, 2, 7, 7] as PhotoId[] };

async function open(options: FakeOptions = {}) {
  const fake = createFakeBridge({
    ...{ photos: 8, classes: ['Cat', 'Dog'], handlers: { 'bursts.list': () => bursts } },
    ...options,
  });
  render(App, { transport: fake });
  await screen.findByRole('listbox', { name: 'All photos, 8 photos in 5 cards' });
  return fake;
}

const shown = () => screen.getAllByRole('option').map((option) => Number(option.dataset['id']));
const settled = (check: () => void) => vi.waitFor(check, { timeout: 2000 });

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

it('shows one card of each group with its number, and says so', async () => {
  await open();
  expect(shown()).toEqual([1, 2, 4, 5, 7]);
  expect(screen.getByRole('option', { name: /one of 3 nearly the same, unlabelled$/ }).dataset['id']).toBe('2');
  expect(screen.getByText('8 in 5 cards')).toBeTruthy();
});

it('opens in place and closes with B, and the keyboard stays on what shows', async () => {
  await open();
  await user.keyboard('{ArrowRight}{ArrowRight}b');
  await settled(() => expect(shown()).toEqual([1, 2, 3, 6, 4, 5, 7]));
  expect(screen.getByRole('option', { name: /, 3 of 3 nearly the same/ }).dataset['id']).toBe('6');
  await user.keyboard('{ArrowRight}{ArrowRight}b');
  await settled(() => expect(shown()).toEqual([1, 2, 4, 5, 7]));
  expect(screen.getByRole('option', { selected: true }).dataset['id']).toBe('2');
  await user.keyboard('{ArrowLeft}b');
  expect(await screen.findByText('No other photo is nearly the same.')).toBeTruthy();
});

it('labels the photo of a closed card, and the others on one more press, as a step of its own', async () => {
  const fake = await open();
  await user.keyboard('{ArrowRight}{ArrowRight}');
  expect(screen.getByText(/^1 selected/).textContent).toMatch(/1 selected\s+of 3 nearly the same/);
  await user.keyboard('1');
  await settled(() => expect(fake.state.labels).toEqual([0, 1, 0, 0, 0, 0, 0, 0]));
  expect(await screen.findByText('2 more are nearly the same.')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Cat too (A)' }));
  await settled(() => expect(fake.state.labels).toEqual([0, 1, 1, 0, 0, 1, 0, 0]));
  await user.keyboard('{Control>}z{/Control}');
  await settled(() => expect(fake.state.labels).toEqual([0, 1, 0, 0, 0, 0, 0, 0]));
  // Its time is over.
  await user.keyboard('a');
  expect(fake.state.labels).toEqual([0, 1, 0, 0, 0, 0, 0, 0]);
});

it('offers with A, never touches a label that is there, and offers nothing of a group that is open', async () => {
  const fake = await open({ labelled: 2 });
  // Photos 1 and 2 carry Cat and Dog.
  await user.keyboard('{ArrowRight}{ArrowRight}1');
  await settled(() => expect(fake.state.labels.slice(0, 2)).toEqual([1, 1]));
  await screen.findByText('2 more are nearly the same.');
  await user.keyboard('a');
  await settled(() => expect(fake.state.labels).toEqual([1, 1, 1, 0, 0, 1, 0, 0]));
  await user.keyboard('2');
  await settled(() => expect(fake.state.labels[1]).toBe(2));
  expect(screen.queryByText(/more are nearly the same/)).toBeNull();
  await user.keyboard('{End}b');
  await settled(() => expect(shown()).toContain(8));
  await user.keyboard('x');
  await settled(() => expect(fake.state.labels[6]).toBe(-1));
  expect(screen.queryByText(/nearly the same\.$/)).toBeNull();
});

it('selects every photo with Ctrl+A, whatever a card hides', async () => {
  await open();
  await user.keyboard('{Control>}a{/Control}');
  expect(screen.getByText('8 selected')).toBeTruthy();
});

it('shows every photo when grouping is off, and remembers that', async () => {
  await open();
  const grouping = screen.getByRole('button', { name: 'Group what is nearly the same' });
  expect(grouping.getAttribute('aria-pressed')).toBe('true');
  await user.click(grouping);
  await settled(() => expect(shown()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]));
  cleanup();
  const fake = createFakeBridge({ photos: 8, classes: ['Cat'], handlers: { 'bursts.list': () => bursts } });
  render(App, { transport: fake });
  await screen.findByRole('listbox', { name: 'All photos, 8 photos' });
});

it('asks again when other photos are nearly the same', async () => {
  let now = bursts;
  const fake = await open({ handlers: { 'bursts.list': () => now } });
  now = { photoIds: [], firsts: [] };
  fake.emit('bursts.changed', null);
  await screen.findByRole('listbox', { name: 'All photos, 8 photos' });
});
