// From what an ONNX network puts out to one vector a photo: a vector as it is, a map of features as its mean, a
// transformer's tokens as the first of them or, where none stands for the whole picture, as their mean.

import type { Tensor } from 'onnxruntime-node';
import type { PoolingKind } from '../messages.ts';

export interface Pooling {
  kind: PoolingKind;
  /** Length of a feature vector. */
  features: number;
  /** How much of a choice it is: vectors before tokens before maps. */
  rank: number;
  /** [n, features] row-major; n: how many photos the tensor is of. */
  pool(output: PickedTensor): Float32Array;
}

type PickedTensor = Pick<Tensor, 'data' | 'dims'>;

/** Null when it has the shape of none of them. */
export function pooling({ data, dims }: PickedTensor, layout: 'nchw' | 'nhwc'): Pooling | null {
  if (!(data instanceof Float32Array)) return null;
  const sides = dims.slice(1).filter((side) => side !== 1);
  if (dims.length < 2 || dims.some((side) => side < 1)) return null;
  if (sides.length === 1) return of('vector', sides[0] ?? 0, asItIs);
  if (dims.length === 3) {
    const [, tokens = 0, features = 0] = dims;
    // A map of features cut into tokens is square; what is over stands for the picture, and comes first.
    const whole = !Number.isInteger(Math.sqrt(tokens));
    return whole
      ? of('first-token', features, firstOf(tokens))
      : of('mean-of-tokens', features, meanOf({ places: tokens, step: features, stride: 1 }));
  }
  if (dims.length !== 4) return null;
  const [, first = 0, second = 0, third = 0] = dims;
  return layout === 'nchw'
    ? of('mean-of-map', first, meanOf({ places: second * third, step: 1, stride: second * third }))
    : of('mean-of-map', third, meanOf({ places: first * second, step: third, stride: 1 }));
}

type Pool = (all: Float32Array, features: number) => Float32Array;

/** How much of a choice each is: vectors before tokens before maps. */
const ranks: Record<PoolingKind, number> = { vector: 0, 'first-token': 1, 'mean-of-tokens': 1, 'mean-of-map': 2 };

function of(kind: PoolingKind, features: number, pool: Pool): Pooling | null {
  return features < 2 ? null : { kind, rank: ranks[kind], features, pool: ({ data }) => pool(floats(data), features) };
}

function floats(data: Tensor['data']): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new TypeError('an output that was of floats is of others now');
}

const asItIs: Pool = (all) => all;

/** The first of `tokens` vectors of each photo. */
const firstOf =
  (tokens: number): Pool =>
  (all, features) => {
    const vectors = new Float32Array(all.length / tokens);
    for (let at = 0; at < vectors.length; at += features) {
      vectors.set(all.subarray(at * tokens, at * tokens + features), at);
    }
    return vectors;
  };

interface Places {
  places: number;
  /** From one place to the next. */
  step: number;
  /** From one feature to the next. */
  stride: number;
}

/** The mean over the places of each photo. */
const meanOf =
  ({ places, step, stride }: Places): Pool =>
  (all, features) => {
    const vectors = new Float32Array(all.length / places);
    for (let at = 0; at < vectors.length; at++) {
      const from = Math.floor(at / features) * places * features + (at % features) * stride;
      let sum = 0;
      for (let place = 0; place < places; place++) sum += all[from + place * step] ?? 0;
      vectors[at] = sum / places;
    }
    return vectors;
  };
