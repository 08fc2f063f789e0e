// One native call in place of hundreds: records what an ordinary piece of work asks of TensorFlow, twice, and makes a
// function of it, an op of its own. What changes from call to call is an input; what changes and is none is refused.

import { createHash } from 'node:crypto';
import { attributeValue, serialise, type AttributeValue, type GraphNode } from './graph-def.ts';
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
  const { binding } = native;
  const nodes: GraphNode[] = [];
  const madeAt = new Map<string, string>();
  const captured: Tensor[] = [];
  /** What stands for each native tensor in the graph. */
  const names = new Map<number, string>();
  const kinds = new Map<number, number>();
  const madeHere = new WeakSet<object>();
  /** Where values came from that are no native tensors yet. */
  const lines = new WeakMap<object, string>();
  let lastStateful: string | null = null;
  let refused: string | null = null;

  const argument = (type: number): string => {
    const name = `input_${arguments_++}`;
    nodes.push({ name, op: 'Placeholder', inputs: [], attributes: { dtype: { type } } });
    return name;
  };
  let arguments_ = 0;
  const given = [...inputs, ...variables];
  const ids: number[] = native['getInputTensorIds'](given);
  given.forEach((input, i) => {
    names.set(ids[i] ?? -1, argument(typeOf(input)));
    kinds.set(ids[i] ?? -1, typeOf(input));
  });

  const recorded: Binding = Object.create(binding, {
    createTensor: {
      value(...[shape, dtype, values]: Parameters<Binding['createTensor']>) {
        const id = binding.createTensor(shape, dtype, values);
        const name = `n${nodes.length}`;
        const tensor = { dtype, tensorShape: { dim: shape.map((size) => ({ size })) }, tensorContent: bytesOf(values) };
        nodes.push({ name, op: 'Const', inputs: [], attributes: { dtype: { type: dtype }, value: { tensor } } });
        madeAt.set(name, lines.get(values) ?? lineHere());
        names.set(id, name);
        kinds.set(id, dtype);
        return id;
      },
    },
    executeOp: {
      value(...[op, attributes, inputIds, outputs]: Parameters<Binding['executeOp']>) {
        const found = binding.executeOp(op, attributes, inputIds, outputs);
        const name = `n${nodes.length}`;
        const inferred = left[op] ? { [left[op]]: { type: kinds.get(inputIds[0] ?? -1) ?? binding.TF_FLOAT } } : {};
        const node = {
          ...{ name, op, inputs: inputIds.map((id) => names.get(id) ?? '') },
          attributes: { ...inferred, ...named(attributes) },
        };
        nodes.push(node);
        if (inputIds.some((id) => kinds.get(id) === binding.TF_RESOURCE)) {
          if (lastStateful !== null) node.inputs.push(`^${lastStateful}`);
          lastStateful = name;
        }
        found.forEach(({ id, dtype }, i) => {
          names.set(id, i === 0 ? name : `${name}:${i}`);
          kinds.set(id, dtype);
        });
        return found;
      },
    },
    tensorDataSync: {
      value(id: number) {
        refused ??= `A number was read back to JavaScript, at ${lineHere()}`;
        return binding.tensorDataSync(id);
      },
    },
  });
  const getIds = native['getInputTensorIds'].bind(native);
  const move = native.move.bind(native);
  native.binding = recorded;
  native['getInputTensorIds'] = (tensors: Tensor[]): number[] => {
    // What was there before and has not been needed yet is made native now, and is no constant.
    native.binding = binding;
    getIds(tensors.filter(({ dataId }) => !madeHere.has(dataId)));
    native.binding = recorded;
    const found: number[] = getIds(tensors);
    found.forEach((id, i) => {
      const tensor = tensors[i];
      if (names.has(id) || !tensor) return;
      names.set(id, argument(typeOf(tensor)));
      kinds.set(id, typeOf(tensor));
      captured.push(tensor);
    });
    return found;
  };
  native.move = (dataId, values, ...rest) => {
    madeHere.add(dataId);
    lines.set(values, lineHere());
    move(dataId, values, ...rest);
  };
  try {
    const outputs = body(inputs);
    const outputIds: number[] = native['getInputTensorIds'](outputs);
    outputIds.forEach((id, i) => {
      const output = outputs[i];
      if (!output) return;
      const after = lastStateful === null ? [] : [`^${lastStateful}`];
      const attributes = { T: { type: typeOf(output) } };
      nodes.push({ name: `output_${i}`, op: 'Identity', inputs: [names.get(id) ?? '', ...after], attributes });
    });
    if (refused !== null) throw new Untraceable(refused);
    return { nodes, madeAt, captured, outputs: outputs.length };
  } finally {
    native.binding = binding;
    // Both stand on the prototype of the backend's class.
    Reflect.deleteProperty(native, 'getInputTensorIds');
    Reflect.deleteProperty(native, 'move');
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
