// A whole run, top down: look at the labels and pictures, train on the labels alone, train the SSGAN, compare, save,
// predict.

import { isClearlyBetter } from '../../shared/statistics.ts';
import type { DeviceInfo, TrainingMetrics } from '../../shared/training.ts';
import type { TrainReply, TrainRequest } from '../messages.ts';
import type { Tensor4D } from '../tensorflow/tensorflow.ts';
import { loadCheckpoint, removeCheckpoint, saveCheckpoint, type Checkpoint } from './checkpoint.ts';
import { checkLabels, warnOfLopsided } from '../measuring/check-labels.ts';
import { countMeasurable, splitLabels, type LabelSplit } from '../measuring/held-out.ts';
import { fit, LABELS_ONLY_SHARE, nothingLearned, type Budget } from '../ssgan/fit.ts';
import { freshState, Learner, type LearnerState, type StartingWeights } from '../ssgan/learner.ts';
import {
  checkFits,
  loadModel,
  pixelNetworks,
  predictBoth,
  saveModel,
  type Model,
  type ModelShape,
  type PixelHead,
} from './model.ts';
import { PixelFeed } from './feed.ts';
import { Pictures } from './pictures.ts';
import { batchRows, predict } from './predict.ts';
import { measuredRows, receiptOf, rightOnes, type Measured } from '../measuring/receipt.ts';
import { learnerSettings, recipeFor, type Recipe } from './recipe.ts';
import { TrainedWeights } from '../ssgan/optimiser.ts';
import type { RunClock } from '../ssgan/progress-reports.ts';
import { randomStream } from '../../shared/random.ts';
import { watch } from './watch.ts';

/** Numbers of steps in place of time, for tests and benches that compare runs. */
export interface FixedSteps {
  labelsOnly: number;
  ssgan: number;
}

interface Run {
  request: TrainRequest;
  pictures: Pictures;
  clock: RunClock;
  recipe: Recipe;
  /** Where the weights start from, if not from random ones. */
  start: Model | null;
  shape: ModelShape;
  split: LabelSplit;
  feed: PixelFeed;
  /** Where a run that was cut off goes on. */
  resumed: Checkpoint | null;
}

/** What a stage leaves behind: averaged weights. */
interface Trained {
  steps: number;
  classifier: Float32Array;
  generator: Float32Array | null;
}

const MOST_PREDICTION_SHARE = 0.3;
/** Enough of them that one slow moment of the machine is not taken for its speed. */
const TIMED_BATCHES = 5;

/** Throws 'too-few-labels', 'bad-input' or 'not-found' before anything is learned, 'training-failed' later. */
export async function train(
  request: TrainRequest,
  device: DeviceInfo,
  clock: RunClock,
  fixed: FixedSteps | null = null,
): Promise<TrainReply> {
  checkLabels(request.labels, request.classes);
  clock.emit({ event: 'stage', stage: 'preparing' });
  const warning = warnOfLopsided(request.labels, request.classes);
  if (warning) clock.emit({ event: 'notice', message: warning });
  const resumed = request.resume ? loadCheckpoint(request.modelDir) : null;
  const pictures = new Pictures(request.pixels);
  try {
    return await runStages(prepare(request, pictures, resumedClock(clock, resumed), resumed), device, fixed);
  } finally {
    pictures.close();
  }
}

/** Time already spent before a run was cut off counts. */
const resumedClock = (clock: RunClock, resumed: Checkpoint | null): RunClock =>
  resumed ? { ...clock, elapsed: () => resumed.elapsed + clock.elapsed() } : clock;

function prepare(request: TrainRequest, pictures: Pictures, clock: RunClock, resumed: Checkpoint | null): Run {
  const { pixels, classes, seed, startFrom } = request;
  const recipe = recipeFor(request);
  const start = startFrom === null ? null : loadModel(startFrom);
  if (start) checkFits(start, pixels, classes);
  const measured = pictures.measureScale(); // Also refuses a folder of one repeated picture.
  const split = splitLabels(request);
  const feed = new PixelFeed(pictures, split.training, classes, recipe, start?.scale ?? recipe.scale ?? measured, seed);
  const { sizePx, channels } = pixels;
  const { network, classifierWidth, generatorWidth } = recipe;
  // A generator that begins anew is today's, whatever the classifiers go on from.
  const shape = {
    ...(start?.shape ?? { sizePx, channels, classes, network, classifierWidth }),
    generatorWidth: start?.generator ? start.shape.generatorWidth : generatorWidth,
  };
  return { request, pictures, clock, recipe, start, shape, split, feed, resumed };
}

async function runStages(run: Run, device: DeviceInfo, fixed: FixedSteps | null): Promise<TrainReply> {
  const { request, clock, shape, feed, recipe, resumed } = run;
  const learnUntil = resumed?.learnUntil ?? clock.budgetSeconds - (await predictionSeconds(run));
  const from = clock.elapsed();
  const labelsOnlyBudget = {
    from,
    until: from + LABELS_ONLY_SHARE * (learnUntil - from),
    steps: fixed?.labelsOnly ?? recipe.stages['labels-only'].steps,
  };
  const labelsOnly = resumed?.labelsOnly ?? (await runStage(run, 'labels-only', labelsOnlyBudget, learnUntil, null));
  const ssganBudget = { from: clock.elapsed(), until: learnUntil, steps: fixed?.ssgan ?? recipe.stages.ssgan.steps };
  const ssgan = await runStage(run, 'ssgan', ssganBudget, learnUntil, labelsOnly);

  if (labelsOnly.steps + ssgan.steps === 0) throw nothingLearned(clock.stopped());
  clock.emit({ event: 'stage', stage: 'evaluating' });
  const began = ssgan.steps > 0; // A stop may come while the labels-only network still learns.
  const measured = await measure(run, labelsOnly.classifier, began ? ssgan.classifier : null);
  const active = began ? betterOf(measured, request.classes) : 'labels-only';
  const labelled = countMeasurable(request);
  const receipt = receiptOf({ measured, classes: request.classes, labelled, active, ssganBegan: began });
  const model: Model = {
    shape,
    scale: feed.scale,
    active,
    temperature: receipt.temperature,
    labelsOnly: labelsOnly.classifier,
    ssgan: began ? ssgan.classifier : null,
    generator: ssgan.generator,
  };
  saveModel(request.modelDir, model);
  const steps = labelsOnly.steps + ssgan.steps;
  const measuredOnes = measuredRows(measured, receipt, request.classes);
  clock.emit({ event: 'saved', steps, receipt, heldOut: run.split.heldOut, measured: measuredOnes });

  clock.emit({ event: 'stage', stage: 'predicting' });
  const predicted = await predictBoth(model, run.pictures);
  removeCheckpoint(request.modelDir);
  return {
    status: clock.stopped() ? 'stopped' : 'finished',
    steps,
    seconds: clock.elapsed(),
    device,
    receipt,
    heldOut: run.split.heldOut,
    ...predicted,
  };
}

async function runStage(
  run: Run,
  stage: TrainingMetrics['stage'],
  planned: Budget,
  learnUntil: number,
  labelsOnly: Checkpoint['labelsOnly'],
): Promise<Trained> {
  const { clock, recipe, feed, pictures, split } = run;
  const { labels, classes, modelDir, preview } = run.request;
  clock.emit({ event: 'stage', stage });
  const resumed = run.resumed?.stage === stage ? run.resumed : null;
  const budget = resumed ? { ...planned, from: resumed.stageBegan, until: resumed.stageUntil } : planned;
  if (resumed) clock.emit({ event: 'rewound', stage, step: resumed.state.step });
  const learner = beginStage(run, stage, resumed?.state ?? null, labelsOnly);
  const { labelled, unlabelled, generated } = recipe.batch;
  const photosPerStep = stage === 'ssgan' ? labelled + unlabelled + generated : labelled;
  try {
    await fit(
      {
        learner,
        budget,
        input: (step) => feed.input(step, stage),
        stepsAtOnce: 1,
        shrink: () => feed.shrink(),
        watched: watch({
          stage,
          learner,
          feed,
          pictures,
          labels,
          heldOut: split.heldOut,
          preview,
          classes,
          photosPerStep,
          stepsBefore: labelsOnly?.steps ?? 0,
          stepsInAll: recipe.stages['labels-only'].steps + recipe.stages.ssgan.steps,
        }),
        keep(state) {
          const times = {
            elapsed: clock.elapsed(),
            stageBegan: budget.from,
            stageUntil: budget.until,
            learnUntil,
          };
          saveCheckpoint(modelDir, { stage, state, labelsOnly, ...times });
        },
      },
      clock,
    );
    const { step, classifier, generator } = await learner.state();
    return { steps: step, classifier: classifier.average, generator: generator?.average ?? null };
  } finally {
    learner.dispose();
  }
}

function beginStage(
  run: Run,
  stage: TrainingMetrics['stage'],
  resumed: LearnerState | null,
  labelsOnly: Checkpoint['labelsOnly'],
): Learner<Tensor4D> {
  const { recipe, feed, shape, request, clock } = run;
  const networks = pixelNetworks(shape, feed.scale);
  const settings = learnerSettings(recipe, stage, request.seed);
  if (resumed?.generator && resumed.generator.weights.length !== networks.generator.layout.size) {
    clock.emit({ event: 'notice', message: 'The run began in an earlier version: its generator begins anew.' });
    const generator = TrainedWeights.begin(networks.generator.initialise(randomStream(request.seed, 3)));
    return new Learner(networks, settings, { ...resumed, generator });
  }
  if (resumed) return new Learner(networks, settings, resumed);
  const sample = feed.sample();
  const fresh = freshState(networks, settings, sample, startOf(run, stage, labelsOnly));
  sample.dispose();
  return new Learner(networks, settings, fresh);
}

/**
 * Weights to go on from; null for random ones. The labels-only network always starts anew, so that it stays what its
 * name says.
 */
function startOf(
  { start, recipe }: Run,
  stage: TrainingMetrics['stage'],
  labelsOnly: Checkpoint['labelsOnly'],
): StartingWeights | null {
  if (stage === 'labels-only') return null;
  if (start?.ssgan) return { classifier: start.ssgan, generator: start.generator };
  return recipe.stages[stage].afterLabelsOnly && labelsOnly
    ? { classifier: labelsOnly.classifier, generator: null }
    : null;
}

/** How long predicting the whole library with both networks will take, measured on a few pictures. */
async function predictionSeconds(run: Run): Promise<number> {
  const { pictures, clock } = run;
  const weights = new Float32Array(pixelNetworks(run.shape, run.feed.scale).classifier.layout.size);
  const { count, sizePx } = pictures.file;
  const batch = batchRows(sizePx);
  await predictRows(run, weights, upTo(Math.min(batch, count))); // The first one also loads kernels.
  const rows = Math.min(TIMED_BATCHES * batch, count);
  const began = clock.elapsed();
  await predictRows(run, weights, upTo(rows));
  const expected = (2 * count * (clock.elapsed() - began)) / rows;
  return Math.min(expected, MOST_PREDICTION_SHARE * clock.budgetSeconds);
}

const upTo = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);

function predictRows({ shape, feed, pictures }: Run, weights: Float32Array, rows: Int32Array): Promise<Float32Array> {
  return predict(pixelNetworks(shape, feed.scale).classifier, weights, pictures, feed.scale, rows);
}

/** Both networks on the same held-out photos; null when there are none. */
async function measure(run: Run, labelsOnly: Float32Array, ssgan: Float32Array | null): Promise<Measured | null> {
  const { request, split } = run;
  if (split.heldOut.length === 0) return null;
  return {
    by: 'held-out',
    positions: split.heldOut,
    truth: split.heldOut.map((i) => request.labels[i] ?? -1),
    said: {
      'labels-only': await predictRows(run, labelsOnly, split.heldOut),
      ...(ssgan && { ssgan: await predictRows(run, ssgan, split.heldOut) }),
    },
  };
}

/** The SSGAN, unless the labels-only network is clearly better on the held-out photos. */
function betterOf(measured: Measured | null, classes: number): PixelHead {
  const right = (head: PixelHead) => (measured && rightOnes(measured, head, classes)) ?? [];
  return isClearlyBetter(right('labels-only'), right('ssgan')) ? 'labels-only' : 'ssgan';
}
