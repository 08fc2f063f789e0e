import fc from 'fast-check';
import { serialize } from 'node:v8';
import { describe, expect, test } from 'vitest';
import type { FromEngine, ToEngine, TrainReply, TrainRequest } from '../../src/engine/messages.ts';
import { FrameReader } from '../../src/wire/frame-reader.ts';
import { encodeFrame, HEADER_BYTES, MAX_FRAME_BYTES, PROTOCOL } from '../../src/wire/frame.ts';

const read = (...chunks: Uint8Array[]) => {
  const reader = new FrameReader();
  return chunks.flatMap((chunk) => [...reader.read(Buffer.from(chunk))]);
};
const roundTrip = (message: unknown): unknown => read(encodeFrame(message))[0];
const reason = (bytes: Uint8Array): unknown => {
  try {
    return read(bytes);
  } catch (error) {
    return error instanceof Error && error.message;
  }
};

const odd = Uint8Array.from({ length: 64 }, (_, i) => 255 - i);
const arrays = [
  Int8Array.of(-128, 127),
  Uint8Array.of(0, 255),
  Uint8ClampedArray.of(0, 255),
  Int16Array.of(-32_768, 32_767),
  Uint16Array.of(0, 65_535),
  Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
  Uint32Array.of(0, 2 ** 32 - 1),
  Float32Array.of(-0, NaN, Infinity, 1 / 3),
  Float64Array.of(-0, NaN, -Infinity, Number.MIN_VALUE, Math.PI),
  BigInt64Array.of(-(2n ** 63n)),
  BigUint64Array.of(2n ** 64n - 1n),
];

describe('typed arrays arrive as they were', () => {
  test.for(arrays)('$constructor.name', (array) => {
    const empty = array.subarray(0, 0);
    const part = array.subarray(1);
    // toStrictEqual tells -0 from 0 and one kind of array from another.
    expect(roundTrip([array, empty, part, array])).toStrictEqual([array, empty, part, array]);
  });

  test('also when they are views that begin at an odd byte of a larger buffer', () => {
    const view = odd.subarray(3, 10);
    const halves = new Uint16Array(odd.buffer, 6, 5);
    expect(roundTrip({ view, halves, name: 'x'.repeat(3) })).toStrictEqual({ view, halves, name: 'xxx' });
  });

  test('and lie in the memory of the message that brought them, so that none is copied again', () => {
    const received = roundTrip({ a: Float64Array.of(1), b: Uint8Array.of(2, 3, 4), c: Float32Array.of(5) });
    const { a, b, c } = received as Record<'a' | 'b' | 'c', Uint8Array>;
    expect(new Set([a.buffer, b.buffer, c.buffer]).size).toBe(1);
  });

  test('a Buffer as the Uint8Array that it is', () => {
    const received = roundTrip(Buffer.from('abc'));
    expect(received).toStrictEqual(Uint8Array.of(97, 98, 99));
    expect(Buffer.isBuffer(received)).toBe(false);
  });

  test('a kind that the other side would not know is refused by the sender', () => {
    class Pair extends Uint8Array {}
    expect(roundTrip(Pair.of(1, 2))).toStrictEqual(Uint8Array.of(1, 2));
    expect(() => encodeFrame([Float16Array.of(1)])).toThrow("A message can't carry Float16Array.");
  });
});

describe('everything else arrives as it was', () => {
  test.for<[string, unknown]>([
    ['null, undefined and fields that hold them', { a: null, b: undefined, c: [undefined, null], d: {} }],
    ['numbers', [0, 1, -1, 127, 128, 255, 256, 65_536, -32, -33, -129, 2 ** 31, 2 ** 32, -(2 ** 31) - 1, 2 ** 53 - 1]],
    ['numbers with a fraction, and those that are none', [0.1, -1e300, Number.MIN_VALUE, NaN, Infinity, -Infinity]],
    ['text', ['', 'é', '猫', '🐱', 'a'.repeat(31), 'a'.repeat(32), 'ü'.repeat(300), '🐱'.repeat(70_000)]],
    ['long lists', Array.from({ length: 100_000 }, (_, i) => i)],
    ['what is nested deeply', Array.from({ length: 300 }).reduce<unknown>((inner) => ({ list: [inner] }), 1)],
    ['names of fields that are not plain words', { '': 1, 'a b': 2, 1: 3, 猫: 4, constructor: 5 }],
  ])('%s', ([, value]) => expect(roundTrip(value)).toStrictEqual(value));

  test('whatever it is', () => {
    const leaf = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double().map((value) => (Object.is(value, -0) ? 0 : value)),
      fc.integer(),
      fc.boolean(),
      fc.constantFrom(null, undefined),
      fc.float32Array({ maxLength: 9 }),
      fc.uint8Array({ maxLength: 9 }),
      fc.int32Array({ maxLength: 9 }),
    );
    const { message } = fc.letrec((tie) => ({
      message: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('message'), { maxLength: 4 }),
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          tie('message'),
          {
            maxKeys: 4,
            noNullPrototype: true,
          },
        ),
      ),
    }));
    fc.assert(
      fc.property(message, (value) => {
        expect(roundTrip(value)).toStrictEqual(value);
      }),
    );
  });

  test('but for three things: -0 outside an array, and half a surrogate pair; a Buffer is the third', () => {
    expect(roundTrip([-0])).toStrictEqual([0]);
    expect(roundTrip('a\ud800b')).toBe('a\ufffdb');
  });
});

test('every message of the two processes arrives as it was', () => {
  const train: TrainRequest = {
    kind: 'train',
    pixels: { path: '/tmp/a b/猫.bin', count: 3, rows: Int32Array.of(2, 0, 1), sizePx: 32, channels: 3 },
    classes: 2,
    labels: Int32Array.of(-1, 0, 1),
    keys: Uint32Array.of(0, 2 ** 32 - 1, 7),
    learnedBefore: new Int32Array(),
    seed: 2 ** 32 - 1,
    minutes: 0.5,
    device: 'auto',
    mirror: true,
    preset: 'quick',
    startFrom: null,
    modelDir: '/tmp/model',
    objective: { consistency: 0 },
  };
  const reply: Pick<TrainReply, 'status' | 'steps' | 'seconds' | 'heldOut' | 'probabilities' | 'otherProbabilities'> = {
    status: 'finished',
    steps: 12,
    seconds: 1.5,
    heldOut: Int32Array.of(1),
    probabilities: Float32Array.of(0.1, 0.9, NaN),
    otherProbabilities: null,
  };
  const toEngine: ToEngine[] = [
    { ping: true },
    { id: 1, tell: 'stop' },
    { id: 2, request: train },
    { id: 3, request: { kind: 'inspect', paths: ['/a', '/b'], thumbDir: '/t', thumbPx: 320 } },
    { id: 4, request: { kind: 'pack', photos: [], sizePx: 32, channels: 1, file: '/f', firstRow: 0 } },
    {
      id: 5,
      request: {
        kind: 'predict-features',
        features: { path: '/f', length: 1024, rows: Int32Array.of(5, 4), backbone: 'c'.repeat(64) },
        modelDir: '/m',
        device: 'cpu',
      },
    },
  ];
  const fromEngine: (Exclude<FromEngine, { value: unknown }> | { id: number; value: unknown })[] = [
    { ready: true, pid: 4711 },
    { pong: true },
    { id: 1, error: { code: 'bad-input', message: 'No.' } },
    { id: 2, value: reply },
    { id: 3, value: [{ ok: false, code: 'unreadable', reason: 'No.', sha256: null }] },
    { id: 4, value: Uint8Array.of(0x52, 0x49, 0x46, 0x46) },
    { id: 5, value: [0.25, 0, 255] },
    { id: 6, event: { event: 'progress', step: 1, fraction: 0.5, photosPerSecond: 9.5, etaSeconds: null } },
    { id: 6, event: { event: 'rewound', stage: 'ssgan', step: 10 } },
    { id: 6, event: { event: 'samples', step: 1, count: 1, sizePx: 1, channels: 3, pixels: Uint8Array.of(1, 2, 3) } },
  ];
  const messages = [...toEngine, ...fromEngine];
  expect(read(...messages.map(encodeFrame))).toStrictEqual(messages);
});

test('a message may change once it is encoded', () => {
  const pixels = Uint8Array.of(1, 2, 3);
  const frame = encodeFrame({ pixels });
  pixels.fill(0);
  expect(read(frame)).toEqual([{ pixels: Uint8Array.of(1, 2, 3) }]);
});

test('frames are told apart wherever the pipe cuts them', () => {
  const messages = [{ a: 1 }, 'two', { three: Float32Array.of(3, 3, 3) }, null];
  const bytes = Buffer.concat(messages.map(encodeFrame));
  for (const size of [1, 2, 7, 12, 13, bytes.length]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    expect(read(...chunks)).toStrictEqual(messages);
  }
});

describe('bytes that are no frame end in a reason', () => {
  const good = encodeFrame({ a: Float32Array.of(1) });
  const changed = (change: (frame: Buffer) => void): Buffer => {
    const frame = Buffer.from(good);
    change(frame);
    return frame;
  };
  const noMessage = 'sent bytes that are no message';

  test.for<[string, Buffer, string]>([
    ['text', Buffer.from('a native library says hello'), noMessage],
    [
      "V8's own serialisation behind its length",
      Buffer.concat([Buffer.of(0, 0, 0, 9), serialize({ a: 1 })]),
      noMessage,
    ],
    ['one of its next format', changed((frame) => Buffer.from('ff106f2201612201', 'hex').copy(frame, 12)), noMessage],
    ['another structure', changed((frame) => frame.fill(0xc1, HEADER_BYTES)), noMessage],
    ['a structure of no bytes', changed((frame) => frame.writeUInt32BE(0, 4)), noMessage],
    ['a structure that ends early', changed((frame) => frame.writeUInt32BE(2, 4)), noMessage],
    ['an array that is not there', encodeFrame({ a: 1 }).fill(0xd4, 12, 13).fill(1, 13, 15), noMessage],
    [
      'another protocol',
      changed((frame) => frame.writeUInt8(PROTOCOL + 1, 3)),
      `is of another version of Whisker (it speaks protocol ${PROTOCOL + 1}, and this one ${PROTOCOL})`,
    ],
    [
      'one that is too large',
      changed((frame) => frame.writeUInt32BE(0xffff_ffff, 8)),
      'announced a message of 4,097 MiB, where 1,024 MiB is the most',
    ],
  ])('%s', ([, bytes, sentence]) => expect(reason(bytes)).toBe(sentence));

  test('random bytes, and frames in which some bytes are others, end in a reason or in some message', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: HEADER_BYTES, maxLength: 200 }),
      fc
        .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
        .map((changes) => changed((frame) => changes.forEach(([at, byte]) => frame.writeUInt8(byte, at)))),
    );
    fc.assert(
      fc.property(bytes, (some) => {
        const answer = reason(some);
        expect(Array.isArray(answer) || /^(sent bytes|is of another|announced)/.test(String(answer))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

test('a message that is too large is refused by the sender, with its size', () => {
  const half = new Uint8Array(MAX_FRAME_BYTES / 2);
  expect(() => encodeFrame([half, half])).toThrow(
    expect.objectContaining({
      code: 'bad-input',
      message: 'A message of 1,025 MiB is too large; 1,024 MiB fit.',
    }),
  );
});
