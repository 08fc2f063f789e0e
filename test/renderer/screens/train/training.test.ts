import { beforeEach, describe, expect, it } from 'vitest';
import { createApi } from '../../../../src/renderer/api.ts';
import { Training } from '../../../../src/renderer/screens/train/training.svelte.ts';
import type { TrainingState } from '../../../../src/shared/training.ts';
import type { RunId } from '../../../../src/shared/types.ts';
import { createFakeBridge } from '../../fake-bridge.ts';
import {
  endedRun,
  type FakeLearning,
  options,
  plausibleMetrics,
  plausibleSamples,
  progressOf,
  readyBackbone,
  withLearning,
} from '../../fake-learning.ts';

const run = 1 as RunId;
const running = (step: number): TrainingState => ({ status: 'running', progress: progressOf({ step, device: null }) });

let bridge: FakeLearning;
let training: Training;
let frames: (() => void)[];
const nextFrame = () => frames.splice(0).forEach((draw) => draw());

beforeEach(() => {
  frames = [];
  bridge = withLearning(createFakeBridge, { photos: 4, classes: ['Cat', 'Dog'], runs: [endedRun(1)] });
  training = new Training(createApi(bridge), (draw) => void frames.push(draw));
});

describe('what the Train screens know', () => {
  it('draws once a frame, however many events arrive', () => {
    const points = plausibleMetrics(50);
    const before = training.curvesVersion;
    for (const [i, point] of points.entries()) {
      bridge.emit('training.state', running(i));
      bridge.emit('training.metrics', { runId: run, points: [point] });
    }
    expect(frames).toHaveLength(1);
    const opened = training.curvesVersion;
    nextFrame();
    expect(training.progress?.step).toBe(49);
    expect(training.curves.length).toBe(50);
    expect(training.curvesVersion).toBe(opened + 1);
    expect(opened).toBeGreaterThanOrEqual(before);
  });

  it('keeps only the newest pictures of a frame', () => {
    for (const step of [10, 20, 30]) bridge.emit('training.samples', plausibleSamples(run, step, 1, 4));
    nextFrame();
    expect(training.samples?.step).toBe(30);
  });

  it('ignores what an older run still sends', async () => {
    await training.start(options);
    bridge.emit('training.metrics', { runId: run, points: plausibleMetrics(5) });
    nextFrame();
    expect(training.curves.length).toBe(0);
  });

  it('joins past and live curves without counting a point twice', async () => {
    bridge.emit('training.metrics', { runId: run, points: plausibleMetrics(181).slice(-3) });
    nextFrame();
    await training.refresh(running(1000));
    expect(training.curves.length).toBe(181);
  });

  it('takes the options of the last run for the next one, going on from its model', async () => {
    bridge = withLearning(createFakeBridge, {
      runs: [endedRun(1, { options: { ...options, preset: 'standard', minutes: 30, seed: 9 } })],
    });
    training = new Training(createApi(bridge), (draw) => void frames.push(draw));
    await training.refresh({ status: 'idle' });
    expect(training.options).toMatchObject({ preset: 'standard', minutes: 30, seed: 9, startFrom: 'last-model' });
  });

  it('starts from the backbone where there is one, whatever the last run started from', async () => {
    bridge = withLearning(createFakeBridge, { runs: [endedRun(1)], backbone: readyBackbone });
    training = new Training(createApi(bridge), (draw) => void frames.push(draw));
    expect(training.options.features).toBe('pixels');
    await training.refresh({ status: 'idle' });
    expect(training.options.features).toBe('backbone');
  });

  it('remembers what the person chose to start from, with a budget of its own for each', async () => {
    bridge.setBackbone(readyBackbone);
    await training.refresh({ status: 'idle' });
    await training.chooseWay('pixels');
    training.change({ minutes: 30 });
    bridge.emit('backbone.changed', { state: readyBackbone, error: null });
    expect(training.options).toMatchObject({ features: 'pixels', minutes: 30 });
    await training.chooseWay('backbone');
    expect(training.options).toMatchObject({ features: 'backbone', minutes: 3 });
  });

  it('starts from a backbone as soon as it was set up, and from pixels when it is given up', async () => {
    await training.refresh({ status: 'idle' });
    expect(training.options.features).toBe('pixels');
    bridge.setBackbone(readyBackbone);
    expect(training.options.features).toBe('backbone');
    await training.removeBackbone();
    expect(training.options.features).toBe('pixels');
  });

  it('shows the result as soon as a run ends, whichever view is open', async () => {
    bridge.emit('training.state', running(5));
    nextFrame();
    bridge.endRun(endedRun(1));
    expect(training.state.status).toBe('idle');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(training.shown?.id).toBe(run);
  });

  it('takes "Stopping" back when main could not be asked to stop', async () => {
    bridge.emit('training.state', running(5));
    nextFrame();
    bridge.failNext('training.stop', 'Whisker can’t be reached.');
    const stopping = training.stop(true);
    expect(training.state.status).toBe('stopping');
    await stopping;
    expect(training.state.status).toBe('running');
    expect(training.failure?.message).toBe('Whisker can’t be reached.');
  });
});
