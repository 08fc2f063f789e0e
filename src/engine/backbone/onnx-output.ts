// From what an ONNX network puts out to one vector a photo: a vector as it is, a map of features as its mean, a
// transformer's tokens as the first of them or, where none stands for the whole picture, as their mean.

import type { Tensor } from 'onnxruntime-node';

export interface Pooling {
  /** Length of a feature vector. */
  features: number;
  /** How much of a choice it is: vectors before tokens before maps. */
  rank: number;
  /** The same in words. */
  taken: Taken;
  /** [n, features] row-major; n: how many photos the tensor is of. */
  pool(output: PickedTensor): Float32Array;
}

/** A vector as it is, the first of a transformer's tokens or their mean, the mean over a map's places. */
export type Taken = 'vector' | 'first-token' | 'mean-of-tokens' | 'mean-of-map';

type PickedTensor = Pick<Tensor, 'data' | 'dims'>;

/** Null when it has the shape of none of them. */
export function pooling({ data, dims }: PickedTensor, layout: 'nchw' | 'nhwc'): Pooling | null {
  if (!(data instanceof Float32Array)) return null;
  const sides = dims.slice(1).filter((side) => side !== 1);
  if (dims.length < 2 || dims.some((side) => side < 1)) return null;
  if (sides.length === 1) return of(0, sides[0] ?? 0, 'vector', asItIs);
  if (dims.length === 3) {
    const [, tokens = 0, features = 0] = dims;
    // A map of features cut into tokens is square; what is over stands for the picture, and comes first.
    const whole = !Number.isInteger(Math.sqrt(tokens));
    return whole
      ? of(1, features, 'first-token', firstOf(tokens))
      : of(1, features, 'mean-of-tokens', meanOf({ places: tokens, step: features, stride: 1 }));
  }
  if (dims.length !== 4) return null;
  const [, first = 0, second = 0, third = 0] = dims;
  return layout === 'nchw'
    ? of(2, first, 'mean-of-map', meanOf({ places: second * third, step: 1, stride: second * third }))
    : of(2, third, 'mean-of-map', meanOf({ places: first * second, step: third, stride: 1 }));
}

type Pool = (all: Float32Array, features: number) => Float32Array;

function of(rank: number, features: number, taken: Taken, pool: Pool): Pooling | null {
  return features < 2 ? null : { rank, features, taken, pool: ({ data }) => pool(floats(data), features) };
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
