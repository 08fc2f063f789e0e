// The grid as a listbox of several choices: every key and click of the pattern, on the real screen.
// https://www.w3.org/WAI/ARIA/apg/patterns/listbox/ (the alternative selection model)

import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import App from '../../../src/renderer/app/App.svelte';
import { createFakeBridge } from '../fake-bridge.ts';

const user = userEvent.setup();
const PHOTOS = 9;

beforeEach(() => {
  localStorage.clear();
  // Without a layout engine nothing has a size, and lists show only what is in sight.
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(420);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(700);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

async function press(key: string): Promise<void> {
  const parts = key.split('+');
  const name = parts.at(-1)!;
  const held = parts.slice(0, -1).map((part) => (part === 'Ctrl' ? 'Control' : part));
  const down = name === 'Space' ? '[Space]' : name.length === 1 ? name.toLowerCase() : `{${name}}`;
  await user.keyboard(held.map((one) => `{${one}>}`).join('') + down + held.map((one) => `{/${one}}`).join(''));
}

const options = () => [...document.querySelectorAll<HTMLElement>('[role="option"]')];
const place = (option: Element | null | undefined) => Number(option?.getAttribute('aria-posinset'));
const selected = () =>
  options()
    .filter((one) => one.getAttribute('aria-selected') === 'true')
    .map(place);
const focused = () => {
  const active = document.querySelector('[role="listbox"]')?.getAttribute('aria-activedescendant');
  return place(active ? document.getElementById(active) : null);
};

async function open() {
  render(App, { transport: createFakeBridge({ photos: PHOTOS, classes: ['Cat'] }) });
  await waitFor(() => expect(options()).toHaveLength(PHOTOS));
}

/** The first press of an arrow goes to the first photo; `Right Right` is the third. */
it.each<[string, string, number[], number]>([
  ['an arrow goes to a photo and selects it alone', 'ArrowRight ArrowRight', [2], 2],
  ['Home and End go to the ends', 'ArrowRight End', [9], 9],
  ['with Ctrl the keyboard moves, and the selection stays', 'ArrowRight Ctrl+ArrowRight Ctrl+ArrowRight', [1], 3],
  ['Ctrl+Home and Ctrl+End, too', 'ArrowRight Ctrl+End', [1], 9],
  [
    'Ctrl+Space adds the photo that the keyboard is on',
    'ArrowRight Ctrl+ArrowRight Ctrl+ArrowRight Ctrl+Space',
    [1, 3],
    3,
  ],
  ['and again leaves it out', 'ArrowRight Ctrl+ArrowRight Ctrl+Space Ctrl+Space', [1], 2],
  ['Shift and an arrow select on the way', 'ArrowRight ArrowRight Shift+ArrowRight Shift+ArrowRight', [2, 3, 4], 4],
  ['and back again, around where they began', 'End Shift+ArrowLeft Shift+ArrowLeft Shift+ArrowRight', [8, 9], 9 - 1],
  ['over the beginning to the other side', 'ArrowRight ArrowRight Shift+ArrowRight Shift+Home', [1, 2], 1],
  ['Shift+End selects all to the end', 'Home ArrowRight Shift+End', [2, 3, 4, 5, 6, 7, 8, 9], 9],
  [
    'Shift+Space selects from where a range begins to here',
    'ArrowRight Ctrl+ArrowRight Ctrl+ArrowRight Shift+Space',
    [1, 2, 3],
    3,
  ],
  [
    'Ctrl+Space is where the next range begins, and gives up what is not in it',
    'ArrowRight Ctrl+End Ctrl+Space Shift+ArrowLeft',
    [8, 9],
    8,
  ],
  [
    'Ctrl+Shift and an arrow keep what is selected elsewhere',
    'ArrowRight Ctrl+End Ctrl+Space Ctrl+Shift+ArrowLeft',
    [1, 8, 9],
    8,
  ],
  ['Ctrl+Shift+Home selects to the beginning', 'End ArrowLeft Ctrl+Shift+Home', [1, 2, 3, 4, 5, 6, 7, 8], 1],
  ['Ctrl+Shift+End selects to the end', 'End ArrowLeft ArrowLeft Ctrl+Shift+End', [7, 8, 9], 9],
  [
    'Ctrl+Shift+Space adds a range to here',
    'ArrowRight Ctrl+End Ctrl+Space Ctrl+ArrowLeft Ctrl+ArrowLeft Ctrl+Shift+Space',
    [1, 7, 8, 9],
    7,
  ],
  ['Ctrl+A selects all, and the keyboard stays', 'ArrowRight ArrowRight Ctrl+A', [1, 2, 3, 4, 5, 6, 7, 8, 9], 2],
  ['Esc selects nothing, and the keyboard stays', 'ArrowRight ArrowRight Escape', [], 2],
])('%s', async (_, keys, wanted, focus) => {
  await open();
  for (const key of keys.split(' ')) await press(key);
  expect(selected()).toEqual(wanted);
  expect(focused()).toBe(focus);
});

it('says where each photo is, of how many, whether it is selected, and in its name what it is', async () => {
  const classes = ['Cat'];
  render(App, { transport: createFakeBridge({ photos: PHOTOS, classes, labelled: 1 }) });
  await waitFor(() => expect(options()).toHaveLength(PHOTOS));
  expect(screen.getByRole('listbox').getAttribute('aria-multiselectable')).toBe('true');
  expect(options().map(place)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  for (const one of options()) {
    expect(one.getAttribute('aria-setsize')).toBe(String(PHOTOS));
    expect(one.getAttribute('aria-selected')).toBe('false');
  }
  expect(options()[0]!.getAttribute('aria-label')).toMatch(/^\S.*\.\w+, Cat$/);
  expect(options()[1]!.getAttribute('aria-label')).toMatch(/, unlabelled$/);
});

it('shows a label as being stored while it is, and not any more where it could not be', async () => {
  const storing = Promise.withResolvers<never>();
  const handlers = { 'labels.set': () => storing.promise };
  render(App, { transport: createFakeBridge({ photos: PHOTOS, classes: ['Cat'], handlers }) });
  await waitFor(() => expect(options()).toHaveLength(PHOTOS));
  await press('ArrowRight');
  await press('1');
  await waitFor(() => expect(options()[0]!.getAttribute('aria-label')).toMatch(/, unlabelled, Cat being stored$/));
  expect(options()[0]!.querySelector('.badge.storing')?.textContent).toContain('Cat');
  expect(options()[1]!.querySelector('.badge')).toBeNull();
  storing.reject(new Error('The disk is full.'));
  await waitFor(() => expect(options()[0]!.getAttribute('aria-label')).toMatch(/, unlabelled$/));
  expect(options()[0]!.querySelector('.badge')).toBeNull();
});
