// What the two ends say to each other once the hello was understood: the envelope of src/engine/messages.ts, with files
// as blobs in the place of every path.

import type {
  DescribedDevice,
  DescribeRequest,
  FeatureFile,
  PixelFile,
  TrainerEvent,
  TrainerSignal,
  TrainOnFeaturesRequest,
  TrainReply,
  TrainRequest,
} from '../../engine/messages.ts';
import type { Failure } from '../../shared/errors.ts';
import type { FileRef } from './blobs.ts';
import { isBlobMessage } from './exchange.ts';
import type { BlobMessage } from './exchange.ts';

type Pathless<R> = Omit<R, 'startFrom' | 'modelDir' | 'pixels' | 'features' | 'resume'>;

/** A lesson without its files, and the files that it needs. */
export interface FarLesson {
  kind: 'lesson';
  asked:
    | (Pathless<TrainRequest> & { pixels: Omit<PixelFile, 'path'> })
    | (Pathless<TrainOnFeaturesRequest> & { features: Omit<FeatureFile, 'path'> });
  /** Rows of pixels or features. */
  data: FileRef;
  /** The model to start from. */
  startFrom: FileRef | null;
  /** Goes on from the checkpoint that is there, else from this one, else from the beginning. */
  resume: boolean;
  checkpoint: FileRef | null;
}

export type FarRequest = FarLesson | Omit<DescribeRequest, 'runtime'>;

export type ToFar =
  /** `run`: the key under which all of the run is kept there. */
  | { id: number; run: string; request: FarRequest }
  | { id: number; tell: TrainerSignal }
  | { ping: true }
  /** The result is at home: nothing of the run is kept any more. */
  | { forget: string }
  | BlobMessage;

/** What a run leaves in its folder. */
export type RunFile = 'model' | 'checkpoint';

export const fileNames: Record<RunFile, string> = {
  model: 'model.safetensors',
  checkpoint: 'checkpoint.safetensors',
};

/** What the file of a reply holds, as one frame. */
export interface FarReply {
  saved: Extract<TrainerEvent, { event: 'saved' }> | null;
  value: TrainReply;
}

export type FromFar =
  | { pong: true }
  | { id: number; event: TrainerEvent }
  /** Comes before the event that speaks of it. */
  | { id: number; file: RunFile; ref: FileRef }
  | { id: number; described: DescribedDevice }
  /** The reply, as the file of a frame. */
  | { id: number; reply: FileRef }
  | { id: number; error: Failure }
  | { forgotten: true }
  | BlobMessage;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const hasId = (message: object): boolean => 'id' in message && Number.isInteger(message.id);
const isRunKey = (value: unknown): boolean => typeof value === 'string' && /^[\da-f]{32}$/.test(value);

/** The envelope and every name in it that becomes one of a file; the rest comes from the same version of ourselves. */
export const isToFar = (message: unknown): message is ToFar =>
  isObject(message) &&
  ('ping' in message ||
    ('forget' in message && isRunKey(message.forget)) ||
    (hasId(message) && ('tell' in message || ('request' in message && 'run' in message && isRunKey(message.run)))) ||
    isBlobMessage(message));

/** The envelope and every name in it that becomes one of a file; `accepted.ts` looks at the rest. */
export const isFromFar = (message: unknown): message is FromFar =>
  isObject(message) &&
  ('pong' in message ||
    'forgotten' in message ||
    (hasId(message) &&
      ('event' in message ||
        ('file' in message && typeof message.file === 'string' && Object.hasOwn(fileNames, message.file)) ||
        'described' in message ||
        'reply' in message ||
        'error' in message)) ||
    isBlobMessage(message));
