// A thread with a session of its own: ONNX Runtime keeps the thread that asks it, and several of one thread each are
// faster than one of several.

import { parentPort, workerData } from 'node:worker_threads';
import { toFailure, type Failure } from '../../shared/errors.ts';
import { openOnnxSession, type OnnxSession, type SessionOrder } from './onnx-session.ts';

export type LaneInfo = Omit<OnnxSession, 'run'>;

/** What a lane is asked; the bytes are handed over. */
export interface LaneRequest {
  pixels: Uint8Array<ArrayBuffer>;
  count: number;
}

/** First what the network is, then the vectors of one request after the other. */
export type LaneReply = { info: LaneInfo } | { vectors: Float32Array<ArrayBuffer> } | { failure: Failure };

const order: SessionOrder = workerData;

const answer = (reply: LaneReply): void => {
  parentPort?.postMessage(reply, 'vectors' in reply ? [reply.vectors.buffer] : []);
};
const fail = (error: unknown): void => answer({ failure: toFailure(error) });

try {
  const { run, ...info } = await openOnnxSession(order);
  parentPort?.on('message', ({ pixels, count }: LaneRequest) => {
    run(pixels, count).then((vectors) => answer({ vectors }), fail);
  });
  answer({ info });
} catch (error) {
  fail(error);
}
