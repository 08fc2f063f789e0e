// The operators of ONNX in TensorFlow's, each by its name.

import type { Node } from '../conversion/onnx.ts';
import type { AttributeValue } from '../tensorflow/graph-def.ts';
import {
  cannotWrite,
  dataTypes,
  FLOAT,
  type Operators,
  type Translation,
  type Value,
  type Write,
} from './translation.ts';

const { float32: DT_FLOAT, int32: DT_INT32 } = dataTypes;
const whole = (i: readonly number[]): AttributeValue => ({ list: { i: [...i] } });
const text = (value: string): AttributeValue => ({ s: Buffer.from(value) });

const numberBy = (op: string, attributes = FLOAT): Write =>
  function ({ inputs }) {
    const { refs, ...rest } = this.alike(inputs);
    return { ref: this.emit(op, refs, attributes), ...rest };
  };

const same: Write = function ({ inputs }) {
  return this.value(inputs[0] ?? '');
};

export const operators: Operators = {
  Identity: same,
  Dropout: same,
  /** TensorFlow is given floats from the start. */
  Cast(node) {
    if (node.attributes?.['to'] !== 1) throw cannotWrite(node);
    return this.value(node.inputs[0] ?? '');
  },
  Add: numberBy('AddV2'),
  Sub: numberBy('Sub'),
  Mul: numberBy('Mul'),
  Div: numberBy('RealDiv'),
  Max: numberBy('Maximum'),
  Min: numberBy('Minimum'),
  Pow: numberBy('Pow'),
  Sqrt: numberBy('Sqrt'),
  Floor: numberBy('Floor'),
  Relu: numberBy('Relu'),
  Sigmoid: numberBy('Sigmoid'),
  LeakyRelu(node) {
    return numberBy('LeakyRelu', { ...FLOAT, alpha: { f: floatOf(node, 'alpha', 0.01) } } as typeof FLOAT).call(
      this,
      node,
    );
  },
  Clip(node) {
    const [x = '', low, high] = node.inputs;
    const bound = (at: 1 | 2, name: string | undefined, said: 'min' | 'max') =>
      this.isKnown(name) ? Number(this.known(node, at).values[0]) : floatOf(node, said, NaN);
    const [least, most] = [bound(1, low, 'min'), bound(2, high, 'max')];
    if (least === 0 && most === 6) return numberBy('Relu6').call(this, { ...node, inputs: [x] });
    const { refs, ...rest } = this.alike([x]);
    let ref = refs[0] ?? '';
    if (!Number.isNaN(least)) ref = this.emit('Maximum', [ref, this.constant(Float32Array.of(least), [])]);
    if (!Number.isNaN(most)) ref = this.emit('Minimum', [ref, this.constant(Float32Array.of(most), [])]);
    return { ref, ...rest };
  },
  Transpose(node) {
    const value = this.value(node.inputs[0] ?? '');
    const order = String(node.attributes?.['perm']);
    const { dims } = value;
    if (order === '0,3,1,2' && value.lies === 'as-said' && dims?.length === 3) {
      return { ...value, lies: 'channels-last', dims: [dims[2]!, dims[0]!, dims[1]!] };
    }
    if (order === '0,2,3,1' && value.lies === 'channels-last' && dims?.length === 3) {
      return { ...value, lies: 'as-said', dims: [dims[1]!, dims[2]!, dims[0]!] };
    }
    throw cannotWrite(node);
  },
  Conv(node) {
    const x = this.channelsLast(node.inputs[0] ?? '');
    const { values, shape } = this.known(node, 1);
    const [outputs = 0, perGroup = 0, high = 0, wide = 0] = shape;
    const group = numberOf(node, 'group', 1);
    const isDepthwise = group > 1 && perGroup === 1 && group === x.dims[0];
    if (
      shape.length !== 4 ||
      !(group === 1 || isDepthwise) ||
      listOf(node, 'dilations', [1, 1]).some((by) => by !== 1)
    ) {
      throw cannotWrite(node);
    }
    const { ref, padding, strides, dims } = padded(this, node, x, [high, wide], 0);
    const kernel = isDepthwise
      ? this.constant(kernelLast(values, [group, outputs / group, high, wide]), [high, wide, group, outputs / group])
      : this.constant(kernelLast(values, [outputs, perGroup, high, wide], true), [high, wide, perGroup, outputs]);
    const op = isDepthwise ? 'DepthwiseConv2dNative' : 'Conv2D';
    const z = this.emit(op, [ref, kernel], {
      ...FLOAT,
      strides: whole([1, ...strides, 1]),
      dilations: whole([1, 1, 1, 1]),
      padding: text(padding),
    });
    const bias = node.inputs[2] ? this.constant(this.known(node, 2).values, [outputs]) : null;
    return {
      ref: bias === null ? z : this.emit('BiasAdd', [z, bias]),
      lies: 'channels-last',
      dims: [outputs, ...dims],
    };
  },
  MaxPool(node) {
    return pooled(this, node, 'MaxPool', -3.4e38);
  },
  AveragePool(node) {
    return pooled(this, node, 'AvgPool', null);
  },
  GlobalAveragePool(node) {
    return meanOfPlaces(this, node);
  },
  ReduceMean(node) {
    const axes = node.inputs[1] ? [...this.known(node, 1).values].map(Number) : listOf(node, 'axes', []);
    if (!['2,3', '-2,-1'].includes(String(axes))) throw cannotWrite(node);
    const mean = meanOfPlaces(this, node);
    return numberOf(node, 'keepdims', 1) === 1 ? mean : flat(this, mean);
  },
  Flatten(node) {
    const value = this.value(node.inputs[0] ?? '');
    if (numberOf(node, 'axis', 1) !== 1) throw cannotWrite(node);
    return value.dims?.length === 1 ? value : flat(this, value);
  },
  Reshape(node) {
    const { ref } = this.asSaid(node.inputs[0] ?? '');
    const [first, ...dims] = [...this.known(node, 1).values].map(Number);
    // Any number of photos, and nothing else, may be left open.
    if ((first !== -1 && first !== 0) || dims.some((side) => side < 1)) throw cannotWrite(node);
    return reshaped(this, ref, dims);
  },
  BatchNormalization(node) {
    const x = this.channelsLast(node.inputs[0] ?? '');
    const [scale, offset, mean, variance] = [1, 2, 3, 4].map((at) => Array.from(this.known(node, at).values, Number));
    const epsilon = floatOf(node, 'epsilon', 1e-5);
    const factor = Float32Array.from(scale!, (s, i) => s / Math.sqrt(variance![i]! + epsilon));
    const shift = Float32Array.from(offset!, (b, i) => b - mean![i]! * factor[i]!);
    const size = [factor.length];
    const scaled = this.emit('Mul', [x.ref, this.constant(factor, size)]);
    return { ...x, ref: this.emit('AddV2', [scaled, this.constant(shift, size)]) };
  },
  Concat(node) {
    const axis = numberOf(node, 'axis', 1);
    const parts = node.inputs.map((name) => this.channelsLast(name));
    const [first] = parts;
    if (!first || axis !== 1) throw cannotWrite(node);
    const attributes = { ...FLOAT, N: { i: parts.length }, Tidx: { type: DT_INT32 } };
    const ref = this.emit('ConcatV2', [...parts.map((part) => part.ref), this.constant([3], [])], attributes);
    return { ...first, ref, dims: [parts.reduce((sum, { dims }) => sum + dims[0]!, 0), ...first.dims.slice(1)] };
  },
  MatMul(node) {
    const [a, b] = node.inputs.map((name) => this.asSaid(name));
    const wide = this.isKnown(node.inputs[1]) ? this.known(node, 1).shape.at(-1) : b?.dims?.at(-1);
    if (!a || !b) throw cannotWrite(node);
    const dims = a.dims && wide !== undefined ? [...a.dims.slice(0, -1), wide] : null;
    return { ref: this.emit('BatchMatMulV2', [a.ref, b.ref]), lies: 'as-said', dims };
  },
  Gemm(node) {
    const { values, shape } = this.known(node, 1);
    const isPlain =
      ['alpha', 'beta'].every((name) => floatOf(node, name, 1) === 1) && numberOf(node, 'transA', 0) === 0;
    if (!isPlain || shape.length !== 2 || !(values instanceof Float32Array)) throw cannotWrite(node);
    const [rows = 0, columns = 0] = shape;
    const isTurned = numberOf(node, 'transB', 0) === 1;
    const weights = isTurned ? values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!) : values;
    const [d, k] = isTurned ? [columns, rows] : [rows, columns];
    const product = this.emit('BatchMatMulV2', [this.asSaid(node.inputs[0] ?? '').ref, this.constant(weights, [d, k])]);
    const bias = node.inputs[2] ? this.constant(this.known(node, 2).values, this.known(node, 2).shape) : null;
    return { ref: bias === null ? product : this.emit('AddV2', [product, bias]), lies: 'as-said', dims: [k] };
  },
  Softmax(node) {
    const { ref, dims } = this.asSaid(node.inputs[0] ?? '');
    if (dims?.length !== 1 || ![1, -1].includes(numberOf(node, 'axis', 1))) throw cannotWrite(node);
    return { ref: this.emit('Softmax', [ref]), lies: 'as-said', dims };
  },
  TopK(node) {
    const count = Number(this.known(node, 1).values[0]);
    const ref = this.emit('TopKV2', [this.asSaid(node.inputs[0] ?? '').ref, this.constant([count], [])]);
    this.also(node.others?.[0], { ref: `${ref}:1`, lies: 'as-said', dims: [count] });
    return { ref, lies: 'as-said', dims: [count] };
  },
  Gather(node) {
    const { shape } = this.known(node, 0);
    const [from, at] = node.inputs.map((name) => this.asSaid(name));
    if (!from || !at || numberOf(node, 'axis', 0) !== 0) throw cannotWrite(node);
    const types = { Tparams: { type: DT_FLOAT }, Tindices: { type: DT_INT32 }, Taxis: { type: DT_INT32 } };
    const ref = this.emit('GatherV2', [from.ref, at.ref, this.constant([0], [])], types);
    return { ref, lies: 'as-said', dims: at.dims && [...at.dims, ...shape.slice(1)] };
  },
};

/** The mean over height and width, as a picture of one place. */
function meanOfPlaces(to: Translation, node: Node): Value {
  const { ref, dims } = to.channelsLast(node.inputs[0] ?? '');
  const attributes = { ...FLOAT, Tidx: { type: DT_INT32 }, keep_dims: { b: true } };
  return { ref: to.emit('Mean', [ref, to.ints([1, 2])], attributes), lies: 'channels-last', dims: [dims[0]!, 1, 1] };
}

/** [n, c, h, w] to [n, c · h · w]. */
function flat(to: Translation, value: Value): Value {
  const { dims, lies } = value;
  if (!dims) throw cannotWrite({ type: 'Flatten' });
  const isOnePlace = dims.length === 3 && dims[1] === 1 && dims[2] === 1;
  const order = { ...FLOAT, Tperm: { type: DT_INT32 } };
  const ref =
    lies === 'channels-last' && !isOnePlace
      ? to.emit('Transpose', [value.ref, to.ints([0, 3, 1, 2])], order)
      : value.ref;
  return reshaped(to, ref, [dims.reduce((product, side) => product * side, 1)]);
}

function reshaped(to: Translation, ref: string, dims: readonly number[]): Value {
  const attributes = { ...FLOAT, Tshape: { type: DT_INT32 } };
  return { ref: to.emit('Reshape', [ref, to.ints([-1, ...dims])], attributes), lies: 'as-said', dims };
}

function pooled(to: Translation, node: Node, op: 'MaxPool' | 'AvgPool', edge: number | null): Value {
  const x = to.channelsLast(node.inputs[0] ?? '');
  const sides = listOf(node, 'kernel_shape', []);
  if (numberOf(node, 'ceil_mode', 0) !== 0 || numberOf(node, 'count_include_pad', 0) !== 0) throw cannotWrite(node);
  const { ref, padding, strides, dims } = padded(to, node, x, sides, edge);
  const attributes = {
    ...FLOAT,
    ksize: whole([1, ...sides, 1]),
    strides: whole([1, ...strides, 1]),
    padding: text(padding),
  };
  return { ref: to.emit(op, [ref], attributes), lies: 'channels-last', dims: [x.dims[0]!, ...dims] };
}

/**
 * A picture with the padding that a window asks for: TensorFlow's own where it is "same" or none, else written around
 * it with `edge`, where that can be said. dims: height and width of what the window gives.
 */
function padded(
  to: Translation,
  node: Node,
  { ref, dims }: { ref: string; dims: readonly number[] },
  sides: readonly number[],
  edge: number | null,
): { ref: string; padding: 'SAME' | 'VALID'; strides: readonly number[]; dims: number[] } {
  const strides = listOf(node, 'strides', [1, 1]);
  const automatic = String.fromCharCode(...listOf(node, 'auto_pad', []));
  if (!['', 'NOTSET', 'VALID', 'SAME_UPPER'].includes(automatic)) throw cannotWrite(node);
  const ways = [0, 1].map((i) => {
    const [from, side, stride] = [dims[i + 1]!, sides[i]!, strides[i]!];
    const lacking = Math.max((Math.ceil(from / stride) - 1) * stride + side - from, 0);
    const same = [Math.floor(lacking / 2), Math.ceil(lacking / 2)] as const;
    const said = listOf(node, 'pads', [0, 0, 0, 0]);
    const [before, after] = automatic === 'SAME_UPPER' ? same : ([said[i] ?? 0, said[i + 2] ?? 0] as const);
    return {
      before,
      after,
      isSame: before === same[0] && after === same[1],
      out: Math.floor((from + before + after - side) / stride) + 1,
    };
  });
  const out = ways.map((way) => way.out);
  if (ways.every(({ before, after }) => before + after === 0)) return { ref, padding: 'VALID', strides, dims: out };
  if (ways.every(({ isSame }) => isSame)) return { ref, padding: 'SAME', strides, dims: out };
  if (edge === null) throw cannotWrite(node);
  const amounts = [[0, 0], ...ways.map(({ before, after }) => [before, after]), [0, 0]].flat();
  const inputs = [ref, to.constant(amounts, [4, 2]), to.constant(Float32Array.of(edge), [])];
  const wider = to.emit('PadV2', inputs, { ...FLOAT, Tpaddings: { type: DT_INT32 } });
  return { ref: wider, padding: 'VALID', strides, dims: out };
}

/** [a, b, h, w] to [h, w, a, b], or to [h, w, b, a] where it is swapped. */
function kernelLast(
  values: Float32Array | BigInt64Array,
  [a, b, h, w]: readonly [number, number, number, number],
  swapped = false,
): Float32Array {
  const turned = new Float32Array(values.length);
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let place = 0; place < h * w; place++) {
        const to = swapped ? j * a + i : i * b + j;
        turned[place * a * b + to] = Number(values[(i * b + j) * h * w + place]);
      }
    }
  }
  return turned;
}

function numberOf({ attributes }: Node, name: string, otherwise: number): number {
  const found = attributes?.[name];
  return typeof found === 'number' ? found : otherwise;
}

function listOf({ attributes }: Node, name: string, otherwise: readonly number[]): readonly number[] {
  const found = attributes?.[name];
  return Array.isArray(found) ? found : otherwise;
}

function floatOf({ attributes }: Node, name: string, otherwise: number): number {
  const found = attributes?.[name];
  return typeof found === 'object' && 'float' in found ? found.float : otherwise;
}
