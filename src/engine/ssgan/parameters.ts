// How the named weights of a network lie in its one flat vector. Trainable ones come first, frozen ones last.

import { tf, type Scalar, type Tensor, type Tensor1D } from '../tensorflow/tensorflow.ts';

export interface Parameter {
  name: string;
  shape: number[];
  /** Without a gradient: set once when the network is made, or following statistics. */
  frozen?: boolean;
}

export interface Entry extends Parameter {
  offset: number;
  size: number;
}

export interface Layout {
  entries: Entry[];
  /** Numbers in all, and how many of them are learned. */
  size: number;
  trainable: number;
}

/** One weight by name. The network that laid it out knows its rank and says so. */
export type Weights = <T extends Tensor>(name: string) => T;

export function layOut(parameters: Parameter[]): Layout {
  let offset = 0;
  const ordered = [...parameters.filter((p) => !p.frozen), ...parameters.filter((p) => p.frozen)];
  const entries = ordered.map((parameter) => {
    const size = parameter.shape.reduce((product, side) => product * side, 1);
    offset += size;
    return { ...parameter, size, offset: offset - size };
  });
  const trainable = entries.reduce((sum, entry) => sum + (entry.frozen ? 0 : entry.size), 0);
  return { entries, size: offset, trainable };
}

/** The slice of a flat host vector that holds one parameter. */
export function part(flat: Float32Array, layout: Layout, name: string): Float32Array {
  const { offset, size } = entryOf(layout, name);
  return flat.subarray(offset, offset + size);
}

function entryOf(layout: Layout, name: string): Entry {
  const entry = layout.entries.find((candidate) => candidate.name === name);
  if (!entry) throw new Error(`The network has no parameter '${name}'.`);
  return entry;
}

/**
 * The flat vector as named tensors, in two kinds of op: one split, and one reshape a tensor. `tensors` holds the
 * learned ones.
 */
export function unpack(flat: Tensor1D, layout: Layout): { tensors: Tensor[]; weights: Weights } {
  const { entries } = layout;
  const pieces = tf.split(
    flat,
    entries.map((entry) => entry.size),
  );
  const byName = new Map(entries.map((entry, i) => [entry.name, tf.reshape(pieces[i] ?? flat, entry.shape)]));
  return {
    tensors: entries.flatMap(({ name, frozen }) => (frozen ? [] : [byName.get(name) ?? flat])),
    weights: <T extends Tensor>(name: string) => {
      const tensor = byName.get(name);
      if (!tensor) throw new Error(`The network has no parameter '${name}'.`);
      return tensor as T; // Its shape was given by the same name in `layOut`.
    },
  };
}

/**
 * Runs `compute` and differentiates its loss by a network's learned weights: [layout.size], zeros for frozen and unused
 * ones. What `keep` holds outlives the differentiation. Call inside tf.tidy.
 */
export function differentiate<K extends [Tensor, ...Tensor[]]>(
  compute: () => { loss: Scalar; keep: K },
  tensors: Tensor[],
  layout: Layout,
): { loss: Scalar; kept: K; gradient: Tensor1D } {
  return tf.tidy(() => {
    let held: Tensor[] = [];
    try {
      const { value: loss, grads } = tf.engine().gradients(() => {
        const { loss, keep } = compute();
        held = keep.map((tensor) => tf.keep(tensor.clone()));
        return loss;
      }, tensors);
      const kept = held.map((tensor) => tensor.clone()); // From here on the caller's tidy owns them.
      const pieces = tensors.map((tensor, i) => (grads[i] ?? tf.zerosLike(tensor)).as1D());
      if (layout.trainable < layout.size) pieces.push(tf.zeros([layout.size - layout.trainable]));
      // Clones are of the rank of what they were cloned from.
      return { loss, kept: kept as K, gradient: tf.concat1d(pieces) };
    } finally {
      // Also when memory ran out in the middle, which is when it matters most.
      tf.dispose(held);
    }
  });
}
