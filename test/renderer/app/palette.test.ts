// The command palette on the real screens: it lists what its keys would do, and does the same.

import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../src/renderer/app/App.svelte';
import { createFakeBridge, type FakeBridge, type FakeOptions } from '../fake-bridge.ts';
import { endedRun, withLearning } from '../fake-learning.ts';

const user = userEvent.setup();

beforeEach(() => {
  localStorage.clear();
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(420);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(700);
});
afterEach(() => {
  cleanup();
  // A search stands in the address.
  history.replaceState(null, '', location.pathname);
  vi.restoreAllMocks();
});

async function openLibrary(options: FakeOptions = {}): Promise<FakeBridge> {
  const fake = createFakeBridge({ photos: 9, classes: ['Ant', 'Bee'], ...options });
  render(App, { transport: fake });
  await screen.findByRole('listbox', { name: /All photos/ });
  return fake;
}

// By selectors: to work out every role on a page takes long.
const dialogs = () =>
  [...document.querySelectorAll('[role="dialog"] [data-dialog-title]')].map((one) => one.textContent);
const dialog = (title: string) => waitFor(() => expect(dialogs()).toContain(title));

async function openPalette() {
  await user.keyboard('{Control>}k{/Control}');
  await dialog('Commands');
}
const rows = () =>
  [...document.querySelectorAll<HTMLElement>('[role="dialog"] [role="option"] .name')].map((one) => one.textContent);
const rowOf = (label: string) =>
  [...document.querySelectorAll<HTMLElement>('[role="dialog"] [role="option"]')].find(
    (row) => row.querySelector('.name')?.textContent === label,
  );
const isGone = () => waitFor(() => expect(dialogs()).not.toContain('Commands'));
const labelled = (fake: FakeBridge) => fake.calls.filter(({ name }) => name === 'labels.set').map(({ input }) => input);

describe('what it lists', () => {
  it('is what can be done here, with its keys; what nothing is selected for is left out', async () => {
    await openLibrary();
    await openPalette();
    expect(rows()).toEqual(
      expect.arrayContaining(['New class', 'Select all', 'Show Bee', 'Train', 'Show piles', 'Import labels…']),
    );
    expect(rowOf('Select all')?.querySelector('.keys')?.textContent).toBe('CtrlA');
    for (const absent of [
      'Label with Bee',
      'Exclude, or take back',
      'Next photo',
      'More like this',
      'Go to another photo',
    ])
      expect(rows(), absent).not.toContain(absent);
    expect(rows().some((row) => row?.startsWith('Undo'))).toBe(false);
    expect(new Set(rows()).size).toBe(rows().length);
  });

  it('grows with the selection, and follows to a photo shown large', async () => {
    await openLibrary();
    await user.keyboard('{ArrowRight}');
    await openPalette();
    expect(rows()).toEqual(
      expect.arrayContaining([
        'Label with Ant',
        'None of these classes, or take back',
        'Unsure: comes back later; or take back',
        'Exclude, or take back',
        'Look closely',
      ]),
    );
    await user.keyboard('{Escape}');
    await isGone();
    await user.keyboard(' ');
    await screen.findByText('1 of 9');
    await openPalette();
    expect(rows()).toEqual(expect.arrayContaining(['Label with Ant', 'Next photo', 'Back to the grid']));
    for (const absent of ['Select all', 'Look closely', 'Map, or the grid alone']) expect(rows()).not.toContain(absent);
  });

  it('is folders and help where no library is open', async () => {
    const recent = ['Garden', 'Away'].map((name) => ({
      ...{ name, folder: `/home/ada/${name}`, photos: 9, labelled: 0, openedAt: '2026-11-26T03:00:00Z' },
      available: name === 'Garden',
    }));
    const fake = createFakeBridge({ open: false, recent });
    render(App, { transport: fake });
    await screen.findByRole('button', { name: 'Try the sample library' });
    await openPalette();
    await waitFor(() => expect(rows()).toContain('Open Garden'));
    expect(rows()).not.toContain('Open Away');
    expect(rows()).not.toContain('Train');
    await user.keyboard('garden{Enter}');
    await isGone();
    await waitFor(() =>
      expect(fake.calls).toContainEqual({ name: 'library.open', input: { folder: '/home/ada/Garden' } }),
    );
  });

  it('is what review decides, while one reviews', async () => {
    const options = { photos: 12, classes: ['Ant', 'Bee'], labelled: 2, runs: [endedRun(1)] };
    const fake = withLearning(createFakeBridge, options);
    render(App, { transport: fake });
    await user.click(await screen.findByText('Review'));
    await screen.findByText(/^1 of \d+$/);
    await openPalette();
    expect(rows()).toEqual(
      expect.arrayContaining([
        'The prediction is right',
        'Label with Bee',
        'Unsure: comes back when all else is done',
        'Review, by class',
        'Run 1',
      ]),
    );
    await user.keyboard('label bee{Enter}');
    await isGone();
    await waitFor(() => expect(labelled(fake).at(-1)).toMatchObject({ label: 2 }));
  });
});

describe('Enter carries out', () => {
  it('what the key would: the label, to the photo that was selected', async () => {
    const fake = await openLibrary();
    await user.keyboard('{ArrowRight}{ArrowRight}');
    await openPalette();
    await user.keyboard('bee lab{Enter}');
    await isGone();
    await waitFor(() => expect(labelled(fake)).toMatchObject([{ photoIds: [2], label: 2, chosen: 'hand' }]));
    await openPalette();
    expect(rows()).toContain('Undo: Label 1 photo as Bee');
    await user.keyboard('undo lab{Enter}');
    await waitFor(() => expect(fake.state.labels[1]).toBe(0));
  });

  it('a screen to go to, a class to be shown, a dialog', async () => {
    await openLibrary({ labelled: 4 });
    await openPalette();
    await user.keyboard('show ant{Enter}');
    await screen.findByRole('listbox', { name: /^Ant, 2 photos/ });
    await openPalette();
    await user.keyboard('new class{Enter}');
    await dialog('New class');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(dialogs()).toEqual([]));
    await openPalette();
    await user.keyboard('train{Enter}');
    await screen.findByRole('heading', { name: 'Train' });
    await openPalette();
    await user.keyboard('history{Enter}');
    await screen.findByRole('complementary', { name: 'History' });
    await openPalette();
    await user.keyboard('how it{Enter}');
    await screen.findByRole('heading', { name: 'How it learns' });
  });

  it('what a saved view finds', async () => {
    const fake = await openLibrary();
    const sort = { by: 'added', descending: false } as const;
    await fake.call('views.save', { name: 'Roses', search: { name: 'rose-0003' }, sort });
    await waitFor(() => expect(screen.getByText('Roses')).toBeTruthy());
    await openPalette();
    await user.keyboard('roses{Enter}');
    await screen.findByRole('listbox', { name: /1 photo$/ });
  });
});

describe('while it is open', () => {
  const picked = () =>
    document.querySelector('[role="dialog"] [role="option"][aria-selected="true"] .name')?.textContent;

  it('rows come and go with what there is, and the one that Enter takes stays the same', async () => {
    const fake = await openLibrary();
    await openPalette();
    await user.keyboard('show bee');
    await waitFor(() => expect(picked()).toBe('Show Bee'));
    const other = await fake.call('classes.create', { name: 'Show bees first' });
    if (!other.ok) throw new Error(other.error.message);
    await waitFor(() => expect(rows()).toContain('Show Show bees first'));
    expect(picked()).toBe('Show Bee');
    await fake.call('labels.set', { photoIds: [1, 2], label: 2, source: 'person', chosen: 'hand' } as never);
    await user.clear(screen.getByRole('combobox', { name: 'Commands' }));
    await waitFor(() => expect(rows()).toContain('Undo: Label 2 photos as Bee'));
    expect(rows()).toContain('Look for new photos');
    fake.setScan({ phase: 'reading' });
    await waitFor(() => expect(rows()).not.toContain('Look for new photos'));
    await user.keyboard('show bees');
    await waitFor(() => expect(picked()).toBe('Show Show bees first'));
    await fake.call('classes.delete', { id: other.value.id });
    await waitFor(() => expect(rows()).not.toContain('Show Show bees first'));
    // What was meant is gone, and nothing else is done in its place.
    await user.keyboard('{Enter}');
    expect(dialogs()).toContain('Commands');
  });

  it('a photo that had the focus is still meant', async () => {
    const options = { photos: 30, classes: ['Ant', 'Bee'], labelled: 2, runs: [endedRun(1)] };
    const fake = withLearning(createFakeBridge, options);
    render(App, { transport: fake });
    await user.click(await screen.findByText('Review'));
    await user.click(await screen.findByText('By class'));
    const tile = await waitFor(() => {
      const found = document.querySelector<HTMLElement>('[role="option"][data-photo]');
      if (!found) throw new Error('No tile is there yet.');
      return found;
    });
    tile.focus();
    const photo = Number(tile.dataset['photo']);
    await openPalette();
    expect(rows()).toContain('Label with Bee');
    await fake.call('classes.create', { name: 'Cow' });
    await waitFor(() => expect(rows()).toContain('Label with Cow'));
    await user.keyboard('label cow{Enter}');
    await waitFor(() => expect(labelled(fake).at(-1)).toMatchObject({ photoIds: [photo], label: 3 }));
  });
});

describe('opening and closing', () => {
  it('Esc closes it alone, and nothing below hears what is typed', async () => {
    const fake = await openLibrary();
    await user.keyboard('{ArrowRight} ');
    await screen.findByText('1 of 9');
    await openPalette();
    await user.keyboard('{Enter}');
    expect(dialogs()).toContain('Commands');
    await user.keyboard('1x');
    await screen.findByText('Nothing here is called that.');
    await user.keyboard('{Enter}{Escape}');
    await isGone();
    await screen.findByText('1 of 9');
    expect(labelled(fake)).toEqual([]);
  });

  it('it comes from a field, too, but not over another dialog', async () => {
    await openLibrary();
    screen.getByRole('textbox', { name: 'Add a class' }).focus();
    await openPalette();
    await user.keyboard('{Escape}');
    await isGone();
    await user.keyboard('?');
    expect(document.activeElement?.tagName).toBe('INPUT');
    await user.keyboard('{Escape}{Shift>}C{/Shift}');
    await dialog('New class');
    await user.keyboard('{Control>}k{/Control}');
    expect(dialogs()).toEqual(['New class']);
  });

  it('the desktop’s menu opens it', async () => {
    const fake = await openLibrary({ host: 'desktop' });
    fake.emit('menu.chosen', { command: 'palette' });
    await dialog('Commands');
    expect(rows()).toContain('Open a folder…');
  });
});

it('of sixty classes any is found by letters, and by arrows to the last', async () => {
  const classes = Array.from({ length: 60 }, (_, i) => `Kind ${String(i + 1).padStart(2, '0')}`);
  const fake = await openLibrary({ classes });
  await user.keyboard('{ArrowRight}/');
  await dialog('Label as');
  expect(rows()).toEqual(classes);
  await user.keyboard('{ArrowUp}{Enter}');
  await waitFor(() => expect(labelled(fake).at(-1)).toMatchObject({ label: 60 }));
  await user.keyboard('/');
  await dialog('Label as');
  await user.keyboard('kind 37{Enter}');
  await waitFor(() => expect(labelled(fake).at(-1)).toMatchObject({ label: 37 }));
});
