// The Export dialog over a main that answers as the tests say: what each choice asks of it, and how its answers show.

import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import App from '../../../../src/renderer/app/App.svelte';
import type { Handlers } from '../../../../src/shared/contract.ts';
import type { ExportState, ExportWish } from '../../../../src/shared/export.ts';
import { createFakeBridge } from '../../fake-bridge.ts';

const user = userEvent.setup();
beforeEach(() => localStorage.clear());
afterEach(cleanup);

async function opened(handlers: Partial<Handlers> = {}, transport: object = {}) {
  const started: { wish: ExportWish; folder: string | null; name: string }[] = [];
  const working: ExportState = { status: 'working', kind: 'export', done: 0, total: 0 };
  const fake = createFakeBridge({
    classes: ['Rose', 'Iris'],
    labelled: 20,
    handlers: {
      'export.start'(asked) {
        started.push(asked);
        return working;
      },
      ...handlers,
    },
  });
  render(App, { transport: { ...fake, chooseFolder: async () => '/home/ada/out', ...transport } });
  await screen.findByRole('button', { name: 'Library: Garden 2026' });
  await user.keyboard('{Control>}e{/Control}');
  const dialog = await screen.findByRole('dialog', { name: 'Export' });
  await within(dialog).findByText('20 photos: Rose 10, Iris 10');
  return { fake, dialog: within(dialog), started };
}

it('without a model there is nothing to choose between labels and predictions', async () => {
  const { dialog } = await opened();
  expect(dialog.queryByRole('radio', { name: 'Predictions' })).toBeNull();
  expect(dialog.queryByRole('slider')).toBeNull();
});

it('a folder is asked for first; then it is written there, under the name that is given, and can be cancelled', async () => {
  const { fake, dialog, started } = await opened();
  await user.click(dialog.getByRole('radio', { name: /^Folders by class/ }));
  await user.click(dialog.getByRole('radio', { name: 'Move' }));
  await user.click(dialog.getByRole('button', { name: 'Choose a folder…' }));
  const name = await dialog.findByLabelText('Name of what is written');
  await user.clear(name);
  await user.type(name, 'sorted');
  await user.click(dialog.getByRole('button', { name: 'Move 20 photos' }));
  expect(started).toEqual([
    {
      wish: { format: 'folders', what: 'labels', least: 0, how: 'move', photos: { of: 'all' } },
      folder: '/home/ada/out',
      name: 'sorted',
    },
  ]);
  fake.emit('export.changed', { status: 'working', kind: 'export', done: 5, total: 20 });
  await dialog.findByText('5 of 20 photos written');
  await user.click(dialog.getByRole('button', { name: 'Cancel the export' }));
  expect(fake.calls.at(-1)?.name).toBe('export.cancel');
  const failure = { code: 'cancelled', message: 'Cancelled; nothing of it was left.' } as const;
  fake.emit('export.changed', { status: 'failed', kind: 'export', failure });
  await dialog.findByText('Cancelled; nothing of it was left.');
  dialog.getByRole('button', { name: 'Move 20 photos' });
});

it('the report says what was written and what was not, shows it on the desktop, and offers the way back of a move', async () => {
  const showExported = vi.fn(async () => {});
  const move = { id: 'm', manifest: '/data/m.jsonl', startedAt: '2026-01-01T00:00:00Z', where: '/out/x', files: 12 };
  const reverted: string[] = [];
  const { fake, dialog } = await opened(
    {
      'export.moves': () => [move],
      'export.revert'({ id }) {
        reverted.push(id);
        return { status: 'working', kind: 'revert', done: 0, total: 12 };
      },
    },
    { showExported },
  );
  fake.emit('export.changed', {
    status: 'done',
    report: {
      ...{ kind: 'export', done: 12, where: '/out/x', manifest: '/data/m.jsonl', notes: ['They have left.'] },
      leftOut: [{ reason: 'It is excluded.', photos: 2, first: ['a.jpg', 'b.jpg'] }],
    },
  });
  await dialog.findByText('12 photos exported.');
  dialog.getByText('They have left.');
  await user.click(dialog.getByRole('button', { name: '2 photos left out' }));
  dialog.getByText('It is excluded.');
  await user.click(dialog.getByRole('button', { name: 'Show folder' }));
  expect(showExported).toHaveBeenCalledOnce();
  await user.click(await dialog.findByRole('button', { name: 'Revert the move' }));
  expect(reverted).toEqual(['m']);
});

it('what main refuses is said, and nothing is begun', async () => {
  const { dialog } = await opened({
    'export.start'() {
      throw new Error('"/home/ada/out/a" is there already.');
    },
  });
  await user.click(dialog.getByRole('button', { name: 'Choose a folder…' }));
  await user.click(await dialog.findByRole('button', { name: 'Export 20 photos' }));
  expect((await dialog.findByRole('alert')).textContent).toContain('is there already');
});

it('an export goes on behind the closed dialog, and its end is told', async () => {
  const { fake, dialog } = await opened();
  fake.emit('export.changed', { status: 'working', kind: 'export', done: 5, total: 20 });
  await user.click(await dialog.findByRole('button', { name: 'Go on working' }));
  await expect.poll(() => screen.queryByRole('dialog')).toBeNull();
  fake.emit('export.changed', {
    status: 'done',
    report: { kind: 'export', done: 20, where: '/out/x', manifest: null, notes: [], leftOut: [] },
  });
  await screen.findByText('20 photos exported.');
});

it('what is written beside the photos asks for no folder', async () => {
  const xmp = { id: 'xmp', title: 'XMP', about: 'Beside.', kind: 'in-place', ways: ['sidecars', 'photos'] } as const;
  const { dialog, started } = await opened({ 'export.formats': () => [xmp] });
  dialog.getByText('A small file beside each photo. Your photos stay as they are.');
  expect(dialog.queryByRole('button', { name: /^Choose/ })).toBeNull();
  await user.click(dialog.getByRole('radio', { name: 'Into the photos' }));
  dialog.getByText(/^Your photos’ own files change/);
  await user.click(dialog.getByRole('button', { name: 'Export 20 photos' }));
  expect(started).toMatchObject([{ wish: { format: 'xmp', how: 'photos' }, folder: null }]);
});
