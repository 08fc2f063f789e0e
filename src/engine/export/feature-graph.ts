// A head over the features of a backbone as a graph of ONNX, from feature vectors to probabilities before they are
// calibrated: what features/ computes, op by op.

import { featureClassifierDefaults } from '../features/feature-classifier.ts';
import { featureNetworksLayout, type FeatureModel } from '../features/feature-model.ts';
import { NEIGHBOURS } from '../features/neighbour-graph.ts';
import { LEAST_WEIGHT, type Propagation } from '../features/propagation.ts';
import { part } from '../ssgan/parameters.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { normalised } from './pixel-graph.ts';

/** Logits, or what sums to 1 already. */
export interface HeadOutput {
  name: string;
  kind: 'logits' | 'probabilities';
}

/** features: name of float [n, d] -> what the head in use says, [n, K]. */
export function featureGraph(graph: GraphBuilder, features: string, model: FeatureModel): HeadOutput {
  const { space, active, classes, propagation, logistic } = model;
  const [d = 0, k = 0] = space.basis.shape;
  const unit = unitLength(graph, features, d);
  const centred = graph.add('Sub', [unit, graph.floats(space.mean.dataSync(), [d])]);
  const projected = graph.add('MatMul', [centred, graph.floats(space.basis.dataSync(), [d, k])]);
  const x = graph.add('Mul', [projected, graph.floats([space.scale])]);
  switch (active) {
    case 'propagation':
      if (!propagation) throw new Error('A model that propagates has no points.');
      return { name: propagated(graph, x, propagation, k, classes), kind: 'probabilities' };
    case 'logistic': {
      const weights = graph.floats(logistic.weights.dataSync(), [k, classes]);
      return { name: dense(graph, x, weights, logistic.bias.dataSync()), kind: 'logits' };
    }
    default:
      return { name: network(graph, x, model, k), kind: 'logits' };
  }
}

/** Each row at length 1; a row of zeros stays. */
function unitLength(graph: GraphBuilder, x: string, length: number): string {
  const lengths = graph.add('Sqrt', [graph.sum(graph.add('Mul', [x, x]), length)]);
  return graph.add('Div', [x, graph.add('Max', [lengths, graph.floats([1e-12])])]);
}

const dense = (graph: GraphBuilder, x: string, weights: string, bias: ArrayLike<number>): string =>
  graph.add('Add', [graph.add('MatMul', [x, weights]), graph.floats(bias, [bias.length])]);

/** The classifier of the SSGAN, or the same on the labels alone. */
function network(graph: GraphBuilder, x: string, model: FeatureModel, inputs: number): string {
  const { active, classes, labelsOnly, ssgan } = model;
  const weights = active === 'ssgan' && ssgan ? ssgan : labelsOnly;
  const layout = featureNetworksLayout(inputs, classes);
  const widths = [inputs, ...featureClassifierDefaults.hidden, classes];
  let h = x;
  for (let layer = 1; layer < widths.length; layer++) {
    const of = (kind: string) => part(weights, layout, `dense${layer}.${kind}`);
    const w = graph.floats(normalised(of('v'), of('g')), [widths[layer - 1]!, widths[layer]!]);
    h = dense(graph, h, w, of('b'));
    if (layer < widths.length - 1) h = graph.add('LeakyRelu', [h], { alpha: { float: 0.2 } });
  }
  return h;
}

/** Σ w_j scores_j / Σ w_j over the 15 nearest points j, w = max(cos, 0)³: features/propagation.ts. */
function propagated(graph: GraphBuilder, x: string, { points, scores }: Propagation, k: number, classes: number) {
  const count = points.length / k;
  const turned = new Float32Array(points.length);
  for (let point = 0; point < count; point++) {
    for (let i = 0; i < k; i++) turned[i * count + point] = points[point * k + i]!;
  }
  const cosines = graph.add('MatMul', [unitLength(graph, x, k), graph.floats(turned, [k, count])]);
  const each = Math.min(NEIGHBOURS, count);
  const { values, indices } = graph.largest(cosines, each);
  const positive = graph.add('Max', [values, graph.floats([0])]);
  const cubed = graph.add('Mul', [graph.add('Mul', [positive, positive]), positive]);
  const weights = graph.add('Max', [cubed, graph.floats([LEAST_WEIGHT])]);
  const ofNeighbours = graph.add('Gather', [graph.floats(scores, [count, classes]), indices], { axis: 0 });
  const asRow = graph.add('Reshape', [weights, graph.whole([-1, 1, each])]);
  const summed = graph.add('Reshape', [graph.add('MatMul', [asRow, ofNeighbours]), graph.whole([-1, classes])]);
  return graph.add('Div', [summed, graph.sum(weights, each)]);
}
