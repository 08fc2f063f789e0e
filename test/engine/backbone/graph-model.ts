// A graph model written by hand: a 1 × 1 convolution to two channels, ReLU, the mean over the picture, then a head of
// its own.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Attributes = Record<string, unknown>;

const float = { type: 'DT_FLOAT' };
const strings = (...texts: string[]) => ({ list: { s: texts.map((text) => Buffer.from(text).toString('base64')) } });
const constant = (name: string, shape: number[], type = 'DT_FLOAT') => ({
  name,
  op: 'Const',
  attr: {
    dtype: { type },
    value: { tensor: { dtype: type, tensorShape: { dim: shape.map((n) => ({ size: String(n) })) } } },
  },
});
const node = (name: string, op: string, input: string[], attr: Attributes = {}) => ({
  ...{ name, op, input },
  attr: { T: float, ...attr },
});

/**
 * Writes it to `folder`; -1 in `inputShape` is any size. Channel 0 is red − green, channel 1 is 2 · blue; each after
 * ReLU. Shard names follow no custom.
 */
export function writeGraphModel(folder: string, inputShape: number[] = [-1, 32, 32, 3]): void {
  mkdirSync(folder, { recursive: true });
  const dim = inputShape.map((size) => ({ size: String(size) }));
  const topology = {
    node: [
      { name: 'picture', op: 'Placeholder', attr: { dtype: float, shape: { shape: { dim } } } },
      constant('kernel', [1, 1, 3, 2]),
      constant('axes', [2], 'DT_INT32'),
      constant('head', [2, 3]),
      node('convolved', 'Conv2D', ['picture', 'kernel'], {
        ...{ strides: { list: { i: ['1', '1', '1', '1'] } }, dilations: { list: { i: ['1', '1', '1', '1'] } } },
        ...{ padding: { s: strings('SAME').list.s[0] }, data_format: { s: strings('NHWC').list.s[0] } },
      }),
      node('activated', 'Relu', ['convolved']),
      node('pooled', 'Mean', ['activated', 'axes'], { Tidx: { type: 'DT_INT32' }, keep_dims: { b: false } }),
      node('logits', 'MatMul', ['pooled', 'head'], { transpose_a: { b: false }, transpose_b: { b: false } }),
    ],
    versions: { producer: 440 },
  };
  const kernel = Float32Array.of(1, 0, -1, 0, 0, 2);
  const axes = Int32Array.of(1, 2);
  const head = Float32Array.of(1, 2, 3, 4, 5, 6);
  const weightsManifest = [
    { paths: ['first part'], weights: [{ name: 'kernel', shape: [1, 1, 3, 2], dtype: 'float32' }] },
    {
      paths: ['b.dat', 'c'],
      weights: [
        { name: 'axes', shape: [axes.length], dtype: 'int32' },
        { name: 'head', shape: [2, 3], dtype: 'float32' },
      ],
    },
  ];
  writeFileSync(
    join(folder, 'model.json'),
    JSON.stringify({ format: 'graph-model', modelTopology: topology, weightsManifest }),
  );
  writeFileSync(join(folder, 'first part'), kernel);
  // A group may be cut anywhere, even within a number.
  const rest = Buffer.concat([Buffer.from(axes.buffer), Buffer.from(head.buffer)]);
  writeFileSync(join(folder, 'b.dat'), rest.subarray(0, 9));
  writeFileSync(join(folder, 'c'), rest.subarray(9));
}
