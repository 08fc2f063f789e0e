import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import App from '../../../src/renderer/app/App.svelte';
import { createFakeBridge, type FakeOptions } from '../fake-bridge.ts';

const user = userEvent.setup();
const sentence = 'This folder isn’t there now. Your labels are kept.';

async function withoutFolder(options: FakeOptions = {}) {
  const fake = createFakeBridge({ photos: 10, classes: ['Cat'], labelled: 3, ...options });
  render(App, { transport: fake });
  await screen.findByRole('button', { name: 'Library: Garden 2026' });
  fake.setScan({ phase: 'listing' });
  fake.setScan({ phase: 'missing', error: 'There is no folder "/home/ada/Pictures/Garden 2026".' });
  await screen.findByText(sentence);
  return fake;
}

beforeEach(() => localStorage.clear());
afterEach(cleanup);

it('a folder that is away is said until a scan finds it, whatever is looked at', async () => {
  const fake = await withoutFolder();
  await user.click(screen.getByRole('button', { name: 'Train' }));
  expect(screen.getByText(sentence)).toBeTruthy();

  const again = screen.getByRole('button', { name: 'Try again' });
  await user.click(again);
  expect(fake.calls.at(-1)?.name).toBe('library.rescan');
  fake.setScan({ phase: 'listing', error: null });
  fake.setScan({ phase: 'missing' });
  expect(await screen.findByText('The folder still isn’t there.')).toBeTruthy();
  expect(document.activeElement).toBe(again);

  fake.setScan({ phase: 'listing' });
  fake.setScan({ phase: 'done' });
  await expect.poll(() => screen.queryByText(sentence)).toBeNull();
});

it('it is told too where only the whole state says so', async () => {
  const fake = createFakeBridge({ photos: 3 });
  fake.setScan({ phase: 'missing', error: 'There is no folder.' });
  render(App, { transport: fake });
  expect(await screen.findByText(sentence)).toBeTruthy();
});

it('where it lies now is asked for, and a folder that is another one leaves the question open', async () => {
  const fake = await withoutFolder();
  await user.click(screen.getByRole('button', { name: 'Locate…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Locate “Garden 2026”' });
  await user.click(await within(dialog).findByRole('button', { name: 'Harbour' }));
  await within(dialog).findByText('412 photos directly in this folder');
  await user.click(within(dialog).getByRole('button', { name: 'Open this folder' }));
  expect(await screen.findByText(/doesn't hold the photos/)).toBeTruthy();
  expect(screen.getByRole('dialog')).toBe(dialog);

  const field = within(dialog).getByLabelText('Folder');
  await user.clear(field);
  await user.type(field, '/media/ada/Garden');
  await user.click(within(dialog).getByRole('button', { name: 'Open this folder' }));
  expect(await screen.findByRole('button', { name: 'Library: Garden' })).toBeTruthy();
  expect(screen.queryByText(sentence)).toBeNull();
  expect(fake.calls.filter(({ name }) => name === 'library.locate').at(-1)?.input).toEqual({
    from: '/home/ada/Pictures/Garden 2026',
    folder: '/media/ada/Garden',
  });
});

it('on the desktop the system’s dialog asks', async () => {
  const fake = await withoutFolder({ host: 'desktop' });
  await user.click(screen.getByRole('button', { name: 'Locate…' }));
  await expect
    .poll(() => fake.calls.at(-1))
    .toEqual({
      name: 'library.locate',
      input: { from: '/home/ada/Pictures/Garden 2026', folder: '/home/ada/Pictures/Harbour' },
    });
});

it('where it seems to lie by its content is offered, and one click uses it', async () => {
  const folder = '/media/ada/Garden';
  const fake = await withoutFolder({ handlers: { 'library.findMoved': () => ({ folder }) } });
  await screen.findByText('It seems to be at /media/ada/Garden now.');
  await user.click(screen.getByRole('button', { name: 'Use it' }));
  expect(await screen.findByRole('button', { name: 'Library: Garden' })).toBeTruthy();
  expect(fake.calls.filter(({ name }) => name === 'library.locate').at(-1)?.input).toEqual({
    from: '/home/ada/Pictures/Garden 2026',
    folder,
  });
});
