// Writes a network as an ONNX file: the few messages and fields of the format (onnx.proto3 of onnx/onnx) that a
// feed-forward network of convolutions needs.

import protobuf from 'protobufjs/light.js';

const IR_VERSION = 8;
const OPSET = 17;

/** `TensorProto.DataType`. */
const elementTypes = { float: 1, uint8: 2 } as const;
/** `AttributeProto.AttributeType`. */
const [INT, INTS] = [2, 7];

export interface Port {
  name: string;
  type: keyof typeof elementTypes;
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
  attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface Constant {
  shape: readonly number[];
  /** Row-major. */
  values: Float32Array;
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
      },
    },
    Attribute: {
      fields: { name: field(1, 'string'), i: field(3, 'int64'), ints: list(8, 'int64'), type: field(20, 'int32') },
    },
    Tensor: {
      fields: {
        dims: list(1, 'int64'),
        dataType: field(2, 'int32'),
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
const modelMessage = messages.lookupType('Model');

/** The file. The same network gives the same bytes. */
export function encodeOnnx({ name, input, output, nodes, constants, metadata = {} }: OnnxNetwork): Uint8Array {
  const graph = {
    name,
    node: nodes.map(nodeMessage),
    initializer: [...constants].map(([constant, { shape, values }]) => ({
      name: constant,
      dims: shape,
      dataType: elementTypes.float,
      rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    })),
    input: [portMessage(input)],
    output: [portMessage(output)],
  };
  const opsetImport = [{ domain: '', version: OPSET }];
  const metadataProps = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  const model = { irVersion: IR_VERSION, producerName: 'Whisker', graph, opsetImport, metadataProps };
  return modelMessage.encode(modelMessage.create(model)).finish();
}

const nodeMessage = ({ type, inputs, output, attributes = {} }: Node) => ({
  opType: type,
  name: output,
  input: inputs,
  output: [output],
  attribute: Object.entries(attributes).map(([name, value]) =>
    typeof value === 'number' ? { name, type: INT, i: value } : { name, type: INTS, ints: value },
  ),
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
