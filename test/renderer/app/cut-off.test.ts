import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import CutOff from '../../../src/renderer/app/CutOff.svelte';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('says that main can’t be reached, what to do, and tries again when asked', async () => {
  const reload = vi.fn();
  vi.stubGlobal('location', { reload });
  render(CutOff);
  expect(screen.getByRole('heading', { name: 'This window can’t reach Whisker' })).toBeTruthy();
  expect(screen.getByText(/Your labels are safe\..*install it again/)).toBeTruthy();
  await userEvent.setup().click(screen.getByRole('button', { name: 'Try again' }));
  expect(reload).toHaveBeenCalledOnce();
});
