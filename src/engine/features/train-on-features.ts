// A whole run in the feature space of a frozen backbone, top down: fit the space, the logistic regression, the graph
// propagation, the labels-only network and the SSGAN; compare them on labels left out, choose, save, predict.

import { WhiskerError } from '../../shared/errors.ts';
import type { DeviceInfo, Head, TrainingMetrics } from '../../shared/training.ts';
import { tf, type Tensor1D, type Tensor2D } from '../tensorflow/tensorflow.ts';
import type { FeatureFile, TrainOnFeaturesRequest, TrainReply } from '../messages.ts';
import { checkLabels, warnOfLopsided } from '../measuring/check-labels.ts';
import { accuracyOf, countMeasurable, measurable, splitLabels, type LabelSplit } from '../measuring/held-out.ts';
import { fit, LABELS_ONLY_SHARE, nothingLearned } from '../ssgan/fit.ts';
import { freshState, Learner } from '../ssgan/learner.ts';
import { trustIn } from '../measuring/doubts.ts';
import { measuredRows, receiptOf, rightOnes, type Measured } from '../measuring/receipt.ts';
import { Progress, type RunClock, type Watched } from '../ssgan/progress-reports.ts';
import {
  chooseHead,
  generatorSpread,
  headBesideSsgan,
  shareOfRarest,
  type Pool,
  type RightOnes,
} from './choose-head.ts';
import { isLarge } from './compact-coordinates.ts';
import { crossValidate, partsFor } from './cross-validate.ts';
import { FeatureFeed } from './feature-feed.ts';
import { checkThatPhotosDiffer, featureRows } from './feature-file.ts';
import {
  disposeFeatureModel,
  featureNetworks,
  loadFeatureModel,
  predictBoth,
  predictRows,
  saveFeatureModel,
  type FeatureModel,
  type Heads,
} from './feature-model.ts';
import { featureLearnerSettings, featureObjective, featureRecipe } from './feature-recipe.ts';
import { fitFeatureSpace, project } from './feature-space.ts';
import { logisticLogits, type LogisticRegression } from './logistic-regression.ts';
import {
  fitLogistic,
  headsOf,
  learnsByLogistic,
  learnsByPropagation,
  learnsBySsgan,
  measureHeldOut,
} from './measure-heads.ts';
import { neighbourGraph, type NeighbourGraph } from './neighbour-graph.ts';
import { drawn, eventOutside, MOST_IN_POOL, replyOutside, withinPool } from './pool.ts';
import { propagate } from './propagation.ts';

type Steps = Record<keyof typeof featureRecipe.steps, number>;

interface Run {
  request: TrainOnFeaturesRequest;
  clock: RunClock;
  steps: Steps;
  /** [count, k] coordinates of every photo. */
  x: Tensor2D;
  pool: Pool;
  /** [k] deviations with which features are generated. */
  deviation: Tensor1D;
  split: LabelSplit;
  feed: FeatureFeed;
  graph: NeighbourGraph;
}

interface Trained {
  steps: number;
  classifier: Float32Array;
}

/**
 * Of a large library a pool is learned from, and all of it predicted. Throws 'too-few-labels', 'bad-input' or
 * 'not-found' before anything is learned, 'training-failed' later.
 */
export async function trainOnFeatures(
  request: TrainOnFeaturesRequest,
  device: DeviceInfo,
  clock: RunClock,
  steps: Steps = featureRecipe.steps,
): Promise<TrainReply> {
  const { features, labels, preview, seed } = request;
  if (!isLarge(features)) return trainOnPool(request, { device, clock, steps, all: null });
  const pool = drawn(labels, preview ?? new Int32Array(), seed, MOST_IN_POOL);
  const emit: RunClock['emit'] = (event) => clock.emit(eventOutside(event, pool));
  const how = { device, clock: { ...clock, emit }, steps, all: features };
  return replyOutside(await trainOnPool(withinPool(request, pool), how), pool);
}

interface How {
  device: DeviceInfo;
  clock: RunClock;
  steps: Steps;
  /** The photos that are predicted, where these are others than those that are learned from. */
  all: FeatureFile | null;
}

/** So many points of the graph tell all other photos of a large library: each is compared with every one of them. */
const POINTS_WHEN_LARGE = 2000;

async function trainOnPool(request: TrainOnFeaturesRequest, { device, clock, steps, all }: How): Promise<TrainReply> {
  const { features, classes, labels, seed, startFrom, modelDir } = request;
  checkLabels(labels, classes);
  clock.emit({ event: 'stage', stage: 'preparing' });
  const warning = warnOfLopsided(labels, classes);
  if (warning) clock.emit({ event: 'notice', message: warning });
  const rows = featureRows(features);
  checkThatPhotosDiffer(rows);
  const start = startFrom === null ? null : loadFeatureModel(startFrom);
  if (start) checkFits(start, request);
  const space = start?.space ?? fitFeatureSpace(rows);
  const x = project(space, rows);
  const split = splitLabels(request);
  const logistic = fitLogistic(x, split.training, classes);
  const pool = await lookAt(x, logistic, request);
  const deviation = tf.tidy(() => tf.mul<Tensor1D>(tf.sqrt(tf.moments(x, 0).variance), generatorSpread(pool)));
  const feed = new FeatureFeed(x, split.training, classes, seed);
  const graph = await neighbourGraph(x, labels, seed, ...(all ? [POINTS_WHEN_LARGE] : []));
  const run: Run = { request, clock, steps, x, pool, deviation, split, feed, graph };

  const from = clock.elapsed();
  const labelsOnlyUntil = from + LABELS_ONLY_SHARE * (clock.budgetSeconds - from);
  const labelsOnly = await runStage(run, 'labels-only', labelsOnlyUntil, null, 0);
  const ssgan = await runStage(run, 'ssgan', clock.budgetSeconds, start?.ssgan ?? null, labelsOnly.steps);

  if (labelsOnly.steps + ssgan.steps === 0) throw nothingLearned(clock.stopped());
  clock.emit({ event: 'stage', stage: 'evaluating' });
  const ssganBegan = ssgan.steps > 0; // A stop may come while the labels-only network still learns.
  const heads: Heads = {
    classes,
    labelsOnly: labelsOnly.classifier,
    ssgan: ssganBegan ? ssgan.classifier : null,
    logistic,
    propagation: { points: graph.points, scores: propagate(graph, split.training, classes) },
  };
  const measured =
    split.heldOut.length > 0
      ? await measureHeldOut(heads, x, labels, split.heldOut)
      : await measureInTurn(run, labelsOnly.steps + ssgan.steps);
  const active = choose(run, heads, measured);
  const labelled = countMeasurable(request);
  const receipt = receiptOf({ measured, classes, labelled, active, ssganBegan });
  const { temperature } = receipt;
  // Each photo compared with each point of the graph is minutes in a large library: only where it is in use.
  const { propagation: inGraph, ...others } = trustIn(receipt);
  const trust = all || inGraph === undefined ? others : { ...others, propagation: inGraph };
  const model: FeatureModel = { ...heads, backbone: features.backbone, space, active, temperature, trust };
  await saveFeatureModel(modelDir, model);
  const taken = labelsOnly.steps + ssgan.steps;
  const measuredOnes = measuredRows(measured, receipt, classes);
  clock.emit({ event: 'saved', steps: taken, receipt, heldOut: split.heldOut, measured: measuredOnes });

  clock.emit({ event: 'stage', stage: 'predicting' });
  const predicted = all ? await predictRows(model, all) : await predictBoth(model, x);
  tf.dispose([x, deviation, ...(start ? [start.logistic.weights, start.logistic.bias] : [])]);
  disposeFeatureModel(model);
  return {
    status: clock.stopped() ? 'stopped' : 'finished',
    steps: taken,
    seconds: clock.elapsed(),
    device,
    receipt,
    heldOut: split.heldOut,
    ...predicted,
  };
}

const { labelled, unlabelled, generated } = featureRecipe.batch;
const photosPerStep = { 'labels-only': labelled, ssgan: labelled + unlabelled + generated };

const countLabels = (labels: Int32Array): number => labels.filter((label) => label >= 0).length;

async function runStage(
  run: Run,
  stage: TrainingMetrics['stage'],
  until: number,
  from: Float32Array | null,
  stepsBefore: number,
): Promise<Trained> {
  const { clock, feed, deviation, request } = run;
  clock.emit({ event: 'stage', stage });
  const networks = featureNetworks(request.classes, deviation, request.generator);
  const objective = featureObjective(stage, request);
  const settings = featureLearnerSettings(objective, request.seed);
  const sample = feed.sample();
  const state = freshState(networks, settings, sample, from && { classifier: from, generator: null });
  sample.dispose();
  const learner = new Learner(networks, settings, state);
  try {
    await fit(
      {
        learner,
        input: (step) => feed.input(step, objective),
        stepsAtOnce: featureRecipe.stepsAtOnce,
        budget: { from: clock.elapsed(), until, steps: run.steps[stage] },
        watched: watch(run, stage, learner, stepsBefore),
        // Seconds of work: a run that was cut off begins anew, and batches of a few hundred short rows always fit.
        keep: () => {},
        shrink: () => false,
      },
      clock,
    );
    const { step, classifier } = await learner.state();
    return { steps: step, classifier: classifier.average };
  } finally {
    learner.dispose();
  }
}

function watch(run: Run, stage: TrainingMetrics['stage'], learner: Learner<Tensor2D>, stepsBefore: number): Watched {
  const { request, split, feed } = run;
  return {
    stage,
    photosPerStep: photosPerStep[stage],
    steps: () => learner.steps,
    stepsBefore,
    stepsInAll: stepsOf(run),
    losses: () => learner.losses(),
    async heldOutAccuracy() {
      if (split.heldOut.length === 0) return null;
      const said = tf.tidy(() => learner.predict(feed.rows(split.heldOut)));
      const truth = split.heldOut.map((i) => request.labels[i] ?? -1);
      const { accuracy } = accuracyOf(await said.data<'float32'>(), truth, request.classes);
      said.dispose();
      return accuracy;
    },
    async preview() {
      const { preview: positions } = request;
      if (!positions?.length) return null;
      const said = tf.tidy(() => learner.predict(feed.rows(positions)));
      const probabilities = await said.data<'float32'>();
      said.dispose();
      return { positions, probabilities };
    },
    // What is generated here are points, not pictures.
    samples: async () => null,
  };
}

/** Of a whole run that has the time: learning, then measuring where no label is held out. */
const stepsOf = ({ steps, split, request }: Run): number =>
  steps['labels-only'] +
  steps.ssgan +
  (split.heldOut.length > 0
    ? 0
    : partsFor(measurable(request.labels, request.unmeasured), request.keys) * steps.crossValidation);

function measureInTurn(run: Run, stepsTaken: number): Promise<Measured> {
  const { request, clock, steps, x, deviation, graph } = run;
  const { labels, classes, keys: bursts, seed } = request;
  const progress = new Progress(clock, { stepsInAll: stepsOf(run), photosPerStep: photosPerStep.ssgan }, stepsTaken);
  let calls = 0;
  const goesOn = async (): Promise<boolean> => {
    progress.report(stepsTaken + featureRecipe.stepsAtOnce * calls++, stepsTaken);
    const rest = clock.paused();
    if (rest) {
      clock.emit({ event: 'paused' });
      await rest;
    }
    return !clock.stopped() && clock.elapsed() < clock.budgetSeconds;
  };
  const heads = {
    logistic: learnsByLogistic(x, classes),
    propagation: learnsByPropagation(x, graph, classes),
    ssgan: learnsBySsgan({ ...request, x, deviation, steps: steps.crossValidation, goesOn }),
  };
  return crossValidate(heads, { labels, classes, bursts }, seed, request.unmeasured);
}

function choose({ request, pool }: Run, trained: Heads, measured: Measured): Head {
  if (!trained.ssgan) return headBesideSsgan(pool);
  const right: RightOnes = {};
  for (const head of headsOf(trained)) {
    const marks = rightOnes(measured, head, request.classes);
    if (marks) right[head] = marks;
  }
  return chooseHead(pool, right);
}

async function lookAt(
  x: Tensor2D,
  logistic: LogisticRegression,
  { labels, classes }: TrainOnFeaturesRequest,
): Promise<Pool> {
  const said = tf.tidy(() => logisticLogits(logistic, x));
  const rarest = shareOfRarest(await said.data<'float32'>(), classes);
  said.dispose();
  return { photos: labels.length, labels: countLabels(labels), classes, rarestShare: rarest };
}

/** Throws 'bad-input' unless the model to start from was made on the same backbone for as many classes. */
function checkFits(start: FeatureModel, { features, classes }: TrainOnFeaturesRequest): void {
  if (start.backbone === features.backbone && start.classes === classes) return;
  disposeFeatureModel(start);
  throw new WhiskerError(
    'bad-input',
    'The model to start from was made on another backbone or for other classes.',
    'Train again from scratch.',
  );
}
