// A graph of TensorFlow in the making: what each value of a graph of ONNX has become, and how it lies. TensorFlow has
// the colours of a picture last, so pictures lie that way from the first convolution to the pooling, and a turn is
// written only where something else asks for the order of ONNX.

import { WhiskerError } from '../../shared/errors.ts';
import type { Constant, Node } from '../conversion/onnx.ts';
import { shapeOf, type GraphNode } from '../tensorflow/graph-def.ts';

/** A value of the graph. */
export interface Value {
  /** Node that gives it, and with a colon which of its outputs. */
  ref: string;
  /** How it lies in memory: as ONNX says, or with the channels of a picture last. */
  lies: 'as-said' | 'channels-last';
  /** As ONNX says, without the number of photos; null where that is not known. */
  dims: readonly number[] | null;
}

/** Of types.proto. */
export const dataTypes = { float32: 1, int32: 3 } as const;
const { float32: DT_FLOAT, int32: DT_INT32 } = dataTypes;
export const FLOAT = { T: { type: DT_FLOAT } };

/** Names of the nodes that take the pictures and give the probabilities. */
export const INPUT = 'pixels';
export const OUTPUT = 'probabilities';

/** Writes one node, and says what comes of it. */
export type Write = (this: Translation, node: Node) => Value;
export type Operators = Readonly<Record<string, Write>>;

export class Translation {
  readonly #nodes: GraphNode[] = [];
  readonly #values = new Map<string, Value>();
  readonly #constants: ReadonlyMap<string, Constant>;
  readonly #operators: Operators;

  constructor(constants: ReadonlyMap<string, Constant>, operators: Operators) {
    this.#constants = constants;
    this.#operators = operators;
  }

  begin(name: string, dims: readonly number[]): void {
    const shape = shapeOf([-1, ...dims]);
    this.#nodes.push({
      name: INPUT,
      op: 'Placeholder',
      inputs: [],
      attributes: { dtype: { type: DT_FLOAT }, shape: { shape } },
    });
    this.#values.set(name, { ref: INPUT, lies: 'as-said', dims });
  }

  finish(output: string): GraphNode[] {
    const { ref } = this.#asSaid(this.value(output));
    this.#nodes.push({ name: OUTPUT, op: 'Identity', inputs: [ref], attributes: FLOAT });
    return this.#nodes;
  }

  translate(node: Node): void {
    const write = this.#operators[node.type];
    if (!write) throw cannotWrite(node);
    this.#values.set(node.output, write.call(this, node));
  }

  /** Throws for a value that there is not. */
  value(name: string): Value {
    const found = this.#values.get(name);
    if (found) return found;
    const constant = this.#constants.get(name);
    if (!constant) throw cannotWrite({ type: 'a value that is not there' });
    return { ref: this.constant(constant.values, constant.shape), lies: 'as-said', dims: constant.shape.slice(1) };
  }

  /** A constant's numbers. */
  known(node: Node, at: number): Constant {
    const found = this.#constants.get(node.inputs[at] ?? '');
    if (!found) throw cannotWrite(node);
    return found;
  }

  /** Whether it is a constant of the graph. */
  isKnown(name: string | undefined): boolean {
    return name !== undefined && !this.#values.has(name) && this.#constants.has(name);
  }

  /** A further output of a node. */
  also(name: string | undefined, value: Value): void {
    if (name !== undefined) this.#values.set(name, value);
  }

  constant(values: Float32Array | BigInt64Array | readonly number[], shape: readonly number[]): string {
    const isFloat = values instanceof Float32Array;
    const content = isFloat ? values : Int32Array.from(values, Number);
    const dtype = isFloat ? DT_FLOAT : DT_INT32;
    const tensorContent = new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
    return this.emit('Const', [], {
      dtype: { type: dtype },
      value: { tensor: { dtype, tensorShape: shapeOf(shape), tensorContent } },
    });
  }

  ints(values: readonly number[]): string {
    return this.constant(values, [values.length]);
  }

  /** Name of the node. */
  emit(op: string, inputs: readonly string[], attributes: GraphNode['attributes'] = FLOAT): string {
    const name = `${op}_${this.#nodes.length}`;
    this.#nodes.push({ name, op, inputs: [...inputs], attributes });
    return name;
  }

  #asSaid(value: Value): Value {
    if (value.lies === 'as-said') return value;
    return { ...value, ref: this.#transposed(value.ref, [0, 3, 1, 2]), lies: 'as-said' };
  }

  asSaid(name: string): Value {
    return this.#asSaid(this.value(name));
  }

  channelsLast(name: string): Value & { dims: readonly number[] } {
    const { ref, lies, dims } = this.value(name);
    if (dims?.length !== 3) throw cannotWrite({ type: 'a picture of unknown size' });
    return {
      ref: lies === 'channels-last' ? ref : this.#transposed(ref, [0, 2, 3, 1]),
      lies: 'channels-last',
      dims,
    };
  }

  #transposed(ref: string, order: readonly number[]): string {
    return this.emit('Transpose', [ref, this.ints(order)], { ...FLOAT, Tperm: { type: DT_INT32 } });
  }

  /** Inputs of an op that works number by number, lying alike. */
  alike(names: readonly string[]): { refs: string[]; lies: Value['lies']; dims: Value['dims'] } {
    const found = names.filter((name) => !this.isKnown(name)).map((name) => this.value(name));
    const areLast = found.length > 0 && found.every(({ lies }) => lies === 'channels-last');
    const refs = names.map((name) => {
      if (!this.isKnown(name)) return areLast ? this.value(name).ref : this.asSaid(name).ref;
      const { values, shape } = this.#constants.get(name)!;
      if (!areLast || shape.length === 0 || !(values instanceof Float32Array)) return this.constant(values, shape);
      const [n = 1, c = 1, h = 1, w = 1] = [...Array<number>(4 - shape.length).fill(1), ...shape];
      return this.constant(channelsToTheEnd(values, [n, c, h, w]), [n, h, w, c]);
    });
    const longest = found.toSorted((a, b) => (b.dims?.length ?? 0) - (a.dims?.length ?? 0))[0]?.dims ?? null;
    const dims = longest?.map((side, i) =>
      Math.max(side, ...found.map((one) => (one.dims?.length === longest.length ? (one.dims[i] ?? 1) : 1))),
    );
    return { refs, lies: areLast ? 'channels-last' : 'as-said', dims: dims ?? null };
  }
}

/** [n, c, h, w] to [n, h, w, c]. */
function channelsToTheEnd(values: Float32Array, [n, c, h, w]: readonly [number, number, number, number]): Float32Array {
  const turned = new Float32Array(values.length);
  for (let i = 0, at = 0; i < n; i++)
    for (let place = 0; place < h * w; place++)
      for (let k = 0; k < c; k++) turned[at++] = values[(i * c + k) * h * w + place]!;
  return turned;
}

export const cannotWrite = ({ type }: Pick<Node, 'type'>): WhiskerError =>
  new WhiskerError(
    'bad-input',
    `The pretrained network asks for ${type}, which Whisker can't write for TensorFlow.`,
    'Take the model away as ONNX, which holds any network.',
  );
