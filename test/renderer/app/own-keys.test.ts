// Giving commands other keys in the sheet of shortcuts: what is pressed then, what is shown, and what is in the way.

import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../src/renderer/app/App.svelte';
import { createFakeBridge, type FakeBridge } from '../fake-bridge.ts';

const user = userEvent.setup();
let fake: FakeBridge;

beforeEach(async () => {
  localStorage.clear();
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(420);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(700);
  fake = createFakeBridge({ photos: 9, classes: ['Ant', 'Bee'] });
  render(App, { transport: fake });
  await screen.findByRole('listbox', { name: /All photos/ });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

async function changeKeys() {
  await user.keyboard('?');
  await user.click(await screen.findByText('Change keys'));
}
// By selectors: to work out every role on a page takes long.
const inLabel = (name: string) =>
  [...document.querySelectorAll<HTMLElement>('section[aria-label="Label"] button')].find((button) =>
    (button.getAttribute('aria-label') ?? button.textContent.trim()).startsWith(name),
  )!;
const keysOf = (command: string) => inLabel(`Change the keys of ${command}`);
async function give(command: string, press: string) {
  await user.click(keysOf(command));
  await user.keyboard(press);
}
async function leave() {
  await user.keyboard('{Escape}');
  await waitFor(() => expect(document.querySelector('[role="dialog"]')).toBeNull());
}
const own = () => fake.calls.filter(({ name }) => name === 'keys.change').map(({ input }) => input);

describe('a new key', () => {
  it('is stored, does what the old one did, and stands wherever keys are named', async () => {
    await changeKeys();
    await give('Exclude, or take back', 'e');
    await waitFor(() => expect(keysOf('Exclude, or take back').querySelector('kbd')?.textContent).toBe('E'));
    expect(own()).toEqual([{ own: { exclude: ['E'] } }]);
    await leave();
    await user.keyboard('{ArrowRight}x');
    expect(fake.state.labels[0]).toBe(0);
    await user.keyboard('e');
    await waitFor(() => expect(fake.state.labels[0]).toBe(-1));
    expect(screen.getByRole('button', { name: 'Exclude' }).textContent).toMatch(/E$/);
  });

  it('may be a letter with Shift, which is otherwise the letter itself', async () => {
    await changeKeys();
    await give('Exclude, or take back', '{Shift>}e{/Shift}');
    await waitFor(() => expect(own()).toEqual([{ own: { exclude: ['Shift+E'] } }]));
    await leave();
    await user.keyboard('{ArrowRight}{Shift>}n{/Shift}');
    await waitFor(() => expect(fake.state.labels[0]).toBe(-2));
    await user.keyboard('e');
    await user.keyboard('{Shift>}e{/Shift}');
    await waitFor(() => expect(fake.state.labels[0]).toBe(-1));
    expect(fake.calls.filter(({ name }) => name === 'labels.set')).toHaveLength(2);
  });

  it('of another window is heard here, too', async () => {
    fake.emit('keys.changed', { 'select-all': ['E'] });
    await user.keyboard('e');
    await screen.findByText('9 selected');
  });

  it('can be Enter or the space bar, which press nothing then; Esc gives up', async () => {
    await changeKeys();
    await give('Exclude, or take back', '{Shift>}{Enter}{/Shift}');
    await waitFor(() => expect(own()).toEqual([{ own: { exclude: ['Shift+Enter'] } }]));
    await give('More like this', '{Escape}');
    expect(screen.getByText('Done')).toBeTruthy();
    expect(own()).toHaveLength(1);
  });

  it('goes back to the table’s, one or all', async () => {
    await changeKeys();
    await give('Exclude, or take back', 'e');
    await give('More like this', 's');
    await waitFor(() => expect(own()).toHaveLength(2));
    await user.click(inLabel('Reset the keys of Exclude, or take back'));
    await waitFor(() => expect(own().at(-1)).toEqual({ own: { 'more-alike': ['S'] } }));
    await user.click(screen.getByRole('button', { name: 'Reset all' }));
    await waitFor(() => expect(own().at(-1)).toEqual({ own: {} }));
  });
});

describe('a key in the way', () => {
  it('is named with its place, and taken over when asked', async () => {
    await changeKeys();
    await give('Exclude, or take back', 'm');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('M is “More like this” (Label, A photo shown large).');
    expect(own()).toEqual([]);
    await user.click(within(alert).getByRole('button', { name: 'Take it over' }));
    await waitFor(() => expect(own()).toEqual([{ own: { exclude: ['M'], 'more-alike': [] } }]));
    expect(keysOf('More like this').textContent).toContain('no key');
  });

  it('stays when it is left at that', async () => {
    await changeKeys();
    await give('Exclude, or take back', 'm');
    await user.click(within(await screen.findByRole('alert')).getByRole('button', { name: 'Cancel' }));
    expect(screen.queryByRole('alert')).toBeNull();
    expect(own()).toEqual([]);
  });

  it('of a digit, of the system or of text is refused with a sentence', async () => {
    await changeKeys();
    for (const [press, sentence] of [
      ['5', '5 is “Label with a class” (Label, A photo shown large, Two photos side by side).'],
      ['{Control>}w{/Control}', 'Ctrl W belongs to the system or the browser.'],
      ['{Control>}c{/Control}', 'Ctrl C belongs to the editing of text.'],
      ['{F5}', 'That key can’t be used. Press another one.'],
    ] as const) {
      await give('Exclude, or take back', press);
      const alert = await screen.findByRole('alert');
      expect(alert.textContent).toContain(sentence);
      expect(within(alert).queryByRole('button', { name: 'Take it over' })).toBeNull();
    }
    expect(own()).toEqual([]);
  });

  it('of a class is named with the class, which loses it when it is taken over', async () => {
    await fake.call('classes.update', { id: fake.state.classes[1]!.id, key: 'E' });
    await changeKeys();
    await give('Exclude, or take back', 'e');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('E is the key of the class Bee.');
    await user.click(within(alert).getByRole('button', { name: 'Take it over' }));
    await waitFor(() => expect(own()).toEqual([{ own: { exclude: ['E'] } }]));
    expect(fake.state.classes[1]?.key).toBeNull();
  });
});

describe('the own key of a class', () => {
  const editBee = async () => {
    await user.click(screen.getByRole('button', { name: 'More for Bee' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Edit…' }));
    return screen.findByRole('textbox', { name: 'Own key' });
  };

  it('labels beside its digit, and is shown in its place', async () => {
    await user.type(await editBee(), 'e');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(fake.state.classes[1]?.key).toBe('E'));
    await user.keyboard('{ArrowRight}e');
    await waitFor(() => expect(fake.state.labels[0]).toBe(2));
    await user.keyboard('1');
    await waitFor(() => expect(fake.state.labels[0]).toBe(1));
    await user.keyboard('2');
    await waitFor(() => expect(fake.state.labels[0]).toBe(2));
    expect(screen.getByRole('button', { name: /^Bee/ }).querySelector('kbd')?.textContent).toBe('E');
  });

  it('is none that a command has', async () => {
    await user.type(await editBee(), 'x');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText(/^X is “Exclude, or take back”\./);
    expect(fake.state.classes[1]?.key).toBeNull();
  });
});

it('a class is moved from its menu, where dragging is no way', async () => {
  await user.click(screen.getByRole('button', { name: 'More for Bee' }));
  const down = await screen.findByRole('menuitem', { name: /^Move down/ });
  expect(down.getAttribute('aria-disabled')).toBe('true');
  await user.click(screen.getByRole('menuitem', { name: /^Move up/ }));
  await waitFor(() => expect(fake.state.classes.map(({ name }) => name)).toEqual(['Bee', 'Ant']));
  await user.keyboard('{Control>}z{/Control}');
  await waitFor(() => expect(fake.state.classes.map(({ name }) => name)).toEqual(['Ant', 'Bee']));
});

describe('the quick field', () => {
  const field = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Add a class' });

  it('makes a class from its name and Enter, and is ready for the next', async () => {
    await user.type(field(), 'Cat{Enter}Dog{Enter}');
    await waitFor(() => expect(fake.state.classes.map(({ name }) => name)).toEqual(['Ant', 'Bee', 'Cat', 'Dog']));
    expect(field().value).toBe('');
    expect(document.activeElement).toBe(field());
  });

  it('shows a class that is there, or labels what is selected with it', async () => {
    await user.type(field(), ' bee {Enter}');
    const bee = screen.getByRole('button', { name: /^Bee/ });
    await waitFor(() => expect(bee.getAttribute('aria-current')).toBe('true'));
    expect(fake.calls.some(({ name }) => name === 'classes.create')).toBe(false);
    await user.click(screen.getByRole('button', { name: /^All photos/ }));
    await user.keyboard('{ArrowRight}');
    await user.type(field(), 'BEE{Enter}');
    await waitFor(() => expect(fake.state.labels[0]).toBe(2));
    expect(fake.state.classes).toHaveLength(2);
  });

  it('offers a new class to what is selected, and labels nothing by itself', async () => {
    await user.keyboard('{ArrowRight}');
    await user.type(field(), 'Cat{Enter}');
    const offer = await screen.findByRole('button', { name: 'Label 1 selected photo' });
    expect(fake.state.labels[0]).toBe(0);
    await user.click(offer);
    await waitFor(() => expect(fake.state.labels[0]).toBe(3));
  });
});
