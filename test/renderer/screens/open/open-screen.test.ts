import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import App from '../../../../src/renderer/app/App.svelte';
import { WhiskerError } from '../../../../src/shared/errors.ts';
import type { RecentLibrary } from '../../../../src/shared/types.ts';
import { createFakeBridge, type FakeOptions } from '../../fake-bridge.ts';

const user = userEvent.setup();

async function start(options: FakeOptions = {}) {
  const fake = createFakeBridge({ open: false, ...options });
  render(App, { transport: fake });
  await screen.findByRole('heading', { name: 'Whisker' });
  return fake;
}

const recent = (name: string, available = true): RecentLibrary => ({
  name,
  folder: `/home/ada/${name}`,
  photos: 12,
  labelled: 3,
  openedAt: '2026-11-20T10:00:00Z',
  available,
});

beforeEach(() => localStorage.clear());
afterEach(cleanup);

describe('opening a library', () => {
  it('uses the system’s dialog on the desktop', async () => {
    await start({ host: 'desktop' });
    await user.click(screen.getByRole('button', { name: 'Open a folder of photos' }));
    expect(await screen.findByRole('button', { name: 'Library: Harbour' })).toBeTruthy();
  });

  it('walks through folders in the browser, by click and by typing', async () => {
    await start();
    await user.click(screen.getByRole('button', { name: 'Open a folder of photos' }));
    const dialog = await screen.findByRole('dialog', { name: 'Open a folder of photos' });
    await user.click(await within(dialog).findByRole('button', { name: 'Cats' }));
    expect(await within(dialog).findByText('412 photos directly in this folder')).toBeTruthy();
    await user.clear(within(dialog).getByLabelText('Folder'));
    await user.type(within(dialog).getByLabelText('Folder'), '/secret{Enter}');
    expect(await within(dialog).findByText('/secret can’t be read.')).toBeTruthy();
    // What can't be listed can't be opened either, and nothing else is opened in its place.
    expect(within(dialog).getByRole('button', { name: 'Open this folder' })).toHaveProperty('disabled', true);
  });

  it('opens what was typed, not what is listed, also without Enter', async () => {
    const fake = await start();
    await user.click(screen.getByRole('button', { name: 'Open a folder of photos' }));
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByRole('button', { name: 'Cats' });
    const field = within(dialog).getByLabelText('Folder');
    await user.clear(field);
    await user.type(field, '/home/ada/Pictures/Scans');
    await user.click(within(dialog).getByRole('button', { name: 'Open this folder' }));
    expect(await screen.findByRole('button', { name: 'Library: Scans' })).toBeTruthy();
    expect(fake.calls.filter(({ name }) => name === 'library.open').map(({ input }) => input)).toEqual([
      { folder: '/home/ada/Pictures/Scans' },
    ]);
  });

  it('opens nothing when what was typed is not there', async () => {
    const fake = await start();
    await user.click(screen.getByRole('button', { name: 'Open a folder of photos' }));
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByRole('button', { name: 'Cats' });
    const field = within(dialog).getByLabelText('Folder');
    await user.clear(field);
    await user.type(field, '/secret');
    await user.click(within(dialog).getByRole('button', { name: 'Open this folder' }));
    expect(await within(dialog).findByText('/secret can’t be read.')).toBeTruthy();
    expect(fake.calls.some(({ name }) => name === 'library.open')).toBe(false);
  });

  it('tries the sample', async () => {
    await start();
    await user.click(screen.getByRole('button', { name: 'Try the sample library' }));
    expect(await screen.findByRole('button', { name: 'Library: Sample shapes' })).toBeTruthy();
  });

  it('offers the backup of a library that is damaged, and opens what was restored', async () => {
    const damaged = new WhiskerError('restorable', 'The database is damaged.', 'Restore its backup.');
    const handlers = {
      'library.open': () => {
        throw damaged;
      },
    };
    const fake = await start({ recent: [recent('Garden')], handlers });
    await user.click(await screen.findByRole('button', { name: /^Garden/ }));
    await user.click(await screen.findByRole('button', { name: 'Restore' }));
    expect(await screen.findByRole('button', { name: 'Library: Garden' })).toBeTruthy();
    const restored = fake.calls.filter(({ name }) => name === 'library.restore').map(({ input }) => input);
    expect(restored).toEqual([{ folder: '/home/ada/Garden' }]);
  });

  it('lists recent libraries, greys out what is not there, and forgets on request', async () => {
    const fake = await start({ recent: [recent('Garden'), recent('Card', false)] });
    expect(await screen.findByRole('button', { name: /^Card/ })).toHaveProperty('disabled', true);
    await user.click(screen.getByRole('button', { name: 'Remove Card from the list' }));
    expect(screen.queryByRole('button', { name: /^Card/ })).toBeNull();
    expect(fake.calls.at(-1)).toEqual({ name: 'libraries.forget', input: { folder: '/home/ada/Card' } });
    await user.click(screen.getByRole('button', { name: /^Garden/ }));
    expect(await screen.findByRole('button', { name: 'Library: Garden' })).toBeTruthy();
  });

  it('finds a recent library whose folder moved', async () => {
    const fake = await start({ recent: [recent('Garden'), recent('Card', false)] });
    expect(screen.queryByRole('button', { name: 'Locate Garden…' })).toBeNull();
    await user.click(await screen.findByRole('button', { name: 'Locate Card…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Locate “Card”' });
    await user.click(await within(dialog).findByRole('button', { name: 'Scans' }));
    await within(dialog).findByText('412 photos directly in this folder');
    await user.click(within(dialog).getByRole('button', { name: 'Open this folder' }));
    expect(await screen.findByRole('button', { name: 'Library: Scans' })).toBeTruthy();
    expect(fake.calls.find(({ name }) => name === 'library.locate')?.input).toEqual({
      from: '/home/ada/Card',
      // The picker begins where the folder was.
      folder: '/home/ada/Scans',
    });
  });
});
