// npm run bench:live -- [PHOTOS] [LENGTH]: how long piles, suggestions, photos alike and a check of labels take, and
// from a label to what the photos look like by it; with the real engine, on made-up features of PHOTOS photos.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { addPhotos } from '../main/db/photo-rows.ts';
import { madeUpFeatures } from '../main/live/made-up-features.ts';
import type { TrainerRequest } from '../../src/engine/messages.ts';
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
/** Of a process that lives; VmHWM of proc(5). */
function peakMb(pid: number | null): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024);
}

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
async function timed(what: string, request: TrainerRequest): Promise<void> {
  const began = performance.now();
  await explorer.ask(request);
  console.log(`${what}: ${ms(performance.now() - began)}`);
}
const { features } = looked;
const none = {
  ...{ labels: new Int32Array(photos).fill(-1), bursts: Int32Array.from(ids), classes: 2 },
  ...{ probabilities: null, without: new Int32Array() },
};
setLabels(db, [ids[0]!], classes[0]!, { source: 'person', chosen: 'hand' });
console.log(`${photos} photos, ${length} features each`);
const sort = { kind: 'find-piles', features, among: null, piles: null, seed: 1 } as const;
await timed('piles, with the engine started and the features read', sort);
await timed('piles again', sort);
await timed('12 suggestions', { kind: 'suggest', features, ...none, count: 12, seed: 1 });
await timed('100 photos alike', { kind: 'find-alike', features, position: 0, count: 100 });
const labels = Int32Array.from({ length: photos }, (_, i) => (i < 400 ? i % 2 : -1));
await timed('which of 400 labels look wrong', { kind: 'find-doubtful-labels', features, labels, classes: 2, seed: 1 });
console.log(`the first guesses: ${ms(await label(1))}`);
const took: number[] = [];
for (let i = 2; i < 40; i++) took.push(await label(i));
took.sort((one, other) => one - other);
console.log(`a label, from the call to the news: median ${ms(took[19]!)}, slowest of 38 ${ms(took[37]!)}`);
const resting = performance.now();
await once(heard, 'news');
console.log(`the thorough answer, after the hand has rested: ${ms(performance.now() - resting)}`);
console.log(`memory of the engine at its peak: ${peakMb(explorer.pid)} MB`);
live.close();
await explorer.rest();
db.close();
rmSync(dir, { recursive: true });
