// One native call in place of hundreds: records what an ordinary piece of work asks of TensorFlow, twice, and makes a
// function of it, an op of its own. What changes from call to call is an input; what changes and is none is refused.

import { createHash } from 'node:crypto';
import { attributeValue, serialise, shapeOf, type AttributeValue, type GraphNode } from './graph-def.ts';
import { native, type Attribute } from './execute.ts';
import type { Body, Compiled, State } from './backend-ops.ts';
import type { NativeVariable } from './native-variable.ts';
import { isOutOfMemory } from './out-of-memory.ts';
import { tidy, type Tensor } from './tensorflow.ts';

type Binding = typeof native.binding;
type FunctionBinding = Binding & {
  addFunction(name: string, graph: Uint8Array, inputs: number, outputs: number): void;
};

const hasFunctions = (binding: Binding): binding is FunctionBinding =>
  'addFunction' in binding && typeof binding.addFunction === 'function';

/** What a body asked for, as a graph over its inputs and what it captured. */
interface Recording {
  nodes: GraphNode[];
  /** Where in the source each constant was made, by the name of its node. */
  madeAt: Map<string, string>;
  /** Tensors that were there before: further inputs. */
  captured: Tensor[];
  outputs: number;
}

/**
 * For each kind of inputs the body is rehearsed on a copy of the state, as it is, and the function that comes of it
 * does the work; at the next call it is rehearsed once more, to see that nothing changed that is no input. So all that
 * is ever learned is learned in one way, whenever a run is cut off and goes on.
 */
export function compiled<S extends State>(body: Body<S>, state: S): Compiled {
  let kind = '';
  let first: Recording | null = null;
  let checked = false;
  let call: NativeCall | null = null;
  let hasRun = false;
  let refusal = hasFunctions(native.binding) ? null : 'This build of TensorFlow.js makes no functions of graphs.';

  function rehearse(inputs: Tensor[]): void {
    const scratch = copyOf(state);
    try {
      const recording = record((tensors) => body(tensors, scratch), inputs, handlesOf(scratch));
      if (first === null) [first, call] = [recording, functionOf(recording)];
      else checked = isSame(first, recording);
    } catch (error) {
      if (!(error instanceof Untraceable)) throw error;
      refusal = error.message;
    } finally {
      for (const part of scratch) part.dispose();
    }
  }

  return {
    run(inputs, ofBody) {
      const now = kindOf(inputs, ofBody);
      if (now !== kind) [kind, first, checked, call, hasRun] = [now, null, false, null, false];
      if (!checked && refusal === null) tidy(() => rehearse(inputs));
      if (!call || refusal !== null) return body(inputs, state);
      try {
        const outputs = call(inputs, handlesOf(state));
        hasRun = true;
        return outputs;
      } catch (error) {
        // A function that the device has no room for is no worse than the body.
        if (hasRun || isOutOfMemory(error)) throw error;
        refusal = `TensorFlow does not run the function: ${wordsOf(error)}`;
        return body(inputs, state);
      }
    },
    get refusal() {
      return refusal;
    },
  };
}

type NativeCall = (inputs: Tensor[], variables: Tensor[]) => Tensor[];

/** Copies every part of the same class as it is. */
const copyOf = <S extends State>(state: S): S => state.map((part) => part.copy()) as unknown as S;

const handlesOf = (state: State): Tensor[] =>
  state.flatMap((part) => part.variables.map((variable) => (variable as NativeVariable).handle));

/** What makes another graph: types, shapes, and which tensors are one and the same. */
const kindOf = (inputs: Tensor[], ofBody: string): string =>
  [ofBody, ...inputs.map((tensor) => [inputs.indexOf(tensor), tensor.dtype, ...tensor.shape].join(' '))].join('\n');

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A body of which no function can be made, with the reason. */
class Untraceable extends Error {}

// ---------------------------------------------------------------- recording

/** `variables`: handles of what the body changes. Throws `Untraceable`. */
function record(body: (inputs: Tensor[]) => Tensor[], inputs: Tensor[], variables: Tensor[]): Recording {
  const graph = new GraphInTheMaking([...inputs, ...variables]);
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
        const found = binding.executeOp(op, attributes, ids, outputs);
        graph.addOp(op, attributes, ids, found);
        return found;
      },
    },
    tensorDataSync: {
      value(id: number) {
        graph.refuse(`A number was read back to JavaScript, at ${lineHere()}`);
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
    graph.noteOrigin(dataId, values, lineHere());
    move(dataId, values, ...rest);
  };
  try {
    const outputs = body(inputs);
    return graph.finish(outputs, native['getInputTensorIds'](outputs));
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
  readonly #madeAt = new Map<string, string>();
  readonly #captured: Tensor[] = [];
  /** What stands for each tensor in the graph, and its type. */
  readonly #known = new Map<number, { name: string; type: number }>();
  /** Of tensors that the body has made of numbers: which they are, and the lines by their values. */
  readonly #madeHere = new WeakSet<object>();
  readonly #lines = new WeakMap<object, string>();
  #arguments = 0;
  #lastStateful: string | null = null;
  #refused: string | null = null;

  constructor(given: Tensor[]) {
    const ids: number[] = native['getInputTensorIds'](given);
    given.forEach((tensor, i) => this.#addArgument(ids[i] ?? -1, typeOf(tensor)));
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

  noteOrigin(dataId: object, values: object, line: string): void {
    this.#madeHere.add(dataId);
    this.#lines.set(values, line);
  }

  isMadeHere(dataId: object): boolean {
    return this.#madeHere.has(dataId);
  }

  /** Tensors that are not known yet were there before: further arguments. */
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
    this.#madeAt.set(name, this.#lines.get(values) ?? lineHere());
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
    if (isStateful) this.#lastStateful = name;
    outputs.forEach(({ id, dtype }, i) => this.#known.set(id, { name: i === 0 ? name : `${name}:${i}`, type: dtype }));
  }

  /** What reads or changes a variable does so after all that did before. */
  #afterAll(): string[] {
    return this.#lastStateful === null ? [] : [`^${this.#lastStateful}`];
  }

  /** Throws `Untraceable`. */
  finish(outputs: Tensor[], ids: number[]): Recording {
    if (this.#refused !== null) throw new Untraceable(this.#refused);
    outputs.forEach((output, i) => {
      const inputs = [this.#known.get(ids[i] ?? -1)?.name ?? '', ...this.#afterAll()];
      this.#nodes.push({ name: `output_${i}`, op: 'Identity', inputs, attributes: { T: { type: typeOf(output) } } });
    });
    return { nodes: this.#nodes, madeAt: this.#madeAt, captured: this.#captured, outputs: outputs.length };
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

/** The line of the source that is to blame: the nearest one that is neither TensorFlow.js's nor of this folder. */
function lineHere(): string {
  const usual = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = usual;
  const isOthers = (frame: string) => frame.includes('node_modules') || frame.includes(import.meta.dirname);
  const frame = stack.split('\n').find((line, i) => i > 0 && !isOthers(line)) ?? 'an unknown place';
  return frame.trim().replace(/^at /, '');
}

// ---------------------------------------------------------------- comparing, and making a function

/** Throws `Untraceable` unless both ask for the same. */
function isSame(first: Recording, second: Recording): true {
  if (first.nodes.length !== second.nodes.length) {
    throw new Untraceable('It asked for more ops at one time than at another.');
  }
  for (const [i, node] of second.nodes.entries()) {
    const before = first.nodes[i];
    if (before && textOf(before) === textOf(node)) continue;
    const line = second.madeAt.get(node.name);
    throw new Untraceable(
      line === undefined
        ? `Its op ${i} was ${before?.op} at first, and ${node.op} later, or on other inputs.`
        : `A number changed that is no input, at ${line}`,
    );
  }
  if (first.captured.some((tensor, i) => tensor !== second.captured[i])) {
    throw new Untraceable('It used tensors that were not there when it was first recorded.');
  }
  return true;
}

const textOf = (node: GraphNode): string => Buffer.from(serialise([node])).toString('latin1');

/** Functions that TensorFlow knows, by the hash of their graphs: the same graph over other tensors is the same one. */
const known = new Set<string>();

/** Throws `Untraceable` when TensorFlow does not take the graph. */
function functionOf({ nodes, captured, outputs }: Recording): NativeCall {
  const graph = serialise(nodes);
  const name = `whisker_${createHash('sha256').update(graph).digest('hex').slice(0, 32)}`;
  if (!known.has(name)) {
    const { binding } = native;
    if (!hasFunctions(binding)) throw new Untraceable('This build of TensorFlow.js makes no functions.');
    const inputs = nodes.filter(({ op }) => op === 'Placeholder').length;
    try {
      binding.addFunction(name, graph, inputs, outputs);
    } catch (error) {
      throw new Untraceable(`TensorFlow does not take the graph: ${wordsOf(error)}`);
    }
    known.add(name);
  }
  return (inputs, variables) =>
    native.executeMultipleOutputs(name, [], [...inputs, ...variables, ...captured], outputs);
}
