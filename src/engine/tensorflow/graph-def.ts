// TensorFlow's own description of a graph (graph.proto, node_def.proto, attr_value.proto, tensor.proto), as far as a
// traced function needs it, and its serialisation. Knows nothing of tracing.

import protobuf from 'protobufjs/light.js';
import type { Attribute } from './execute.ts';

/** One op of a graph. */
export interface GraphNode {
  name: string;
  op: string;
  /** "node", "node:output", or "^node" for one that must have run before. */
  inputs: string[];
  attributes: Record<string, AttributeValue>;
}

/** Names are the format's. Types are numbers of types.proto, which are the binding's, too. */
export interface AttributeValue {
  list?: { i?: number[]; f?: number[]; b?: boolean[] };
  s?: Uint8Array;
  i?: number;
  f?: number;
  b?: boolean;
  type?: number;
  shape?: Shape;
  tensor?: { dtype: number; tensorShape: Shape; tensorContent: Uint8Array };
}

interface Shape {
  dim: { size: number }[];
}

/** Numbers and names are the format's. */
const nested = {
  GraphDef: {
    fields: { node: { rule: 'repeated', id: 1, type: 'NodeDef' }, versions: { id: 4, type: 'VersionDef' } },
  },
  VersionDef: { fields: { producer: { id: 1, type: 'int32' } } },
  NodeDef: {
    fields: {
      name: { id: 1, type: 'string' },
      op: { id: 2, type: 'string' },
      input: { rule: 'repeated', id: 3, type: 'string' },
      attr: { keyType: 'string', id: 5, type: 'AttrValue' },
    },
  },
  AttrValue: {
    fields: {
      list: { id: 1, type: 'ListValue' },
      s: { id: 2, type: 'bytes' },
      i: { id: 3, type: 'int64' },
      f: { id: 4, type: 'float' },
      b: { id: 5, type: 'bool' },
      type: { id: 6, type: 'int32' },
      shape: { id: 7, type: 'TensorShapeProto' },
      tensor: { id: 8, type: 'TensorProto' },
    },
    oneofs: { value: { oneof: ['list', 's', 'i', 'f', 'b', 'type', 'shape', 'tensor'] } },
  },
  ListValue: {
    fields: {
      i: { rule: 'repeated', id: 3, type: 'int64' },
      f: { rule: 'repeated', id: 4, type: 'float' },
      b: { rule: 'repeated', id: 5, type: 'bool' },
    },
  },
  TensorShapeProto: { fields: { dim: { rule: 'repeated', id: 2, type: 'Dim' } } },
  Dim: { fields: { size: { id: 1, type: 'int64' } } },
  TensorProto: {
    fields: {
      dtype: { id: 1, type: 'int32' },
      tensorShape: { id: 2, type: 'TensorShapeProto' },
      tensorContent: { id: 4, type: 'bytes' },
    },
  },
};
const GraphDef = protobuf.Root.fromJSON({ nested }).lookupType('GraphDef');
/** Of graph semantics (TF_GRAPH_DEF_VERSION): any from that of TensorFlow 2.0 on means what we mean. */
const PRODUCER = 1087;

export const shapeOf = (sides: readonly number[]): Shape => ({ dim: sides.map((size) => ({ size })) });

export function serialise(nodes: readonly GraphNode[]): Uint8Array {
  const node = nodes.map(({ name, op, inputs, attributes }) => ({ name, op, input: inputs, attr: attributes }));
  return GraphDef.encode(GraphDef.fromObject({ node, versions: { producer: PRODUCER } })).finish();
}

/** `kinds`: the binding's numbers of the kinds of attribute. */
export function attributeValue({ type, value }: Attribute, kinds: AttributeKinds): AttributeValue {
  switch (type) {
    case kinds.TF_ATTR_STRING:
      return { s: Buffer.from(String(value)) };
    case kinds.TF_ATTR_INT:
      return Array.isArray(value) ? { list: { i: value.map(Number) } } : { i: Number(value) };
    case kinds.TF_ATTR_FLOAT:
      return Array.isArray(value) ? { list: { f: value.map(Number) } } : { f: Number(value) };
    case kinds.TF_ATTR_BOOL:
      return Array.isArray(value) ? { list: { b: value.map(Boolean) } } : { b: Boolean(value) };
    case kinds.TF_ATTR_TYPE:
      return { type: Number(value) };
    case kinds.TF_ATTR_SHAPE:
      return { shape: shapeOf((value as unknown as unknown[]).map(Number)) };
    default:
      throw new Error(`TensorFlow.js gave an attribute of a kind that no function can have: ${type}.`);
  }
}

export type AttributeKinds = Record<
  'TF_ATTR_STRING' | 'TF_ATTR_INT' | 'TF_ATTR_FLOAT' | 'TF_ATTR_BOOL' | 'TF_ATTR_TYPE' | 'TF_ATTR_SHAPE',
  number
>;
