// An ONNX file as a network: the same session in several threads side by side, as many as the processor has room for.

import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { WhiskerError } from '../../shared/errors.ts';
import type { BackboneInfo, Device } from '../../shared/training.ts';
import type { BackboneSource } from '../messages.ts';
import { noNumbers, type Network } from './network.ts';
import { readOnnxFile } from './onnx-file.ts';
import type { LaneInfo, LaneReply, LaneRequest } from './onnx-lane.ts';
import type { SessionOrder } from './onnx-session.ts';

/** Four pictures in a row already cost no more each than thirty-two, and what lies between layers stays small. */
const BATCH = 4;
/** A device of its own has work to do in bigger pieces. */
const ACCELERATED_BATCH = 32;
/** Weights of all lanes together: each has its own copy of them. */
const MOST_WEIGHT_BYTES = 512 * 2 ** 20;
const MOST_LANES = 8;

/** Throws 'bad-input' with the reason when the file can't serve as an image network. */
export async function openOnnxNetwork(
  { path, inputRange }: BackboneSource,
  device: Device,
  lanes: 'one' | 'many',
): Promise<Network> {
  const file = await readOnnxFile(path);
  const room = Math.floor(MOST_WEIGHT_BYTES / file.bytes);
  const cores = availableParallelism();
  const wanted = lanes === 'one' ? 1 : Math.max(1, Math.min(cores, room, MOST_LANES));
  const order: SessionOrder = {
    path,
    device,
    threads: Math.max(1, Math.floor(cores / wanted)),
    inputRange: inputRange ?? file.inputRange,
  };
  const first = await openLane(order);
  const { inputPx, inputRange: range, features, takenFrom, provider } = first.info;
  const taken = { inputPx, inputRange: range, features, takenFrom };
  const accelerated = provider !== 'cpu';
  const others = accelerated ? [] : await openLanes(wanted - 1, order);
  const info: BackboneInfo = { ...taken, name: file.name, format: 'onnx', sha256: file.sha256, bytes: file.bytes };
  const all = [first, ...others];
  const free = [...all];
  const waiting: ((lane: Lane) => void)[] = [];
  const next = async (): Promise<Lane> => free.pop() ?? new Promise((resolve) => waiting.push(resolve));
  const release = (lane: Lane): void => {
    const first = waiting.shift();
    if (first) first(lane);
    else free.push(lane);
  };

  return {
    info,
    batch: accelerated ? ACCELERATED_BATCH : BATCH,
    lanes: all.length,
    async look(pixels, count) {
      const lane = await next();
      try {
        const vectors = await lane.run({ pixels, count });
        if (vectors.every(Number.isFinite)) return vectors;
      } finally {
        release(lane);
      }
      throw noNumbers(info);
    },
    close: async () => void (await Promise.all(all.map((lane) => lane.close()))),
  };
}

interface Lane {
  info: LaneInfo;
  /** One at a time. */
  run(request: LaneRequest): Promise<Float32Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** None stays open when one can't be had. */
async function openLanes(count: number, order: SessionOrder): Promise<Lane[]> {
  const opened = await Promise.allSettled(Array.from({ length: count }, () => openLane(order)));
  return opened.flatMap((lane) => (lane.status === 'fulfilled' ? [lane.value] : []));
}

/** Beside this file, whether it runs from source or is built. */
const program = new URL(`./onnx-lane${extname(import.meta.url)}`, import.meta.url);

async function openLane(order: SessionOrder): Promise<Lane> {
  const worker = new Worker(program, { workerData: order });
  // What is asked keeps the process alive; a lane that waits does not.
  worker.unref();
  const close = async () => void (await worker.terminate());
  try {
    const opened = await reply(worker);
    if (!('info' in opened)) throw new Error('the lane did not say what it is');
    return {
      info: opened.info,
      async run(request) {
        const answer = reply(worker);
        worker.postMessage(request, [request.pixels.buffer]);
        const given = await answer;
        if ('vectors' in given) return given.vectors;
        throw new Error('the lane gave no vectors');
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The next thing that the lane says. */
function reply(worker: Worker): Promise<Exclude<LaneReply, { failure: unknown }>> {
  return new Promise((resolve, reject) => {
    worker.ref();
    const settle = () => {
      worker.off('message', heard);
      worker.off('error', failed);
      worker.off('exit', ended);
      worker.unref();
    };
    const heard = (said: LaneReply) => {
      settle();
      if (!('failure' in said)) return resolve(said);
      const { code, message, remedy } = said.failure;
      reject(new WhiskerError(code, message, remedy));
    };
    const failed = (error: unknown) => (settle(), reject(error));
    const ended = () => failed(new Error('The thread of the network ended.'));
    worker.on('message', heard);
    worker.on('error', failed);
    worker.on('exit', ended);
  });
}
