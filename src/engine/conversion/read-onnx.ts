// Reads ONNX files: as fields that can be put together anew without a loss, and as a graph of nodes and constants.

import protobuf from 'protobufjs/light.js';
import { modelMessage, type Attribute, type Constant, type Node } from './onnx.ts';

/** One field of a message, as its bytes lie in the file. */
export interface Field {
  id: number;
  /** With its number in front. */
  bytes: Uint8Array;
  /** What is in it, where it is a message, a text or bytes; else nothing. */
  content: Uint8Array;
}

/** The fields of a message in their order. Throws what protobufjs says of bytes that are none. */
export function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  const reader = protobuf.Reader.create(message);
  while (reader.pos < reader.len) {
    const from = reader.pos;
    const tag = reader.uint32();
    const holdsBytes = (tag & 7) === 2;
    const content = holdsBytes ? reader.bytes() : new Uint8Array();
    if (!holdsBytes) reader.skipType(tag & 7);
    fields.push({ id: tag >>> 3, bytes: message.subarray(from, reader.pos), content });
  }
  return fields;
}

/** A graph as far as it can be written in other formats. */
export interface ReadGraph {
  nodes: Node[];
  constants: Map<string, Constant>;
  /** Version of ONNX's own operators. */
  opset: number;
}

interface TensorMessage {
  name: string;
  dims: Long[];
  dataType: number;
  rawData: Uint8Array;
  floatData: number[];
  int64Data: Long[];
}
/** Of protobufjs, which has a number of 64 bits as one where there is a library for it. */
type Long = number | { toNumber(): number };

interface NodeMessage {
  opType: string;
  domain: string;
  input: string[];
  output: string[];
  attribute: { name: string; type: number; f: number; i: Long; s: Uint8Array; ints: Long[]; t: TensorMessage | null }[];
}

interface ModelMessage {
  graph: { node: NodeMessage[]; initializer: TensorMessage[] };
  opsetImport: { domain: string; version: Long }[];
}

/** `AttributeProto.AttributeType`. */
const [FLOAT, INT, STRING, INTS] = [1, 2, 3, 7];

/** Other makers' operators have their domain before their type. Throws what protobufjs says of bytes that are none. */
export function readOnnxGraph(bytes: Uint8Array): ReadGraph {
  const { graph, opsetImport } = modelMessage.decode(bytes) as unknown as ModelMessage;
  const constants = new Map<string, Constant>();
  const nodes: Node[] = [];
  for (const tensor of graph.initializer) {
    const constant = constantOf(tensor);
    if (constant) constants.set(tensor.name, constant);
  }
  for (const { opType, domain, input, output, attribute } of graph.node) {
    const value = opType === 'Constant' ? attribute.find(({ t }) => t)?.t : null;
    const constant = value && constantOf(value);
    if (constant) {
      constants.set(output[0] ?? '', constant);
      continue;
    }
    const [first = '', ...others] = output;
    nodes.push({
      type: domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`,
      inputs: input,
      output: first,
      others,
      attributes: Object.fromEntries(attribute.flatMap((one): [string, Attribute][] => attributeOf(one))),
    });
  }
  const own = opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  return { nodes, constants, opset: own ? numberOf(own.version) : 0 };
}

const numberOf = (value: Long): number => (typeof value === 'number' ? value : value.toNumber());

/** Texts come as the numbers of their letters. */
function attributeOf({ name, type, f, i, s, ints }: NodeMessage['attribute'][number]): [string, Attribute][] {
  switch (type) {
    case FLOAT:
      return [[name, { float: f }]];
    case INT:
      return [[name, numberOf(i)]];
    case INTS:
      return [[name, ints.map(numberOf)]];
    case STRING:
      return [[name, [...s]]];
    default:
      return [];
  }
}

/** Null for numbers of a kind that is not read here. */
function constantOf({ dims, dataType, rawData, floatData, int64Data }: TensorMessage): Constant | null {
  const shape = dims.map(numberOf);
  const raw = rawData.length > 0 ? Uint8Array.from(rawData).buffer : null; // Numbers must lie where numbers may.
  if (dataType === 1) return { shape, values: raw ? new Float32Array(raw) : Float32Array.from(floatData) };
  if (dataType !== 7) return null;
  return {
    shape,
    values: raw ? new BigInt64Array(raw) : BigInt64Array.from(int64Data.map((n) => BigInt(numberOf(n)))),
  };
}
