// A graph of ONNX as one of TensorFlow, which both a SavedModel and a TensorFlow.js graph model are made of.

import type { Constant, Node } from '../conversion/onnx.ts';
import type { GraphNode } from '../tensorflow/graph-def.ts';
import { operators } from './operators.ts';
import { Translation } from './translation.ts';

export interface OnnxGraph {
  nodes: readonly Node[];
  constants: ReadonlyMap<string, Constant>;
}

/**
 * input: name of [photos, sidePx, sidePx, 3], which TensorFlow takes as floats from 0 to 255. Throws 'bad-input' with
 * the operator that can't be written.
 */
export function toTensorflow(graph: OnnxGraph, input: { name: string; sidePx: number }, output: string): GraphNode[] {
  const translation = new Translation(graph.constants, operators);
  const { sidePx } = input;
  translation.begin(input.name, [sidePx, sidePx, 3]);
  for (const node of graph.nodes) translation.translate(node);
  return translation.finish(output);
}
