// Train and Review over the fake main, to look at: /learning.html?view=train&runs=2&labelled=24&live=90 (seconds into a run).

import { mount } from 'svelte';
import App from '../../../src/renderer/App.svelte';
import '../../../src/renderer/ui/tokens.css';
import '../../../src/renderer/ui/base.css';
import type { RunId, TrainingProgress, TrainingStage } from '../../../src/shared/types.ts';
import { createFakeBridge } from '../fake-bridge.ts';
import { endedRun, plausibleMetrics, plausibleSamples, wilson, withLearning } from '../fake-learning.ts';

const query = new URLSearchParams(location.search);
const number = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise);
const runs = [
  endedRun(1, { labelled: 20, seconds: 61, steps: 402, receipt: { labelsOnly: null, ssgan: null, note: noNumber() } }),
  endedRun(2, {
    status: 'failed',
    seconds: 12,
    steps: 40,
    receipt: null,
    error: 'The trainer ran out of memory at step 40.',
  }),
  endedRun(3, {
    receipt: { labelsOnly: wilson(30, 50), ssgan: wilson(44, 50), note: null },
    labelled: 240,
    seconds: 304,
  }),
  endedRun(4, { status: 'stopped', labelled: 24, seconds: 150 }),
].slice(0, number('runs', 0));

function noNumber(): string {
  return 'With fewer than 40 labels none were kept out of training, so there is no number yet.';
}

const live = number('live', 0);
const runId = 9 as RunId;
const stageAt = (seconds: number): TrainingStage => (seconds < 3 ? 'packing' : seconds < 36 ? 'labels-only' : 'ssgan');
const progressAt = (seconds: number): TrainingProgress => ({
  runId,
  stage: stageAt(seconds),
  step: Math.max(0, Math.round(seconds - 3) * 8),
  fraction: Math.min(1, seconds / 180),
  photosPerSecond: seconds < 3 ? null : 412,
  seconds,
  etaSeconds: seconds < 3 ? null : 180 - seconds,
  device: { kind: 'cpu', name: 'AMD EPYC 7R13 (2 cores)' },
});

const fake = withLearning(createFakeBridge, {
  photos: number('photos', 400),
  labelled: number('labelled', 24),
  classes: query.get('classes')?.split(',').filter(Boolean) ?? ['Cat', 'Dog'],
  runs: live ? [...runs, endedRun(runId, { status: 'running', seconds: live, receipt: null })] : runs.toReversed(),
  ...(live ? { training: { status: 'running', progress: progressAt(live) } } : {}),
  ...(query.has('no-runtime')
    ? {
        runtime: {
          available: false,
          reason: 'TensorFlow is not installed.',
          remedy: 'Run “npm run setup” where you started Whisker, then start it again.',
        },
      }
    : query.has('waiting')
      ? { runtime: { available: null } }
      : {}),
});

let seconds = live;
if (live && !query.has('still')) {
  setInterval(() => {
    seconds += 1;
    fake.emit('training.state', { status: 'running', progress: progressAt(seconds) });
    fake.emit('training.metrics', { runId, points: plausibleMetrics(seconds).slice(-1) });
    if (seconds % 5 === 0) fake.emit('training.samples', plausibleSamples(runId, seconds * 8));
  }, 1000);
}

const target = document.getElementById('app');
if (target) mount(App, { target, props: { transport: fake } });
