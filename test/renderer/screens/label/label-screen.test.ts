import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../../src/renderer/app/App.svelte';
import { createFakeBridge, nameOf, type FakeOptions } from '../../fake-bridge.ts';

const user = userEvent.setup();

async function open(options: FakeOptions = {}) {
  const fake = createFakeBridge({ photos: 6, classes: ['Cat', 'Dog'], ...options });
  render(App, { transport: fake });
  await screen.findByRole('listbox', { name: /All photos/ });
  return fake;
}

const photo = (number: number) => screen.getByRole('option', { name: new RegExp(`^${nameOf(number)},`) });
const filter = (name: RegExp) =>
  within(screen.getByRole('navigation', { name: 'Filters' })).getByRole('button', { name });
const selected = () =>
  screen.getAllByRole('option', { selected: true }).map((option) => option.getAttribute('aria-posinset'));

/** Presses are acted on in turn, each after main's answer. */
const settled = (check: () => void) => vi.waitFor(check, { timeout: 2000 });

beforeEach(() => localStorage.clear());
afterEach(cleanup);

describe('photos that lie elsewhere', () => {
  it('are marked, by a word for those who hear, and are labelled as others are', async () => {
    const fake = await open({ elsewhere: 2 });
    const marked = () => screen.getAllByTitle('Lies elsewhere').map((mark) => mark.parentElement?.dataset['id']);
    expect(marked()[0]).toBe('2');
    expect(photo(2).getAttribute('aria-label')).toBe('rose-0002.jpg, lies elsewhere, unlabelled');
    expect(photo(3).getAttribute('aria-label')).toBe('rose-0003.jpg, unlabelled');
    await user.keyboard('{ArrowRight}{ArrowRight}1');
    await settled(() => expect(fake.state.labels).toEqual([0, 1, 0, 0, 0, 0]));
    expect(photo(2).getAttribute('aria-label')).toBe('rose-0002.jpg, lies elsewhere, Cat');
  });
});

describe('labelling with the keyboard', () => {
  it('moves with the arrows, extends with shift, and labels with a digit', async () => {
    const fake = await open();
    await user.keyboard('{ArrowRight}{ArrowRight}{Shift>}{ArrowRight}{/Shift}');
    expect(selected()).toEqual(['2', '3']);
    await user.keyboard('2');
    await settled(() => expect(fake.state.labels).toEqual([0, 2, 2, 0, 0, 0]));
    expect(photo(2).getAttribute('aria-label')).toBe('rose-0002.jpg, Dog');
  });

  it('selects here and there with Ctrl: arrows move, the space bar adds and takes away', async () => {
    const fake = await open();
    await user.keyboard('{ArrowRight}{Control>}{ArrowRight}{ArrowRight}{/Control}');
    expect(selected()).toEqual(['1']);
    await user.keyboard('{Control>}[Space]{/Control}');
    expect(selected()).toEqual(['1', '3']);
    await user.keyboard('{Control>}{ArrowRight}{ArrowRight}[Space]{/Control}2');
    await settled(() => expect(fake.state.labels).toEqual([2, 0, 2, 0, 2, 0]));
    await user.keyboard('{Control>}{Home}[Space]{/Control}1');
    await settled(() => expect(fake.state.labels).toEqual([2, 0, 1, 0, 1, 0]));
    await user.keyboard('{Control>}{End}{/Control}0');
    await settled(() => expect(fake.state.labels).toEqual([2, 0, 0, 0, 0, 0]));
  });

  it('shows as pressed the label that all that is selected has, and takes different ones away too', async () => {
    await open({ labelled: 3 });
    const choice = (name: string | RegExp) => screen.getByRole('button', { name });
    await user.keyboard('{ArrowRight}');
    expect(choice('Label as Cat').getAttribute('aria-pressed')).toBe('true');
    expect(choice('Label as Dog').getAttribute('aria-pressed')).toBe('false');
    await user.keyboard('{Shift>}{ArrowRight}{/Shift}');
    for (const name of ['Label as Cat', 'Label as Dog']) expect(choice(name).getAttribute('aria-pressed')).toBeNull();
    expect(choice('Remove label')).toHaveProperty('disabled', false);
  });

  it('removes with 0, excludes with X, undoes with Ctrl+Z and redoes with Shift+Ctrl+Z', async () => {
    const fake = await open();
    await user.keyboard('{ArrowRight}1');
    await settled(() => expect(fake.state.labels[0]).toBe(1));
    await user.keyboard('0');
    await settled(() => expect(fake.state.labels[0]).toBe(0));
    await user.keyboard('x');
    await settled(() => expect(fake.state.labels[0]).toBe(-1));
    await user.keyboard('{Control>}z{/Control}');
    await settled(() => expect(fake.state.labels[0]).toBe(0));
    await user.keyboard('{Control>}{Shift>}z{/Shift}{/Control}');
    await settled(() => expect(fake.state.labels[0]).toBe(-1));
  });

  it('walks through the unlabelled photos by digits alone', async () => {
    const fake = await open();
    await user.click(filter(/^Unlabelled/));
    await user.keyboard('{ArrowRight}1212');
    await settled(() => expect(fake.state.labels).toEqual([1, 2, 1, 2, 0, 0]));
    await settled(() => expect(screen.getAllByRole('option')).toHaveLength(2));
    expect(selected()).toEqual(['1']);
  });

  it('selects all with Ctrl+A and nothing with Escape', async () => {
    await open();
    await user.keyboard('{Control>}a{/Control}');
    expect(screen.getByText('6 selected')).toBeTruthy();
    await user.keyboard('{Escape}');
    expect(screen.queryAllByRole('option', { selected: true })).toHaveLength(0);
  });

  it('says what to do when nothing is selected, or there is no such class', async () => {
    await open();
    await user.keyboard('1');
    expect(await screen.findByText('Select a photo first, then press 1.')).toBeTruthy();
    await user.keyboard('{ArrowRight}7');
    expect(await screen.findByText('There is no class 7 yet.')).toBeTruthy();
  });
});

describe('labelling with the mouse', () => {
  it('offers the classes for what is selected', async () => {
    const fake = await open();
    await user.keyboard('{ArrowRight}');
    await user.click(screen.getByRole('button', { name: 'Label as Dog' }));
    await settled(() => expect(fake.state.labels[0]).toBe(2));
    await user.click(screen.getByRole('button', { name: 'Remove label' }));
    await settled(() => expect(fake.state.labels[0]).toBe(0));
  });

  it('shows as pressed the class that all selected photos have', async () => {
    await open();
    const pressed = () => screen.queryAllByRole('button', { pressed: true }).map(({ textContent }) => textContent);
    await user.keyboard('{ArrowRight}2');
    await settled(() => expect(pressed()).toEqual([expect.stringContaining('Dog')]));
    await user.keyboard('{Shift>}{ArrowRight}{/Shift}');
    await settled(() => expect(pressed()).toEqual([]));
  });
});

describe('classes', () => {
  it('makes one with Shift and C and labels nothing unasked', async () => {
    const fake = await open();
    await user.keyboard('{ArrowRight}{Shift>}c{/Shift}');
    const dialog = await screen.findByRole('dialog', { name: 'New class' });
    await user.type(within(dialog).getByLabelText('Name'), 'Fox{Enter}');
    await settled(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(fake.state.classes.at(-1)).toMatchObject({ name: 'Fox', colour: 'green', shape: 'triangle' });
    expect(fake.state.labels).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('goes on to the photos after the first', async () => {
    await open({ classes: [] });
    await user.click(screen.getByRole('button', { name: 'Make a class' }));
    const dialog = await screen.findByRole('dialog', { name: 'New class' });
    await user.type(within(dialog).getByLabelText('Name'), 'Fox{Enter}');
    await settled(() => expect(document.activeElement?.getAttribute('role')).toBe('listbox'));
  });

  it('makes one from the label bar and labels what is selected with it', async () => {
    const fake = await open({ classes: [] });
    await user.keyboard('{ArrowRight}');
    const bar = within(screen.getByRole('toolbar', { name: 'Label the selected photos' }));
    await user.click(bar.getByRole('button', { name: /^Make your first class/ }));
    const dialog = await screen.findByRole('dialog', { name: 'New class' });
    await user.type(within(dialog).getByLabelText('Name'), 'Fox{Enter}');
    await settled(() => expect(fake.state.labels).toEqual([1, 0, 0, 0, 0, 0]));
    expect(fake.state.classes).toMatchObject([{ name: 'Fox' }]);
    await settled(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('says that a name is taken, and keeps the dialog open', async () => {
    await open();
    await user.keyboard('{Shift>}c{/Shift}');
    const dialog = await screen.findByRole('dialog', { name: 'New class' });
    await user.type(within(dialog).getByLabelText('Name'), 'cat{Enter}');
    expect(await within(dialog).findByText(/already a class named “Cat”/)).toBeTruthy();
  });

  it('renames, and recolours', async () => {
    const fake = await open();
    await user.click(screen.getByRole('button', { name: 'More for Cat' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Edit…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Edit class' });
    await user.clear(within(dialog).getByLabelText('Name'));
    await user.type(within(dialog).getByLabelText('Name'), 'Tiger');
    await user.click(within(dialog).getByRole('radio', { name: 'purple' }));
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    await settled(() => expect(fake.state.classes[0]).toMatchObject({ name: 'Tiger', colour: 'purple' }));
  });

  it('deletes after asking, and its photos become unlabelled', async () => {
    const fake = await open({ labelled: 4 });
    await user.click(screen.getByRole('button', { name: 'More for Dog' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete…' }));
    expect(await screen.findByText(/2 photos will be unlabelled again/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Delete class' }));
    await settled(() => expect(fake.state.labels).toEqual([1, 0, 1, 0, 0, 0]));
  });

  it('types digits into a name without labelling', async () => {
    const fake = await open();
    await user.keyboard('{ArrowRight}{Shift>}c{/Shift}');
    const dialog = await screen.findByRole('dialog', { name: 'New class' });
    await user.type(within(dialog).getByLabelText('Name'), '12x');
    expect(fake.state.labels).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('a photo shown large', () => {
  it('stays open after the press that opened it, also when Label is shown for the second time', async () => {
    await open();
    for (const name of ['Train', 'Label']) await user.click(screen.getByRole('button', { name }));
    await screen.findByRole('listbox', { name: /All photos/ });
    await user.keyboard('{Home} ');
    expect(await screen.findByRole('dialog')).toBeTruthy();
    await user.keyboard(' ');
    await settled(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('opens with Space, moves with arrows, labels with digits, closes with Escape', async () => {
    const fake = await open();
    await user.keyboard('{ArrowRight} ');
    const viewer = await screen.findByRole('dialog');
    expect(await within(viewer).findByText('1 of 6')).toBeTruthy();
    await user.keyboard('{ArrowRight}2');
    await settled(() => expect(fake.state.labels[1]).toBe(2));
    expect(within(viewer).getByRole('button', { name: 'Label as Dog', pressed: true })).toBeTruthy();
    expect(await within(viewer).findByText('beds/rose-0002.jpg')).toBeTruthy();
    await user.keyboard('{Escape}');
    await settled(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(selected()).toEqual(['2']);
  });

  it('says in a word how sure a model is whose confidences were not checked', async () => {
    await open();
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight} ');
    const dialog = within(await screen.findByRole('dialog'));
    expect((await dialog.findByText(/^Predicted/)).textContent).toMatch(/Cat\s+unsure/);
    expect(dialog.queryByText(/%/)).toBeNull();
  });

  it('goes on to the next when a label takes the photo off the list, and closes after the last', async () => {
    await open({ photos: 2 });
    await user.click(filter(/^Unlabelled/));
    await user.keyboard('{ArrowRight}');
    await user.keyboard('{Enter}');
    await screen.findByRole('dialog');
    await user.keyboard('1');
    expect(await screen.findByText('1 of 1')).toBeTruthy();
    await user.keyboard('1');
    expect(await screen.findByText('Everything has a label')).toBeTruthy();
    await settled(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});

it('tries a picture that did not come again when the connection is back', async () => {
  const fake = await open();
  const image = () => photo(1).querySelector('img');
  await fireEvent.error(image()!);
  expect(image()).toBeNull();
  fake.setConnection('lost');
  fake.setConnection('online');
  await settled(() => expect(image()?.getAttribute('src')).toBe('/photo/1/thumb'));
});

describe('numbers and filters', () => {
  it('count as main counts, and open what they count', async () => {
    await open({ labelled: 3 });
    expect(filter(/^Unlabelled/).textContent).toContain('3');
    await user.click(screen.getByRole('button', { name: /^Cat/ }));
    expect(screen.getAllByRole('option').map((option) => option.getAttribute('aria-label'))).toEqual([
      'rose-0001.jpg, Cat',
      'rose-0003.jpg, Cat',
    ]);
  });

  it('show problems with their reasons', async () => {
    await open({ problems: [{ path: 'x/broken.jpg', code: 'damaged', reason: 'The picture data are damaged.' }] });
    await user.click(filter(/^Problems/));
    expect(await screen.findByRole('heading', { name: '1 file can’t be used' })).toBeTruthy();
    expect(screen.getByText('broken.jpg')).toBeTruthy();
  });
});

describe('a scan', () => {
  it('shows how far it is, fills the grid, and can be stopped', async () => {
    const fake = await open();
    fake.setScan({ phase: 'reading', found: 4000, settled: 12 });
    fake.addPhotos(2);
    expect(await screen.findByText(/Reading 12 of 4,000/)).toBeTruthy();
    expect(screen.getByRole('listbox', { name: 'All photos, 8 photos' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Stop scanning' }));
    expect(await screen.findByText('The scan was stopped before its end.')).toBeTruthy();
  });
});

describe('many classes', () => {
  const names = ['Cat', 'Dog', 'Pug', 'Birman', 'Persian', 'Siamese', 'Beagle', 'Boxer', 'Husky', 'Sphynx', 'Ragdoll'];

  it('any of them is found by its first letters on /, and Enter labels what is selected', async () => {
    const fake = await open({ classes: names });
    await user.keyboard('{ArrowRight}/');
    const dialog = await screen.findByRole('dialog', { name: 'Label as' });
    await user.type(within(dialog).getByRole('combobox'), 'ra{Enter}');
    await settled(() => expect(fake.state.labels[0]).toBe(11));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('without a selection / says what to do first', async () => {
    await open({ classes: names });
    await user.keyboard('/');
    expect(await screen.findByText('Select a photo first, then press /.')).toBeTruthy();
  });

  it('the bar has a button for each, one that finds, and Exclude and Remove beside them', async () => {
    await open({ classes: names });
    await user.keyboard('{ArrowRight}');
    const bar = within(screen.getByRole('group', { name: 'Label' }));
    for (const name of names) expect(bar.getByRole('button', { name: new RegExp(`^Label as ${name}`) })).toBeTruthy();
    for (const name of [/^Find a class/, /^Exclude/, /^Remove label/])
      expect(bar.getByRole('button', { name })).toBeTruthy();
  });
});

it('a label is told to screen readers, with how much is left', async () => {
  await open();
  const told = () => screen.getAllByRole('status').map((status) => status.textContent);
  await user.keyboard('{ArrowRight}{Shift>}{ArrowRight}{/Shift}1');
  await settled(() => expect(told()).toContain('2 photos labelled Cat. 4 unlabelled.'));
  await user.keyboard('x');
  await settled(() => expect(told()).toContain('2 photos left out. 4 unlabelled.'));
});
