// All weights of one network as one native float32 vector, so that an optimiser step is one op however many layers
// there are.

import { attribute, execute, executeMany } from './execute.ts';
import { tf, type Scalar, type Tensor, type Tensor1D } from './tensorflow.ts';

const dtype = attribute.float32('dtype');
const T = attribute.float32('T');
const container = attribute.text('container', '');
let created = 0;

export class FlatVariable {
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

  /** The current values; later updates do not change what was read. */
  read(): Tensor1D {
    return execute('ReadVariableOp', [dtype], [this.#handle]);
  }

  async values(): Promise<Float32Array> {
    const tensor = this.read();
    const values = await tensor.data<'float32'>();
    tensor.dispose();
    return values;
  }

  /** this −= rate · delta */
  subtract(rate: Scalar, delta: Tensor1D): void {
    executeMany('ResourceApplyGradientDescent', [T], [this.#handle, rate, delta], 0);
  }

  /** One Adam update of this from `gradient`; `slots` are its running first and second moments (Kingma & Ba 2015). */
  applyAdam(slots: { m: FlatVariable; v: FlatVariable }, settings: Scalar[], gradient: Tensor1D): void {
    executeMany('ResourceApplyAdam', [T], [this.#handle, slots.m.#handle, slots.v.#handle, ...settings, gradient], 0);
  }

  /**
   * One step of gradient descent with momentum: accumulated ← momentum · accumulated + gradient; this −= rate ·
   * accumulated.
   */
  applyMomentum(accumulated: FlatVariable, rate: Scalar, gradient: Tensor1D, momentum: Scalar): void {
    const inputs = [this.#handle, accumulated.#handle, rate, gradient, momentum];
    executeMany('ResourceApplyMomentum', [T], inputs, 0);
  }

  dispose(): void {
    executeMany('DestroyResourceOp', [], [this.#handle], 0);
    this.#handle.dispose();
  }
}
