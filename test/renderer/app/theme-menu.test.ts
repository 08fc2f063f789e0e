import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import App from '../../../src/renderer/app/App.svelte';
import { createFakeBridge } from '../fake-bridge.ts';

const user = userEvent.setup();
beforeEach(() => localStorage.clear());
afterEach(cleanup);

it('the theme menu says which of its choices holds', async () => {
  render(App, { transport: createFakeBridge() });
  await user.click(await screen.findByRole('button', { name: 'Theme: As the system' }));
  const choices = () =>
    screen.getAllByRole('menuitemradio').map((item) => [item.textContent.trim(), item.getAttribute('aria-checked')]);
  expect(choices()).toEqual([
    ['As the system', 'true'],
    ['Light', 'false'],
    ['Dark', 'false'],
  ]);
  await user.click(screen.getByRole('menuitemradio', { name: 'Dark' }));
  await user.click(await screen.findByRole('button', { name: 'Theme: Dark' }));
  expect(screen.getByRole('menuitemradio', { checked: true }).textContent.trim()).toBe('Dark');
});
