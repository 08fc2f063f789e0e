import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../../src/renderer/app/App.svelte';
import { sureWords } from '../../../../src/renderer/screens/label/piles/words.ts';
import { WhiskerError } from '../../../../src/shared/errors.ts';
import { createFakeBridge, type FakeOptions } from '../../fake-bridge.ts';

const user = userEvent.setup();
// Every role on a page of photos takes long to work out.

beforeEach(() => {
  localStorage.clear();
  // Without a layout engine nothing has a size, and lists show only what is in sight.
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(900);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(700);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

/** A folder of so many photos in each pile, opened. */
async function open(sizes: number[], options: FakeOptions = {}) {
  const photos = sizes.reduce((sum, size) => sum + size, 0);
  const fake = createFakeBridge({ photos, piles: { sizes }, ...options });
  render(App, { transport: fake });
  await screen.findByRole('listbox', { name: /All photos/ });
  return fake;
}

async function openPiles(sizes: number[], options: FakeOptions = {}) {
  const fake = await open(sizes, options);
  await user.keyboard('p');
  await screen.findByRole('article', { name: 'Pile 1' });
  return fake;
}

const pile = (name: string | RegExp) => within(screen.getByRole('article', { name }));
const photosOf = (name: string) => pile(name).getAllByRole('option');
const kept = (name: string) =>
  photosOf(name).map((photo) => [photo.dataset['id'], photo.getAttribute('aria-selected')].join(' '));
const given = (fake: ReturnType<typeof createFakeBridge>) =>
  fake.calls.filter(({ name }) => name === 'piles.name').map(({ input }) => input);
const upTo = (n: number, from = 1) => Array.from({ length: n }, (_, i) => i + from);
const field = (n: number) => screen.getByRole('combobox', { name: `Name of pile ${n}` });

describe('the offer over the grid', () => {
  it('is there while nothing has a label, and leads to the piles', async () => {
    await open([20, 10]);
    const offer = within(screen.getByRole('complementary', { name: 'Piles' }));
    await user.click(offer.getByRole('button', { name: /^Show piles/ }));
    expect(await screen.findByRole('article', { name: 'Pile 2' })).toBeTruthy();
  });

  it.each<[string, FakeOptions]>([
    ['labels', { classes: ['Cat'], labelled: 1 }],
    ['no network', { piles: { sizes: [20, 10] }, features: { status: 'none', reason: 'no-network' } }],
    ['too few photos', { photos: 5 }],
  ])('is not there with %s', async (_, options) => {
    await open([20, 10], options);
    expect(screen.queryByRole('complementary', { name: 'Piles' })).toBeNull();
  });

  it('goes when it is put away', async () => {
    await open([20, 10]);
    await user.click(screen.getByRole('button', { name: 'Not now' }));
    expect(screen.queryByRole('complementary', { name: 'Piles' })).toBeNull();
  });
});

describe('a pile', () => {
  it('says how many photos it has and how sure it is, and shows twelve of them', async () => {
    await openPiles([40, 20], { piles: { sizes: [40, 20], sureness: [0.9, 0.65] } });
    expect(pile('Pile 1').getByText('about 40 photos, surely one pile')).toBeTruthy();
    expect(pile('Pile 2').getByText('about 20 photos, probably one pile')).toBeTruthy();
    expect(kept('Pile 2')).toEqual(upTo(12, 41).map((id) => `${id} true`));
    expect([0.75, 0.6, 0.59, 0].map(sureWords)).toEqual([
      'surely one pile',
      'probably one pile',
      'a loose pile: look twice',
      'too few to be sure of',
    ]);
  });

  it('loses the photo that is clicked, the next one moves up, and a click puts it back', async () => {
    await openPiles([40, 20]);
    await user.click(photosOf('Pile 1')[1]!);
    const without = ['1 true', '2 false', ...upTo(11, 3).map((id) => `${id} true`)];
    expect(kept('Pile 1')).toEqual(without);
    await user.click(photosOf('Pile 1')[1]!);
    expect(kept('Pile 1')).toEqual(upTo(12).map((id) => `${id} true`));
  });

  it('shows a photo large with a double click; the space bar takes it out there, Esc closes', async () => {
    await openPiles([40, 20]);
    await user.dblClick(photosOf('Pile 1')[2]!);
    const large = within(await screen.findByRole('dialog', { name: 'rose-0003.jpg' }));
    await user.keyboard('[Space]');
    expect(large.getByRole('button', { name: 'Put back into the pile' })).toBeTruthy();
    await user.keyboard('{ArrowRight}');
    expect(await screen.findByRole('dialog', { name: 'rose-0004.jpg' })).toBeTruthy();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(kept('Pile 1').slice(0, 4)).toEqual(['1 true', '2 true', '3 false', '4 true']);
  });

  it('can’t be named when all its photos are taken out', async () => {
    const fake = await openPiles([2, 20]);
    for (const photo of photosOf('Pile 1')) await user.click(photo);
    await user.type(field(1), 'Cat{Enter}');
    expect(pile('Pile 1').getByText(/^All its typical photos are taken out/)).toBeTruthy();
    expect(given(fake)).toEqual([]);
  });
});

describe('naming', () => {
  it('takes the photos that are kept, goes on to the next pile, and says what comes of it', async () => {
    const fake = await openPiles([40, 20]);
    await user.click(photosOf('Pile 1')[0]!);
    await user.type(field(1), ' Cat{Enter}');
    expect(await screen.findByRole('article', { name: 'Cat' })).toBeTruthy();
    expect(given(fake)).toEqual([{ pile: 1, name: 'Cat', photoIds: upTo(12, 2) }]);
    expect(pile('Cat').getByText('12 labelled, 28 to be predicted')).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(field(2)));
    await user.keyboard('Dog{Enter}');
    expect(await screen.findByText('Every pile has a name.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Go on to training' })).toBeTruthy();
  });

  it('offers the classes that there are, by a click and while typing', async () => {
    const fake = await openPiles([40, 20], { classes: ['Cat', 'Dog'] });
    const classes = within(pile('Pile 2').getByRole('list', { name: 'Classes for Name of pile 2' }));
    expect(classes.getAllByRole('button').map(({ textContent }) => textContent.trim())).toEqual(['Cat', 'Dog']);
    await user.type(field(2), 'd');
    expect(classes.getAllByRole('button').map(({ textContent }) => textContent.trim())).toEqual(['Dog']);
    await user.click(classes.getByRole('button', { name: 'Dog' }));
    expect(await screen.findByRole('article', { name: 'Dog' })).toBeTruthy();
    expect(given(fake)).toEqual([{ pile: 2, name: 'Dog', photoIds: upTo(12, 41) }]);
    expect(fake.state.classes).toHaveLength(2);
  });

  it('is taken back on the card itself for as long as it is the newest action', async () => {
    await openPiles([40, 20]);
    await user.type(field(1), 'Cat{Enter}');
    await screen.findByRole('article', { name: 'Cat' });
    await user.type(field(2), 'Dog{Enter}');
    await screen.findByRole('article', { name: 'Dog' });
    expect(pile('Cat').queryByRole('button', { name: 'Undo' })).toBeNull();
    await user.click(pile('Dog').getByRole('button', { name: 'Undo' }));
    expect(await screen.findByRole('article', { name: 'Pile 2' })).toBeTruthy();
    await user.click(pile('Cat').getByRole('button', { name: 'Undo' }));
    expect(await screen.findByRole('article', { name: 'Pile 1' })).toBeTruthy();
  });

  it('can be done again: the photos that had the name get the other', async () => {
    const fake = await openPiles([40, 20]);
    await user.type(field(1), 'Cart{Enter}');
    await screen.findByRole('article', { name: 'Cart' });
    await user.click(pile('Cart').getByRole('button', { name: 'Rename' }));
    await waitFor(() => expect(document.activeElement).toBe(field(1)));
    await user.keyboard('Cat{Enter}');
    await screen.findByRole('article', { name: 'Cat' });
    expect(given(fake)[1]).toEqual({ pile: 1, name: 'Cat', photoIds: upTo(12) });
  });

  it('that main refuses is said, and the name stays in the field', async () => {
    const refuse = () => {
      throw new WhiskerError('not-found', 'That pile is gone: the photos were sorted anew.');
    };
    await openPiles([40, 20], { handlers: { 'piles.name': refuse } });
    await user.type(field(1), 'Cat{Enter}');
    expect(await screen.findByText('Not saved. That pile is gone: the photos were sorted anew.')).toBeTruthy();
    expect(field(1)).toHaveProperty('value', 'Cat');
  });
});

describe('rearranging', () => {
  it('splits, merges, sets aside and puts back', async () => {
    const fake = await openPiles([40, 20]);
    await user.click(pile('Pile 1').getByRole('button', { name: 'Split' }));
    expect(await screen.findByRole('article', { name: 'Pile 3' })).toBeTruthy();
    await user.click(pile('Pile 1').getByRole('button', { name: 'Merge with' }));
    await user.click(await screen.findByRole('menuitem', { name: /^Pile 2/ }));
    await waitFor(() => expect(screen.queryByRole('article', { name: 'Pile 3' })).toBeNull());
    expect(pile('Pile 1').getByText(/^about 40 photos/)).toBeTruthy();
    await user.click(pile('Pile 2').getByRole('button', { name: 'Not a pile' }));
    expect(await screen.findByText(/^20 photos set aside/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Put back' }));
    expect(await screen.findByRole('article', { name: 'Pile 2' })).toBeTruthy();
    expect(fake.calls.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['piles.split', 'piles.merge', 'piles.setAside', 'piles.putBack']),
    );
  });

  it('takes back what was done to the piles, the last first', async () => {
    await openPiles([40, 20]);
    expect(screen.queryByRole('button', { name: /^Undo (split|“)/ })).toBeNull();
    await user.click(pile('Pile 1').getByRole('button', { name: 'Split' }));
    await user.click(pile('Pile 3').getByRole('button', { name: 'Not a pile' }));
    await user.click(await screen.findByRole('button', { name: 'Undo “not a pile”' }));
    await user.click(await screen.findByRole('button', { name: 'Undo split' }));
    await waitFor(() => expect(screen.queryByRole('article', { name: 'Pile 3' })).toBeNull());
    expect(pile('Pile 1').getByText(/^about 40 photos/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: /^Undo (split|“)/ })).toBeNull();
  });

  it('asks for another number once, when the slider rests, and for the photos’ own again', async () => {
    const fake = await openPiles([40, 20]);
    screen.getByRole('slider', { name: 'Number of piles' }).focus();
    await user.keyboard('{ArrowRight}{ArrowRight}');
    expect(await screen.findByRole('article', { name: 'Pile 4' })).toBeTruthy();
    const asked = () => fake.calls.filter(({ name }) => name === 'piles.arrange').map(({ input }) => input);
    expect(asked()).toEqual([{ piles: 4 }]);
    await user.click(screen.getByRole('button', { name: 'Choose for me' }));
    await waitFor(() => expect(screen.queryByRole('article', { name: 'Pile 3' })).toBeNull());
    expect(asked()).toEqual([{ piles: 4 }, { piles: null }]);
  });

  it('photos looked at since are sorted by themselves until somebody works on the piles', async () => {
    const later: FakeOptions = { photos: 70, piles: { sizes: [40, 20], since: 10 } };
    const untouched = await openPiles([40, 20], later);
    await waitFor(() => expect(untouched.calls.map(({ name }) => name)).toContain('piles.arrange'));
    cleanup();
    const looking: FakeOptions['features'] = { status: 'looking', done: 60, total: 70, etaSeconds: 2, paused: false };
    const worked = await openPiles([40, 20], { ...later, features: looking });
    await user.click(photosOf('Pile 1')[0]!);
    worked.setFeatures({ status: 'ready', photos: 70 });
    await user.click(await screen.findByRole('button', { name: 'Sort 10 more' }));
    expect(worked.calls.filter(({ name }) => name === 'piles.arrange')).toHaveLength(1);
  });

  it('work on a pile ends a sorting that goes on by itself, and what is typed stays', async () => {
    const sorting = Promise.withResolvers<never>();
    const fake = await openPiles([40, 20], {
      photos: 70,
      piles: { sizes: [40, 20], since: 10 },
      handlers: { 'piles.arrange': () => sorting.promise },
    });
    const called = () => fake.calls.map(({ name }) => name);
    await waitFor(() => expect(called()).toContain('piles.arrange'));
    await user.type(field(1), 'Cat');
    expect(called().slice(called().indexOf('piles.arrange'))).toContain('piles.keep');
    sorting.reject(new WhiskerError('cancelled', 'Other piles were asked for.'));
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('article', { name: 'Cat' })).toBeTruthy();
    expect(called().filter((name) => name === 'piles.arrange')).toHaveLength(1);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('opens a pile in the grid, and leads back', async () => {
    await openPiles([7, 6]);
    await user.click(pile('Pile 2').getByRole('button', { name: 'See all' }));
    expect(await screen.findByRole('listbox', { name: 'One pile, 6 photos' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'All piles' }));
    expect(await screen.findByRole('article', { name: 'Pile 2' })).toBeTruthy();
  });
});

describe('where there are no piles', () => {
  const instead = async (piles: FakeOptions['piles'], features?: FakeOptions['features']) => {
    await open([20], { photos: 20, ...(piles && { piles }), ...(features && { features }) });
    await user.keyboard('p');
  };

  it('says that a network is lacking, and leads to where one is set up', async () => {
    await instead({ sizes: [], instead: { status: 'none', reason: 'no-network' } });
    await screen.findByRole('heading', { name: 'Piles need a pretrained network' });
    await user.click(screen.getByRole('button', { name: 'Set one up' }));
    const steps = within(screen.getByRole('navigation', { name: 'Steps' }));
    expect(steps.getByRole('button', { name: 'Train' }).getAttribute('aria-current')).toBe('page');
  });

  it('says that there are too few photos', async () => {
    await instead({ sizes: [], instead: { status: 'none', reason: 'too-few' } });
    expect(await screen.findByRole('heading', { name: 'Too few photos to sort' })).toBeTruthy();
  });

  it('shows how far the network is', async () => {
    const looking = { status: 'looking', done: 12, total: 200, etaSeconds: 40, paused: false } as const;
    await instead({ sizes: [], instead: { status: 'looking' } }, looking);
    expect(await screen.findByText('12 of 200 photos, about 40 s left')).toBeTruthy();
  });

  it('tells a failure in its sentence, with a way to try again', async () => {
    const failure = {
      code: 'bad-input',
      message: 'These photos look exactly the same.',
      remedy: 'Add others.',
    } as const;
    await instead({ sizes: [], instead: { status: 'failed', failure } });
    expect(await screen.findByRole('heading', { name: 'These photos look exactly the same.' })).toBeTruthy();
    expect(screen.getByText('Add others.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  });

  it('says honestly that the photos don’t fall into piles, and offers suggestions, or piles all the same', async () => {
    await instead({ sizes: [12, 8], separates: false });
    await screen.findByRole('heading', { name: 'These photos don’t fall into piles' });
    await user.click(screen.getByRole('button', { name: 'Show piles anyway' }));
    expect(await screen.findByRole('article', { name: 'Pile 2' })).toBeTruthy();
    cleanup();
    await instead({ sizes: [12, 8], separates: false });
    await user.click(await screen.findByRole('button', { name: 'Choose photos for me' }));
    expect(await screen.findByRole('region', { name: /^Label these/ })).toBeTruthy();
  });
});
