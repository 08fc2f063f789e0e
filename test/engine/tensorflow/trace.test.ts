// One native call in place of many: that it computes and changes what the body does, and what it refuses, with the
// line.

import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { flatVariable, type Compiled, type FlatVariable } from '../../../src/engine/tensorflow/backend-ops.ts';
import { countExecutions, native } from '../../../src/engine/tensorflow/execute.ts';
import { tf, type Scalar, type Tensor, type Tensor1D } from '../../../src/engine/tensorflow/tensorflow.ts';
import { compiled } from '../../../src/engine/tensorflow/trace.ts';
import { opByOp } from '../../fixtures/op-by-op.ts';
import '../../fixtures/needs-tensorflow.ts';

const variable = (...values: number[]) => flatVariable(Float32Array.from(values));
const functions = 'addFunction' in native.binding;
const callTurns = (body: Compiled, ...turns: Tensor[][]) =>
  tf.tidy(() => body.run(turns, '').map((output) => [...output.dataSync()]));
const call = (body: Compiled, ...inputs: Tensor[]) => callTurns(body, inputs);

describe.skipIf(!functions)('a body as one native call', () => {
  test('gives what the body gives and changes the variables as often as it is called', async () => {
    const state = variable(1, 2);
    const doubled = compiled(([x, by]) => {
      state.subtract(by as Scalar, x as Tensor1D);
      return [tf.add(state.read(), tf.sum(tf.mul(x!, 2)))];
    });
    expect(call(doubled, tf.tensor1d([1, 1]), tf.scalar(1))).toEqual([[4, 5]]);
    expect(call(doubled, tf.tensor1d([0, 2]), tf.scalar(0.5))).toEqual([[4, 4]]);
    expect(call(doubled, tf.tensor1d([2, 0]), tf.scalar(-1))).toEqual([[6, 4]]);
    expect([...(await state.values())]).toEqual([2, 0]);
    expect(doubled.refusal).toBeNull();
    const counts = countExecutions(() => call(doubled, tf.tensor1d([1, 1]), tf.scalar(1)));
    expect([...counts.values()]).toEqual([1]);
    state.dispose();
  });

  test('reads and changes in the order of the body, in both directions', () => {
    const state = variable(1);
    const body = compiled(() => {
      const before = state.read();
      state.subtract(tf.scalar(-1), tf.tensor1d([1]));
      const between = state.read();
      state.subtract(tf.scalar(-1), between);
      return [before, between, state.read()];
    });
    for (const expected of [
      [[1], [2], [4]],
      [[4], [5], [10]],
      [[10], [11], [22]],
    ]) {
      expect(call(body)).toEqual(expected);
    }
    state.dispose();
  });

  test('uses tensors that were there before, also those that TensorFlow has not seen yet', () => {
    const table = tf.tensor1d([10, 20, 30]);
    const body = compiled(([x]) => [tf.mul(table, x!)]);
    for (const x of [1, 2, 3]) expect(call(body, tf.scalar(x))).toEqual([[10 * x, 20 * x, 30 * x]]);
    expect(body.refusal).toBeNull();
    table.dispose();
  });

  test('other shapes, and another kind, are another function', () => {
    let factor = 2;
    const body = compiled(([x]) => [tf.mul(x!, factor)]);
    expect(call(body, tf.tensor1d([1, 2]))).toEqual([[2, 4]]);
    expect(call(body, tf.tensor1d([1, 2, 3]))).toEqual([[2, 4, 6]]);
    factor = 3;
    const outputs = tf.tidy(() => body.run([[tf.tensor1d([1, 2, 3])]], 'of three').map((x) => [...x.dataSync()]));
    expect(outputs).toEqual([[3, 6, 9]]);
    expect(body.refusal).toBeNull();
  });

  test('inputs that are clones of each other are another function than inputs that are not', () => {
    const body = compiled(([x, y]) => [tf.sub(tf.mul(x!, 3), y!)]);
    const one = tf.scalar(1);
    expect(call(body, one, one.clone())).toEqual([[2]]);
    for (const y of [5, 7, 9]) expect(call(body, one, tf.scalar(y))).toEqual([[3 - y]]);
    expect(body.refusal).toBeNull();
    one.dispose();
  });

  test('the same graph is made known to TensorFlow once', () => {
    const add = vi.fn((native.binding as unknown as { addFunction: () => void }).addFunction);
    const binding = native.binding;
    native.binding = Object.create(binding, { addFunction: { value: add } });
    try {
      const make = () => compiled(([x]) => [tf.sub(x!, 7.25)]);
      for (const body of [make(), make()]) {
        for (const x of [8, 9, 10]) expect(call(body, tf.tensor1d([x]))).toEqual([[x - 7.25]]);
      }
    } finally {
      native.binding = binding;
    }
    expect(add).toHaveBeenCalledTimes(1);
  });

  test('takes several turns in one call: each on what the one before it left', async () => {
    const state = variable(1);
    const body = compiled(([x]) => {
      const before = state.read();
      state.subtract(tf.scalar(-1), tf.mul(before, x!));
      return [before, state.read()];
    });
    const turns = [[tf.tensor1d([1])], [tf.tensor1d([2])], [tf.tensor1d([-0.5])]];
    expect(callTurns(body, ...turns)).toEqual([[6], [3]]);
    expect(callTurns(body, ...turns)).toEqual([[18], [9]]);
    expect(call(body, tf.tensor1d([1]))).toEqual([[9], [18]]);
    expect([...(await state.values())]).toEqual([18]);
    expect(body.refusal).toBeNull();
    expect([...countExecutions(() => callTurns(body, ...turns)).values()]).toEqual([1]);
    tf.dispose(turns);
    state.dispose();
  });

  test('a rehearsal changes no variable', async () => {
    const state = variable(1);
    let between: Float32Array | null = null;
    const body = compiled(([x]) => {
      state.subtract(tf.scalar(-1), x as Tensor1D);
      between ??= new Float32Array(state.read().dataSync());
      return [state.read()];
    });
    expect(call(body, tf.tensor1d([5]))).toEqual([[6]]);
    expect(body.refusal).toMatch(/read back/); // Which is how a test can look; it has seen what was there before.
    expect(between).toEqual(Float32Array.of(1));
    expect([...(await state.values())]).toEqual([6]);
    state.dispose();
  });

  test('what changes nothing is rehearsed by answering, and is called from the third time on', () => {
    let asked = 0;
    const body = compiled(([x]) => {
      asked++;
      return [tf.mul(x!, 3)];
    });
    for (const x of [1, 2, 3, 4]) expect(call(body, tf.scalar(x))).toEqual([[3 * x]]);
    expect(asked).toBe(2);
  });

  test('turns that are not of one kind are not taken together', () => {
    const body = compiled(([x]) => [tf.neg(x!)]);
    tf.tidy(() => {
      expect(() => callTurns(body, [tf.tensor1d([1])], [tf.tensor1d([1, 2])])).toThrow('of one kind');
    });
  });

  test('leaves no tensor behind', () => {
    const state = variable(1, 2);
    const body = compiled(([x]) => {
      state.subtract(tf.scalar(1), x as Tensor1D);
      return [state.read()];
    });
    const before = [tf.memory().numTensors, native.binding.getNumOfTensors()];
    for (let i = 0; i < 4; i++) tf.tidy(() => void call(body, tf.tensor1d([1, 1])));
    for (let i = 0; i < 4; i++) tf.tidy(() => void callTurns(body, [tf.tensor1d([1, 1])], [tf.tensor1d([2, 2])]));
    expect([tf.memory().numTensors, native.binding.getNumOfTensors()]).toEqual(before);
    state.dispose();
  });
});

describe.skipIf(!functions)('what no function can be made of goes on as it is, and says which line is to blame', () => {
  const here = /trace\.test\.ts:\d+/;

  test('a number that is read back', () => {
    const body = compiled(([x]) => [tf.mul(x!, tf.sum(x!).dataSync()[0]!)]);
    expect(call(body, tf.tensor1d([1, 2]))).toEqual([[3, 6]]);
    expect(call(body, tf.tensor1d([1, 1]))).toEqual([[2, 2]]);
    expect(body.refusal).toMatch(/^A number was read back to JavaScript, at /);
    expect(body.refusal).toMatch(here);
  });

  test('a number that changes and is no input', () => {
    let step = 0;
    const state = variable(0);
    const body = compiled(() => {
      state.subtract(tf.scalar(-1), tf.tensor1d([step]));
      return [state.read()];
    });
    const seen = [1, 2, 3].map((now) => {
      step = now;
      return call(body);
    });
    expect(seen).toEqual([[[1]], [[3]], [[6]]]);
    expect(body.refusal).toMatch(/^A number changed that is no input, at /);
    expect(body.refusal).toMatch(here);
    state.dispose();
  });

  test('a way that changes', () => {
    let long = false;
    const body = compiled(([x]) => [long ? tf.neg(tf.neg(x!)) : tf.neg(x!)]);
    expect(call(body, tf.tensor1d([1]))).toEqual([[-1]]);
    long = true;
    expect(call(body, tf.tensor1d([1]))).toEqual([[1]]);
    expect(body.refusal).toMatch(/^It asked for more ops at one time/);
  });

  test('tensors that come new from somewhere else', () => {
    let held = tf.tensor1d([5]);
    const body = compiled(([x]) => [tf.add(x!, held)]);
    expect(call(body, tf.tensor1d([1]))).toEqual([[6]]);
    held = tf.tensor1d([7]);
    expect(call(body, tf.tensor1d([1]))).toEqual([[8]]);
    expect(body.refusal).toMatch(/tensors that were not there/);
  });

  test('an error of the body is the caller’s, and nothing of the recording stays in the way', () => {
    let fails = true;
    const body = compiled(([x]) => {
      if (fails) throw new Error('no memory left');
      return [tf.neg(x!)];
    });
    expect(() => call(body, tf.tensor1d([1]))).toThrow('no memory left');
    fails = false;
    expect(call(body, tf.tensor1d([1]))).toEqual([[-1]]);
    expect(Object.hasOwn(native, 'getInputTensorIds')).toBe(false);
  });
});

test.skipIf(!functions)('a function that does not run leaves the work to the body', () => {
  const binding = native.binding;
  try {
    native.binding = Object.create(binding, {
      executeOp: {
        value(...call: Parameters<typeof binding.executeOp>) {
          if (call[0].startsWith('whisker_')) throw new Error('No kernel for this device.');
          return binding.executeOp(...call);
        },
      },
    });
    const body = compiled(([x]) => [tf.neg(x!)]);
    for (const x of [1, 2, 3]) expect(call(body, tf.tensor1d([x]))).toEqual([[-x]]);
    expect(body.refusal).toBe('TensorFlow does not run the function: No kernel for this device.');
  } finally {
    native.binding = binding;
  }
});

test('without the functions of the addon the body runs as it is', () => {
  const body = opByOp(() => compiled(([x]) => [tf.neg(x!)]));
  for (const x of [1, 2, 3]) expect(call(body, tf.tensor1d([x]))).toEqual([[-x]]);
  expect(callTurns(body, [tf.tensor1d([4])], [tf.tensor1d([5])])).toEqual([[-5]]);
  expect(body.refusal).toMatch(/makes no functions/);
});

describe.skipIf(!functions)('of any small graph', () => {
  const unary = [tf.neg, tf.square, tf.sigmoid, tf.relu, (x: Tensor) => tf.mul(x, 0.5), (x: Tensor) => tf.reverse(x)];
  const binary = [tf.add, tf.sub, tf.mul, tf.maximum];
  /** Which op, on which of the values there are so far. */
  const steps = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 20 });
  const numbers = fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 });

  /** Every value is used by a later one or given back; one in five changes the variable. */
  function bodyOf(ops: [number, number, number][], state: FlatVariable) {
    return ([x, y]: Tensor[]): Tensor[] => {
      const values = [x!, y!, state.read()];
      for (const [op, one, other] of ops) {
        const [a, b] = [values[one % values.length]!, values[other % values.length]!];
        const which = op % (unary.length + binary.length);
        const make = unary[which];
        const value = make ? make(a) : (binary[which - unary.length] ?? tf.add)(a, b);
        values.push(tf.clipByValue(value, -3, 3));
        if (op % 5 === 0) {
          state.subtract(tf.scalar(0.1), values.at(-1) as Tensor1D);
          values.push(state.read());
        }
      }
      return values.slice(-3);
    };
  }

  test('the function gives and changes what the body does', () => {
    fc.assert(
      fc.property(steps, fc.array(numbers, { minLength: 8, maxLength: 8 }), (ops, rows) => {
        tf.tidy(() => {
          const [one, other] = [variable(0.1, 0.2, 0.3), variable(0.1, 0.2, 0.3)];
          const traced = compiled(bodyOf(ops, one));
          const plain = opByOp(() => compiled(bodyOf(ops, other)));
          const turns = rows.map((row, i) => [row, rows[(i + 3) % rows.length]!].map((values) => tf.tensor1d(values)));
          for (const together of [turns.slice(0, 1), turns.slice(1, 2), turns.slice(2, 5), turns.slice(5)]) {
            const [found, expected] = [callTurns(traced, ...together), callTurns(plain, ...together)];
            found.flat().forEach((value, j) => expect(value).toBeCloseTo(expected.flat()[j]!, 5));
          }
          expect(traced.refusal).toBeNull();
          one.dispose();
          other.dispose();
        });
      }),
      { numRuns: 60 },
    );
  });
});
