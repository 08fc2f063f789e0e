// A graph of TensorFlow in a folder: as a SavedModel, whose weights are constants of the graph, and as a graph model of
// TensorFlow.js.

import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import protobuf from 'protobufjs/light.js';
import { writeWhole } from '../../files/whole-file.ts';
import { serialise, shapeOf, type AttributeValue, type GraphNode } from '../tensorflow/graph-def.ts';
import { dataTypes, INPUT, OUTPUT } from './translation.ts';

/** The sides of what goes in and of what comes out. */
export interface Sides {
  sidePx: number;
  classes: number;
}

/** Of saved_model.proto and meta_graph.proto, what a graph without variables needs; numbers are the format's. */
const nested = {
  SavedModel: {
    fields: {
      savedModelSchemaVersion: { id: 1, type: 'int64' },
      metaGraphs: { rule: 'repeated', id: 2, type: 'MetaGraph' },
    },
  },
  MetaGraph: {
    fields: {
      metaInfo: { id: 1, type: 'MetaInfo' },
      // A graph that is serialised already is a message like any other.
      graph: { id: 2, type: 'bytes' },
      signature: { keyType: 'string', id: 5, type: 'Signature' },
    },
  },
  MetaInfo: { fields: { tags: { rule: 'repeated', id: 4, type: 'string' } } },
  Signature: {
    fields: {
      inputs: { keyType: 'string', id: 1, type: 'TensorInfo' },
      outputs: { keyType: 'string', id: 2, type: 'TensorInfo' },
      methodName: { id: 3, type: 'string' },
    },
  },
  TensorInfo: {
    fields: { name: { id: 1, type: 'string' }, dtype: { id: 2, type: 'int32' }, tensorShape: { id: 3, type: 'Shape' } },
  },
  Shape: { fields: { dim: { rule: 'repeated', id: 2, type: 'Dim' } } },
  Dim: { fields: { size: { id: 1, type: 'int64' } } },
};
const SavedModel = protobuf.Root.fromJSON({ nested }).lookupType('SavedModel');

/** Writes saved_model.pb. Throws 'storage-failed'. */
export function writeSavedModel(folder: string, nodes: readonly GraphNode[], { sidePx, classes }: Sides): void {
  const tensor = (name: string, sides: readonly number[]) => ({
    [name]: { name: `${name}:0`, dtype: dataTypes.float32, tensorShape: shapeOf(sides) },
  });
  const signature = {
    inputs: tensor(INPUT, [-1, sidePx, sidePx, 3]),
    outputs: tensor(OUTPUT, [-1, classes]),
    methodName: 'tensorflow/serving/predict',
  };
  const metaGraph = {
    metaInfo: { tags: ['serve'] },
    graph: serialise(nodes),
    signature: { serving_default: signature },
  };
  const model = SavedModel.fromObject({ savedModelSchemaVersion: 1, metaGraphs: [metaGraph] });
  mkdirSync(folder, { recursive: true });
  writeWhole(join(folder, 'saved_model.pb'), [SavedModel.encode(model).finish()]);
}

/** As browsers like to load them, each piece by itself. */
const SHARD_BYTES = 4 * 2 ** 20;

/** Writes model.json and its weights. Throws 'storage-failed'. */
export function writeGraphModel(
  folder: string,
  nodes: readonly GraphNode[],
  { sidePx, classes }: Sides,
  metadata: object,
): void {
  const weights = nodes.flatMap(({ name, attributes }) => {
    const tensor = attributes['value']?.tensor;
    if (!tensor) return [];
    const shape = tensor.tensorShape.dim.map(({ size }) => size);
    const dtype = tensor.dtype === dataTypes.int32 ? 'int32' : 'float32';
    return [{ spec: { name, shape, dtype }, bytes: tensor.tensorContent }];
  });
  const all = Buffer.concat(weights.map(({ bytes }) => bytes));
  const shards = Array.from({ length: Math.ceil(all.length / SHARD_BYTES) }, (_, i) =>
    all.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES),
  );
  const paths = shards.map((_, i) => `group1-shard${i + 1}of${shards.length}.bin`);
  const port = (name: string, sides: readonly number[]) => ({
    [name]: { name: `${name}:0`, dtype: 'DT_FLOAT', tensorShape: shapeInJson(sides) },
  });
  const model = {
    format: 'graph-model',
    generatedBy: 'Whisker',
    convertedBy: null,
    signature: { inputs: port(INPUT, [-1, sidePx, sidePx, 3]), outputs: port(OUTPUT, [-1, classes]) },
    userDefinedMetadata: metadata,
    modelTopology: { node: nodes.map(nodeInJson), library: {}, versions: { producer: 1087 } },
    weightsManifest: [{ paths, weights: weights.map(({ spec }) => spec) }],
  };
  mkdirSync(folder, { recursive: true });
  shards.forEach((bytes, i) => writeWhole(join(folder, paths[i] ?? ''), [bytes]));
  writeWhole(join(folder, 'model.json'), [Buffer.from(JSON.stringify(model))]);
}

/** As protobuf's own JSON has it: numbers of 64 bits as texts, bytes in base64, types by their names. */
const nodeInJson = ({ name, op, inputs, attributes }: GraphNode) => ({
  name,
  op,
  ...(inputs.length > 0 && { input: inputs }),
  attr: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, valueInJson(value)])),
});

const typeNames: Record<number, string> = { [dataTypes.float32]: 'DT_FLOAT', [dataTypes.int32]: 'DT_INT32' };
const shapeInJson = (sides: readonly number[]) => ({ dim: sides.map((size) => ({ size: String(size) })) });

function valueInJson({ list, s, i, type, shape, tensor, ...rest }: AttributeValue): object {
  const sidesOf = ({ dim }: NonNullable<AttributeValue['shape']>) => dim.map(({ size }) => size);
  if (tensor)
    return { tensor: { dtype: typeNames[tensor.dtype], tensorShape: shapeInJson(sidesOf(tensor.tensorShape)) } };
  if (shape) return { shape: shapeInJson(sidesOf(shape)) };
  if (type !== undefined) return { type: typeNames[type] };
  if (s) return { s: Buffer.from(s).toString('base64') };
  if (i !== undefined) return { i: String(i) };
  return list ? { list: { i: list.i?.map(String) ?? [] } } : rest;
}
