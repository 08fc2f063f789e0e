// An engine process with every bad habit a real one could have. What a path's name says, it does; test/main/engine-host
// holds it to the envelope.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import {
  isToEngine,
  type DescribedDevice,
  type FromEngine,
  type Inspected,
  type ToEngine,
} from '../../src/engine/messages.ts';
import type { BackboneInfo } from '../../src/shared/training.ts';
import { openChannel, PIPE_FD } from '../../src/wire/channel.ts';
import { encodeFrame, PROTOCOL } from '../../src/wire/frame.ts';
const photo: Inspected = {
  ok: true,
  sha256: 'a'.repeat(64),
  width: 1,
  height: 1,
  format: 'jpeg',
  bytes: 1,
  damaged: false,
  takenAt: null,
  fingerprint: '0'.repeat(32),
};

/** "killed 2x": the first two processes that meet this file die of it; how many have is what is in the file. */
function dieIfTold(path: string): void {
  const times = Number(/killed (\d)x/.exec(path)?.[1] ?? 0);
  const before = times > 0 && existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  if (before >= times) return;
  writeFileSync(path, String(before + 1));
  process.kill(process.pid, 'SIGKILL');
}

const changed = (at: number, byte: number): Buffer => {
  const frame = encodeFrame({ pong: true });
  frame.writeUInt8(byte, at);
  return frame;
};

/** What only a broken engine does to its pipe. It lives on, so that how it ends is main's doing. */
const breaches: Record<string, () => void> = {
  'writes text': () => pipe.write('a native library says hello'),
  'writes no message': () => pipe.write(encodeFrame({ hello: 'world' })),
  'writes too much': () => pipe.write(changed(8, 0xff)),
  'is of tomorrow': () => pipe.write(changed(3, PROTOCOL + 1)),
  'closes its pipe': () => stayWithout(pipe.destroy()),
  'closes its pipe midway': () => pipe.write(changed(3, PROTOCOL).subarray(0, 15), () => stayWithout(pipe.destroy())),
  'dies midway': () => pipe.write(changed(3, PROTOCOL).subarray(0, 15), () => process.kill(process.pid, 'SIGKILL')),
  'reads no more': () => stayWithout(pipe.pause()),
};

function stayWithout(gone: Socket): void {
  gone.removeAllListeners('end').removeAllListeners('close');
  setInterval(() => {}, 1e6);
}

function inspectOne(path: string): Inspected {
  dieIfTold(path);
  breaches[path]?.();
  if (path.includes('crash')) process.kill(process.pid, 'SIGKILL');
  if (path.includes('exit')) {
    console.error('lost the plot');
    // What TensorFlow says of its own log is nobody's last words.
    console.error('WARNING: All log messages before absl::InitializeLog() is called are written to STDERR');
    console.error('I0000 00:00:1 port.cc:153] oneDNN custom operations are on.');
    process.exit(7);
  }
  // Not even the event loop turns any more.
  if (path.includes('hang')) for (;;);
  return photo;
}

if (process.env['FAKE_ENGINE_BROKEN'] === '1') throw new Error('no such library');
const backbone: BackboneInfo = {
  name: 'fake',
  format: 'layers',
  sha256: 'b'.repeat(64),
  inputRange: 'zero-to-one',
  inputPx: 32,
  features: 2,
  bytes: 1,
  takenFrom: 'pool',
};
const device: DescribedDevice = {
  ...{ kind: 'cpu', name: 'fake', tensorflow: '2', memoryMb: null, productMs: 1, gpuProblem: null, whyNotNative: null },
};
let training = 0;
/** The newest labels that somebody waits for. */
let learning: { id: number; timer: NodeJS.Timeout } | null = null;
const pipe = new Socket({ fd: PIPE_FD, readable: true, writable: true });
const { send } = openChannel<ToEngine, FromEngine>(pipe, {
  accepts: isToEngine,
  onMessage: receive,
  onClosed: () => process.exit(),
  onFault: (fault) => {
    throw fault;
  },
});

function receive(message: ToEngine): void {
  if ('ping' in message) {
    send({ pong: true });
    return;
  }
  if ('tell' in message) {
    send({ id: message.id, error: { code: 'cancelled', message: 'Stopped as asked.' } });
    return;
  }
  const { id, request } = message;
  if (request.kind === 'inspect') {
    if (request.paths.some((path) => path.includes('silent'))) return;
    const value = request.paths.map(inspectOne);
    if (!request.paths.some((path) => path in breaches)) send({ id, value });
  } else if (request.kind === 'render') {
    send({ id, error: { code: 'bad-input', message: `No ${request.path}.`, remedy: 'Try another.' } });
  } else if (request.kind === 'open-backbone') {
    if (!request.backbone.path.includes('silent')) send({ id, value: backbone });
  } else if (request.kind === 'extract') {
    if (request.photos.some(({ path }) => path.includes('crash'))) process.kill(process.pid, 'SIGKILL');
    else send({ id, value: { backbone, rows: request.photos.map((_, index) => ({ index, checksum: 0 })) } });
  } else if (request.kind === 'describe') {
    if (!request.runtime?.includes('silent')) send({ id, value: device });
  } else if (request.kind === 'find-alike') {
    // What it is sent comes back, as floats.
    const similarities = Float32Array.from(request.features.rows);
    send({ id, value: { positions: new Int32Array(), similarities } });
  } else if (request.kind === 'learn-live') {
    if (learning) {
      clearTimeout(learning.timer);
      send({ id: learning.id, error: { code: 'cancelled', message: 'Newer labels are learned from instead.' } });
    }
    const timer = setTimeout(
      () => send({ id, value: { probabilities: new Float32Array(), head: 'logistic', estimate: null } }),
      100,
    );
    learning = { id, timer };
  } else if (request.kind === 'train') {
    training = id;
    send({ id: training, event: { event: 'stage', stage: 'ssgan' } });
  }
}
send({ ready: true, pid: process.pid });
