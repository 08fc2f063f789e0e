import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import App from '../../../src/renderer/app/App.svelte';
import { createFakeBridge } from '../fake-bridge.ts';

const user = userEvent.setup();

async function shown() {
  const fake = createFakeBridge({ photos: 4, classes: ['Cat'] });
  render(App, { transport: fake });
  await screen.findByRole('button', { name: 'Library: Garden 2026' });
  return fake;
}

beforeEach(() => localStorage.clear());
afterEach(cleanup);

it('says that another window closed the library, and opens it again', async () => {
  const fake = await shown();
  fake.closeElsewhere();
  fake.announce();
  expect((await screen.findByRole('alert')).textContent).toContain('Closed in another window');
  expect(screen.queryByRole('button', { name: 'Open a folder of photos' })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Open “Garden 2026” again' }));
  expect(await screen.findByRole('button', { name: 'Library: Garden 2026' })).toBeTruthy();
});

it('leads to the start screen, or to what the other window opened, only when asked', async () => {
  const fake = await shown();
  await fake.call('library.openSample', undefined);
  fake.announce();
  expect((await screen.findByRole('alert')).textContent).toContain('Another library was opened in another window');
  await user.click(screen.getByRole('button', { name: 'Go on with “Sample shapes”' }));
  expect(await screen.findByRole('button', { name: 'Library: Sample shapes' })).toBeTruthy();
  fake.closeElsewhere();
  fake.announce();
  await user.click(await screen.findByRole('button', { name: 'Choose another library' }));
  expect(await screen.findByRole('button', { name: 'Open a folder of photos' })).toBeTruthy();
});
