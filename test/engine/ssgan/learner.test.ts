import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { countExecutions } from '../../../src/engine/tensorflow/execute.ts';
import { tf, type Tensor4D } from '../../../src/engine/tensorflow/tensorflow.ts';
import type { TrainerEvent } from '../../../src/engine/messages.ts';
import { loadCheckpoint, removeCheckpoint, saveCheckpoint } from '../../../src/engine/pixels/checkpoint.ts';
import { fit } from '../../../src/engine/ssgan/fit.ts';
import type { LearnerState, Losses } from '../../../src/engine/ssgan/learner.ts';
import type { Objective } from '../../../src/shared/objective.ts';
import type { StepInput } from '../../../src/engine/ssgan/step-input.ts';
import { everyTerm, smallLearners } from './small-learners.ts';

// Seconds on a quiet machine; the limit is for a busy one.
vi.setConfig({ testTimeout: 180_000 });

const allKinds = ['strokes', 'photos', 'paper'] as const;
const folder = mkdtempSync(join(tmpdir(), 'whisker-learner-'));
const setUp = smallLearners(folder);
afterAll(() => rmSync(folder, { recursive: true }));

describe('a run can be trusted', () => {
  test.each(allKinds)('the same seed gives the same 20 losses, and another seed others (%s)', async (kind) => {
    const [one, same, other] = [setUp({ kind }), setUp({ kind }), setUp({ kind, seed: 2 })];
    const expected = await one.losses(20);
    expect(await same.losses(20)).toEqual(expected);
    expect(await other.losses(3)).not.toEqual(expected.slice(0, 3));
    for (const { learner } of [one, same, other]) learner.dispose();
  });

  test.each(allKinds)(
    'resumed from its checkpoint file it has the next 10 losses of the unbroken one (%s)',
    async (kind) => {
      const unbroken = setUp({ kind });
      await unbroken.losses(10);
      const times = { elapsed: 12.5, stageUntil: 90, stageBegan: 3, learnUntil: 50 };
      const labelsOnly = { steps: 7, classifier: Float32Array.of(1, 2) };
      saveCheckpoint(folder, { stage: 'ssgan', state: await unbroken.learner.state(), labelsOnly, ...times });
      const expected = await unbroken.losses(10);
      unbroken.learner.dispose();

      const checkpoint = loadCheckpoint(folder);
      expect(checkpoint).toMatchObject({ stage: 'ssgan', labelsOnly, ...times });
      const resumed = setUp({ kind, from: checkpoint!.state });
      expect(resumed.learner.steps).toBe(10);
      expect(await resumed.losses(10)).toEqual(expected);
      resumed.learner.dispose();
      removeCheckpoint(folder);
      expect(loadCheckpoint(folder)).toBeNull();
    },
  );

  test('the article’s classifier looks at one kind of examples at a time, and holds no other meanwhile', async () => {
    const needed = async (objective: Partial<Objective>) => {
      const { input, learner } = setUp({
        kind: 'paper',
        objective,
        batch: { labelled: 40, unlabelled: 40, generated: 2 },
      });
      const batch = input();
      const before = tf.memory().numBytes;
      const { peakBytes } = await tf.profile(() => learner.learn([{ input: batch, fraction: 0.6 }]));
      learner.dispose();
      return peakBytes - before;
    };
    const labelledAlone = await needed({ unlabelled: 0, generated: 0 });
    expect((await needed({})) / labelledAlone).toBeLessThan(1.2);
  });

  test('memory is flat: no step leaves a tensor or megabytes behind', async () => {
    // What V8 sets aside for short-lived objects grows in the first hundreds of steps, so it is left out.
    const outsideV8 = () => process.memoryUsage().rss - process.memoryUsage().heapTotal;
    const { losses, learner } = setUp();
    await losses(30);
    const [tensors, bytes] = [tf.memory().numTensors, outsideV8()];
    await losses(80);
    expect(tf.memory().numTensors).toBe(tensors);
    expect((outsideV8() - bytes) / 2 ** 20).toBeLessThan(30);
    learner.dispose();
  });

  test('a learner gives all of its tensors back', () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const { step, learner } = setUp();
      step();
      learner.dispose();
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("the article's recipe learns its labels, and real from generated, while the generator plays against it", async () => {
  const { losses, learner } = setUp({ kind: 'paper' });
  const seen = await losses(40);
  const [begin, late] = [seen[0]!, seen.slice(-10)];
  const mean = (pick: (losses: Losses) => number) => late.reduce((sum, losses) => sum + pick(losses) / late.length, 0);
  expect(mean(({ labelled }) => labelled)).toBeLessThan(0.3 * begin.labelled);
  expect(mean(({ unlabelled, generated }) => unlabelled! + generated!)).toBeLessThan(
    begin.unlabelled! + begin.generated!,
  );
  expect(mean(({ generator }) => generator!)).toBeGreaterThan(begin.generator!); // It is the one that is found out.
  learner.dispose();
});

test.each([
  ['every term at once over strokes', 'strokes', everyTerm],
  ["the photos' own terms", 'photos', {}],
] as const)('a quick step of %s stays under 640 native executions', (_, kind, objective) => {
  const { step, learner } = setUp({ kind, objective });
  step();
  const executions = [...countExecutions(step).values()].reduce((sum, n) => sum + n, 0);
  expect(executions).toBeLessThanOrEqual(640);
  learner.dispose();
});

describe('when the losses break down', () => {
  /**
   * Runs `steps` steps whose input is not a number whenever `isBroken` says so, with a pause right after step
   * `pauseAfter`.
   */
  async function run(isBroken: (call: number) => boolean, { pauseAfter = -1, steps = 60, rateMultiplier = 1 } = {}) {
    const { feed, learner } = setUp();
    learner.restore(await learner.state(), rateMultiplier);
    const events: TrainerEvent[] = [];
    const kept: LearnerState[] = [];
    let calls = 0;
    let paused = false;
    const input = (step: number): StepInput<Tensor4D> => {
      const sound = feed.input(step, 'ssgan');
      return isBroken(calls++) ? { ...sound, labelled: tf.fill(sound.labelled.shape, NaN) } : sound;
    };
    // A clock that ticks once a step, so that every step is looked at, but for the one before the pause.
    const clock = {
      emit: (event: TrainerEvent) => events.push(event),
      stopped: () => false,
      paused() {
        if (paused || calls !== pauseAfter) return null;
        paused = true;
        return Promise.resolve();
      },
      elapsed: () => (calls === pauseAfter ? calls - 1 : calls),
      budgetSeconds: 1e9,
    };
    const none = async () => null;
    const watched = {
      stage: 'ssgan' as const,
      photosPerStep: 1,
      stepsBefore: 0,
      stepsInAll: Infinity,
      steps: () => learner.steps,
      losses: () => learner.losses(),
      heldOutAccuracy: none,
      preview: none,
      samples: none,
    };
    const budget = { from: 0, until: 1e9, steps };
    try {
      const keep = (state: LearnerState) => void kept.push(state);
      await fit({ learner, input, stepsAtOnce: 1, budget, watched, keep, shrink: () => false }, clock);
      return { state: await learner.state(), events, kept };
    } finally {
      learner.dispose();
    }
  }

  test('it goes back to sound weights, halves the rate, says so, and finishes', async () => {
    const { state, events } = await run((call) => call === 30);
    expect(state.step).toBe(60);
    expect(state.rateMultiplier).toBe(0.5);
    expect(state.classifier.average.every(Number.isFinite)).toBe(true);
    const notices = events.flatMap((event) => (event.event === 'notice' ? [event.message] : []));
    expect(notices).toEqual([
      expect.stringMatching(/broke down after 31 steps; going back to step 30 at half the rate/),
    ]);
  });

  test('once a minute a sound state is kept to go on from', async () => {
    const { kept } = await run(() => false, { steps: 125 });
    expect(kept.map(({ step }) => step)).toEqual([60, 120]);
  });

  test('a pause keeps the step before it, or what was last known to be sound when that step broke down', async () => {
    const well = await run(() => false, { pauseAfter: 31 });
    expect(well.kept[0]?.step).toBe(31);
    const broken = await run((call) => call === 30, { pauseAfter: 31 });
    expect(broken.kept[0]?.step).toBe(30);
    expect(broken.kept[0]!.classifier.weights.every(Number.isFinite)).toBe(true);
    expect(broken.state.step).toBe(60);
  });

  test('no point of its curves is anything but a number, and what was said of later steps is taken back', async () => {
    const { events } = await run((call) => call === 30);
    const points = events.flatMap((event) => (event.event === 'metrics' ? event.points : []));
    for (const point of points) {
      expect(
        Object.values(point).every((value) => typeof value !== 'number' || Number.isFinite(value)),
        `step ${point.step}`,
      ).toBe(true);
    }
    expect(events.flatMap((event) => (event.event === 'rewound' ? [event] : []))).toEqual([
      { event: 'rewound', stage: 'ssgan', step: 30 },
    ]);
    const speeds = events.flatMap((event) => (event.event === 'progress' ? [event.photosPerSecond] : []));
    expect(Math.min(...speeds)).toBeGreaterThanOrEqual(0);
  });

  test('in its last step, which nothing looked at before the end, it leaves the last sound weights', async () => {
    const { state, events } = await run((call) => call === 59, { pauseAfter: 60 });
    expect(state.step).toBe(50);
    expect([...state.classifier.weights, ...state.classifier.average].every(Number.isFinite)).toBe(true);
    expect(events).toContainEqual({ event: 'rewound', stage: 'ssgan', step: 50 });
  });

  test('by the last update, which no losses show, it leaves the weights of before', async () => {
    const { state } = await run(() => false, { steps: 1, rateMultiplier: Infinity });
    expect(state.step).toBe(0);
    expect([...state.classifier.weights, ...state.classifier.average].every(Number.isFinite)).toBe(true);
  });

  test('again and again, it gives up with a sentence', async () => {
    await expect(run((call) => call >= 30)).rejects.toMatchObject({
      code: 'training-failed',
      message: expect.stringContaining('no longer numbers'),
    });
  });
});
