import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Toasts } from '../../../src/renderer/app/toasts.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const messages = (toasts: Toasts) => toasts.list.map(({ message }) => message);

it('says a message once, however often it comes, and only the last thing done', () => {
  const toasts = new Toasts();
  toasts.fail({ code: 'internal', message: 'No.', remedy: 'Try again.' });
  toasts.show({ kind: 'done', message: 'Undone: one' });
  toasts.fail({ code: 'internal', message: 'No.' });
  toasts.show({ kind: 'done', message: 'Undone: two' });
  expect(messages(toasts)).toEqual(['No.', 'Undone: two']);
});

it('lets messages pass, errors last', () => {
  const toasts = new Toasts();
  toasts.fail({ code: 'internal', message: 'No.' });
  toasts.show({ kind: 'done', message: 'Done.' });
  vi.advanceTimersByTime(5_000);
  expect(messages(toasts)).toEqual(['No.']);
  vi.advanceTimersByTime(10_000);
  expect(messages(toasts)).toEqual([]);
});
