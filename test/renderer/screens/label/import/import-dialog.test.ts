// What a person sees of labels that are there already: the offer, the preview, what each tick asks of main.

import { gunzipSync } from 'node:zlib';
import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import App from '../../../../../src/renderer/app/App.svelte';
import type { FoundLabels, ImportPreview, ImportWish } from '../../../../../src/shared/label-import.ts';
import type { Outcome } from '../../../../../src/shared/outcome.ts';
import { createFakeBridge, nextOutcome, type FakeOptions } from '../../../fake-bridge.ts';

const user = userEvent.setup();

const found: FoundLabels = {
  offers: [{ source: { from: 'folders' }, classes: ['cat', 'dog'], classCount: 2, photos: 30 }],
  tables: ['labels.csv'],
  declined: false,
};
const nothing: FoundLabels = { offers: [], tables: [], declined: false };

const preview = ({ leftOut, replace }: ImportWish): ImportPreview => ({
  classes: [
    { name: 'cat', photos: 18, isNew: true },
    { name: 'dog', photos: 12, isNew: true },
  ],
  rarer: 0,
  leftOut: leftOut ?? [],
  changed: (leftOut?.includes('dog') ? 18 : 25) + (replace ? 5 : 0),
  same: 0,
  corrected: 0,
  conflicts: 5,
  unmatched: 2,
  firstUnmatched: [
    { file: 'zebra.jpg', reason: 'No such file in the folder.' },
    { file: '', reason: 'The row names no file.' },
  ],
});

async function opened(labels: FoundLabels, options: FakeOptions = {}) {
  const done: ImportWish[] = [];
  const fake = createFakeBridge({
    photos: 30,
    ...options,
    handlers: {
      'imports.found': () => labels,
      'imports.preview': preview,
      'imports.handIn': ({ name, gzip }) => {
        const text = gunzipSync(Buffer.from(gzip, 'base64')).toString();
        if (!text.startsWith('file,class')) throw new Error('It is no table of labels.');
        return { number: 3, name };
      },
      'imports.carryOut': (wish): Outcome => {
        done.push(wish);
        return {
          number: nextOutcome(),
          ids: [],
          labels: [],
          classes: null,
          refusals: [],
          keeps: [],
          counts: { ...fakeCounts, labelled: 25 },
          undo: { undo: 'Label 25 photos by folder', redo: null },
        };
      },
      ...options.handlers,
    },
  });
  render(App, { transport: fake });
  await screen.findByRole('button', { name: 'Library: Garden 2026' });
  return { fake, done };
}

const fakeCounts = {
  photos: 30,
  labelled: 0,
  unlabelled: 30,
  excluded: 0,
  none: 0,
  unsure: 0,
  audited: 0,
  problems: 0,
  byClass: {},
  acceptedByClass: {},
  predictedByClass: {},
};

async function fromMenu() {
  await user.click(screen.getByRole('button', { name: 'Library: Garden 2026' }));
  await user.click(await screen.findByRole('menuitem', { name: /^Import labels/ }));
  return screen.findByRole('dialog', { name: 'Import labels' });
}

beforeEach(() => localStorage.clear());
afterEach(cleanup);

it('what was found is offered in a bar, looked at in a preview and taken without the classes that are ticked off', async () => {
  const { done } = await opened(found);
  const bar = await screen.findByRole('complementary', { name: 'Labels already there' });
  expect(bar.textContent).toContain('folders that look like classes: cat and dog.');
  await user.click(within(bar).getByRole('button', { name: 'Look at them…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Import labels' });
  await within(dialog).findByText('25 photos get a label, 5 keep their own.');
  await user.click(within(dialog).getByRole('checkbox', { name: /^dog/ }));
  await within(dialog).findByText('18 photos get a label, 5 keep their own.');
  await user.click(within(dialog).getByRole('switch', { name: /Change 5 photos that are labelled otherwise/ }));
  await within(dialog).findByText('23 photos get a label.');
  await user.click(within(dialog).getByRole('button', { name: '2 files whose photo lies in several of these' }));
  expect((await within(dialog).findByText('zebra.jpg')).parentElement?.textContent).toContain('No such file');
  await user.click(within(dialog).getByRole('button', { name: 'Label 23 photos' }));
  await expect.poll(() => screen.queryByRole('dialog')).toBeNull();
  expect(done).toEqual([{ source: { from: 'folders' }, leftOut: ['dog'], replace: true }]);
});

it('who does not want it says so once; main remembers', async () => {
  const { fake } = await opened(found);
  const bar = await screen.findByRole('complementary', { name: 'Labels already there' });
  await user.click(within(bar).getByRole('button', { name: 'Not now' }));
  await expect.poll(() => screen.queryByRole('complementary', { name: 'Labels already there' })).toBeNull();
  expect(fake.calls.map(({ name }) => name)).toContain('imports.decline');
});

it('nothing is offered where somebody has begun to label, or has declined', async () => {
  const { fake } = await opened(found, { classes: ['Cat'], labelled: 2 });
  await expect.poll(() => fake.calls.length).toBeGreaterThan(3);
  expect(fake.calls.map(({ name }) => name)).not.toContain('imports.found');
  cleanup();
  const other = await opened({ ...found, declined: true });
  await expect.poll(() => other.fake.calls.map(({ name }) => name)).toContain('imports.found');
  expect(screen.queryByRole('complementary', { name: 'Labels already there' })).toBeNull();
});

it('a table of the folder is chosen from the list, and where there is nothing the dialog says what is missing', async () => {
  await opened(nothing, {
    handlers: {
      'imports.preview': (wish) => ({ ...preview(wish), classes: [], unmatched: 0, changed: 0, conflicts: 0 }),
    },
  });
  const dialog = await fromMenu();
  await within(dialog).findByText(/All photos lie directly in this folder/);
  await user.click(within(dialog).getByRole('radio', { name: 'Keywords' }));
  await within(dialog).findByText('No photo carries a keyword.');
  expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Label' }).disabled).toBe(true);
});

it('a CSV that is dropped opens the preview; another file is refused in a sentence', async () => {
  const { fake } = await opened(nothing);
  const drop = (file: File) => {
    const event = new Event('drop', { bubbles: true, cancelable: true });
    const item = { getAsFile: () => file, webkitGetAsEntry: () => ({ isDirectory: false }) };
    Object.assign(event, { dataTransfer: { types: ['Files'], items: [item] } });
    window.dispatchEvent(event);
  };
  drop(new File(['file,class\na.jpg,Cat\n'], 'mine.csv'));
  const dialog = await screen.findByRole('dialog', { name: 'Import labels' });
  await within(dialog).findByText('25 photos get a label, 5 keep their own.');
  expect(within(dialog).getByText('mine.csv')).toBeTruthy();
  expect(fake.calls.findLast(({ name }) => name === 'imports.preview')?.input).toEqual({
    source: { from: 'table', number: 3 },
    leftOut: null,
    replace: false,
  });
  drop(new File(['no table'], 'other.csv'));
  await within(dialog).findByText('It is no table of labels.');
  expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Label' }).disabled).toBe(true);
  await user.keyboard('{Escape}');
  await expect.poll(() => screen.queryByRole('dialog')).toBeNull();
  expect(fake.calls.at(-1)?.name).toBe('imports.end');
  drop(new File(['x'], 'notes.txt'));
  expect(await screen.findByText('“notes.txt” is a file, and Whisker opens folders.')).toBeTruthy();
});
