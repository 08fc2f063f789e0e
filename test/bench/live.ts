// npm run bench:live -- [PHOTOS] [LENGTH]: how long it takes from a label to what the photos look like by it, with the
// real engine, on made-up features of PHOTOS photos.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { addPhotos } from '../main/db/photo-rows.ts';
import { madeUpFeatures } from '../main/live/made-up-features.ts';
import { openDatabase } from '../../src/main/db/open.ts';
import { createExplorer } from '../../src/main/explorer/explorer.ts';
import { createEventBus } from '../../src/main/events.ts';
import { createClass } from '../../src/main/labels/classes.ts';
import { setLabels } from '../../src/main/labels/set-labels.ts';
import { createLiveService } from '../../src/main/live/live.ts';

const [photos = 10_000, length = 1280] = process.argv.slice(2).map(Number);
const dir = mkdtempSync(join(tmpdir(), 'whisker-live-'));
const db = openDatabase(join(dir, 'library.sqlite'));
const ids = addPhotos(
  db,
  Array.from({ length: photos }, (_, i) => `${i}.jpg`),
);
const classes = ['Cat', 'Dog'].map((name) => createClass(db, { name }).id);
const current = { db, folder: '/photos', name: 'photos', dir };
const events = createEventBus();
const explorer = createExplorer({
  node: process.execPath,
  entry: join(import.meta.dirname, '../../src/engine/entry.ts'),
});
const looked = madeUpFeatures(dir, ids, { length, noise: 0.05 });
const live = createLiveService({
  dataDir: dir,
  library: { current, require: () => current },
  events,
  features: { now: async () => looked },
  explorer,
});
const heard = new EventTarget();
events.subscribe(({ name, payload }) => {
  if (name === 'live.changed' && payload.status === 'ready' && payload.predictions)
    heard.dispatchEvent(new Event('news'));
});
events.emit('library.changed', null);

/** As the call 'labels.set' does it; milliseconds until the window is told. */
async function label(i: number): Promise<number> {
  const began = performance.now();
  const { photoIds } = setLabels(db, [ids[i]!], classes[i % 2]!, { source: 'person', chosen: 'hand' });
  const told = once(heard, 'news');
  events.emit('labels.changed', {
    ids: photoIds,
    labels: [],
    number: i,
    counts: {} as never,
    undo: { undo: null, redo: null },
  });
  await told;
  return performance.now() - began;
}

const ms = (value: number) => `${Math.round(value)} ms`;
setLabels(db, [ids[0]!], classes[0]!, { source: 'person', chosen: 'hand' });
console.log(`${photos} photos, ${length} features each`);
console.log(`the first guesses, with the engine started and the features read: ${ms(await label(1))}`);
const took: number[] = [];
for (let i = 2; i < 40; i++) took.push(await label(i));
took.sort((one, other) => one - other);
console.log(`a label, from the call to the news: median ${ms(took[19]!)}, slowest of 38 ${ms(took[37]!)}`);
const resting = performance.now();
await once(heard, 'news');
console.log(`the thorough answer, after the hand has rested: ${ms(performance.now() - resting)}`);
live.close();
await explorer.rest();
db.close();
rmSync(dir, { recursive: true });
