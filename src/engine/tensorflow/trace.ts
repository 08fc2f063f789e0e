// One native call in place of hundreds, or thousands: records what an ordinary piece of work asks of TensorFlow, twice,
// and makes a function of it, an op of its own. What changes from turn to turn is an input; what changes and is none is
// refused.

import { createHash } from 'node:crypto';
import type { Body, Compiled } from './backend-ops.ts';
import { native } from './execute.ts';
import { serialise, type GraphNode } from './graph-def.ts';
import { isOutOfMemory } from './out-of-memory.ts';
import { lineOf, record, Untraceable, type Recording } from './recording.ts';
import { repeated } from './repeat.ts';
import { takeTurns } from './take-turns.ts';
import { tidy, type Tensor } from './tensorflow.ts';

type Binding = typeof native.binding;
type FunctionBinding = Binding & {
  addFunction(name: string, graph: Uint8Array, inputs: number, outputs: number): void;
};

const hasFunctions = (binding: Binding): binding is FunctionBinding =>
  'addFunction' in binding && typeof binding.addFunction === 'function';

/**
 * For each kind of inputs the body is rehearsed, which changes nothing, and the function that comes of it does the
 * work; in the next turn it is rehearsed once more, to see that nothing else changed than the inputs. So all that is
 * ever learned is learned in one way, whenever a run is cut off and goes on.
 */
export function compiled(body: Body): Compiled {
  let kind = '';
  let first: Recording | null = null;
  let checked = false;
  /** By how many turns they take. */
  let calls = new Map<number, NativeCall>();
  let hasRun = false;
  let refusal = hasFunctions(native.binding) ? null : 'This build of TensorFlow.js makes no functions of graphs.';

  /** What the body gives, if it neither reads nor changes a variable. */
  function rehearse(inputs: Tensor[]): Tensor[] | null {
    try {
      const { recording, outputs } = record(body, inputs);
      if (first === null) first = recording;
      else checked = isSame(first, recording);
      return recording.stateful ? null : outputs;
    } catch (error) {
      if (!(error instanceof Untraceable)) throw error;
      refusal = error.message;
      return null;
    }
  }

  /** Throws `Untraceable` when TensorFlow does not take the graph. */
  function callFor(recording: Recording, turns: number): NativeCall {
    const call = calls.get(turns) ?? functionOf(recording, turns);
    calls.set(turns, call);
    return call;
  }

  return {
    run(turns, ofBody) {
      const [now = '', ...others] = turns.map((inputs) => kindOf(inputs, ofBody));
      if (others.some((other) => other !== now)) throw new Error('Turns of one call are of one kind.');
      if (now !== kind) [kind, first, checked, calls, hasRun] = [now, null, false, new Map(), false];
      let answer: Tensor[] | null = null;
      for (const inputs of turns) answer = checked || refusal !== null ? null : tidy(() => rehearse(inputs));
      if (answer) return answer;
      if (!first || refusal !== null) return takeTurns(body, turns);
      try {
        const outputs = callFor(first, turns.length)(turns.flat());
        hasRun = true;
        return outputs;
      } catch (error) {
        // A function that the device has no room for is no worse than the body.
        if (hasRun || isOutOfMemory(error)) throw error;
        refusal =
          error instanceof Untraceable ? error.message : `TensorFlow does not run the function: ${wordsOf(error)}`;
        return takeTurns(body, turns);
      }
    },
    get refusal() {
      return refusal;
    },
  };
}

type NativeCall = (inputs: Tensor[]) => Tensor[];

/** What makes another graph: types, shapes, and which tensors have one and the same data, as clones do. */
function kindOf(inputs: Tensor[], ofBody: string): string {
  const first = (tensor: Tensor) => inputs.findIndex(({ dataId }) => dataId === tensor.dataId);
  return [ofBody, ...inputs.map((tensor) => [first(tensor), tensor.dtype, ...tensor.shape].join(' '))].join('\n');
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

// ---------------------------------------------------------------- comparing, and making a function

/** Throws `Untraceable` unless both ask for the same. */
function isSame(first: Recording, second: Recording): true {
  if (first.nodes.length !== second.nodes.length) {
    throw new Untraceable('It asked for more ops at one time than at another.');
  }
  for (const [i, node] of second.nodes.entries()) {
    const before = first.nodes[i];
    if (before && textOf(before) === textOf(node)) continue;
    const place = second.madeAt.get(node.name);
    throw new Untraceable(
      place
        ? `A number changed that is no input, at ${lineOf(place)}`
        : `Its op ${i} was ${before?.op} at first, and ${node.op} later, or on other inputs.`,
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
function functionOf(recording: Recording, turns: number): NativeCall {
  const { captured, outputs } = recording;
  const nodes = repeated(recording, turns);
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
  return (inputs) => native.executeMultipleOutputs(name, [], [...inputs, ...captured], outputs);
}
