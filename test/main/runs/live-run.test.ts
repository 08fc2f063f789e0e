// What is said of a run while its photos are read: how fast, how far, and how long it will still take.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { prepare } from '../../../src/main/db/open.ts';
import { createEventBus } from '../../../src/main/events.ts';
import { getRun, getRunDetail } from '../../../src/main/db/runs.ts';
import { createLiveRun } from '../../../src/main/runs/live-run.ts';
import type { TrainingMetrics } from '../../../src/shared/training.ts';
import { addRun, sampleDatabase } from '../db/sample-photos.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function begun(minutes: number) {
  const { db } = sampleDatabase([]);
  const events = createEventBus();
  const id = addRun(db, []);
  prepare(db, `UPDATE run SET options = ? WHERE id = ?`).run(JSON.stringify({ minutes }), id);
  const run = createLiveRun({ db, events, run: getRun(db, id), onStorageError: () => {} }, () => false);
  return { db, events, id, run };
}

function liveRun(stage: 'packing' | 'extracting', minutes: number) {
  const { run } = begun(minutes);
  run.advance({ stage });
  return run;
}

test('the time that a backbone takes to load is not counted as time that photos take', () => {
  const run = liveRun('extracting', 10);
  run.read(0, 1000);
  vi.advanceTimersByTime(20_000);
  run.read(32, 1000);
  expect(run.progress.etaSeconds).toBeNull();
  vi.advanceTimersByTime(2_000);
  run.read(232, 1000);
  expect(run.progress.photosPerSecond).toBeCloseTo(100, 5);
  // 768 photos at 100 a second, then learning on their vectors, which takes half a minute.
  expect(run.progress.etaSeconds).toBeCloseTo(7.68 + 30, 5);
});

test('a pause is for a run that learns, and is no time that the run has had', () => {
  const run = liveRun('packing', 10);
  expect(run.pause()).toBe(false);
  vi.advanceTimersByTime(5_000);
  run.onTrainerEvent({ event: 'stage', stage: 'ssgan' });
  expect(run.pause()).toBe(true);
  vi.advanceTimersByTime(60_000);
  expect([run.status, run.progress.seconds]).toEqual(['paused', 5]);
  run.resume();
  vi.advanceTimersByTime(1_000);
  expect([run.status, run.progress.seconds]).toEqual(['running', 6]);
  run.pause();
  run.onTrainerEvent({ event: 'stage', stage: 'evaluating' }); // It had taken its last step.
  expect(run.status).toBe('running');
});

test('after reading pixels the whole budget is still to come', () => {
  const run = liveRun('packing', 3);
  run.read(0, 400);
  vi.advanceTimersByTime(1_000);
  run.read(100, 400);
  vi.advanceTimersByTime(1_000);
  run.read(200, 400);
  expect(run.progress.etaSeconds).toBeCloseTo(2 + 180, 5);
  expect(run.progress.fraction).toBeCloseTo(0.025, 5);
});

test('reading that begins a second time is timed anew', () => {
  const run = liveRun('extracting', 0.2);
  run.read(0, 100);
  vi.advanceTimersByTime(1_000);
  run.read(50, 100);
  vi.advanceTimersByTime(60_000);
  run.read(0, 100);
  expect(run.progress).toMatchObject({ photosPerSecond: null, etaSeconds: null, fraction: 0 });
  vi.advanceTimersByTime(1_000);
  run.read(20, 100);
  vi.advanceTimersByTime(1_000);
  run.read(60, 100);
  expect(run.progress.photosPerSecond).toBeCloseTo(40, 5);
  // The budget of 12 seconds is shorter than learning on vectors would take.
  expect(run.progress.etaSeconds).toBeCloseTo(1 + 12, 5);
});

test('generated pictures reach the screen each time, and the disk twice a minute and at the end', () => {
  const { db } = sampleDatabase([]);
  const id = addRun(db, []);
  prepare(db, `UPDATE run SET options = '{"minutes":3}' WHERE id = ?`).run(id);
  const events = createEventBus();
  const shown: number[] = [];
  events.subscribe(({ name, payload }) => name === 'training.samples' && shown.push(payload.step));
  const run = createLiveRun({ db, events, run: getRun(db, id), onStorageError: () => {} }, () => false);
  const samples = (step: number) =>
    run.onTrainerEvent({
      event: 'samples',
      step,
      count: 1,
      sizePx: 2,
      channels: 1,
      pixels: Uint8Array.of(1, 2, 3, 4),
    });
  const stored = () => getRunDetail(db, id).samples?.step;
  samples(1);
  expect(stored()).toBe(1);
  for (let step = 2; step <= 9; step++) {
    vi.advanceTimersByTime(3_000);
    samples(step);
  }
  expect(stored()).toBe(1);
  vi.advanceTimersByTime(6_000);
  expect(stored()).toBe(9);
  samples(10);
  run.flush();
  expect(stored()).toBe(10);
  expect(shown).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('when a stage goes back, its later points are gone from the curve, also those not sent yet, and windows hear of it', () => {
  const { db, events, id, run } = begun(10);
  const heard: string[] = [];
  events.subscribe(({ name, payload }) => {
    if (name === 'training.metrics') heard.push(`points ${payload.points.map(({ step }) => step).join()}`);
    if (name === 'training.rewound') heard.push(`${payload.stage} back to ${payload.step}`);
  });
  const learn = (step: number, seconds: number) => {
    const losses = { classifierLoss: 0.5, unlabelledLoss: 0.2, generatedLoss: 0.2, generatorLoss: 0.3 };
    const point: TrainingMetrics = { stage: 'ssgan', step, seconds, ...losses, heldOutAccuracy: null };
    run.onTrainerEvent({ event: 'metrics', points: [point] });
  };
  learn(10, 1);
  vi.advanceTimersByTime(5_000);
  learn(20, 2);
  vi.advanceTimersByTime(5_000);
  learn(30, 3);
  learn(40, 4); // Too soon after the last to be sent.
  run.onTrainerEvent({ event: 'rewound', stage: 'ssgan', step: 10 });
  learn(15, 5);
  run.flush();
  expect(getRunDetail(db, id).metrics.map(({ step, seconds }) => [step, seconds])).toEqual([
    [10, 1],
    [15, 5],
  ]);
  expect(heard.slice(0, 2)).toEqual(['points 10', 'points 20']);
  expect(heard.slice(-2)).toEqual(['ssgan back to 10', 'points 15']);
});
