import { expect, test, vi } from 'vitest';
import { createProgress } from '../../../src/main/cli/progress.ts';

function fakeStream(isTTY: boolean) {
  const written: string[] = [];
  return { written, isTTY, columns: 20, write: (text: string | Uint8Array) => written.push(String(text)) > 0 };
}

test('a terminal has one line that changes, cut to its width, and is left clean', () => {
  vi.useFakeTimers();
  const stream = fakeStream(true);
  const progress = createProgress(stream);
  progress.show('Reading photos: 1 of 400');
  progress.show('dropped, too soon');
  vi.advanceTimersByTime(200);
  progress.show('Reading: 2');
  progress.end();
  vi.useRealTimers();
  expect(stream.written).toEqual(['Reading photos: 1 o', '\r\x1b[2K', 'Reading: 2', '\r\x1b[2K']);
});

test('a log gets a whole line now and then, and nothing at all from quick work', () => {
  vi.useFakeTimers();
  const stream = fakeStream(false);
  const progress = createProgress(stream);
  for (let second = 0; second <= 12; second++) {
    progress.show(`second ${second}`);
    vi.advanceTimersByTime(1000);
  }
  progress.end();
  vi.useRealTimers();
  expect(stream.written).toEqual(['second 5\n', 'second 10\n']);
});

test('a line that is said stays, after the changing one is cleared', () => {
  const stream = fakeStream(true);
  const progress = createProgress(stream);
  progress.show('busy');
  progress.say('Stopping.');
  expect(stream.written).toEqual(['busy', '\r\x1b[2K', 'Stopping.\n']);
});
