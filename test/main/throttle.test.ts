import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { throttle } from '../../src/main/throttle.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('the first call runs at once, a burst becomes one more when its time has come', () => {
  const action = vi.fn();
  const call = throttle(200, action);
  for (let i = 0; i < 50; i++) call();
  expect(action).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(199);
  expect(action).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(action).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1000);
  expect(action).toHaveBeenCalledTimes(2);
});

test('a second of steady calls runs at most six times', () => {
  const action = vi.fn();
  const call = throttle(200, action);
  for (let ms = 0; ms < 1000; ms += 10) {
    call();
    vi.advanceTimersByTime(10);
  }
  expect(action.mock.calls.length).toBeLessThanOrEqual(6);
});

test('flush runs a waiting call now, and only a waiting one', () => {
  const action = vi.fn();
  const call = throttle(200, action);
  call();
  call.flush();
  expect(action).toHaveBeenCalledTimes(1);
  call();
  call.flush();
  expect(action).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1000);
  expect(action).toHaveBeenCalledTimes(2);
});
