// A network's weights as one native variable of TensorFlow.

import type { AdamStep, FlatVariable } from './backend-ops.ts';
import { attribute, execute, executeMany } from './execute.ts';
import { tf, type Scalar, type Tensor, type Tensor1D } from './tensorflow.ts';

const dtype = attribute.float32('dtype');
const T = attribute.float32('T');
const container = attribute.text('container', '');
let created = 0;

export class NativeVariable implements FlatVariable {
  readonly size: number;
  readonly #handle: Tensor;

  constructor(values: Float32Array) {
    this.size = values.length;
    const name = attribute.text('shared_name', `flat-variable-${++created}`);
    this.#handle = tf.keep(execute('VarHandleOp', [dtype, container, name, attribute.shape('shape', [this.size])], []));
    this.assign(values);
  }

  assign(values: Float32Array): void {
    // TensorFlow keeps the very memory it is given, so it gets a copy of its own.
    const tensor = tf.tensor1d(values.slice());
    executeMany('AssignVariableOp', [dtype], [this.#handle, tensor], 0);
    tensor.dispose();
  }

  read(): Tensor1D {
    return execute('ReadVariableOp', [dtype], [this.#handle]);
  }

  async values(): Promise<Float32Array> {
    const tensor = this.read();
    const values = await tensor.data<'float32'>();
    tensor.dispose();
    return values;
  }

  subtract(rate: Scalar, delta: Tensor1D): void {
    executeMany('ResourceApplyGradientDescent', [T], [this.#handle, rate, delta], 0);
  }

  applyAdam(slots: { m: NativeVariable; v: NativeVariable }, step: AdamStep, gradient: Tensor1D): void {
    const { beta1Power, beta2Power, rate, beta1, beta2, epsilon } = step;
    const settings = [beta1Power, beta2Power, rate, ...[beta1, beta2, epsilon].map((value) => tf.scalar(value))];
    executeMany('ResourceApplyAdam', [T], [this.#handle, slots.m.#handle, slots.v.#handle, ...settings, gradient], 0);
  }

  applyMomentum(accumulated: NativeVariable, rate: Scalar, gradient: Tensor1D, momentum: number): void {
    const inputs = [this.#handle, accumulated.#handle, rate, gradient, tf.scalar(momentum)];
    executeMany('ResourceApplyMomentum', [T], inputs, 0);
  }

  dispose(): void {
    executeMany('DestroyResourceOp', [], [this.#handle], 0);
    this.#handle.dispose();
  }
}
