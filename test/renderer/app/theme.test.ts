import { beforeEach, expect, it } from 'vitest';
import { Theme } from '../../../src/renderer/app/theme.svelte.ts';

beforeEach(() => localStorage.clear());

it('follows the system until told otherwise, and remembers what it was told', () => {
  const theme = new Theme();
  expect(theme.choice).toBe('system');
  expect(document.documentElement.dataset['theme']).toBeUndefined();
  theme.choose('dark');
  expect(document.documentElement.dataset['theme']).toBe('dark');
  expect(new Theme()).toMatchObject({ choice: 'dark', dark: true });
  theme.choose('system');
  expect(document.documentElement.dataset['theme']).toBeUndefined();
});
