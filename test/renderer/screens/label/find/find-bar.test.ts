import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import App from '../../../../../src/renderer/app/App.svelte';
import { createFakeBridge, nameOf, type FakeOptions } from '../../../fake-bridge.ts';
import { endedRun } from '../../../fake-learning.ts';

const user = userEvent.setup();

async function open(options: FakeOptions = {}) {
  const fake = createFakeBridge({ photos: 12, classes: ['Cat', 'Dog'], ...options });
  render(App, { transport: fake });
  await screen.findByRole('search', { name: 'Find photos' });
  return fake;
}

const field = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Find by file or folder' });
/** The grid renders what is near the screen, which is small here, and says of each how many there are. */
const shows = (numbers: number[]) =>
  vi.waitFor(() => {
    const options = screen.getAllByRole('option');
    const names = options.map((option) => option.getAttribute('aria-label')?.split(',')[0]);
    expect(names).toEqual(numbers.slice(0, names.length).map(nameOf));
    expect(options[0]!.getAttribute('aria-setsize')).toBe(String(numbers.length));
  });
const numbersTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

beforeEach(() => {
  localStorage.clear();
  history.replaceState(null, '', '/');
});
afterEach(() => {
  cleanup();
  // The next file's page begins where this one ends.
  history.replaceState(null, '', '/');
});

it('Ctrl+F goes to the field, what is typed narrows the grid and stands in the address, Esc clears', async () => {
  await open();
  await user.keyboard('{Control>}f{/Control}');
  expect(document.activeElement).toBe(field());
  await user.keyboard('rose-001');
  await shows([10, 11, 12]);
  expect(location.hash).toBe('#name=rose-001');
  expect(screen.getByText('3 photos found').getAttribute('role')).toBe('status');
  await user.keyboard('{Control>}f{/Control}2');
  await shows([2, 12]);
  await user.keyboard('{Escape}');
  await shows(numbersTo(12));
  expect(field().value).toBe('');
  expect(location.hash).toBe('');
  expect(document.activeElement).toBe(screen.getByRole('listbox', { name: /All photos/ }));
});

it('Ctrl+A selects what is found, and a key labels no other photo', async () => {
  const fake = await open();
  await user.type(field(), 'rose-001{Enter}');
  await shows([10, 11, 12]);
  await user.keyboard('{Control>}a{/Control}');
  await screen.findByText('3 selected');
  await user.keyboard('1');
  await vi.waitFor(() => expect(fake.state.labels).toEqual([...Array<number>(9).fill(0), 1, 1, 1]));
});

it('narrows the side bar’s filter, and a photo that gets a label leaves both', async () => {
  await open({ labelled: 2 });
  await user.type(field(), '000{Enter}');
  await shows([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const filters = screen.getByRole('navigation', { name: 'Filters' });
  await user.click(within(filters).getByRole('button', { name: /^Unlabelled/ }));
  await shows([3, 4, 5, 6, 7, 8, 9]);
  await user.keyboard('{ArrowRight}1');
  await shows([4, 5, 6, 7, 8, 9]);
});

it('says what was searched for when nothing is found, and clears it', async () => {
  await open();
  await user.type(field(), 'tulip');
  await screen.findByText('No photo is found');
  screen.getByText('Searched for: “tulip”.');
  await user.click(screen.getByRole('button', { name: 'Without “tulip”' }));
  await shows(numbersTo(12));
  await user.type(field(), 'lily');
  await screen.findByText('No photo is found');
  const [, inPlace] = screen.getAllByRole('button', { name: 'Clear all' });
  await user.click(inPlace!);
  await shows(numbersTo(12));
});

it('turns the order around, in which ranges are selected and new photos find their place', async () => {
  const fake = await open();
  await user.click(screen.getByRole('button', { name: 'Oldest first: turn around' }));
  await shows(numbersTo(12).reverse());
  expect(location.hash).toBe('#sort=added-down');
  await user.keyboard('{ArrowRight}{Shift>}{ArrowRight}{/Shift}2');
  await vi.waitFor(() => expect(fake.state.labels.slice(9)).toEqual([0, 2, 2]));
  fake.addPhotos(1);
  await shows(numbersTo(13).reverse());
});

it('a reload shows what the address asks for; another library begins with everything', async () => {
  history.replaceState(null, '', '/#name=rose-001&sort=added-down');
  await open();
  await shows([12, 11, 10]);
  expect(field().value).toBe('rose-001');
  cleanup();
  render(App, { transport: createFakeBridge({ photos: 12, open: false }) });
  await user.click(await screen.findByRole('button', { name: 'Try the sample library' }));
  await shows(numbersTo(12));
  expect(location.hash).toBe('');
});

it('a search is saved as a view with the side bar’s filter, renamed, deleted, and had back', async () => {
  const fake = await open({ labelled: 2 });
  const filters = screen.getByRole('navigation', { name: 'Filters' });
  await user.click(within(filters).getByRole('button', { name: /^Unlabelled/ }));
  await user.type(field(), 'rose-001');
  await shows([10, 11, 12]);
  await user.click(screen.getByRole('button', { name: 'Save view' }));
  await user.type(await screen.findByRole('textbox', { name: 'Name' }), 'Tens{Enter}');
  await screen.findByRole('button', { name: /^Tens 3$/ });
  expect(fake.calls.findLast(({ name }) => name === 'views.save')?.input).toEqual({
    name: 'Tens',
    search: { name: 'rose-001', label: null },
    sort: { by: 'added', descending: false },
  });
  await user.click(screen.getByRole('button', { name: 'Clear all' }));
  await user.click(screen.getByRole('button', { name: /^Tens/ }));
  await shows([10, 11, 12]);
  await user.click(screen.getByRole('button', { name: 'More for Tens' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
  await vi.waitFor(() => expect(screen.queryByRole('button', { name: /^Tens/ })).toBeNull());
  await screen.findByText('View “Tens” is deleted.');
  await user.click(within(screen.getByRole('region', { name: 'Messages' })).getByRole('button', { name: 'Undo' }));
  await screen.findByRole('button', { name: /^Tens/ });
});

it('asks a run of the past: it is chosen among those that are kept, and stands as a chip and in the address', async () => {
  const runs = [endedRun(3), endedRun(2, { usable: false }), endedRun(1)];
  const fake = await open({ handlers: { 'runs.list': () => runs } });
  await user.click(screen.getByRole('button', { name: 'Filter' }));
  await user.click(await screen.findByLabelText('Predicted by'));
  const options = await screen.findAllByRole('option', { name: /^Run|in use/ });
  expect(options.map((option) => option.textContent.trim().split(',')[0])).toEqual([
    'What is in use',
    'Run 3',
    'Run 1',
  ]);
  await user.click(options[2]!);
  await screen.findByText('by run 1');
  expect(location.hash).toBe('#run=1');
  const asked = fake.calls.findLast(({ name }) => name === 'photos.find')?.input;
  expect(asked).toEqual({ search: { run: 1 }, sort: { by: 'added', descending: false } });
});
