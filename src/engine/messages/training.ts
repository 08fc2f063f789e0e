// What the trainer is asked of runs and models: train one, predict with it, and on what.

import type { Objective } from '../../shared/objective.ts';
import type { PresetId } from '../../shared/presets.ts';
import type { Device, DeviceInfo, DeviceReport, Receipt } from '../../shared/training.ts';

/** What computes here, and on which device. */
export interface DescribeRequest {
  kind: 'describe';
  device: Device;
  /**
   * Folder of the native runtime to prove, in a process that has loaded none yet: that it does not load is an error
   * then. The one of this machine when left out.
   */
  runtime?: string;
}

/** Why a GPU that is in the machine is not used, and what is missing; what to do about it is for main to say. */
export interface GpuProblem {
  reason: string;
  needs: 'driver' | 'runtime';
}

export type DescribedDevice = Omit<DeviceReport, 'gpuProblem' | 'nativeProblem'> & {
  gpuProblem: GpuProblem | null;
  /** Why no native TensorFlow is in use, as a sentence; null where one is. */
  whyNotNative: string | null;
};

/** Training pixels in a flat file of rows [sizePx, sizePx, channels]. */
export interface PixelFile {
  path: string;
  count: number;
  /** [count] row in the file of the photo at each position of every array below; all rows in order when left out. */
  rows?: Int32Array;
  sizePx: number;
  channels: 1 | 3;
}

export interface TrainRequest {
  kind: 'train';
  pixels: PixelFile;
  /** Number of classes K, at least 2. */
  classes: number;
  /** [count] class position 0..K-1, -1 for unlabelled, or -2 for a photo of none of the classes. */
  labels: Int32Array;
  /**
   * [count] a number that never changes, each photo's own but for those that are nearly the same, which share one: the
   * held-out photos of a class are those with the lowest, and those that share one are held out, or learned from,
   * together.
   */
  keys: Uint32Array;
  /** Positions that `startFrom` or a model before it has learned from: none of them is held out. */
  learnedBefore: Int32Array;
  /** Positions of labels that nobody has looked at: learned from, and never measured on. None when left out. */
  unmeasured?: Int32Array;
  seed: number;
  minutes: number;
  device: Device;
  mirror: boolean;
  preset: PresetId;
  /** Folder of a finished model to start from, or null. */
  startFrom: string | null;
  /** The run's own folder: model, checkpoints. */
  modelDir: string;
  /** Positions of photos of which the run tells what it makes of them while it learns; none when left out. */
  preview?: Int32Array;
  /** Goes on from the checkpoint in `modelDir`, if one is there. Everything else must be as it was. */
  resume?: boolean;
  /** Weights of the SSGAN's terms that differ from the preset's; 0 turns a term off. */
  objective?: Partial<Omit<Objective, 'ramps'>>;
}

export interface TrainReply extends Prediction {
  status: 'finished' | 'stopped';
  steps: number;
  seconds: number;
  device: DeviceInfo;
  receipt: Receipt;
  /** Positions whose labels only measured: the model has not learned from them. */
  heldOut: Int32Array;
}

/** What the active head says of the photos that measured it: it, or a model like it, has not learned from them. */
export interface MeasuredRows {
  /** Where the photos are. */
  positions: Int32Array;
  /** [positions] class that it says. */
  predicted: Int32Array;
  /** [positions] what it gives to that class, 0 to 1, at the receipt's temperature. */
  confidences: Float32Array;
}

/** What a model says of photos. */
export interface Prediction {
  /** [count, K] row-major class probabilities of the active head, at the receipt's temperature. */
  probabilities: Float32Array;
  /**
   * [count, K] of another head, for "models disagree": on a backbone that which is trusted most. Null where the active
   * head is the only one that has learned.
   */
  otherProbabilities: Float32Array | null;
  /** [count] how likely the active head's class is wrong by all heads that were measured, 0 to 1; not calibrated. */
  doubts: Float32Array;
}

export interface PredictRequest {
  kind: 'predict';
  pixels: PixelFile;
  modelDir: string;
  device: Device;
}

/** Feature vectors in a flat float32 file of rows of `length`, and in one of a byte a number (files/quantised.ts). */
export interface FeatureFile {
  path: string;
  /** The file of a byte a number, where any row is in it. */
  quantised?: string;
  length: number;
  /** [count] row in the file of the photo at each position of every other array; -1 - r: row r of `quantised`. */
  rows: Int32Array;
  /** SHA-256 of the backbone that made them. */
  backbone: string;
}

export type TrainOnFeaturesRequest = Omit<TrainRequest, 'kind' | 'pixels' | 'mirror' | 'preset' | 'resume'> & {
  kind: 'train-on-features';
  features: FeatureFile;
  /** Where generated features come from: a Gaussian with the pool's variances, unless said otherwise. */
  generator?: 'gaussian' | 'learned';
};

export interface PredictFeaturesRequest {
  kind: 'predict-features';
  features: FeatureFile;
  modelDir: string;
  device: Device;
}
