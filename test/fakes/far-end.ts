// What answers in the place of ssh and of a Whisker behind it, with every bad habit: the command that it is to start
// says which.

import { createHash } from 'node:crypto';
import { Duplex } from 'node:stream';
import { helloLine, ourHello } from '../../src/main/remote/hello.ts';
import { isToFar, type FarReply, type FromFar, type ToFar } from '../../src/main/remote/messages.ts';
import type { Receipt } from '../../src/shared/training.ts';
import { openChannel } from '../../src/wire/channel.ts';
import { encodeFrame, PROTOCOL } from '../../src/wire/frame.ts';

const habit = process.argv.at(-1)?.replace(/ engine$/, '') ?? '';
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const secret = '5'.repeat(64);
const ours = ourHello();

const receipt: Receipt = {
  ...{ labelsOnly: null, ssgan: null, logistic: null, propagation: null, measuredBy: null, gain: null },
  ...{ active: 'ssgan', temperature: null, note: null },
};
const reply = (photos: number): FarReply => ({
  saved: null,
  value: {
    ...{ status: 'finished', steps: 1, seconds: 1, device: { kind: 'cpu', name: 'fake' }, receipt },
    heldOut: new Int32Array(),
    probabilities: new Float32Array(2 * photos),
    otherProbabilities: null,
    doubts: new Float32Array(photos),
  },
});

/** What is said of a request for four photos in two classes. */
const answers: Record<string, (id: number) => void> = {
  honest: (id) => offer(id, encodeFrame(reply(4))),
  'wrong-count': (id) => offer(id, encodeFrame(reply(5))),
  'wrong-blob': (id) => send({ id, reply: { blobs: [secret], bytes: 10 } }),
  'huge-file': (id) => send({ id, file: 'model', ref: { blobs: [secret], bytes: 3 * 2 ** 30 } }),
  'many-blobs': (id) => send({ id, file: 'model', ref: { blobs: Array<string>(50).fill(secret), bytes: 10 } }),
  'path-as-file': (id) => raw({ id, file: '../../evil', ref: { blobs: [], bytes: 0 } }),
  'path-as-hash': (id) => raw({ id, file: 'model', ref: { blobs: ['../../../evil'], bytes: 4 } }),
  'other-positions': (id) =>
    send({ id, event: { event: 'preview', positions: Int32Array.of(9), probabilities: new Float32Array(2) } }),
  'no-event': (id) => raw({ id, event: { event: 'format', path: '/' } }),
  'wants-secret': () => send({ want: secret }),
};

let offered: Buffer | null = null;
function offer(id: number, bytes: Buffer): void {
  offered = bytes;
  send({ id, reply: { blobs: [hash(bytes)], bytes: bytes.length } });
}
function raw(message: unknown): void {
  process.stdout.write(encodeFrame(message));
}

const before: Record<string, () => void> = {
  'says-motd': () => process.stdout.write('Welcome to far!\nwhisker-engine is not what this line is\n\n'),
  'is-older': () => end(helloLine({ ...ours, whisker: '0.0.9' })),
  'is-of-tomorrow': () => end(helloLine({ ...ours, protocol: PROTOCOL + 1 })),
  'says-nonsense': () => end('This account is currently not available.\n'),
  'never-stops': () => void setInterval(() => process.stdout.write('y\n'.repeat(4096)), 1),
};
function end(text: string): void {
  process.stdout.write(text, () => process.exit(1));
}

before[habit]?.();
if (!(habit in before) || habit === 'says-motd') process.stdout.write(helloLine(ours));
if (habit === 'text-after') process.stdout.write('logged out\n');
if (habit === 'huge-frame') {
  const frame = encodeFrame({ pong: true });
  frame.writeUInt32BE(2 ** 28, 8);
  process.stdout.write(frame);
}
const { send } = openChannel<ToFar, FromFar>(Duplex.from({ readable: process.stdin, writable: process.stdout }), {
  accepts: isToFar,
  onMessage(message) {
    if ('ping' in message) send({ pong: true });
    else if ('want' in message)
      send({ blob: message.want, bytes: message.want === secret ? Buffer.from('x') : offered });
    else if ('blob' in message) {
      send({ id: 1, error: { code: 'bad-input', message: `Got ${message.bytes === null ? 'nothing' : 'it'}.` } });
    } else if ('request' in message) (answers[habit] ?? answers['honest']!)(message.id);
  },
  onClosed: () => process.exit(),
  onFault: () => process.exit(1),
});
