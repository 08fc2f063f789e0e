// Every key of the table of commands, pressed on the real screens: each does what the table says of it.

import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../src/renderer/app/App.svelte';
import { commands, places, type KeyCommand, type Place } from '../../../src/shared/commands.ts';
import type { BurstList, ClassId, DoubtfulLabel, PhotoId } from '../../../src/shared/types.ts';
import { createFakeBridge, type FakeBridge } from '../fake-bridge.ts';
import { endedRun, withLearning } from '../fake-learning.ts';

const user = userEvent.setup();
const classes = ['Ant', 'Bee', 'Cat', 'Dog', 'Emu', 'Fox', 'Gnu', 'Hen', 'Ibis'];
const PHOTOS = 9;
/** Where the keyboard starts: in the middle, so that every key leads somewhere. */
const START = 5;

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

/** "Mod+Shift+Z" on a keyboard; Mod is Ctrl here. */
async function press(key: string): Promise<void> {
  const parts = key.split('+');
  const name = parts.at(-1) ?? '';
  const held = parts.slice(0, -1).map((part) => (part === 'Mod' || part === 'Ctrl' ? 'Control' : part));
  const down =
    name === 'Space' ? '[Space]' : name === 'Plus' ? '+' : name.length === 1 ? name.toLowerCase() : `{${name}}`;
  await user.keyboard(held.map((one) => `{${one}>}`).join('') + down + held.map((one) => `{/${one}}`).join(''));
}

/** What is nearly the same in the grid: nothing, until a test says so. */
let bursts: BurstList = { photoIds: [], firsts: [] };
afterEach(() => void (bursts = { photoIds: [], firsts: [] }));

/** Opens a place and goes to a photo in its middle. */
const arrivals: Record<Exclude<Place, 'anywhere'>, () => Promise<FakeBridge>> = {
  async label() {
    const handlers = { 'bursts.list': () => bursts };
    const fake = createFakeBridge({ photos: PHOTOS, classes, labelled: START, handlers });
    render(App, { transport: fake });
    await waitFor(() => expect(options()).toHaveLength(PHOTOS));
    for (let i = 0; i < START; i++) await press('ArrowRight');
    return fake;
  },
  async classes() {
    const fake = await arrivals.label();
    document.querySelector<HTMLElement>('[data-class="5"]')?.focus();
    return fake;
  },
  async piles() {
    const fake = createFakeBridge({ photos: PHOTOS, classes, labelled: 1, piles: { sizes: [PHOTOS] } });
    render(App, { transport: fake });
    await screen.findByRole('listbox', { name: /All photos/ });
    await press('P');
    await waitFor(() => expect(options()).toHaveLength(PHOTOS - 1));
    await goBack.piles();
    return fake;
  },
  async map() {
    // There is nothing to draw on here.
    const context = {
      createImageData: () => ({ data: new Uint8ClampedArray(4), width: 0, height: 0 }),
      putImageData() {},
    };
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(((kind: string) =>
      kind === '2d' ? context : null) as never);
    const fake = await arrivals.label();
    await press('G');
    await waitFor(() => expect(wholeMap().disabled).toBe(true));
    return fake;
  },
  async viewer() {
    const fake = await arrivals.label();
    await press('Space');
    await shownLarge(START);
    return fake;
  },
  async compare() {
    const fake = await arrivals.label();
    await press('Shift+ArrowRight');
    await press('C');
    await sideBySide();
    return fake;
  },
  async review() {
    const bursts = { 7: [6, 5] as PhotoId[] }; // The second of the list.
    const fake = withLearning(createFakeBridge, { photos: 12, classes, labelled: 2, runs: [endedRun(1)], bursts });
    render(App, { transport: fake });
    await user.click(await screen.findByText('Review'));
    await press('ArrowRight');
    await waitFor(() => expect(screen.getByText(/^2 of \d+$/)).toBeTruthy());
    return fake;
  },
  async 'by-class'() {
    const fake = withLearning(createFakeBridge, {
      photos: 90,
      classes,
      labelled: 9,
      runs: [endedRun(1)],
    });
    render(App, { transport: fake });
    await user.click(await screen.findByText('Review'));
    await user.click(await screen.findByText('By class'));
    await waitFor(() => expect(options().length).toBeGreaterThan(3));
    await user.click(options()[2]!);
    expect(selected()).toEqual(['3']);
    return fake;
  },
  async how() {
    const fake = createFakeBridge({ photos: PHOTOS, classes });
    render(App, { transport: fake });
    await screen.findByRole('listbox', { name: /All photos/ });
    fake.emit('menu.chosen', { command: 'how-it-learns' });
    (await plane()).focus();
    await press('P'); // It learns from the start, and that takes time.
    return fake;
  },
  async 'own-labels'() {
    const fake = withLearning(createFakeBridge, {
      photos: 12,
      classes,
      labelled: 9,
      features: { status: 'ready', photos: 12 },
      labelCheck: { status: 'checked', looked: 9, items: [1, 2, 3, 4].map(doubtfulLabel) },
    });
    render(App, { transport: fake });
    await user.click(await screen.findByText('Review'));
    await user.click(await screen.findByText('Check your labels'));
    await underReview(1);
    await press('ArrowRight');
    await underReview(2);
    return fake;
  },
};

/** Photo n has the n-th class, and looks like the ninth. */
const doubtfulLabel = (n: number): DoubtfulLabel => ({
  ...{ photoId: n as PhotoId, name: `${n}.jpg`, width: 4, height: 3, label: n as ClassId, looksLike: 9 as ClassId },
  alike: { of: 8, looksLike: 7, label: 0 },
  nearest: [],
});

/** Where `arrivals` went, from wherever keys led. */
const goBack: Record<
  Exclude<Place, 'anywhere' | 'by-class' | 'own-labels' | 'how' | 'classes'>,
  () => Promise<void>
> = {
  async label() {
    if (document.querySelector('[role="menu"]')) await press('Escape');
    await press('Home');
    for (let i = 1; i < START; i++) await press('ArrowRight');
  },
  async piles() {
    if (document.querySelector('[role="dialog"]')) await press('Escape');
    if (options().length === PHOTOS) await press('P');
    await waitFor(() => expect(options()).toHaveLength(PHOTOS - 1));
    options()[START]?.focus();
  },
  async map() {
    await press('F');
    expect(wholeMap().disabled).toBe(true);
  },
  async viewer() {
    if (!document.querySelector('[role="dialog"]')) await press('Space');
    await goBack.label();
  },
  async compare() {
    if (document.querySelector('[role="dialog"]')) await press('F');
    else {
      await goBack.label();
      await press('Shift+ArrowRight');
      await press('C');
    }
    await sideBySide();
  },
  async review() {
    for (let i = 0; i < 4; i++) await press('ArrowLeft');
    await press('ArrowRight');
  },
};

// By selectors: to work out every role on a page takes seconds, and these are asked hundreds of times.
const options = () => [...document.querySelectorAll<HTMLElement>('[role="option"]')];
const selected = () =>
  options().flatMap((option) =>
    option.getAttribute('aria-selected') === 'true' ? [option.getAttribute('aria-posinset')] : [],
  );
const focused = () => document.querySelector('[role="listbox"]')?.getAttribute('aria-activedescendant') ?? null;
const dialog = (name: RegExp) => screen.findByRole('dialog', { name });
const labelled = (fake: FakeBridge) => fake.calls.filter(({ name }) => name === 'labels.set').map(({ input }) => input);
const label = (fake: FakeBridge, value: unknown) =>
  waitFor(() => expect(labelled(fake).at(-1)).toEqual(expect.objectContaining({ label: value })));
const keeps = (fake: FakeBridge) =>
  waitFor(() => expect(fake.calls.map(({ name }) => name)).toContain('review.keepLabel'));
const shownLarge = (number: number) => screen.findByText(`${number} of ${PHOTOS}`);
const sideBySide = () => screen.findByRole('dialog', { name: 'Side by side' });
const wholePhoto = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Show the whole photo' });
const wholeMap = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Show the whole map' });
const plane = () => screen.findByRole('button', { name: /^With all the other points/ });
/** The row that was moved keeps the focus. */
const place = (fake: FakeBridge, id: number, at: number) =>
  waitFor(() => {
    expect(fake.state.classes[at]?.id).toBe(id);
    expect(document.activeElement).toBe(document.querySelector(`[data-class="${id}"]`));
  });
const underReview = (number: number) =>
  waitFor(() => expect(screen.getByText(new RegExp(`^${number} of`))).toBeTruthy());

interface Pressed {
  fake: FakeBridge;
  key: string;
  /** What was selected, and the photo the keyboard was on, before the press. */
  before: { selected: (string | null)[]; focused: string | null };
}
type Proof = (pressed: Pressed) => Promise<unknown> | void;

const zoomed: Proof = () => waitFor(() => expect(wholeMap().disabled).toBe(false));
const digit = (key: string) => Number(key);
const undone: Proof = ({ fake }) => waitFor(() => expect(fake.calls.map(({ name }) => name)).toContain('history.undo'));
const redone: Proof = ({ fake }) => waitFor(() => expect(fake.calls.map(({ name }) => name)).toContain('history.redo'));

const withoutNetwork: Proof = () => screen.findByText(/^Which photos are alike is known once/);

/** Keys that look closely at a photo, from the whole of it. */
const closely: Partial<Record<KeyCommand, Proof>> = {
  'zoom-in': () => waitFor(() => expect(wholePhoto().disabled).toBe(false)),
  async 'zoom-out'({ key }) {
    for (const closer of ['F', 'Plus', 'Plus']) await press(closer);
    await waitFor(() => expect(wholePhoto().disabled).toBe(false));
    for (const away of [key, key]) await press(away);
    await waitFor(() => expect(wholePhoto().disabled).toBe(true));
  },
  'zoom-actual': () => screen.findByRole('button', { name: 'Zoom 100 %' }),
  async 'zoom-fit'() {
    await press('Plus');
    await waitFor(() => expect(wholePhoto().disabled).toBe(false));
    await press('F');
    await waitFor(() => expect(wholePhoto().disabled).toBe(true));
  },
  async 'zoom-pan'({ key }) {
    const picture = () => document.querySelector('.view.zoomed')?.getAttribute('style');
    for (let times = 0; times < 5; times++) await press('Plus');
    await waitFor(() => expect(picture()).toBeTruthy());
    const before = picture();
    await press(key);
    await waitFor(() => expect(picture()).not.toBe(before));
  },
};

const anywhere: Partial<Record<KeyCommand, Proof>> = {
  undo: undone,
  redo: redone,
  shortcuts: () => dialog(/Keyboard shortcuts/),
  history: () => screen.findByRole('complementary', { name: 'History' }),
  palette: () => dialog(/Commands/),
  export: () => dialog(/^Export$/),
};

const proofs: Record<Exclude<Place, 'anywhere'>, Partial<Record<KeyCommand, Proof>>> = {
  map: {
    ...anywhere,
    'map-lasso'() {
      const lasso = screen.getByRole('button', { name: 'Lasso' });
      expect(lasso.getAttribute('aria-pressed')).toBe('true');
    },
    'map-zoom-in': zoomed,
    'map-zoom-out': zoomed,
    async 'map-fit'(pressed) {
      await press('-');
      await zoomed(pressed);
      await press('F');
      await waitFor(() => expect(wholeMap().disabled).toBe(true));
    },
  },
  label: {
    ...anywhere,
    'give-class': ({ fake, key }) => label(fake, digit(key)),
    'remove-label': ({ fake }) => label(fake, null),
    exclude: ({ fake }) => label(fake, 'excluded'),
    'label-none': ({ fake }) => label(fake, 'none'),
    'label-unsure': ({ fake }) => label(fake, 'unsure'),
    'new-class': () => dialog(/class/i),
    'find-class': () => dialog(/class|label/i),
    'show-piles': () => screen.findByRole('heading', { name: 'Piles need a pretrained network' }),
    'show-map': () => screen.findByRole('region', { name: 'Map' }),
    'view-photo': () => shownLarge(START),
    'open-burst': () => screen.findByText('No other photo is nearly the same.'),
    async 'label-alike'({ fake }) {
      // There is something to label alike once the photo of a card that stands for others is labelled.
      bursts = { photoIds: [START, PHOTOS] as PhotoId[], firsts: [START, START] as PhotoId[] };
      fake.emit('bursts.changed', null);
      await waitFor(() => expect(options()).toHaveLength(PHOTOS - 1));
      await press('1');
      await screen.findByText('1 more is nearly the same.');
      await press('A');
      await waitFor(() => expect(labelled(fake).at(-1)).toMatchObject({ photoIds: [PHOTOS], chosen: 'hand' }));
    },
    'more-alike': withoutNetwork,
    move({ before }) {
      expect(selected()).toHaveLength(1);
      expect(selected()).not.toEqual(before.selected);
    },
    extend({ before }) {
      expect(selected().length).toBeGreaterThan(1);
      expect(selected()).toEqual(expect.arrayContaining(before.selected));
    },
    'move-alone'({ before }) {
      expect(selected()).toEqual(before.selected);
      expect(focused()).not.toBe(before.focused);
    },
    toggle: () => expect(selected()).toEqual([]),
    'select-all': () => expect(selected()).toHaveLength(PHOTOS),
    'select-none': () => expect(selected()).toEqual([]),
    'extend-more'({ before }) {
      expect(selected().length).toBeGreaterThan(1);
      expect(selected()).toEqual(expect.arrayContaining(before.selected));
    },
    async 'select-up-to'({ key, before }) {
      for (const away of ['Mod+ArrowRight', 'Mod+ArrowRight']) await press(away);
      expect(selected()).toEqual(before.selected);
      await press(key);
      expect(selected()).toHaveLength(3);
    },
    'photo-menu': () => screen.findByRole('menu', { name: 'What can be done with the photo' }),
    compare: () => screen.findByText('Select two photos first, then press C.'),
    'find-photos'() {
      expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Find by file or folder' }));
    },
  },
  piles: {
    ...anywhere,
    'show-piles': () => screen.findByRole('listbox', { name: /All photos/ }),
    'pile-move'({ before }) {
      expect(selected()).toEqual(before.selected);
      expect(document.activeElement?.getAttribute('role')).toBe('option');
      expect(document.activeElement).not.toBe(options()[START]);
    },
    'pile-toggle': () => expect(options()[START]?.getAttribute('aria-selected')).toBe('false'),
    'pile-view': () => screen.findByText(`${START + 1} of ${PHOTOS - 1}`),
  },
  viewer: {
    ...anywhere,
    'give-class': ({ fake, key }) => label(fake, digit(key)),
    'remove-label': ({ fake }) => label(fake, null),
    exclude: ({ fake }) => label(fake, 'excluded'),
    'label-none': ({ fake }) => label(fake, 'none'),
    'label-unsure': ({ fake }) => label(fake, 'unsure'),
    history: () => expect(screen.queryByRole('complementary', { name: 'History' })).toBeNull(),
    'next-photo': () => shownLarge(START + 1),
    'previous-photo': () => shownLarge(START - 1),
    'first-photo': () => shownLarge(1),
    'last-photo': () => shownLarge(PHOTOS),
    'more-alike': withoutNetwork,
    ...closely,
    'photo-facts': () => screen.findByRole('complementary', { name: 'What is known of the photo' }),
    'close-viewer': () => waitFor(() => expect(screen.queryByRole('dialog')).toBeNull()),
  },
  compare: {
    ...anywhere,
    history: () => expect(screen.queryByRole('complementary', { name: 'History' })).toBeNull(),
    'give-class': ({ fake, key }) => label(fake, digit(key)),
    'remove-label': ({ fake }) => label(fake, null),
    exclude: ({ fake }) => label(fake, 'excluded'),
    'label-none': ({ fake }) => label(fake, 'none'),
    async 'label-unsure'({ fake, key }) {
      await label(fake, 'unsure');
      await press(key);
      await label(fake, null);
    },
    'compare-side'({ key }) {
      const side = key === 'ArrowLeft' ? 'Left' : 'Right';
      const framed = screen.getByRole('button', { name: new RegExp(`^${side}:`) });
      return waitFor(() => expect(framed.getAttribute('aria-pressed')).toBe('true'));
    },
    ...closely,
    compare: () => waitFor(() => expect(screen.queryByRole('dialog')).toBeNull()),
    'close-viewer': () => waitFor(() => expect(screen.queryByRole('dialog')).toBeNull()),
  },
  review: {
    ...anywhere,
    ...closely,
    accept: ({ fake }) => label(fake, expect.any(Number)),
    correct: ({ fake, key }) => label(fake, digit(key)),
    'exclude-reviewed': ({ fake }) => label(fake, 'excluded'),
    'none-reviewed': ({ fake }) => label(fake, 'none'),
    'unsure-reviewed': ({ fake }) => label(fake, 'unsure'),
    refuse: ({ fake }) => waitFor(() => expect(fake.calls.map(({ name }) => name)).toContain('review.refuse')),
    async 'label-alike'({ fake }) {
      // There is something to label alike once the photo that stands for the others is labelled.
      await press('Enter');
      await screen.findByText(/nearly the same as the last one/);
      await press('A');
      await waitFor(() => expect(labelled(fake).at(-1)).toMatchObject({ photoIds: [6, 5], chosen: 'suggested' }));
    },
    'find-class': () => dialog(/label/i),
    'review-next': () => underReview(3),
    'review-previous': () => underReview(1),
  },
  'by-class': {
    ...anywhere,
    accept: ({ fake }) => label(fake, 1),
    correct: ({ fake, key }) => label(fake, digit(key)),
    'exclude-reviewed': ({ fake }) => label(fake, 'excluded'),
    'none-reviewed': ({ fake }) => label(fake, 'none'),
    'unsure-reviewed': ({ fake }) => label(fake, 'unsure'),
    refuse: ({ fake }) => waitFor(() => expect(fake.calls.map(({ name }) => name)).toContain('review.refuse')),
    'tile-move'({ before }) {
      expect(selected()).toEqual(before.selected);
      const now = options().find((tile) => tile.tabIndex === 0);
      expect(now?.getAttribute('aria-posinset')).not.toBe('3');
    },
    'tile-extend': () => expect(selected().length).toBeGreaterThan(1),
    'tile-toggle': () => expect(selected()).toEqual([]),
    'tile-all': () => expect(selected()).toHaveLength(options().length),
    'tile-none': () => expect(selected()).toEqual([]),
  },
  how: {
    history: () => expect(screen.queryByRole('complementary', { name: 'History' })).toBeNull(),
    // Labels of photos that are not in sight stay as they are.
    undo: ({ fake }) => expect(fake.calls).toEqual([]),
    redo: ({ fake }) => expect(fake.calls).toEqual([]),
    shortcuts: () => dialog(/Keyboard shortcuts/),
    palette: () => dialog(/Commands/),
    export: () => expect(screen.queryByRole('dialog', { name: 'Export' })).toBeNull(),
    'ring-class': ({ key }) =>
      waitFor(() => {
        const chosen = screen.getByRole('radio', { name: key === '1' ? 'Inner' : 'Outer' });
        expect(chosen.getAttribute('aria-checked')).toBe('true');
      }),
    'ring-move': ({ key }) =>
      screen.findByText(new RegExp(`0.1 ${key.slice('Arrow'.length).toLowerCase()}.*(inner|outer) ring, \\d+% sure`)),
    'ring-label': async () => expect((await plane()).getAttribute('aria-label')).toContain('5 labels'),
    'ring-pause': () => screen.findByRole('button', { name: 'Pause' }),
    'ring-close': () => screen.findByRole('listbox', { name: /All photos/ }),
  },
  classes: {
    ...anywhere,
    'class-up': ({ fake }) => place(fake, 5, 3),
    'class-down': ({ fake }) => place(fake, 5, 5),
  },
  'own-labels': {
    ...anywhere,
    ...closely,
    'keep-label': ({ fake }) => keeps(fake),
    // The second photo has the second class already.
    correct: ({ fake, key }) => (key === '2' ? keeps(fake) : label(fake, digit(key))),
    'exclude-reviewed': ({ fake }) => label(fake, 'excluded'),
    'none-reviewed': ({ fake }) => label(fake, 'none'),
    'unsure-reviewed': ({ fake }) => label(fake, 'unsure'),
    'review-next': () => underReview(3),
    'review-previous': () => underReview(1),
  },
};

describe.each(Object.keys(proofs) as Exclude<Place, 'anywhere'>[])('%s', (place) => {
  const here = commands.filter(
    ({ heardBy, keys, places: at }) =>
      keys.length > 0 && heardBy === 'page' && at.some((one) => one === place || one === 'anywhere'),
  );
  it.each(here)('$label', { timeout: 30_000 }, async ({ id, keys }) => {
    const proof = proofs[place][id];
    if (!proof) throw new Error(`Nothing shows what ${id} does in ${places[place]}.`);
    let fake = await arrivals[place]();
    for (const key of keys) {
      const before = { selected: selected(), focused: focused() };
      fake.calls.length = 0;
      await press(key);
      await proof({ fake, key, before });
      if (key === keys.at(-1)) return;
      // What was set aside is not set aside again.
      if (place === 'by-class' || place === 'own-labels' || place === 'how' || place === 'classes') {
        cleanup();
        fake = await arrivals[place]();
      } else await goBack[place]();
    }
  });
});

describe('keys belong to what is in front', () => {
  it('typing stays typing: no letter, digit or undo of a field is taken', async () => {
    const fake = await arrivals.label();
    await press('Shift+C');
    const field = within(await dialog(/class/i)).getByRole('textbox');
    await user.type(field, 'x1?');
    await press('Mod+Z');
    expect(screen.getAllByRole('dialog')).toHaveLength(1);
    const names = fake.calls.map(({ name }) => name);
    for (const name of ['labels.set', 'history.undo']) expect(names).not.toContain(name);
  });

  it('under the sheet nothing is labelled, moved or undone, and Esc closes the sheet alone', async () => {
    const fake = await arrivals.viewer();
    await press('?');
    await dialog(/Keyboard shortcuts/);
    for (const key of ['1', 'X', 'ArrowRight', 'Mod+Z']) await press(key);
    await shownLarge(START);
    const names = fake.calls.map(({ name }) => name);
    for (const name of ['labels.set', 'history.undo']) expect(names).not.toContain(name);
    await press('Escape');
    await waitFor(() => expect(screen.queryByRole('dialog', { name: /Keyboard shortcuts/ })).toBeNull());
    await shownLarge(START);
  });
});

describe('the sheet of keyboard shortcuts', () => {
  const open = async (host: 'web' | 'desktop') => {
    render(App, { transport: createFakeBridge({ photos: 2, host }) });
    await screen.findByRole('listbox', { name: /All photos/ });
    await press('?');
    return within(await dialog(/Keyboard shortcuts/));
  };

  it('has every command of every place, by the names of this machine’s keys', async () => {
    const sheet = await open('desktop');
    for (const place of Object.keys(places) as Place[]) {
      const section = within(sheet.getByRole('region', { name: places[place] }));
      const here = commands.filter(({ places: at }) => at.includes(place));
      expect(section.getAllByRole('term').map(({ textContent }) => textContent)).toEqual(
        here.map(({ label }) => label),
      );
    }
    const keysOf = (name: string) => {
      const presses = sheet.getAllByText(name)[0]?.parentElement?.querySelectorAll('.keys') ?? [];
      return [...presses].map(({ textContent }) => textContent).join(', ');
    };
    expect(keysOf('Redo')).toBe('CtrlShiftZ, CtrlY');
    expect(keysOf('Label with a class')).toBe('1 – 9');
    expect(keysOf('Go to another photo')).toBe('← ↑ ↓ →, Home, End, Page ↑, Page ↓');
    expect(keysOf('Select on the way')).toBe('Shift← ↑ ↓ →');
  });

  it('leaves out what only the desktop’s menu hears, in a browser', async () => {
    expect((await open('web')).queryByText('Open a folder')).toBeNull();
    cleanup();
    expect((await open('desktop')).getByText('Open a folder')).toBeTruthy();
  });

  it('also opens from the library’s menu, and from the desktop’s', async () => {
    const fake = createFakeBridge({ photos: 2, host: 'desktop' });
    render(App, { transport: fake });
    await user.click(await screen.findByRole('button', { name: /^Library:/ }));
    await user.click(await screen.findByRole('menuitem', { name: /^Keyboard shortcuts/ }));
    await dialog(/Keyboard shortcuts/);
    await press('Escape');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    fake.emit('menu.chosen', { command: 'shortcuts' });
    expect(await dialog(/Keyboard shortcuts/)).toBeTruthy();
  });
});

describe('what the desktop’s menu asks for', () => {
  it('undo and redo act as their keys do', async () => {
    const fake = await arrivals.label();
    await press('1');
    await waitFor(() => expect(fake.state.labels[START - 1]).toBe(1));
    fake.emit('menu.chosen', { command: 'undo' });
    await waitFor(() => expect(fake.state.labels[START - 1]).toBe(START));
    fake.emit('menu.chosen', { command: 'redo' });
    await waitFor(() => expect(fake.state.labels[START - 1]).toBe(1));
  });

  it('diagnostics are copied', async () => {
    const fake = await arrivals.label();
    fake.emit('menu.chosen', { command: 'copy-diagnostics' });
    expect(await screen.findByText(/^Diagnostics copied/)).toBeTruthy();
  });
});

describe('a file that was saved', () => {
  it('is named with its folder, and shown there when asked', async () => {
    const fake = createFakeBridge({ photos: 2, host: 'desktop' });
    const showSaved = vi.fn(async () => {});
    render(App, { transport: { ...fake, showSaved } });
    await screen.findByRole('listbox', { name: /All photos/ });
    fake.emit('file.saved', { number: 4, name: 'labels.csv', folder: 'Documents', written: true });
    expect(await screen.findByText('Saved labels.csv in Documents')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Show in folder' }));
    expect(showSaved.mock.calls).toEqual([[4]]);
  });

  it('that could not be written is said, with what to look at', async () => {
    const fake = createFakeBridge({ photos: 2, host: 'desktop' });
    render(App, { transport: fake });
    await screen.findByRole('listbox', { name: /All photos/ });
    fake.emit('file.saved', { number: 0, name: 'labels.csv', folder: 'NIKON', written: false });
    expect((await screen.findByRole('alert')).textContent).toMatch(/labels\.csv could not be saved\..*room in NIKON/);
  });
});
