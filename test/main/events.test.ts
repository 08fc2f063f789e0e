// The one channel on which services announce what changed.

import { expect, test } from 'vitest';
import { createEventBus } from '../../src/main/events.ts';

test('a listener that throws stops neither the others nor whoever announced, and is reported', () => {
  const reported: unknown[] = [];
  const events = createEventBus((error, name) => reported.push([name, error]));
  const heard: string[] = [];
  const broken = new Error('I am broken.');
  events.subscribe(({ name }) => heard.push(`before ${name}`));
  events.subscribe(() => {
    throw broken;
  });
  const leave = events.subscribe(({ name }) => heard.push(`after ${name}`));
  events.emit('library.changed', null);
  leave();
  events.emit('photos.removed', { ids: [] });
  expect(heard).toEqual(['before library.changed', 'after library.changed', 'before photos.removed']);
  expect(reported).toEqual([
    ['library.changed', broken],
    ['photos.removed', broken],
  ]);
});
