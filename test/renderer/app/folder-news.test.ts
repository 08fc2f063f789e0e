// What is said of a folder that changes by itself.

import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import App from '../../../src/renderer/app/App.svelte';
import { createFakeBridge } from '../fake-bridge.ts';

const user = userEvent.setup();

async function opened() {
  const fake = createFakeBridge({ photos: 10 });
  render(App, { transport: fake });
  await screen.findByRole('button', { name: 'Library: Garden 2026' });
  return fake;
}

beforeEach(() => localStorage.clear());
afterEach(() => {
  cleanup();
  history.replaceState(null, '', '#');
});

it('what a scan found that nobody asked for is one line, and a click shows what is new', async () => {
  const fake = await opened();
  fake.setScan({ phase: 'reading', isNews: true });
  fake.setScan({ phase: 'done', isNews: true, added: 12, removed: 3 });
  await screen.findByText('12 new photos, 3 gone.');
  await user.click(screen.getByRole('button', { name: 'Show' }));
  await expect
    .poll(() => fake.calls.findLast(({ name }) => name === 'photos.find')?.input)
    .toEqual({ search: {}, sort: { by: 'added', descending: true } });
});

it('photos that come in several scans are one line', async () => {
  const fake = await opened();
  for (const added of [40, 30, 5]) {
    fake.setScan({ phase: 'reading', isNews: true });
    fake.setScan({ phase: 'done', isNews: true, added });
  }
  await screen.findByText('75 new photos.');
  expect(screen.queryByText(/^(40|30|5|70) new photos/)).toBeNull();
});

it('a scan that found nothing otherwise, or the first of a folder, is no news', async () => {
  const fake = await opened();
  fake.setScan({ phase: 'reading', isNews: true });
  fake.setScan({ phase: 'done', isNews: true, added: 0, removed: 0, moved: 0 });
  fake.setScan({ phase: 'reading', isNews: false });
  fake.setScan({ phase: 'done', isNews: false, added: 12 });
  expect(screen.queryByText(/new photos/)).toBeNull();
  expect(screen.queryByText('Nothing new.')).toBeNull();
});

it('main is told when the window comes to the front, and why a folder is not watched is said', async () => {
  const fake = await opened();
  const before = fake.calls.length;
  window.dispatchEvent(new Event('focus'));
  document.dispatchEvent(new Event('visibilitychange'));
  const looks = () => fake.calls.slice(before).filter(({ name }) => name === 'library.lookAgain');
  expect(looks()).toHaveLength(2);
  const message = 'This machine can’t watch any more folders.';
  fake.emit('folder.unwatched', { message });
  expect(await screen.findByText(message)).toBeTruthy();
});

it('watching is a switch of the library’s menu, as main has it, whoever switched it', async () => {
  const fake = await opened();
  const look = async () => {
    await user.click(screen.getByRole('button', { name: 'Library: Garden 2026' }));
    return screen.getByRole('menuitemcheckbox', { name: /^Watch the folder for changes/ });
  };
  const item = await look();
  expect(item.getAttribute('aria-checked')).toBe('true');
  await user.click(item);
  await expect.poll(() => fake.calls.at(-1)).toEqual({ name: 'watch.set', input: { on: false } });
  expect((await look()).getAttribute('aria-checked')).toBe('false');
  fake.emit('watch.changed', { on: true });
  await expect.poll(() => screen.getByRole('menuitemcheckbox').getAttribute('aria-checked')).toBe('true');
});
