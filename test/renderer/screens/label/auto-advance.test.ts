// Going on after a label, in the grid and over a photo shown large.

import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../../src/renderer/app/App.svelte';
import { nextUnlabelled } from '../../../../src/renderer/screens/label/auto-advance.svelte.ts';
import type { PhotoId } from '../../../../src/shared/types.ts';
import { createFakeBridge } from '../../fake-bridge.ts';

const user = userEvent.setup();

beforeEach(() => {
  localStorage.clear();
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(420);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(700);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

it('the next is the first one after, in the order shown, that has no label', () => {
  const order = [7, 3, 9, 1] as PhotoId[];
  const labelled =
    (...ids: number[]) =>
    (id: PhotoId) =>
      ids.includes(id) ? 1 : 0;
  expect(nextUnlabelled(order, 7 as PhotoId, labelled(7))).toBe(3);
  expect(nextUnlabelled(order, 7 as PhotoId, labelled(7, 3))).toBe(9);
  expect(nextUnlabelled(order, 7 as PhotoId, labelled(7, 3, 9, 1))).toBeNull();
  expect(nextUnlabelled(order, 1 as PhotoId, labelled(1))).toBeNull();
  expect(nextUnlabelled(order, 4 as PhotoId, labelled())).toBeNull();
});

const options = () => [...document.querySelectorAll<HTMLElement>('[role="option"]')];
const selected = () =>
  options().flatMap((option) =>
    option.getAttribute('aria-selected') === 'true' ? [option.getAttribute('aria-posinset')] : [],
  );

/** The second photo of nine has a label. */
async function atFirstPhoto() {
  const fake = createFakeBridge({ photos: 9, classes: ['Ant', 'Bee'] });
  await fake.call('labels.set', {
    photoIds: [2 as PhotoId],
    label: fake.state.classes[0]!.id,
    source: 'person',
    chosen: 'hand',
  });
  render(App, { transport: fake });
  await waitFor(() => expect(options()).toHaveLength(9));
  await user.keyboard('{ArrowRight}');
  await waitFor(() => expect(selected()).toEqual(['1']));
  return fake;
}
const lever = () => screen.getByRole('button', { name: 'Go on after a label' });

describe('in the grid', () => {
  it('a label stays at its photo until the switch says otherwise, which is remembered', async () => {
    const fake = await atFirstPhoto();
    expect(lever().getAttribute('aria-pressed')).toBe('false');
    await user.keyboard('1');
    await waitFor(() => expect(fake.state.labels[0]).toBe(1));
    expect(selected()).toEqual(['1']);
    await user.click(lever());
    await user.keyboard('2');
    await waitFor(() => expect(selected()).toEqual(['3']));
    expect(fake.state.labels[0]).toBe(2);
    cleanup();
    render(App, { transport: fake });
    await waitFor(() => expect(lever().getAttribute('aria-pressed')).toBe('true'));
  });

  it('quick presses each label the next one', async () => {
    const fake = await atFirstPhoto();
    await user.click(lever());
    await user.keyboard('1212');
    await waitFor(() => expect(fake.state.labels.slice(0, 6)).toEqual([1, 1, 2, 1, 2, 0]));
    expect(selected()).toEqual(['6']);
  });

  it('several at once, a click, and taking a label away stay where they are', async () => {
    const fake = await atFirstPhoto();
    await user.click(lever());
    await user.keyboard('{Shift>}{ArrowRight}{/Shift}1');
    await waitFor(() => expect(fake.state.labels.slice(0, 2)).toEqual([1, 1]));
    expect(selected()).toEqual(['1', '2']);
    await user.keyboard('{ArrowLeft}0');
    await waitFor(() => expect(fake.state.labels[0]).toBe(0));
    expect(selected()).toEqual(['1']);
    await user.click(screen.getByRole('button', { name: 'Label as Bee' }));
    await waitFor(() => expect(fake.state.labels[0]).toBe(2));
    expect(selected()).toEqual(['1']);
  });

  it('where a labelled photo leaves, none is passed over', async () => {
    const fake = await atFirstPhoto();
    await user.click(lever());
    await user.click(screen.getByRole('button', { name: /^Unlabelled/ }));
    await waitFor(() => expect(options()).toHaveLength(8));
    await user.keyboard('{ArrowRight}11');
    await waitFor(() => expect(fake.state.labels).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0]));
    expect(selected()).toEqual(['1']);
  });
});

it('over a photo shown large the next one is shown', async () => {
  const fake = await atFirstPhoto();
  await user.click(lever());
  document.querySelector<HTMLElement>('[role="listbox"]')?.focus();
  await user.keyboard(' ');
  await screen.findByText('1 of 9');
  await user.keyboard('1');
  await screen.findByText('3 of 9');
  expect(fake.state.labels[0]).toBe(1);
});
