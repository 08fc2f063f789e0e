// What main and the engine processes say to each other; src/wire brings it across, typed arrays as they are. A change
// that the other side would not understand raises its PROTOCOL. What each process is asked stands in a file of its own.

import type { Failure } from '../shared/errors.ts';
import type { DeviceInfo, Receipt, TrainingMetrics, TrainingStage } from '../shared/training.ts';
import type { DrawWalkRequest, Drawn, FindNearestPhotosRequest, NearestPhotos } from './messages/drawings.ts';
import type {
  Alike,
  Bursts,
  DoubtfulLabels,
  FindAlikeRequest,
  FindBurstsRequest,
  FindDoubtfulLabelsRequest,
  FindPilesRequest,
  LaidOut,
  LayOutRequest,
  LearnLiveRequest,
  LearnedLive,
  MeasureCurveRequest,
  MeasuredCurve,
  Piles,
  SuggestRequest,
  Suggestions,
} from './messages/exploring.ts';
import type { ExtractorReplies, ExtractorRequest } from './messages/extractor.ts';
import type { ImagingReplies, ImagingRequest } from './messages/imaging.ts';
import type { AskExportedRequest, AskedExported, ExportModelRequest, ExportedModel } from './messages/taking.ts';
import type {
  DescribeRequest,
  DescribedDevice,
  MeasuredRows,
  PredictFeaturesRequest,
  PredictRequest,
  Prediction,
  TrainOnFeaturesRequest,
  TrainReply,
  TrainRequest,
} from './messages/training.ts';

export type * from './messages/drawings.ts';
export type * from './messages/exploring.ts';
export type * from './messages/extractor.ts';
export type * from './messages/imaging.ts';
export type * from './messages/taking.ts';
export type * from './messages/training.ts';

export type EngineRole = 'imaging' | 'extractor' | 'trainer';

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
