// A whole run in the feature space of a frozen backbone, top down: fit the space, the logistic regression, the labels-only network and
// the SSGAN; compare them on held-out labels, choose, save, predict.

import { readFileSync } from 'node:fs';
import { WhiskerError } from '../../shared/errors.ts';
import type { DeviceInfo, TrainingMetrics } from '../../shared/types.ts';
import { tf, type Tensor1D, type Tensor2D } from '../backend/tensorflow.ts';
import type { FeatureFile, TrainOnFeaturesReply, TrainOnFeaturesRequest } from '../messages.ts';
import {
  checkLabels,
  ENOUGH_TO_HOLD_OUT,
  mostLikely,
  splitLabels,
  wilson,
  type LabelSplit,
} from '../ssgan/evaluate.ts';
import { fit } from '../ssgan/fit.ts';
import { freshState, Learner } from '../ssgan/learner.ts';
import type { RunClock, Watched } from '../ssgan/report.ts';
import { chooseHead, type Evidence, type Head } from './choose-head.ts';
import { FeatureFeed } from './feature-feed.ts';
import {
  disposeFeatureModel,
  featureNetworks,
  headProbabilities,
  loadFeatureModel,
  saveFeatureModel,
  type FeatureModel,
} from './feature-model.ts';
import { featureLearnerSettings, featureRecipe } from './feature-recipe.ts';
import { fitFeatureSpace, project } from './feature-space.ts';
import { fitLogisticRegression } from './logistic-regression.ts';

interface Run {
  request: TrainOnFeaturesRequest;
  clock: RunClock;
  steps: Record<TrainingMetrics['stage'], number>;
  /** [count, k] coordinates of every photo. */
  x: Tensor2D;
  /** [k] their deviations. */
  deviation: Tensor1D;
  split: LabelSplit;
  feed: FeatureFeed;
}

interface Trained {
  steps: number;
  classifier: Float32Array;
}

const heads = ['ssgan', 'labels-only', 'logistic'] as const satisfies readonly Head[];
/** Share of the time budget after which the labels-only network must make room. */
const LABELS_ONLY_SHARE = 0.25;

/** Throws 'too-few-labels', 'bad-input' or 'not-found' before anything is learned, 'training-failed' later. */
export async function trainOnFeatures(
  request: TrainOnFeaturesRequest,
  device: DeviceInfo,
  clock: RunClock,
  steps: Record<TrainingMetrics['stage'], number> = featureRecipe.steps,
): Promise<TrainOnFeaturesReply> {
  const { features, classes, labels, seed, startFrom, modelDir } = request;
  checkLabels(labels, classes);
  clock.emit({ event: 'stage', stage: 'preparing' });
  const start = startFrom === null ? null : loadFeatureModel(startFrom);
  const raw = readFeatures(features);
  const space = start?.space ?? fitFeatureSpace(raw);
  const x = project(space, raw);
  raw.dispose();
  const deviation = tf.tidy(() => tf.sqrt(tf.moments(x, 0).variance as Tensor1D));
  const split = splitLabels(labels, classes, seed);
  const run: Run = {
    request,
    clock,
    steps,
    x,
    deviation,
    split,
    feed: new FeatureFeed(x, split.training, classes, seed),
  };

  const logistic = fitLogistic(run);
  const from = clock.elapsed();
  const labelsOnlyUntil = from + LABELS_ONLY_SHARE * (clock.budgetSeconds - from);
  const labelsOnly = await runStage(run, 'labels-only', labelsOnlyUntil, null);
  const ssgan = await runStage(run, 'ssgan', clock.budgetSeconds, start?.ssgan ?? null);

  clock.emit({ event: 'stage', stage: 'evaluating' });
  const heads = {
    classes,
    labelsOnly: labelsOnly.classifier,
    ssgan: ssgan.steps > 0 ? ssgan.classifier : null,
    logistic,
  };
  const { receipt, active } = await compare(run, heads);
  const model: FeatureModel = { ...heads, backbone: features.backbone, space, active };
  await saveFeatureModel(modelDir, model);

  clock.emit({ event: 'stage', stage: 'predicting' });
  const probabilities = await predictHead(model, active, x);
  const otherProbabilities = await predictHead(model, active === 'logistic' ? 'labels-only' : 'logistic', x);
  tf.dispose([x, deviation]);
  disposeFeatureModel(model);
  return {
    status: clock.stopped() ? 'stopped' : 'finished',
    steps: labelsOnly.steps + ssgan.steps,
    seconds: clock.elapsed(),
    ...{ device, receipt, active, probabilities, otherProbabilities },
  };
}

/** Class probabilities of a saved feature model. */
export async function predictFeatures(
  modelDir: string,
  features: FeatureFile,
  head: 'active' | Head,
): Promise<Float32Array> {
  const model = loadFeatureModel(modelDir);
  try {
    if (model.backbone !== features.backbone) {
      throw new WhiskerError(
        'bad-input',
        'The model was trained on another backbone than the one set up now.',
        'Train again.',
      );
    }
    const raw = readFeatures(features);
    const x = project(model.space, raw);
    const probabilities = await predictHead(model, head === 'active' ? model.active : head, x);
    tf.dispose([raw, x]);
    return probabilities;
  } finally {
    disposeFeatureModel(model);
  }
}

/** [count, d] from the flat float32 file. */
function readFeatures({ path, count, length }: FeatureFile): Tensor2D {
  const bytes = readFileSync(path);
  if (bytes.byteLength !== count * length * 4) {
    throw new WhiskerError(
      'bad-input',
      `The features in ${path} are ${bytes.byteLength} bytes long where ${count * length * 4} were expected.`,
      'Train again.',
    );
  }
  const x = tf.tensor2d(new Float32Array(bytes.buffer, bytes.byteOffset, count * length), [count, length]);
  const spread = tf.tidy(() => tf.max(tf.moments(x, 0).variance).dataSync()[0] ?? 0);
  if (spread > 0) return x;
  x.dispose();
  throw new WhiskerError(
    'bad-input',
    'All photos look exactly the same, so there is nothing to tell apart.',
    'Check that the folder holds different photos.',
  );
}

function fitLogistic({ x, split, request }: Run): FeatureModel['logistic'] {
  const rows = Int32Array.from(split.training.keys()).filter((i) => (split.training[i] ?? -1) >= 0);
  const classes = rows.map((i) => split.training[i] ?? 0);
  const labelled = tf.tidy(() => tf.gather(x, tf.tensor1d(rows, 'int32')));
  const oneHot = tf.tidy((): Tensor2D =>
    tf.cast(tf.oneHot(tf.tensor1d(classes, 'int32'), request.classes) as Tensor2D, 'float32'),
  );
  const fitted = fitLogisticRegression(labelled, oneHot, featureRecipe.logisticPenalty);
  tf.dispose([labelled, oneHot]);
  return fitted;
}

async function runStage(
  run: Run,
  stage: TrainingMetrics['stage'],
  until: number,
  from: Float32Array | null,
): Promise<Trained> {
  const { clock, feed, x, deviation, request } = run;
  clock.emit({ event: 'stage', stage });
  const networks = featureNetworks(x.shape[1], request.classes, deviation);
  const settings = featureLearnerSettings(stage, request.seed);
  const sample = feed.sample();
  const state = freshState(networks, settings, sample, from && { classifier: from, generator: null });
  sample.dispose();
  const learner = new Learner(networks, settings, state);
  try {
    await fit(
      {
        learner,
        input: (step) => feed.input(step, stage),
        budget: { from: clock.elapsed(), until, steps: run.steps[stage] },
        watched: watch(run, stage, learner),
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

function watch({ request, split, feed }: Run, stage: TrainingMetrics['stage'], learner: Learner<Tensor2D>): Watched {
  const { labelled, unlabelled, generated } = featureRecipe.batch;
  return {
    stage,
    photosPerStep: stage === 'ssgan' ? labelled + unlabelled + generated : labelled,
    steps: () => learner.steps,
    losses: () => learner.losses(),
    async heldOutAccuracy() {
      if (split.heldOut.length === 0) return null;
      const said = tf.tidy(() => learner.predict(feed.rows(split.heldOut)));
      const right = rightOnes(await said.data<'float32'>(), split.heldOut, request.labels, request.classes);
      said.dispose();
      return right.filter(Boolean).length / right.length;
    },
    // A Gaussian generator draws points, not pictures.
    samples: async () => null,
  };
}

type Heads = Pick<FeatureModel, 'classes' | 'labelsOnly' | 'ssgan' | 'logistic'>;

async function compare(run: Run, trained: Heads): Promise<Pick<TrainOnFeaturesReply, 'receipt' | 'active'>> {
  const { request, split, x, feed } = run;
  const { labels, classes } = request;
  const available = heads.filter((head) => head !== 'ssgan' || trained.ssgan);
  const held = tf.tidy(() => feed.rows(split.heldOut));
  const right = new Map<Head, boolean[]>();
  for (const head of available) {
    const said = split.heldOut.length > 0 ? await predictHead(trained, head, held) : new Float32Array();
    right.set(head, rightOnes(said, split.heldOut, labels, classes));
  }
  held.dispose();
  const heldOut = Array.from(split.heldOut, (_, i): Evidence['heldOut'][number] => ({
    ssgan: right.get('ssgan')?.[i] ?? false,
    'labels-only': right.get('labels-only')?.[i] ?? false,
    logistic: right.get('logistic')?.[i] ?? false,
  }));
  const evidence: Evidence = {
    photos: labels.length,
    labels: labels.filter((label) => label >= 0).length,
    rarestShare: rarestShare(await predictHead(trained, 'logistic', x), classes),
    heldOut,
  };
  const active = trained.ssgan ? chooseHead(evidence) : 'logistic';
  const accuracy = (head: Head) => {
    const marks = right.get(head);
    return marks && marks.length > 0 ? wilson(marks.filter(Boolean).length, marks.length) : null;
  };
  const note =
    heldOut.length > 0
      ? null
      : `With fewer than ${ENOUGH_TO_HOLD_OUT} labels all of them are learned from, and none is left to measure with.`;
  return {
    receipt: { labelsOnly: accuracy('labels-only'), ssgan: accuracy('ssgan'), logistic: accuracy('logistic'), note },
    active,
  };
}

/** For each held-out position: was the most likely class the true one?  said: [heldOut.length, K]. */
const rightOnes = (said: Float32Array, heldOut: Int32Array, labels: Int32Array, classes: number): boolean[] =>
  Array.from(heldOut, (position, row) => mostLikely(said, row, classes) === labels[position]);

function rarestShare(probabilities: Float32Array, classes: number): number {
  const rows = probabilities.length / classes;
  const counts = new Array<number>(classes).fill(0);
  for (let row = 0; row < rows; row++) {
    const k = mostLikely(probabilities, row, classes);
    counts[k] = (counts[k] ?? 0) + 1;
  }
  return Math.min(...counts) / rows;
}

async function predictHead(model: Heads, head: Head, x: Tensor2D): Promise<Float32Array> {
  const said = tf.tidy(() => headProbabilities(model, head, x));
  const values = await said.data<'float32'>();
  said.dispose();
  return values;
}
