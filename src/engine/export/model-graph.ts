// A run's model as one graph of ONNX, from the bytes of pictures to calibrated probabilities. On a backbone that is an
// ONNX file its graph lies in the middle, to the byte as it is.

import { readFile } from 'node:fs/promises';
import { WhiskerError } from '../../shared/errors.ts';
import { readOnnxFile } from '../backbone/onnx-file.ts';
import { readModelFile } from '../backbone/tensorflow-file.ts';
import { findWiring, type Wiring } from '../backbone/onnx-session.ts';
import { scales } from '../backbone/input-range.ts';
import { encodeGraph, encodeModel, OPSET, type Port } from '../conversion/onnx.ts';
import { fieldsOf, readOnnxGraph, type Field } from '../conversion/read-onnx.ts';
import { disposeFeatureModel, loadFeatureModel, type FeatureModel } from '../features/feature-model.ts';
import type { ExportModelRequest } from '../messages.ts';
import type { InputRange } from '../../shared/training.ts';
import { loadModel } from '../pixels/model.ts';
import { featureGraph, type HeadOutput } from './feature-graph.ts';
import { GraphBuilder } from './graph-builder.ts';
import { layersGraph } from './layers-graph.ts';
import { pixelGraph } from './pixel-graph.ts';
import type { OnnxGraph } from './to-tensorflow.ts';

/** The model in parts: what comes before the backbone's graph, its bytes, what comes after; without one all is. */
export interface ModelGraph {
  input: Port;
  output: Port;
  before: GraphBuilder;
  backbone: Uint8Array | null;
  after: GraphBuilder;
}

const LEAST = 1e-30;

/** Throws 'bad-input' or 'not-found' with what is wrong with the model, or with its backbone. */
export async function modelGraph({ modelDir, backbone }: Pick<ExportModelRequest, 'modelDir' | 'backbone'>) {
  return backbone === null ? ofPixels(modelDir) : ofFeatures(modelDir, backbone);
}

function ofPixels(modelDir: string): ModelGraph {
  const model = loadModel(modelDir);
  const { sizePx, classes } = model.shape;
  const after = new GraphBuilder('');
  const name = pixelGraph(after, 'rgb', model);
  calibrate(after, { name, kind: 'logits' }, model.temperature, classes, 'probabilities');
  return ofOurs(after, sizePx, classes);
}

/** A graph without another's in the middle. */
const ofOurs = (after: GraphBuilder, sizePx: number, classes: number): ModelGraph => ({
  input: { name: 'rgb', type: 'uint8', shape: ['photos', sizePx, sizePx, 3] },
  output: { name: 'probabilities', type: 'float', shape: ['photos', classes] },
  before: new GraphBuilder(''),
  backbone: null,
  after,
});

type Backbone = NonNullable<ExportModelRequest['backbone']>;

async function ofFeatures(modelDir: string, backbone: Backbone): Promise<ModelGraph> {
  const model = loadFeatureModel(modelDir);
  try {
    return await (backbone.path.toLowerCase().endsWith('.onnx') ? onOnnx(backbone, model) : onLayers(backbone, model));
  } finally {
    disposeFeatureModel(model);
  }
}

function requireSame(path: string, sha256: string, model: FeatureModel): void {
  if (sha256 === model.backbone) return;
  throw new WhiskerError(
    'bad-input',
    `The network at "${path}" is not the one that the run learned on.`,
    'Put that one back, or train again.',
  );
}

async function onOnnx({ path, inputRange }: Backbone, model: FeatureModel): Promise<ModelGraph> {
  requireSame(path, (await readOnnxFile(path)).sha256, model);
  const wiring = await findWiring({ path, device: 'cpu', threads: 1, inputRange: inputRange ?? null });
  return around(await readFile(path), wiring, model);
}

/** A network of layers is written down like our own. */
async function onLayers(
  { path, inputRange = 'minus-one-to-one', inputPx, takenFrom }: Backbone,
  model: FeatureModel,
): Promise<ModelGraph> {
  const file = await readModelFile(path);
  requireSame(path, file.sha256, model);
  const { classes, temperature } = model;
  const after = new GraphBuilder('');
  const scaled = after.add('Transpose', [scale(after, 'rgb', inputRange)], { perm: [0, 3, 1, 2] });
  const features = await layersGraph(after, scaled, file, { inputPx, takenFrom });
  calibrate(after, featureGraph(after, features, model), temperature, classes, 'probabilities');
  return ofOurs(after, inputPx, classes);
}

function around(backbone: Buffer, wiring: Wiring, model: FeatureModel): ModelGraph {
  const { nodes, constants, opset } = readOnnxGraph(backbone);
  if (opset < OLDEST_OPSET) {
    throw new WhiskerError(
      'bad-input',
      `The network is written in version ${opset} of ONNX's operators, and a model can be put behind ${OLDEST_OPSET} and later.`,
      'Train on a network of today, or from your photos alone.',
    );
  }
  const taken = new Set([
    ...nodes.flatMap(({ inputs, output, others = [] }) => [...inputs, output, ...others]),
    ...constants.keys(),
  ]);
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  let prefix = 'whisker_';
  while ([...taken].some((name) => name.startsWith(prefix))) prefix = `whisker_${prefix}`;
  const { inputPx, input, output } = wiring;
  const photos = input.photos ?? 'photos';
  const [rgb, probabilities] = [free('rgb'), free('probabilities')];
  const before = new GraphBuilder(`${prefix}in_`);
  feed(before, rgb, wiring);
  const after = new GraphBuilder(prefix);
  const said = featureGraph(after, vector(after, output.name, wiring), model);
  calibrate(after, said, model.temperature, model.classes, probabilities);
  return {
    input: { name: rgb, type: 'uint8', shape: [photos, inputPx, inputPx, 3] },
    output: { name: probabilities, type: 'float', shape: [photos, model.classes] },
    before,
    backbone,
    after,
  };
}

const OLDEST_OPSET = 11;

/** Bytes as the network wants them. */
function feed(graph: GraphBuilder, rgb: string, { input, layout, inputRange }: Wiring): void {
  const h = input.type === 'float32' ? scale(graph, rgb, inputRange) : rgb;
  if (layout === 'nchw') graph.addNamed(input.name, 'Transpose', [h], { perm: [0, 3, 1, 2] });
  else graph.addNamed(input.name, 'Identity', [h]);
}

/** Name of the bytes as floats, scaled as the network's makers did. */
function scale(graph: GraphBuilder, rgb: string, inputRange: InputRange): string {
  const { mean, spread } = scales[inputRange];
  let h = graph.add('Cast', [rgb], { to: 1 });
  if (mean.some((value) => value !== 0)) h = graph.add('Sub', [h, graph.floats(mean, [3])]);
  if (spread.some((value) => value !== 1)) h = graph.add('Div', [h, graph.floats(spread, [3])]);
  return h;
}

/** What backbone/onnx-output.ts makes of the output: [n, d]. */
function vector(graph: GraphBuilder, name: string, { layout, output }: Wiring): string {
  const { kind, dims } = output;
  switch (kind) {
    case 'vector':
      return dims.length === 2 ? name : graph.add('Flatten', [name], { axis: 1 });
    case 'first-token':
      return graph.add('Flatten', [graph.add('Gather', [name, graph.whole([0])], { axis: 1 })], { axis: 1 });
    case 'mean-of-tokens': {
      const tokens = dims[1] ?? 1;
      const turned = graph.add('Transpose', [name], { perm: [0, 2, 1] });
      const sums = graph.add('Flatten', [graph.sum(turned, tokens)], { axis: 1 });
      return graph.add('Div', [sums, graph.floats([tokens])]);
    }
    case 'mean-of-map': {
      const map = layout === 'nchw' ? name : graph.add('Transpose', [name], { perm: [0, 3, 1, 2] });
      return graph.add('Flatten', [graph.add('GlobalAveragePool', [map])], { axis: 1 });
    }
  }
}

/** softmax(l / T), which is p^(1/T) made to sum to 1 (Guo et al. 2017). */
function calibrate(
  graph: GraphBuilder,
  { name, kind }: HeadOutput,
  temperature: number | null,
  classes: number,
  output: string,
): void {
  const inverse = 1 / (temperature ?? 1);
  if (kind === 'logits') {
    const scaled = inverse === 1 ? name : graph.add('Mul', [name, graph.floats([inverse])]);
    return graph.addNamed(output, 'Softmax', [scaled], { axis: 1 });
  }
  if (inverse === 1) return graph.addNamed(output, 'Identity', [name]);
  const floored = graph.add('Max', [name, graph.floats([LEAST])]);
  const softened = graph.add('Pow', [floored, graph.floats([inverse])]);
  graph.addNamed(output, 'Div', [softened, graph.sum(softened, classes)]);
}

/** The graph with all its nodes, for those who write it in other formats. Throws where it holds what is not read. */
export function wholeGraph({ before, backbone, after }: ModelGraph): OnnxGraph {
  const between = backbone ? readOnnxGraph(backbone) : { nodes: [], constants: new Map() };
  return {
    nodes: [...before.nodes, ...between.nodes, ...after.nodes],
    constants: new Map([...before.constants, ...between.constants, ...after.constants]),
  };
}

/** Numbers of fields of ModelProto and GraphProto. */
const model = { irVersion: 1, graph: 7, operators: 8, functions: 25 } as const;
const graphOwn = { name: 2, text: 10, inputs: 11, outputs: 12 } as const;

/** An ONNX file. */
export function onnxBytes({ input, output, before, backbone, after }: ModelGraph, metadata: Record<string, string>) {
  const fields = backbone ? fieldsOf(backbone) : [];
  const between = fields.filter(({ id }) => id === model.graph).flatMap(({ content }) => fieldsOf(content));
  const own: readonly number[] = Object.values(graphOwn);
  const graph = Buffer.concat([
    encodeGraph({ name: 'whisker', input, nodes: before.nodes, constants: before.constants }),
    ...between.filter(({ id }) => !own.includes(id)).map(({ bytes }) => bytes),
    encodeGraph({ output, nodes: after.nodes, constants: after.constants }),
  ]);
  const kept = (id: number) => fields.filter((field: Field) => field.id === id).map(({ bytes }) => bytes);
  return Buffer.concat([
    encodeModel(graph, backbone ? [] : [['', OPSET]], metadata),
    ...kept(model.operators),
    ...kept(model.functions),
  ]);
}
