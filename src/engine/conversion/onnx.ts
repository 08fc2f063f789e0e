// Writes a network as an ONNX file, and reads one: the few messages and fields of the format (onnx.proto3 of onnx/onnx)
// that a feed-forward network of convolutions needs.

import protobuf from 'protobufjs/light.js';

const IR_VERSION = 8;
export const OPSET = 17;
/** Number of the graph's field in a model. */
const GRAPH = 7;

/** `TensorProto.DataType`. */
const elementTypes = { float: 1, uint8: 2, int64: 7 } as const;
/** `AttributeProto.AttributeType`. */
const [FLOAT, INT, INTS] = [1, 2, 7];

export interface Port {
  name: string;
  type: 'float' | 'uint8';
  /** A name stands for a side that may have any length. */
  shape: readonly (number | string)[];
}

export interface OnnxNetwork {
  name: string;
  input: Port;
  output: Port;
  /** In the order in which they are computed. */
  nodes: readonly Node[];
  /** Constants by their names. */
  constants: ReadonlyMap<string, Constant>;
  /** What readers should know, by the keys of ONNX's docs/MetadataProps.md. */
  metadata?: Readonly<Record<string, string>>;
}

export interface Node {
  type: string;
  inputs: readonly string[];
  output: string;
  /** What comes out beside it. */
  others?: readonly string[];
  attributes?: Readonly<Record<string, Attribute>>;
}

/** Whole numbers, unless said otherwise. */
export type Attribute = number | readonly number[] | { float: number };

export interface Constant {
  shape: readonly number[];
  /** Row-major. */
  values: Float32Array | BigInt64Array;
}

const field = (id: number, type: string) => ({ id, type });
const list = (id: number, type: string) => ({ id, type, rule: 'repeated' });

const messages = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: field(1, 'int64'),
        producerName: field(2, 'string'),
        graph: field(7, 'Graph'),
        opsetImport: list(8, 'OperatorSet'),
        metadataProps: list(14, 'Entry'),
      },
    },
    Entry: { fields: { key: field(1, 'string'), value: field(2, 'string') } },
    OperatorSet: { fields: { domain: field(1, 'string'), version: field(2, 'int64') } },
    Graph: {
      fields: {
        node: list(1, 'Node'),
        name: field(2, 'string'),
        initializer: list(5, 'Tensor'),
        input: list(11, 'Value'),
        output: list(12, 'Value'),
      },
    },
    Node: {
      fields: {
        input: list(1, 'string'),
        output: list(2, 'string'),
        name: field(3, 'string'),
        opType: field(4, 'string'),
        attribute: list(5, 'Attribute'),
        domain: field(7, 'string'),
      },
    },
    Attribute: {
      fields: {
        name: field(1, 'string'),
        f: field(2, 'float'),
        i: field(3, 'int64'),
        s: field(4, 'bytes'),
        t: field(5, 'Tensor'),
        ints: list(8, 'int64'),
        type: field(20, 'int32'),
      },
    },
    Tensor: {
      fields: {
        dims: list(1, 'int64'),
        dataType: field(2, 'int32'),
        floatData: list(4, 'float'),
        int64Data: list(7, 'int64'),
        name: field(8, 'string'),
        rawData: field(9, 'bytes'),
      },
    },
    Value: { fields: { name: field(1, 'string'), type: field(2, 'ValueType') } },
    ValueType: { fields: { tensorType: field(1, 'TensorType') } },
    TensorType: { fields: { elemType: field(1, 'int32'), shape: field(2, 'Shape') } },
    Shape: { fields: { dim: list(1, 'Dimension') } },
    Dimension: { fields: { dimValue: field(1, 'int64'), dimParam: field(2, 'string') } },
  },
});
export const modelMessage = messages.lookupType('Model');
const graphMessage = messages.lookupType('Graph');

/** The file. The same network gives the same bytes. */
export function encodeOnnx({ metadata = {}, ...graph }: OnnxNetwork): Uint8Array {
  return encodeModel(encodeGraph(graph), [['', OPSET]], metadata);
}

/** A graph, or a part of one: messages of protobuf that are put one after the other are one message. */
export function encodeGraph({ name, input, output, nodes, constants }: Partial<OnnxNetwork>): Uint8Array {
  const graph = {
    ...(name !== undefined && { name }),
    node: (nodes ?? []).map(nodeMessage),
    initializer: [...(constants ?? [])].map(([constant, { shape, values }]) => ({
      name: constant,
      dims: shape,
      dataType: values instanceof Float32Array ? elementTypes.float : elementTypes.int64,
      rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    })),
    input: input ? [portMessage(input)] : [],
    output: output ? [portMessage(output)] : [],
  };
  return graphMessage.encode(graphMessage.create(graph)).finish();
}

/** A model around a graph. `operators`: domain and version of each set. */
export function encodeModel(
  graph: Uint8Array,
  operators: readonly (readonly [string, number])[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const opsetImport = operators.map(([domain, version]) => ({ domain, version }));
  const metadataProps = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  return Buffer.concat([
    encode({ irVersion: IR_VERSION, producerName: 'Whisker' }),
    protobuf.Writer.create()
      .uint32((GRAPH << 3) | 2)
      .bytes(graph)
      .finish(),
    encode({ opsetImport, metadataProps }),
  ]);
}

const encode = (model: object): Uint8Array => modelMessage.encode(modelMessage.create(model)).finish();

const nodeMessage = ({ type, inputs, output, others = [], attributes = {} }: Node) => ({
  opType: type,
  name: output,
  input: inputs,
  output: [output, ...others],
  attribute: Object.entries(attributes).map(([name, value]) => {
    if (typeof value === 'number') return { name, type: INT, i: value };
    return 'float' in value ? { name, type: FLOAT, f: value.float } : { name, type: INTS, ints: value };
  }),
});

const portMessage = ({ name, type, shape }: Port) => ({
  name,
  type: {
    tensorType: {
      elemType: elementTypes[type],
      shape: { dim: shape.map((side) => (typeof side === 'number' ? { dimValue: side } : { dimParam: side })) },
    },
  },
});
