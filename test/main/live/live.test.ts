// What is guessed while somebody labels, on a real database with made-up features and an engine that the test plays.

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LearnLiveRequest, LearnedLive } from '../../../src/engine/messages.ts';
import type { Explorer } from '../../../src/main/explorer/explorer.ts';
import { listPhotos } from '../../../src/main/db/photos.ts';
import { prepare } from '../../../src/main/db/open.ts';
import { createEventBus } from '../../../src/main/events.ts';
import { createClass } from '../../../src/main/labels/classes.ts';
import { setLabels } from '../../../src/main/labels/set-labels.ts';
import { createLiveService } from '../../../src/main/live/live.ts';
import type { LiveParts } from '../../../src/main/live/live.ts';
import type { OpenLibrary } from '../../../src/main/library/open-library.ts';
import { WhiskerError } from '../../../src/shared/errors.ts';
import type { LiveChange } from '../../../src/shared/live.ts';
import { acceptedUnseen } from '../../../src/shared/types.ts';
import type { ClassId, Label, LabelOrigin, PhotoId } from '../../../src/shared/types.ts';
import { addRun, sampleDatabase, temporaryFolder } from '../db/sample-photos.ts';
import { by } from '../labels/origins.ts';

const REST_MS = 60;

/** Questions as they come; the test answers them, unless `answers` does. */
function playedEngine(answers?: (request: LearnLiveRequest) => Partial<LearnedLive>) {
  const asked: { request: LearnLiveRequest; signal: AbortSignal; answer: (learned?: Partial<LearnedLive>) => void }[] =
    [];
  const explorer = {
    ask(request: LearnLiveRequest, { signal }: { signal: AbortSignal }) {
      return new Promise<LearnedLive>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new WhiskerError('cancelled', 'Taken back.')));
        const answer = (learned: Partial<LearnedLive> = {}) =>
          resolve({ probabilities: allOfFirstClass(request), head: 'logistic', estimate: null, ...learned });
        asked.push({ request, signal, answer });
        if (answers) answer(answers(request));
      });
    },
  } as unknown as Explorer;
  return { asked, explorer };
}

const allOfFirstClass = ({ labels, classes }: LearnLiveRequest) =>
  Float32Array.from({ length: labels.length * classes }, (_, i) => (i % classes === 0 ? 0.75 : 0.25 / (classes - 1)));

function opened(photos: number, engine: { explorer: Explorer }, parts: Partial<LiveParts> = {}) {
  const { db, ids } = sampleDatabase(photos);
  const [cat, dog] = ['Cat', 'Dog'].map((name) => createClass(db, { name }).id) as [ClassId, ClassId];
  const events = createEventBus();
  const current: OpenLibrary = { db, folder: '/photos', name: 'photos', dir: temporaryFolder() };
  const dataDir = temporaryFolder();
  const lookedAt = {
    ids,
    features: { path: '/features.f32', length: 4, rows: Int32Array.from(ids.keys()), backbone: 'b'.repeat(64) },
  };
  const service = () => {
    const made = createLiveService({
      dataDir,
      library: { current, require: () => current },
      events,
      features: { now: async () => lookedAt },
      explorer: engine.explorer,
      restMs: REST_MS,
      ...parts,
    });
    onTestFinished(() => made.close());
    return made;
  };
  const heard: LiveChange[] = [];
  events.subscribe((event) => event.name === 'live.changed' && heard.push(event.payload));
  /** As the handlers do it. */
  function label(which: PhotoId[], label: Label, origin: LabelOrigin = by.person): void {
    const { photoIds } = setLabels(db, which, label, origin);
    const stamp = { number: 1, counts: {} as never, undo: { undo: null, redo: null } };
    events.emit('labels.changed', { ids: photoIds, labels: [], ...stamp });
  }
  const live = service();
  events.emit('library.changed', null);
  return { db, ids, cat, dog, events, service, live, heard, label };
}

const training = (status: 'running' | 'idle') =>
  status === 'idle' ? { status } : { status, progress: {} as never, runId: 1 as never };

describe('from the labels of now', () => {
  test('a hand that rests again hears what the labels between have changed; one that labels hears nothing new', async () => {
    // What it says depends on how many labels it knows.
    const engine = playedEngine(({ labels, classes }) => {
      const labelled = labels.filter((k) => k >= 0).length;
      const probabilities = Float32Array.from({ length: labels.length * classes }, (_, i) => {
        const isDog = Math.floor(i / classes) < labelled + 2;
        return (i % classes === 1) === isDog ? 0.8 : 0.2;
      });
      return { probabilities };
    });
    const { ids, cat, dog, live, label } = opened(12, engine);
    label([ids[0]!], cat);
    label([ids[1]!], dog);
    const thorough = () => engine.asked.filter(({ request }) => request.effort === 'thorough').length;
    await expect.poll(thorough).toBe(1);
    await expect.poll(() => live.state().status).toBe('ready');
    expect(live.state().change).toBeUndefined();

    label([ids[10]!, ids[11]!], cat);
    label([ids[1]!], cat);
    label([ids[1]!], dog);
    await expect.poll(thorough).toBe(2);
    // Two labels more: photos 4 and 5 look like dogs now.
    await expect.poll(() => live.state().change).toEqual({ labels: 2, photos: [ids[4], ids[5]] });
    live.set(false);
    expect(live.state().change).toBeUndefined();
  });

  test('nothing is asked before two classes have a label; then every other photo looks like something', async () => {
    const engine = playedEngine();
    const { ids, cat, dog, live, heard, label } = opened(5, engine);
    label([ids[0]!, ids[1]!], cat);
    await sleep(2 * REST_MS);
    expect(engine.asked).toEqual([]);
    expect(live.state()).toMatchObject({ status: 'waiting', predictions: null });

    label([ids[2]!], dog);
    await expect.poll(() => engine.asked.length).toBe(1);
    expect(live.state().status).toBe('learning');
    const [{ request, answer }] = engine.asked as [(typeof engine.asked)[0]];
    expect(request).toMatchObject({ kind: 'learn-live', classes: 2, effort: 'quick' });
    expect([...request.labels]).toEqual([0, 0, 1, -1, -1]);
    answer({ probabilities: Float32Array.of(1, 0, 1, 0, 0, 1, 0.1, 0.9, 0.65432, 0.34568) });
    await expect.poll(() => heard.at(-1)?.status).toBe('ready');
    expect(heard.at(-1)).toEqual({
      status: 'ready',
      predictions: { ids: [ids[3], ids[4]], classIds: [dog, cat], confidences: [0.9, 0.654] },
      run: null,
      counts: { [cat]: 1, [dog]: 1 },
      estimate: null,
      labels: 3,
      problem: null,
    });
  });

  test('they choose the photos of a predicted class, and nothing of them is written', async () => {
    const { db, ids, cat, dog, live, label } = opened(
      5,
      playedEngine(() => ({})),
    );
    label([ids[0]!], cat);
    label([ids[1]!], dog);
    await expect.poll(() => live.state().status).toBe('ready');
    const list = (classId: ClassId) => listPhotos(db, { kind: 'predicted', classId }, live.newest()).ids;
    expect(list(cat)).toEqual(ids.slice(2));
    expect(list(dog)).toEqual([]);
    label([ids[2]!], dog);
    expect(list(cat)).toEqual(ids.slice(3));
    expect(prepare(db, 'SELECT * FROM prediction').all()).toEqual([]);
    expect(prepare(db, 'SELECT * FROM label').all()).toHaveLength(3);
  });

  test('labels that come while the engine is at work are learned from next, all at once', async () => {
    const engine = playedEngine();
    const { ids, cat, dog, live, label } = opened(8, engine);
    label([ids[0]!], cat);
    label([ids[1]!], dog);
    await expect.poll(() => engine.asked.length).toBe(1);
    for (const id of ids.slice(2, 6)) label([id], dog);
    engine.asked[0]!.answer();
    await expect.poll(() => engine.asked.length).toBe(2);
    expect([...engine.asked[1]!.request.labels]).toEqual([0, 1, 1, 1, 1, 1, -1, -1]);
    engine.asked[1]!.answer();
    await expect.poll(() => live.state()).toMatchObject({ status: 'ready', labels: 6 });
    expect(engine.asked).toHaveLength(2);
  });

  test('a rested hand gets a thorough answer with a number; a newer label takes that question back', async () => {
    const engine = playedEngine();
    const { ids, cat, dog, live, label } = opened(8, engine);
    const estimate = { accuracy: 0.97, low: 0.88, high: 1, n: 2 };
    label([ids[0]!], cat);
    label([ids[1]!], dog);
    await expect.poll(() => engine.asked.length).toBe(1);
    engine.asked[0]!.answer();
    await expect.poll(() => engine.asked.length).toBe(2);
    expect(engine.asked[1]!.request.effort).toBe('thorough');

    label([ids[2]!], dog);
    expect(engine.asked[1]!.signal.aborted).toBe(true);
    engine.asked[1]!.answer({ estimate });
    await expect.poll(() => engine.asked.length).toBe(3);
    expect(engine.asked[2]!.request.effort).toBe('quick');
    expect(live.state().estimate).toBeNull();
    engine.asked[2]!.answer();
    await expect.poll(() => engine.asked.length).toBe(4);
    engine.asked[3]!.answer({ estimate });
    await expect.poll(() => live.state()).toMatchObject({ status: 'ready', estimate, labels: 3 });

    // Until there is a newer one it stays, and says itself of how many labels it is.
    label([ids[3]!], dog);
    await expect.poll(() => engine.asked.length).toBe(5);
    engine.asked[4]!.answer();
    await expect.poll(() => live.state()).toMatchObject({ status: 'ready', estimate, labels: 4 });
  });

  test('a label taken back leaves nothing to guess from', async () => {
    const { ids, cat, dog, live, label } = opened(
      4,
      playedEngine(() => ({})),
    );
    label([ids[0]!], cat);
    label([ids[1]!], dog);
    await expect.poll(() => live.state().status).toBe('ready');
    label([ids[1]!], null);
    await expect.poll(() => live.state()).toMatchObject({ status: 'waiting', predictions: null, estimate: null });
  });

  test('an excluded photo is neither learned from nor guessed', async () => {
    const engine = playedEngine(() => ({}));
    const { ids, cat, dog, live, label } = opened(4, engine);
    label([ids[0]!], cat);
    label([ids[1]!], dog);
    label([ids[2]!], 'excluded');
    await expect.poll(() => live.state()).toMatchObject({ status: 'ready', predictions: { ids: [ids[3]] } });
    expect([...engine.asked.at(-1)!.request.labels]).toEqual([0, 1, -1, -1]);
  });

  test('labels accepted without a look are neither learned from nor guessed, unless the newest run learned from such', async () => {
    const engine = playedEngine(() => ({}));
    const { db, ids, cat, dog, live, label } = opened(6, engine);
    label([ids[0]!], cat);
    label([ids[1]!], dog);
    await expect.poll(() => live.state().status).toBe('ready');
    await sleep(2 * REST_MS);
    const before = engine.asked.length;
    label([ids[2]!, ids[3]!], dog, acceptedUnseen);
    await expect
      .poll(() => live.state())
      .toMatchObject({ status: 'ready', labels: 2, predictions: { ids: ids.slice(4) } });
    await sleep(2 * REST_MS);
    // There was nothing new to learn from.
    expect(engine.asked).toHaveLength(before);

    const run = addRun(db, []);
    prepare(db, `UPDATE run SET options = '{"accepted":"learn"}' WHERE id = ?`).run(run);
    label([ids[4]!], 'excluded');
    await expect.poll(() => live.state()).toMatchObject({ status: 'ready', labels: 4, predictions: { ids: [ids[5]] } });
    expect([...engine.asked.at(-1)!.request.labels]).toEqual([0, 1, 1, 1, -1, -1]);
  });

  test('why nothing can be learned is said, what was known stays, and the next label tries again', async () => {
    let fails = false;
    const { ids, cat, dog, live, label } = opened(
      5,
      playedEngine(() => {
        if (fails) throw new WhiskerError('engine-crashed', 'The trainer process ended.', 'Label another.');
        return {};
      }),
    );
    label([ids[0]!], cat);
    label([ids[1]!], dog);
    await expect.poll(() => live.state().status).toBe('ready');
    const before = live.state().predictions;
    fails = true;
    label([ids[2]!], dog);
    await expect.poll(() => live.state().problem).toBe('The trainer process ended. Label another.');
    expect(live.state()).toMatchObject({ status: 'waiting', predictions: before });
    fails = false;
    label([ids[3]!], dog);
    await expect.poll(() => live.state()).toMatchObject({ status: 'ready', problem: null });
  });

  test('guesses cross to the windows once, not with every word about them', async () => {
    const { ids, cat, dog, live, heard, label } = opened(
      4,
      playedEngine(() => ({})),
    );
    label([ids[0]!], cat);
    label([ids[1]!], dog);
    await expect.poll(() => live.state().status).toBe('ready');
    await sleep(2 * REST_MS);
    const told = heard.filter((change) => change.predictions);
    // The quick answer and the thorough one.
    expect(told).toHaveLength(2);
    expect(heard.map(({ status }) => status)).toContain('learning');
  });
});

describe('beside a run', () => {
  function afterRun(engine = playedEngine(() => ({}))) {
    const library = opened(4, engine);
    const { db, ids, cat, dog, events } = library;
    setLabels(db, [ids[0]!], cat, by.person);
    setLabels(db, [ids[1]!], dog, by.person);
    const run = addRun(
      db,
      ids.map((photoId) => ({ photoId, classId: dog, confidence: 0.87654 })),
    );
    const began = (at: string) => prepare(db, `UPDATE run SET started_at = ?`).run(at);
    began('2999-01-01T00:00:00.000Z');
    events.emit('library.changed', null);
    return { ...library, run, began, engine };
  }

  test('a run in use that has seen every label says what photos look like, and nothing is learned', async () => {
    const { db, ids, dog, live, run, engine } = afterRun();
    expect(live.state()).toEqual({
      status: 'ready',
      predictions: { ids: ids.slice(2), classIds: [dog, dog], confidences: [0.877, 0.877] },
      run,
      counts: { [dog]: 2 },
      estimate: null,
      labels: 0,
      problem: null,
    });
    expect(listPhotos(db, { kind: 'predicted', classId: dog }, live.newest()).ids).toEqual(ids.slice(2));
    await sleep(2 * REST_MS);
    expect(engine.asked).toEqual([]);
  });

  test('labels accepted without a look leave a run what it was: the newest that is known', async () => {
    const engine = playedEngine();
    const { ids, cat, dog, live, run, began, label } = afterRun(engine);
    began('2020-01-01T00:00:00.000Z');
    // The two labels of before the run came after this moment: whatever is learned from counts.
    expect(live.state()).toMatchObject({ status: 'waiting', run });
    began(new Date().toISOString());
    await sleep(5);
    label([ids[2]!], cat, acceptedUnseen);
    expect(live.state()).toMatchObject({ status: 'ready', run });
    label([ids[2]!], dog);
    expect(live.state().status).not.toBe('ready');
  });

  test('from the next label on it is overtaken, as soon as something was learned', async () => {
    const engine = playedEngine();
    const { db, ids, cat, dog, live, run, began, label } = afterRun(engine);
    began('2020-01-01T00:00:00.000Z');
    label([ids[2]!], dog);
    expect(live.state()).toMatchObject({ run, counts: { [dog]: 1 } });
    await expect.poll(() => engine.asked.length).toBe(1);
    engine.asked[0]!.answer();
    await expect.poll(() => live.state()).toMatchObject({ status: 'ready', run: null, counts: { [cat]: 1 } });
    expect(listPhotos(db, { kind: 'predicted', classId: cat }, live.newest()).ids).toEqual([ids[3]]);
  });

  test('while a run learns a machine that can’t do both only labels, and learns from them afterwards', async () => {
    const engine = playedEngine(() => ({}));
    const { ids, cat, dog, live, events, label } = opened(5, engine, { canDoBoth: false });
    events.emit('training.state', training('running'));
    label([ids[0]!], cat);
    label([ids[1]!], dog);
    await sleep(2 * REST_MS);
    expect(engine.asked).toEqual([]);
    expect(live.state().status).toBe('waiting');
    events.emit('training.state', training('idle'));
    await expect.poll(() => live.state().status).toBe('ready');
  });

  test('one that can do both gives quick answers meanwhile', async () => {
    const engine = playedEngine(() => ({}));
    const { ids, cat, dog, live, events, label } = opened(5, engine, { canDoBoth: true });
    events.emit('training.state', training('running'));
    label([ids[0]!], cat);
    label([ids[1]!], dog);
    await expect.poll(() => live.state().status).toBe('ready');
    await sleep(2 * REST_MS);
    expect(engine.asked.map(({ request }) => request.effort)).not.toContain('thorough');
  });
});

test('switched off it guesses nothing, says so at once, and stays off on this machine', async () => {
  const engine = playedEngine(() => ({}));
  const { ids, cat, dog, live, heard, service, label } = opened(4, engine);
  label([ids[0]!], cat);
  label([ids[1]!], dog);
  await expect.poll(() => live.state().status).toBe('ready');
  expect(live.set(false)).toMatchObject({ status: 'off', predictions: null, counts: {} });
  expect(heard.at(-1)).toMatchObject({ status: 'off', predictions: null });
  const asked = engine.asked.length;
  label([ids[2]!], dog);
  await sleep(2 * REST_MS);
  expect(engine.asked).toHaveLength(asked);
  expect(service().state().status).toBe('off');
  expect(live.newest()).toBeNull();
  live.set(true);
  await expect.poll(() => live.state()).toMatchObject({ status: 'ready', labels: 3 });
});
