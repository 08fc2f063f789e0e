// What is guessed, as the Label screen shows it: quiet, never as a label, and out of the way when switched off.

import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import App from '../../../../src/renderer/app/App.svelte';
import type { LiveChange, LiveState, Suggestion } from '../../../../src/shared/live.ts';
import type { ClassId, PhotoId } from '../../../../src/shared/types.ts';
import { createFakeBridge, nameOf, type FakeOptions } from '../../fake-bridge.ts';

const user = userEvent.setup();
const [cat, dog] = [1 as ClassId, 2 as ClassId];
const id = (number: number) => number as PhotoId;

const guesses = (change: Partial<LiveState> = {}): LiveState => ({
  status: 'ready',
  predictions: { ids: [id(3), id(4), id(6)], classIds: [cat, dog, cat], confidences: [0.9, 0.8, 0.7] },
  run: null,
  counts: { [cat]: 2, [dog]: 1 },
  estimate: null,
  labels: 2,
  problem: null,
  ...change,
});
const looked = { status: 'ready', photos: 6 } as const;

async function open(options: FakeOptions = {}) {
  const fake = createFakeBridge({
    photos: 6,
    classes: ['Cat', 'Dog'],
    labelled: 2,
    features: looked,
    live: guesses(),
    aspect: () => 0.3,
    ...options,
  });
  render(App, { transport: fake });
  await screen.findByRole('listbox', { name: /All photos/ });
  await screen.findByText('Guess while I label');
  return fake;
}

const names = () => screen.getAllByRole('option').map((option) => option.getAttribute('aria-label'));
const side = () => within(screen.getByRole('complementary', { name: 'Photos and classes' }));
const click = (name: RegExp) => user.click(side().getByRole('button', { name }));
const labelled = (fake: { calls: { name: string; input: unknown }[] }) =>
  fake.calls.flatMap(({ name, input }) => (name === 'labels.set' ? [input] : []));

beforeEach(() => {
  localStorage.clear();
  // Small enough that all of them are near the small screen of a test.
  localStorage.setItem('whisker.rowHeight', '84');
});
afterEach(cleanup);

test('an unlabelled photo says what it looks like, in sight and by name; a label takes its place', async () => {
  localStorage.removeItem('whisker.rowHeight');
  await open({ aspect: (n) => (n === 2 ? 1.5 : 0.3) });
  await waitFor(() =>
    expect(names().slice(0, 5)).toEqual([
      `${nameOf(1)}, Cat`,
      `${nameOf(2)}, Dog`,
      `${nameOf(3)}, unlabelled, looks like Cat`,
      `${nameOf(4)}, unlabelled, looks like Dog`,
      `${nameOf(5)}, unlabelled`,
    ]),
  );
  const third = screen.getByRole('option', { name: /0003/ });
  expect(third.textContent).toContain('Cat?');
  await user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}2');
  await waitFor(() => expect(third.getAttribute('aria-label')).toBe(`${nameOf(3)}, Dog`));
  expect(third.textContent).not.toContain('?');
});

test('newer guesses show at once, and a word about them keeps those that are there', async () => {
  const fake = await open();
  await screen.findByRole('option', { name: /0004.*looks like Dog/ });
  const word: LiveChange = guesses({ status: 'learning' });
  delete word.predictions;
  fake.emit('live.changed', word);
  await screen.findByRole('option', { name: /0004.*looks like Dog/ });
  fake.guess(guesses({ predictions: { ids: [id(4)], classIds: [cat], confidences: [0.6] } }));
  await screen.findByRole('option', { name: /0004.*looks like Cat/ });
  expect(names()[2]).toBe(`${nameOf(3)}, unlabelled`);
});

test('the side bar counts what looks like each class, and a click shows exactly those photos', async () => {
  const shown = [id(3), id(6)];
  const fake = await open({
    handlers: {
      'photos.list': ({ filter }) => {
        const ids = filter.kind === 'predicted' ? [...shown] : [1, 2, 3, 4, 5, 6].map(id);
        const each = <T>(value: T) => ids.map(() => value);
        return { ids, names: ids.map(nameOf), widths: each(4), heights: each(3), labels: each(0) };
      },
    },
  });
  const predicted = () => within(side().getByRole('list', { name: 'Predicted' }));
  await waitFor(() => expect(predicted().getByRole('button', { name: /^Cat/ }).textContent).toMatch(/2$/));
  await user.click(predicted().getByRole('button', { name: /^Cat/ }));
  await screen.findByRole('listbox', { name: 'Predicted: Cat, 2 photos' });
  shown.push(id(5));
  fake.guess(guesses({ counts: { [cat]: 3 } }));
  await screen.findByRole('listbox', { name: 'Predicted: Cat, 3 photos' });
});

test('what guesses are worth is one line: measured, not measured yet, or why there are none', async () => {
  const fake = await open();
  await screen.findByText('How often this is right can’t be measured yet, from 2 labels.');
  fake.guess(guesses({ estimate: { accuracy: 0.968, low: 0.882, high: 0.999, n: 12 }, labels: 13 }));
  await screen.findByText('About 97 in 100 right (88–100), from 12 labels.');
  fake.guess(guesses({ problem: 'The trainer process ended. Label another photo.' }));
  await screen.findByText('The trainer process ended. Label another photo.');
});

test('one switch takes all guesses away, and brings them back', async () => {
  const fake = await open();
  await screen.findByRole('option', { name: /0003.*looks like Cat/ });
  const knob = screen.getByRole('switch', { name: 'Guess while I label' });
  await user.click(knob);
  await waitFor(() => expect(names()[2]).toBe(`${nameOf(3)}, unlabelled`));
  expect(knob.getAttribute('aria-checked')).toBe('false');
  expect(screen.queryByText(/measured/)).toBeNull();
  await user.click(knob);
  await waitFor(() => expect(knob.getAttribute('aria-checked')).toBe('true'));
  expect(fake.calls.flatMap(({ name, input }) => (name === 'live.set' ? [input] : []))).toEqual([
    { on: false },
    { on: true },
  ]);
});

test('without a network and without a run there is nothing to switch and nothing to suggest', async () => {
  const fake = createFakeBridge({ photos: 6, classes: ['Cat'] });
  render(App, { transport: fake });
  await screen.findByRole('listbox', { name: /All photos/ });
  expect(screen.queryByRole('switch', { name: 'Guess while I label' })).toBeNull();
  expect(side().queryByRole('button', { name: /^Suggested/ })).toBeNull();
  await user.keyboard('{ArrowRight}m');
  await screen.findByText(/^Which photos are alike is known once/);
  expect(fake.calls.some(({ name }) => name === 'photos.alike')).toBe(false);
});

test('a photo among a hundred thousand finds its guess in no time', async () => {
  const photos = 100_000;
  const ids = Array.from({ length: photos }, (_, i) => id(i + 1));
  const many = guesses({
    predictions: { ids, classIds: ids.map((n) => (n % 2 === 0 ? cat : dog)), confidences: ids.map(() => 0.9) },
  });
  const fake = await open({ photos });
  const began = process.cpuUsage();
  fake.guess(many);
  await screen.findByRole('option', { name: /0005.*looks like Dog/ });
  expect(process.cpuUsage(began).user / 1000).toBeLessThan(500);
});

const suggestions: Suggestion[] = Array.from({ length: 30 }, (_, i) => ({
  photoId: id(40 - i),
  reason: (['typical', 'unlike', 'unsure', 'audit'] as const)[i % 4]!,
}));
const suggested = async (options: FakeOptions = {}) => {
  const fake = await open({ photos: 40, suggestions, ...options });
  await click(/^Suggested/);
  await screen.findByRole('listbox', { name: 'Label these, 12 photos' });
  return fake;
};
const numbers = () => names().map((name) => Number(/-(\d+)\./.exec(name ?? '')?.[1]));

test('Label these 12 shows twelve photos in the order of their worth, each with its reason', async () => {
  await suggested();
  expect(numbers()).toEqual([40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29]);
  expect(names().slice(0, 4)).toEqual([
    `${nameOf(40)}, unlabelled, typical`,
    `${nameOf(39)}, unlabelled, unlike what you labelled`,
    `${nameOf(38)}, unlabelled, not sure`,
    `${nameOf(37)}, unlabelled, a random check`,
  ]);
  expect(screen.getByRole('option', { name: /0037/ }).textContent).toContain('a random check');
});

test('after a label the next suggestion is there at once, the others stay, and the keyboard goes on', async () => {
  let answer = Promise.withResolvers<void>();
  answer.resolve();
  await suggested({
    handlers: {
      'suggestions.list': async ({ count }) => {
        await answer.promise;
        return { items: suggestions.slice(0, count) };
      },
    },
  });
  // From here on main takes its time; what was asked ahead has to do.
  answer = Promise.withResolvers<void>();
  await user.keyboard('{ArrowRight}12');
  await waitFor(() => expect(numbers()).toEqual([38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27]));
  expect(screen.getByRole('option', { selected: true }).getAttribute('aria-posinset')).toBe('1');
  await user.keyboard('{Control>}z{/Control}');
  await waitFor(() => expect(numbers()[0]).toBe(39));
  answer.resolve();
});

test('labels made there say that the photo was suggested, or drawn at random', async () => {
  const fake = await suggested();
  await user.keyboard('{ArrowRight}{Shift>}{ArrowRight}{ArrowRight}{ArrowRight}{/Shift}1');
  await waitFor(() => expect(labelled(fake)).toHaveLength(1));
  expect(labelled(fake)).toEqual([
    { photoIds: [40, 39, 38, 37], label: cat, source: 'person', chosen: 'suggested', audited: [37] },
  ]);
  await click(/^All photos/);
  await user.keyboard('{ArrowRight}2');
  await waitFor(() => expect(labelled(fake)).toHaveLength(2));
  expect(labelled(fake)[1]).toEqual({ photoIds: [1], label: dog, source: 'person', chosen: 'hand' });
});

test('when nothing is left to suggest the screen says so', async () => {
  await open({ suggestions: [] });
  await click(/^Suggested/);
  await screen.findByText('No photo to suggest');
});

test('suggestions that do not come are a sentence, and leave nothing waiting', async () => {
  const { WhiskerError } = await import('../../../../src/shared/errors.ts');
  await open({
    handlers: {
      'suggestions.list': () => {
        throw new WhiskerError('engine-crashed', 'The trainer process ended unexpectedly.');
      },
    },
  });
  await click(/^Suggested/);
  await screen.findByText('The trainer process ended unexpectedly.');
  await screen.findByText('No photo to suggest');
});

test('more like this: by its key or its button, the photo first and then the most alike', async () => {
  await open({ photos: 40 });
  await user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}m');
  await screen.findByRole('listbox', { name: `Like ${nameOf(3)}, 40 photos` });
  expect(numbers().slice(0, 4)).toEqual([3, 2, 4, 1]);
  await user.keyboard('{ArrowRight}{ArrowRight}');
  await user.click(screen.getByRole('button', { name: /^More like this/ }));
  await screen.findByRole('listbox', { name: `Like ${nameOf(2)}, 40 photos` });
});

test('one line says what the last labels changed, is replaced in place, and opens the photos', async () => {
  const fake = await open();
  const line = () => side().getByRole('status', { name: 'What your labels changed' });
  expect(line().textContent.trim()).toBe('');
  fake.guess(guesses({ change: { labels: 5, photos: [id(3), id(6)] } }));
  await waitFor(() =>
    expect(line().textContent.replaceAll(/\s+/g, ' ').trim()).toBe('Your last 5 labels changed 2 guesses.'),
  );
  await click(/^2 guesses/);
  await screen.findByRole('listbox', { name: 'Guessed otherwise now, 2 photos' });
  fake.guess(guesses({ change: { labels: 1, photos: [] } }));
  await waitFor(() =>
    expect(line().textContent.replaceAll(/\s+/g, ' ').trim()).toBe('Your last label changed no guess.'),
  );
});
