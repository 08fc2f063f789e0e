import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inRegistry } from '../../../src/main/db/open-registry.ts';
import { createEventBus } from '../../../src/main/events.ts';
import { createOwnKeysService } from '../../../src/main/keys/own-keys.ts';
import { temporaryFolder } from '../db/sample-photos.ts';

const own = { exclude: ['E'], palette: ['Mod+E'] };

test('own keys are told to everybody and are there for the next start, whatever the library', () => {
  const dataDir = join(temporaryFolder(), 'data');
  const events = createEventBus();
  const told: unknown[] = [];
  events.subscribe(({ name, payload }) => void (name === 'keys.changed' && told.push(payload)));
  expect(createOwnKeysService({ dataDir, events }).state()).toEqual({});
  expect(createOwnKeysService({ dataDir, events }).change(own)).toEqual(own);
  expect(told).toEqual([own]);
  const next = createOwnKeysService({ dataDir, events });
  expect(next.state()).toEqual(own);
  next.change({});
  expect(createOwnKeysService({ dataDir, events }).state()).toEqual({});
});

test.each(['{"exclude":["E"]', 'null', '[1]', '{"exclude":[1]}'])(
  'what is broken gives the keys of the table: %s',
  (value) => {
    const dataDir = join(temporaryFolder(), 'data');
    inRegistry(dataDir, (db) => db.prepare(`INSERT INTO setting (key, value) VALUES ('keys', ?)`).run(value));
    const service = createOwnKeysService({ dataDir, events: createEventBus() });
    expect(service.state()).toEqual({});
    expect(service.change(own)).toEqual(own);
  },
);
