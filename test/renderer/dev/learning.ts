// Train and Review over the fake main, to look at: /learning.html?runs=2&labelled=24&live=90 (seconds into a run);
// &still or &paused; &lost (the computer that trains); &measured=60 (photos that measured each run);
// &checks=24&wrong=2 (random checks);
// &backbone=ready|unusable|downloading|broken,
// &runtime=none|unavailable|offered|resumable|downloading|unpacking|broken|setting-up|compiling|gpu|gpu-problem|
// waiting.

import { errorsLeft } from '../../../src/main/review/errors-left.ts';
import type { ErrorsLeft } from '../../../src/shared/errors-left.ts';
import { wilson } from '../../../src/shared/statistics.ts';
import { mount } from 'svelte';
import App from '../../../src/renderer/app/App.svelte';
import '../../../src/renderer/ui/tokens.css';
import '../../../src/renderer/ui/base.css';
import type {
  BackboneState,
  RuntimeState,
  SetupProgress,
  TrainingProgress,
  TrainingRuntime,
  TrainingStage,
} from '../../../src/shared/training.ts';
import type { RunId } from '../../../src/shared/types.ts';
import './cut-off.ts';
import { createFakeBridge, device } from '../fake-bridge.ts';
import {
  backboneInfo,
  endedRun,
  gpuOffer,
  offers,
  options,
  plausibleMetrics,
  plausibleSamples,
  progressOf,
  readyBackbone,
  receiptOf,
  runtimeOffer,
  withLearning,
} from '../fake-learning.ts';

const query = new URLSearchParams(location.search);
const number = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise);
const runs = [
  endedRun(1, {
    labelled: 20,
    seconds: 61,
    steps: 402,
    receipt: receiptOf({ labelsOnly: null, ssgan: null, gain: null, measuredBy: null, note: noNumber() }),
  }),
  endedRun(2, {
    status: 'failed',
    seconds: 12,
    steps: 40,
    receipt: null,
    error: 'The trainer ran out of memory at step 40.',
  }),
  endedRun(3, {
    receipt: receiptOf({
      labelsOnly: wilson(30, 50),
      ssgan: wilson(44, 50),
      gain: { difference: 0.28, low: 0.12, high: 0.42 },
      temperature: 1.4,
    }),
    labelled: 240,
    seconds: 304,
  }),
  endedRun(4, {
    status: 'stopped',
    labelled: 100,
    seconds: 150,
    startedFrom: 3 as RunId,
    receipt: receiptOf({
      labelsOnly: wilson(15, 20),
      ssgan: wilson(13, 20),
      gain: { difference: -0.1, low: -0.3, high: 0.11 },
      temperature: 1.6,
      note: 'The network trained on the labels alone was ahead by 2 of 20 photos, too small a lead to be chosen over the SSGAN.',
    }),
  }),
  endedRun(5, {
    labelled: 24,
    seconds: 34,
    steps: 1000,
    options: { ...options, features: 'backbone' },
    backbone: backboneInfo,
    notices: ['The losses ran away at step 310; the rate was halved and training went on from step 300.'],
    receipt: receiptOf({
      measuredBy: 'cross-validation',
      labelsOnly: null,
      ssgan: null,
      logistic: wilson(23, 24),
      active: 'ssgan',
      gain: null,
      temperature: null,
      note: 'With fewer than 40 labels all of them are learned from. The logistic regression was measured on each part of the labels in turn; the SSGAN has no number yet: from 40 labels on it can be measured.',
    }),
  }),
].slice(0, number('runs', 0));

function noNumber(): string {
  return 'With fewer than 40 labels all of them are learned from, so that none is left to measure the accuracy with: from 40 labels on it can be measured.';
}

/** Checks one after the other, with the wrong ones first. */
function errorsFound(): ErrorsLeft {
  const [photos, checks, wrong] = [number('photos', 400), number('checks', 0), number('wrong', 0)];
  const draws = Array.from({ length: checks }, (_, i) => ({
    pool: photos - i,
    found: Math.max(0, wrong - i),
    wrong: i < wrong,
  }));
  return errorsLeft({ forLow: draws, forHigh: draws }, photos - checks);
}

const live = number('live', 0);
const runId = 9 as RunId;
const onBackbone = query.get('backbone') === 'ready';
const stageAt = (seconds: number): TrainingStage =>
  seconds < 3 ? (onBackbone ? 'extracting' : 'packing') : seconds < 36 ? 'labels-only' : 'ssgan';
const progressAt = (seconds: number): TrainingProgress =>
  progressOf({
    runId,
    stage: stageAt(seconds),
    step: Math.max(0, Math.round(seconds - 3) * 8),
    fraction: Math.min(1, seconds / 180),
    photosPerSecond: seconds < 3 ? 43 : 412,
    photos: seconds < 3 ? { done: Math.round(seconds * 120), total: 1400 } : null,
    seconds,
    etaSeconds: seconds < 3 ? 25 : 180 - seconds,
    ...(query.has('lost') && { connectionLost: 'The connection to lab was lost (Broken pipe).' }),
    notices: query.has('notices') ? ['Cat has four times as many labels as Dog: more labels of Dog would help.'] : [],
  });
const backbones: Record<string, BackboneState> = {
  ready: readyBackbone,
  unusable: {
    status: 'unusable',
    path: '/media/ada/USB/mobilenet_v1_075',
    reason: 'The files of the backbone MobileNet v1 0.75 are gone.',
    remedy: 'Connect the drive that they are on, or set up a backbone again.',
  },
  downloading: { status: 'downloading', offer: offers[0]!.id, doneBytes: 4_200_000, totalBytes: offers[0]!.bytes },
};

interface RuntimeScene {
  runtime?: TrainingRuntime;
  runtimeState?: RuntimeState;
}

/** What the machine can train on, and what is under way or offered to make it so. */
function runtimeScene(name: string | null): RuntimeScene {
  const without = (remedy: string) => ({
    available: true as const,
    device: {
      ...device,
      name: 'AMD EPYC 7R13 (1 core, TensorFlow.js WebAssembly)',
      tensorflow: null,
      nativeProblem: { reason: 'TensorFlow is not installed on this computer.', remedy },
    },
  });
  const lacking: TrainingRuntime = without('Whisker can download it.');
  const offered = (doneBytes: number): RuntimeScene => ({
    runtime: lacking,
    runtimeState: { status: 'offered', offer: runtimeOffer, doneBytes },
  });
  const downloading = (progress: SetupProgress): RuntimeScene => ({
    runtime: lacking,
    runtimeState: { status: 'downloading', offer: runtimeOffer, progress },
  });
  const settingUp = (progress: SetupProgress): RuntimeScene => ({ runtime: { ...lacking, settingUp: progress } });
  const gpuProblem = {
    reason: "This machine has an NVIDIA GPU, but TensorFlow can't use it: the TensorFlow installed here is for CPUs.",
    remedy: 'Whisker can download the TensorFlow that uses it. Training works without, too.',
  };
  const scenes: Record<string, RuntimeScene> = {
    waiting: { runtime: { available: null } },
    none: { runtime: without('Run "npm run setup" in the folder of Whisker.') },
    unavailable: {
      runtime: { available: false, reason: 'TensorFlow.js could not be loaded.', remedy: 'Install it again.' },
    },
    offered: offered(0),
    resumable: offered(97_000_000),
    broken: offered(97_000_000),
    downloading: downloading({ step: 'Downloading', done: 97_000_000, total: runtimeOffer.bytes }),
    unpacking: downloading({ step: 'Unpacking', done: 402_000_000, total: runtimeOffer.installedBytes }),
    'setting-up': settingUp({ step: 'Downloading tensorflow-cpu==2.21.0', done: 104_000_000, total: 254_000_000 }),
    compiling: settingUp({ step: 'Compiling the TensorFlow addon', done: null, total: null }),
    gpu: {
      runtime: { available: true, device: { ...device, gpuProblem } },
      runtimeState: { status: 'offered', offer: gpuOffer, doneBytes: 0 },
    },
    'gpu-problem': {
      runtime: {
        available: true,
        device: {
          ...device,
          gpuProblem: {
            reason: 'There is an NVIDIA GPU here, but the library libcudnn.so.8 that TensorFlow needs is missing.',
            remedy: 'Run “npm run setup -- --gpu” where you started Whisker, then start it again.',
          },
        },
      },
    },
  };
  return scenes[name ?? ''] ?? {};
}

const fake = withLearning(createFakeBridge, {
  photos: number('photos', 400),
  labelled: number('labelled', 24),
  classes: query.get('classes')?.split(',').filter(Boolean) ?? ['Cat', 'Dog'],
  runs: live
    ? [
        ...runs,
        endedRun(runId, {
          status: 'running',
          seconds: live,
          receipt: null,
          options: {
            ...{ ...options, features: onBackbone ? 'backbone' : 'pixels' },
            ...(query.has('lost') && { computer: 'lab' }),
          },
        }),
      ]
    : runs.toReversed(),
  backbone: backbones[query.get('backbone') ?? ''] ?? { status: 'none' },
  ...(query.has('measured') && { measured: number('measured', 60) }),
  handlers: { 'review.errorsLeft': () => (query.has('checks') ? errorsFound() : null) },
  ...(query.has('looked') && { features: { status: 'ready', photos: number('photos', 400) } }),
  ...runtimeScene(query.get('runtime')),
  ...(live ? { training: { status: query.has('paused') ? 'paused' : 'running', progress: progressAt(live) } } : {}),
});

if (query.get('backbone') === 'broken') {
  setTimeout(() => {
    const [offer] = offers;
    fake.setBackbone({ status: 'downloading', offer: offer!.id, doneBytes: 0, totalBytes: offer!.bytes });
    fake.setBackbone(
      { status: 'none' },
      'The download of MobileNet v1 0.75 broke off: models.example.org does not answer.',
    );
  }, 1500);
}

if (query.get('runtime') === 'broken') {
  setTimeout(() => {
    const sentence = 'The connection to releases.example.org broke off after 97.0 MB of 231.0 MB.';
    const remedy = 'Check the network, then try again: what has come so far is kept.';
    fake.setRuntime({ status: 'offered', offer: runtimeOffer, doneBytes: 97_000_000 }, `${sentence} ${remedy}`);
  }, 500);
}

let seconds = live;
if (live && !query.has('still') && !query.has('paused')) {
  setInterval(() => {
    seconds += 1;
    fake.emit('training.state', { status: 'running', progress: progressAt(seconds) });
    fake.emit('training.metrics', { runId, points: plausibleMetrics(seconds).slice(-1) });
    if (seconds % 5 === 0) fake.emit('training.samples', plausibleSamples(runId, seconds * 8));
  }, 1000);
}

const target = document.getElementById('app');
if (target) mount(App, { target, props: { transport: fake } });
