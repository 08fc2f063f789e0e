// What a piece of work asks of TensorFlow, as a graph: recorded while it is done, but for what would change a variable.
// A number that it reads back is refused.

import type { Body } from './backend-ops.ts';
import { native, type Attribute } from './execute.ts';
import { attributeValue, shapeOf, type AttributeValue, type GraphNode } from './graph-def.ts';
import type { Tensor } from './tensorflow.ts';

type Binding = typeof native.binding;

/** What a body asked for, as a graph over its inputs and what it captured. */
export interface Recording {
  nodes: GraphNode[];
  /** How many of its first arguments, `input_0` and so on, are the body's inputs. */
  inputs: number;
  /** Names of the first and the last node that read or change a variable. */
  stateful: { first: string; last: string } | null;
  /** Where in the source each constant was made, by the name of its node. */
  madeAt: Map<string, Place>;
  /** Variables, and tensors that were there before: further arguments. */
  captured: Tensor[];
  outputs: number;
}

/** A body of which no function can be made, with the reason. */
export class Untraceable extends Error {}

/**
 * Runs the body without changing a variable, so that what it reads after a change of its own, and gives, is not what it
 * would be. Throws `Untraceable`.
 */
export function record(body: Body, inputs: Tensor[]): { recording: Recording; outputs: Tensor[] } {
  const graph = new GraphInTheMaking(inputs);
  const { binding } = native;
  const getIds = native['getInputTensorIds'].bind(native);
  const move = native.move.bind(native);
  const recorded: Binding = Object.create(binding, {
    createTensor: {
      value(...call: Parameters<Binding['createTensor']>) {
        const id = binding.createTensor(...call);
        graph.addConstant(id, ...call);
        return id;
      },
    },
    executeOp: {
      value(...[op, attributes, ids, outputs]: Parameters<Binding['executeOp']>) {
        const found = outputs === 0 ? [] : binding.executeOp(op, attributes, ids, outputs);
        graph.addOp(op, attributes, ids, found);
        return found;
      },
    },
    tensorDataSync: {
      value(id: number) {
        graph.refuse(`A number was read back to JavaScript, at ${lineOf(here())}`);
        return binding.tensorDataSync(id);
      },
    },
  });
  native.binding = recorded;
  native['getInputTensorIds'] = (tensors: Tensor[]): number[] => {
    // What was there before and has not been needed yet is made native now, and is no constant.
    native.binding = binding;
    getIds(tensors.filter(({ dataId }) => !graph.isMadeHere(dataId)));
    native.binding = recorded;
    const ids: number[] = getIds(tensors);
    graph.capture(tensors, ids);
    return ids;
  };
  native.move = (dataId, values, ...rest) => {
    graph.noteOrigin(dataId, values, here());
    move(dataId, values, ...rest);
  };
  try {
    const outputs = body(inputs);
    return { recording: graph.finish(outputs, native['getInputTensorIds'](outputs)), outputs };
  } finally {
    native.binding = binding;
    // Both stand on the prototype of the backend's class.
    Reflect.deleteProperty(native, 'getInputTensorIds');
    Reflect.deleteProperty(native, 'move');
  }
}

/** The graph of what a body asks for, op after op. Native tensors are known by their ids. */
class GraphInTheMaking {
  readonly #nodes: GraphNode[] = [];
  readonly #madeAt = new Map<string, Place>();
  readonly #captured: Tensor[] = [];
  /** What stands for each tensor in the graph, and its type. */
  readonly #known = new Map<number, { name: string; type: number }>();
  /** Of tensors that the body has made of numbers: which they are, and the lines by their values. */
  readonly #madeHere = new WeakSet<object>();
  readonly #lines = new WeakMap<object, Place>();
  readonly #inputs: number;
  #arguments = 0;
  #stateful: Recording['stateful'] = null;
  #refused: string | null = null;

  constructor(inputs: Tensor[]) {
    this.#inputs = inputs.length;
    const ids: number[] = native['getInputTensorIds'](inputs);
    inputs.forEach((tensor, i) => this.#addArgument(ids[i] ?? -1, typeOf(tensor)));
  }

  #addArgument(id: number, type: number): void {
    const name = `input_${this.#arguments++}`;
    this.#nodes.push({ name, op: 'Placeholder', inputs: [], attributes: { dtype: { type } } });
    this.#known.set(id, { name, type });
  }

  /** Only the first reason is kept: the others follow from it. */
  refuse(why: string): void {
    this.#refused ??= why;
  }

  noteOrigin(dataId: object, values: object, place: Place): void {
    this.#madeHere.add(dataId);
    this.#lines.set(values, place);
  }

  isMadeHere(dataId: object): boolean {
    return this.#madeHere.has(dataId);
  }

  /** What is not known yet was there before. */
  capture(tensors: Tensor[], ids: number[]): void {
    tensors.forEach((tensor, i) => {
      const id = ids[i] ?? -1;
      if (this.#known.has(id)) return;
      this.#addArgument(id, typeOf(tensor));
      this.#captured.push(tensor);
    });
  }

  addConstant(id: number, ...[shape, type, values]: Parameters<Binding['createTensor']>): void {
    const name = `n${this.#nodes.length}`;
    const tensor = { dtype: type, tensorShape: shapeOf(shape), tensorContent: bytesOf(values) };
    this.#nodes.push({ name, op: 'Const', inputs: [], attributes: { dtype: { type }, value: { tensor } } });
    this.#madeAt.set(name, this.#lines.get(values) ?? here());
    this.#known.set(id, { name, type });
  }

  addOp(op: string, attributes: Attribute[], ids: number[], outputs: { id: number; dtype: number }[]): void {
    const name = `n${this.#nodes.length}`;
    const inputs = ids.map((id) => this.#known.get(id) ?? { name: '', type: 0 });
    const inferred = left[op] && inputs[0] ? { [left[op]]: { type: inputs[0].type } } : {};
    const isStateful = inputs.some(({ type }) => type === native.binding.TF_RESOURCE);
    this.#nodes.push({
      ...{ name, op, attributes: { ...inferred, ...named(attributes) } },
      inputs: [...inputs.map((input) => input.name), ...(isStateful ? this.#afterAll() : [])],
    });
    if (isStateful) this.#stateful = { first: this.#stateful?.first ?? name, last: name };
    outputs.forEach(({ id, dtype }, i) => this.#known.set(id, { name: i === 0 ? name : `${name}:${i}`, type: dtype }));
  }

  /** What reads or changes a variable does so after all that did before. */
  #afterAll(): string[] {
    return this.#stateful === null ? [] : [`^${this.#stateful.last}`];
  }

  /** Throws `Untraceable`. */
  finish(outputs: Tensor[], ids: number[]): Recording {
    if (this.#refused !== null) throw new Untraceable(this.#refused);
    outputs.forEach((output, i) => {
      const inputs = [this.#known.get(ids[i] ?? -1)?.name ?? '', ...this.#afterAll()];
      this.#nodes.push({ name: `output_${i}`, op: 'Identity', inputs, attributes: { T: { type: typeOf(output) } } });
    });
    return {
      ...{ nodes: this.#nodes, inputs: this.#inputs, outputs: outputs.length, stateful: this.#stateful },
      ...{ madeAt: this.#madeAt, captured: this.#captured },
    };
  }
}

/** Types that TensorFlow.js leaves to TensorFlow to find out: those of the first input. */
const left: Partial<Record<string, string>> = { ExpandDims: 'T' };

const typeOf = (tensor: Tensor): number => native['tensorMap'].get(tensor.dataId).dtype;

const named = (attributes: Attribute[]): Record<string, AttributeValue> =>
  Object.fromEntries(attributes.map((attribute) => [attribute.name, attributeValue(attribute, native.binding)]));

function bytesOf(values: unknown): Uint8Array {
  if (!ArrayBuffer.isView(values)) throw new Error('A tensor was made of something other than numbers.');
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
}

/** Deeper than TensorFlow.js goes between a line of a body and the native op. */
const FRAMES = 60;

/** A place in the source; its words are made only when somebody asks. */
type Place = Error;

function here(): Place {
  const usual = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const place = new Error();
  Error.stackTraceLimit = usual;
  return place;
}

/** The line that is to blame: the nearest one that is neither TensorFlow.js's nor of this folder. */
export function lineOf({ stack = '' }: Place): string {
  const isOthers = (frame: string) => frame.includes('node_modules') || frame.includes(import.meta.dirname);
  const frame = stack.split('\n').find((line, i) => i > 0 && !isOthers(line)) ?? 'an unknown place';
  return frame.trim().replace(/^at /, '');
}
