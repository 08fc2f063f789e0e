// A finished model in its folder: both classifiers (averaged weights), the generator, and how pictures must be
// prepared.

import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { WhiskerError } from '../../shared/errors.ts';
import type { Head } from '../../shared/training.ts';
import type { PixelFile, Prediction } from '../messages.ts';
import type { Tensor4D } from '../tensorflow/tensorflow.ts';
import { atTemperature } from '../../shared/statistics.ts';
import type { Networks } from '../ssgan/learner.ts';
import { part, type Layout } from '../ssgan/parameters.ts';
import { pixelClassifier } from './classifier.ts';
import { pixelGenerator, type PixelGenerator, type PixelScale } from './generator.ts';
import type { Recipe } from './recipe.ts';
import { resNet18 } from './resnet.ts';
import { Pictures } from './pictures.ts';
import { predict } from './predict.ts';
import { doubtsOf } from '../measuring/doubts.ts';
import { readTensorFile, writeTensorFile, type NamedArray, type TensorFile } from '../files/tensor-file.ts';

/** The shape of a pixel model; two of the same shape have weights that fit each other. */
export interface ModelShape {
  sizePx: number;
  channels: 1 | 3;
  classes: number;
  network: Recipe['network'];
  classifierWidth: number;
  generatorWidth: number;
}

export type PixelHead = Exclude<Head, 'logistic'>;

export interface Model {
  shape: ModelShape;
  scale: PixelScale;
  active: PixelHead;
  /** What the active head's logits are divided by; null when it is uncalibrated. */
  temperature: number | null;
  /** Flat averaged weights of both classifiers, and the generator's; null when the run ended before the SSGAN began. */
  labelsOnly: Float32Array;
  ssgan: Float32Array | null;
  /** Also null where an earlier version kept one of other layers. */
  generator: Float32Array | null;
}

const FILE = 'model.safetensors';
const FORMAT = 'whisker-pixels-3';

export function pixelNetworks(shape: ModelShape, scale: PixelScale): Networks<Tensor4D> {
  const { network, classes, classifierWidth } = shape;
  return {
    classifier:
      network === 'paper'
        ? resNet18(shape, classes, classifierWidth)
        : pixelClassifier(shape, classes, network, classifierWidth),
    generator: generatorOf(shape, scale),
  };
}

export const generatorOf = (
  shape: Omit<ModelShape, 'classes' | 'classifierWidth'>,
  scale: PixelScale,
): PixelGenerator =>
  pixelGenerator(shape, scale, shape.network === 'paper' ? 'paper' : 'doubling', shape.generatorWidth);

export function saveModel(folder: string, model: Model): void {
  const { shape, scale, active, temperature, labelsOnly, ssgan, generator } = model;
  const networks = pixelNetworks(shape, scale);
  const arrays = new Map([
    ...named('labels-only', labelsOnly, networks.classifier.layout),
    ...(ssgan ? named('ssgan', ssgan, networks.classifier.layout) : []),
    ...(generator ? named('generator', generator, networks.generator.layout) : []),
  ]);
  mkdirSync(folder, { recursive: true });
  writeTensorFile(join(folder, FILE), { arrays, metadata: { format: FORMAT, shape, scale, active, temperature } });
}

/** Throws 'not-found' or 'bad-input' with the file's name. */
export function loadModel(folder: string): Model {
  const path = join(folder, FILE);
  const { arrays, metadata } = upgraded(readTensorFile(path));
  // Written by `saveModel` under the same format name, which is checked next.
  const { format, shape, scale, active, temperature } = metadata as Pick<
    Model,
    'shape' | 'scale' | 'active' | 'temperature'
  > & { format: string };
  if (format !== FORMAT) throw new WhiskerError('bad-input', `${path} is no model of this version.`, 'Train again.');
  const networks = pixelNetworks(shape, scale);
  const labelsOnly = flat('labels-only', arrays, networks.classifier.layout);
  const ssgan = flat('ssgan', arrays, networks.classifier.layout);
  if (!labelsOnly || (active === 'ssgan' && !ssgan))
    throw new WhiskerError('bad-input', `${path} lacks its weights.`, 'Train again.');
  return {
    shape,
    scale,
    active,
    temperature,
    labelsOnly,
    ssgan,
    generator: flat('generator', arrays, networks.generator.layout),
  };
}

/** Throws 'bad-input' unless pictures of this file, and these classes, are what the model was made for. */
export function checkFits({ shape }: Model, { sizePx, channels }: PixelFile, classes = shape.classes): void {
  if (shape.sizePx === sizePx && shape.channels === channels && shape.classes === classes) return;
  const describe = (px: number, planes: number, k: number) =>
    `${px} px, ${planes === 1 ? 'grey' : 'colour'}, ${k} classes`;
  throw new WhiskerError(
    'bad-input',
    `The model was made for ${describe(shape.sizePx, shape.channels, shape.classes)}, not for ${describe(sizePx, channels, classes)}.`,
    'Train again from scratch.',
  );
}

/** What both networks say of all pictures; the active one at its temperature. */
export async function predictBoth(
  { shape, scale, active, temperature, labelsOnly, ssgan }: Model,
  pictures: Pictures,
): Promise<Prediction> {
  const { classifier } = pixelNetworks(shape, scale);
  const rows = Int32Array.from({ length: pictures.file.count }, (_, i) => i);
  const ask = (weights: Float32Array) => predict(classifier, weights, pictures, scale, rows);
  const own = active === 'ssgan' && ssgan ? ssgan : labelsOnly;
  const other = own === labelsOnly ? ssgan : labelsOnly;
  const probabilities = atTemperature(await ask(own), shape.classes, temperature);
  return {
    probabilities,
    otherProbabilities: other && (await ask(other)),
    doubts: doubtsOf(probabilities, {}, {}, shape.classes),
  };
}

/** The same with a saved model. Throws 'bad-input' when it was made for other pictures. */
export async function predictPictures(folder: string, file: PixelFile): Promise<Prediction> {
  const model = loadModel(folder);
  checkFits(model, file);
  const pictures = new Pictures(file);
  try {
    return await predictBoth(model, pictures);
  } finally {
    pictures.close();
  }
}

function named(network: string, weights: Float32Array, layout: Layout): [string, NamedArray][] {
  return layout.entries.map(({ name, shape }) => [
    `${network}/${name}`,
    { shape, values: part(weights, layout, name) },
  ]);
}

function flat(network: string, arrays: Map<string, NamedArray>, layout: Layout): Float32Array | null {
  const weights = new Float32Array(layout.size);
  for (const { name, offset, size } of layout.entries) {
    const found = arrays.get(`${network}/${name}`)?.values;
    if (found?.length !== size) return null;
    weights.set(found, offset);
  }
  return weights;
}

/** Models of format 2 in the words of today: the article's network and two layers had other names. */
function upgraded({ arrays, metadata }: TensorFile): TensorFile {
  const old = metadata as { format?: unknown; shape?: { network?: unknown } };
  if (old.format !== 'whisker-pixels-2') return { arrays, metadata };
  const network = old.shape?.network === 'seed' ? 'paper' : old.shape?.network;
  const named = [...arrays].map(([name, array]): [string, NamedArray] => [
    name.replace('/seed.', '/projection.').replace('/turns.', '/rotation.'),
    array,
  ]);
  return { arrays: new Map(named), metadata: { ...old, format: FORMAT, shape: { ...old.shape, network } } };
}
