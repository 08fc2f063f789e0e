// A checkpoint is data to us, whoever wrote it: tensors come out, and a pickle that would run anything in Python is
// refused before it is understood any further.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCheckpoint } from '../../../src/engine/conversion/checkpoint.ts';
import { UnreadableFile } from '../../../src/files/regular-file.ts';
import { checkpointOf, checkpointStart, pickle } from '../../fixtures/lite-wheel.ts';
import golden from '../../golden/efficientnet-lite.json' with { type: 'json' };

const written = Buffer.from(golden.checkpoint.base64, 'base64');
const tensors = new Map([['w', { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) }]]);

test("PyTorch's own file comes out as its tensors, whatever their strides, without the integers", () => {
  const read = [...readCheckpoint(written)].map(([name, { shape, values }]) => [name, [shape, [...values]]]);
  expect(Object.fromEntries(read)).toEqual(golden.checkpoint.tensors);
});

test('what the tests write reads the same', () => expect(readCheckpoint(checkpointOf(tensors))).toEqual(tensors));

/** A checkpoint whose dictionary of tensors is this pickle. */
const holding = (...parts: (Buffer | string)[]) =>
  checkpointOf(tensors, Buffer.concat([pickle.start, ...parts.map((part) => Buffer.from(part)), pickle.stop]));
const command = pickle.tupleOf(pickle.text('touch /tmp/whisker-was-here'));

describe('a pickle that calls in Python', () => {
  test.each([
    ['os', 'system'],
    ['posix', 'system'],
    ['nt', 'system'],
    ['builtins', 'eval'],
    ['__builtin__', 'exec'],
    ['subprocess', 'Popen'],
    ['torch.storage', '_load_from_bytes'],
    ['torch', 'load'],
    ['torch._utils', '_rebuild_parameter'],
    ['collections', 'OrderedDict.__reduce__'],
    ['__proto__', 'constructor'],
  ])('%s.%s is refused, and named', (module, name) => {
    expect(() => readCheckpoint(holding(pickle.global(module, name), command, pickle.reduce))).toThrow(
      `names ${module}.${name}, which no list of tensors needs`,
    );
  });

  test.each([
    ['STACK_GLOBAL', pickle.text('os'), pickle.text('system'), '\x93'],
    ['INST', pickle.mark, 'ios\nsystem\n'],
    ['OBJ', pickle.mark, 'o'],
    ['NEWOBJ', '\x81'],
    ['NEWOBJ_EX', '\x92'],
    ['EXT1', '\x82\x01'],
    ['a text of protocol 0', "S'echo'\n"],
    ['PERSID', 'Pstorage\n'],
    ['a frame of protocol 4', '\x95'],
  ])('by %s is refused', (_, ...parts) => {
    const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part));
    expect(() => readCheckpoint(holding(...bytes))).toThrow('holds the pickle instruction');
  });

  test('in place of the magic number is refused as well', () => {
    const evil = Buffer.concat([pickle.start, pickle.global('os', 'system'), command, pickle.reduce, pickle.stop]);
    expect(() => readCheckpoint(evil)).toThrow('names os.system');
  });

  test.each([
    ['a type of numbers', pickle.global('torch', 'FloatStorage')],
    ['a text', pickle.text('print')],
    ['nothing', pickle.none],
  ])('%s as if it were a function is refused', (_, made) =>
    expect(() => readCheckpoint(holding(made, command, pickle.reduce))).toThrow('cut short or damaged'),
  );

  test('what it may call, with arguments that are none, is refused', () => {
    const calls = [
      [pickle.global('torch._utils', '_rebuild_tensor_v2'), command, pickle.reduce],
      [pickle.global('collections', 'OrderedDict'), command, pickle.reduce],
      [command, Buffer.from('Q')],
    ];
    for (const call of calls) expect(() => readCheckpoint(holding(...call))).toThrow('cut short or damaged');
  });
});

describe('is refused', () => {
  test('a checkpoint that is cut short anywhere', () => {
    for (let length = 0; length < written.length; length++) {
      expect(() => readCheckpoint(written.subarray(0, length))).toThrow(UnreadableFile);
    }
  });

  test('one with more behind it', () => {
    expect(() => readCheckpoint(Buffer.concat([written, Buffer.alloc(1)]))).toThrow('cut short or damaged');
  });

  test("PyTorch's newer form, a zip archive, by a sentence", () => {
    expect(() => readCheckpoint(Buffer.from('PK\x03\x04archive/data.pkl'))).toThrow('holds the pickle instruction "P"');
  });

  test('no tensors at all where they belong', () => {
    expect(() => readCheckpoint(Buffer.concat([checkpointStart, checkpointStart]))).toThrow('cut short or damaged');
  });

  test('anything else, and never in another way', () => {
    const damage = fc.array(fc.tuple(fc.nat(written.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, (changes) => {
        const copy = Buffer.from(written);
        for (const [at, byte] of changes) copy[at] = byte;
        try {
          for (const { shape, values } of readCheckpoint(copy).values()) {
            expect(values).toHaveLength(shape.reduce((product, side) => product * side, 1));
          }
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableFile);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
