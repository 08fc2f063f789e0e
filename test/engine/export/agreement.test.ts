// A model that was taken away says what Whisker says, whatever it is: every network and head, in every format.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openNetwork } from '../../../src/engine/backbone/network.ts';
import { askExported } from '../../../src/engine/export/ask-exported.ts';
import { exportModel } from '../../../src/engine/export/export-model.ts';
import {
  featureNetworksLayout,
  predictFeatures,
  saveFeatureModel,
  type FeatureModel,
} from '../../../src/engine/features/feature-model.ts';
import {
  pixelNetworks,
  predictPictures,
  saveModel,
  type Model,
  type ModelShape,
} from '../../../src/engine/pixels/model.ts';
import { Pictures } from '../../../src/engine/pixels/pictures.ts';
import { tf, type Tensor1D, type Tensor2D } from '../../../src/engine/tensorflow/tensorflow.ts';
import type { BackboneSource, ExportModelRequest, PixelFile } from '../../../src/engine/messages.ts';
import { AGREEMENT, modelFormats, type ModelFormat } from '../../../src/shared/model-export.ts';
import { fillNormal, randomStream } from '../../../src/shared/random.ts';
import type { Head } from '../../../src/shared/training.ts';
import { writeImageNetwork } from '../../fixtures/image-network.ts';
import { writeMobileNetwork } from '../../fixtures/mobile-network.ts';
import { drawnNetwork } from '../../fixtures/onnx-image-network.ts';
import '../../fixtures/needs-tensorflow.ts';

const COUNT = 20;
const CLASSES = 3;
const folder = mkdtempSync(join(tmpdir(), 'whisker-agreement-'));
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
const place = (): string => {
  const path = join(folder, String(made++));
  mkdirSync(path);
  return path;
};

/** Soft spots of colour on grounds of colour: [COUNT, sizePx, sizePx, 3]. */
function drawPixels(sizePx: number): Uint8Array {
  const random = randomStream(sizePx);
  const pixels = new Uint8Array(COUNT * sizePx * sizePx * 3);
  for (let photo = 0, at = 0; photo < COUNT; photo++) {
    const [ground, spot] = [0, 1].map(() => [random(), random(), random()]);
    const [x0, y0, wide] = [random() * sizePx, random() * sizePx, (0.1 + 0.2 * random()) * sizePx];
    for (let y = 0; y < sizePx; y++) {
      for (let x = 0; x < sizePx; x++) {
        const near = Math.exp(-((x - x0) ** 2 + (y - y0) ** 2) / (2 * wide ** 2));
        for (let c = 0; c < 3; c++) {
          pixels[at++] = 255 * (ground![c]! * (1 - near) + spot![c]! * near) * (0.9 + 0.1 * random());
        }
      }
    }
  }
  return pixels;
}

const written = (bytes: Uint8Array): string => {
  const path = join(place(), 'pixels');
  writeFileSync(path, bytes);
  return path;
};

const grey = (rgb: Uint8Array): Uint8Array =>
  Uint8Array.from({ length: rgb.length / 3 }, (_, i) =>
    Math.floor((299 * rgb[3 * i]! + 587 * rgb[3 * i + 1]! + 114 * rgb[3 * i + 2]! + 500) / 1000),
  );

/** The largest difference of a probability over all photos. */
async function differenceOf(
  modelDir: string,
  backbone: Backbone | null,
  format: ModelFormat,
  rgb: Uint8Array,
  said: Float32Array,
): Promise<number> {
  const target = place();
  const { sizePx, together } = await exportModel({
    kind: 'export-model',
    ...{ format, modelDir, backbone, folder: target, metadata: { schema: 1 } },
  });
  const pixels = { path: written(rgb), count: COUNT, sizePx, channels: 3 } as const;
  const { probabilities } = await askExported({ kind: 'ask-exported', format, folder: target, pixels, together });
  expect(probabilities).toHaveLength(COUNT * CLASSES);
  return Math.max(...probabilities.map((p, i) => Math.abs(p - said[i]!)));
}

/** That it is no coincidence: photos are told apart. */
const spreadOf = (said: Float32Array): number => {
  const first = said.filter((_, i) => i % CLASSES === 0);
  return Math.max(...first) - Math.min(...first);
};

/** Weights as they begin, but for statistics and logits that say something. */
const weightsOf = (shape: ModelShape, scale: Model['scale'], file: PixelFile) => (seed: number) => {
  const { classifier } = pixelNetworks(shape, scale);
  const pictures = new Pictures(file);
  const random = randomStream(seed);
  const sample = pictures.batch([...Array(COUNT).keys()], scale);
  const flat = classifier.initialise(sample, random).slice();
  pictures.close();
  sample.dispose();
  for (const { name, offset, size } of classifier.layout.entries) {
    const values = flat.subarray(offset, offset + size);
    if (/\.(mean|offset)$/.test(name)) fillNormal(values, random, 0.1);
    if (/\.(variance|scale)$/.test(name)) values.forEach((_, i) => (values[i] = 0.7 + 0.6 * random()));
    if (name === 'logits.w') fillNormal(values, random, 4 / Math.sqrt(size / CLASSES));
  }
  return flat;
};

type Backbone = NonNullable<ExportModelRequest['backbone']>;
/** An ONNX file says these of itself. */
const seen = { inputPx: 64, takenFrom: '' };

describe.each(modelFormats)('as %s', (format) => {
  const pixelModels = [
    { network: 'strokes', channels: 1, sizePx: 32, classifierWidth: 8, active: 'ssgan', temperature: 1.7 },
    { network: 'photos', channels: 3, sizePx: 48, classifierWidth: 12, active: 'labels-only', temperature: null },
    { network: 'paper', channels: 3, sizePx: 64, classifierWidth: 8, active: 'ssgan', temperature: null },
  ] as const;
  test.each(pixelModels)('a model from pixels: $network, $active', async (wish) => {
    const { network, channels, sizePx, classifierWidth, active, temperature } = wish;
    const shape = { sizePx, channels, classes: CLASSES, network, classifierWidth, generatorWidth: 16 };
    const scale = { mean: 0.45, deviation: 0.27 };
    const rgb = drawPixels(sizePx);
    const path = written(channels === 3 ? rgb : grey(rgb));
    const file = { path, count: COUNT, sizePx, channels } as const;
    const weights = weightsOf(shape, scale, file);
    const model: Model = {
      shape,
      scale,
      active,
      temperature,
      labelsOnly: weights(1),
      ssgan: weights(2),
      generator: null,
    };
    const modelDir = place();
    saveModel(modelDir, model);
    const { probabilities } = await predictPictures(modelDir, file);
    expect(spreadOf(probabilities)).toBeGreaterThan(0.01);
    expect(await differenceOf(modelDir, null, format, rgb, probabilities)).toBeLessThan(AGREEMENT.difference);
  });

  const networks = [
    { takes: 'bytes', ends: 'vector', head: 'ssgan', temperature: 1.4 },
    { takes: 'bytes', ends: 'vector', head: 'labels-only', temperature: null },
    { takes: 'floats', ends: 'map', head: 'logistic', temperature: 2 },
    { takes: 'bytes', ends: 'vector', head: 'propagation', temperature: null },
    { takes: 'floats', ends: 'vector', head: 'propagation', temperature: 1.3 },
  ] as const;
  test.each(networks)('a model on a network that takes $takes and ends in a $ends: $head', async (wish) => {
    const { takes, ends, head, temperature } = wish;
    const file = join(place(), 'drawn.onnx');
    writeFileSync(file, drawnNetwork({ takes, ends }));
    const rgb = drawPixels(64);
    const backbone: Backbone = { ...seen, path: file, inputRange: takes === 'bytes' ? 'zero-to-255' : 'imagenet' };
    const { modelDir, probabilities } = await featureModelOn(backbone, rgb, head, temperature);
    expect(spreadOf(probabilities)).toBeGreaterThan(0.01);
    expect(await differenceOf(modelDir, backbone, format, rgb, probabilities)).toBeLessThan(AGREEMENT.difference);
  });
});

test.each([
  { name: 'drawn', write: (folder: string) => writeImageNetwork(folder).folder },
  { name: 'of a mobile kind, whose windows pad', write: writeMobileNetwork },
])('a model on a network of TensorFlow.js layers, $name, is taken away in every format', async ({ write }) => {
  const path = await write(place());
  const network = await openNetwork({ path }, 'cpu', 'one');
  const { inputPx, takenFrom, inputRange } = network.info;
  await network.close();
  const rgb = drawPixels(inputPx);
  const { modelDir, probabilities } = await featureModelOn({ path }, rgb, 'ssgan', 1.2);
  expect(spreadOf(probabilities)).toBeGreaterThan(0.01);
  for (const format of modelFormats) {
    const difference = await differenceOf(
      modelDir,
      { path, inputPx, takenFrom, inputRange },
      format,
      rgb,
      probabilities,
    );
    expect(difference).toBeLessThan(AGREEMENT.difference);
  }
});

test('a network of fixed batches, and one that ends in tokens, are taken away as ONNX', async () => {
  for (const wish of [{ photos: 3 }, { takes: 'floats', ends: 'tokens' }] as const) {
    const file = join(place(), 'drawn.onnx');
    writeFileSync(file, drawnNetwork(wish));
    const rgb = drawPixels(64);
    const { modelDir, probabilities } = await featureModelOn({ path: file }, rgb, 'ssgan', null);
    expect(await differenceOf(modelDir, { path: file, ...seen }, 'onnx', rgb, probabilities)).toBeLessThan(
      AGREEMENT.difference,
    );
  }
});

test('what TensorFlow has no words for here is refused by its name', async () => {
  const file = join(place(), 'drawn.onnx');
  writeFileSync(file, drawnNetwork({ last: 'Erf' }));
  const { modelDir, probabilities } = await featureModelOn({ path: file }, drawPixels(64), 'logistic', null);
  const ask = (format: ModelFormat) =>
    differenceOf(modelDir, { path: file, ...seen }, format, drawPixels(64), probabilities);
  await expect(ask('tfjs')).rejects.toThrow(
    "The pretrained network asks for Erf, which Whisker can't write for TensorFlow.",
  );
  expect(await ask('onnx')).toBeLessThan(AGREEMENT.difference);
});

/** A model of random weights over what the network sees in the pictures, and what the app says with it. */
async function featureModelOn(backbone: BackboneSource, rgb: Uint8Array, active: Head, temperature: number | null) {
  const network = await openNetwork(backbone, 'cpu', 'one');
  const { features: d, sha256, inputPx } = network.info;
  const vectors = new Float32Array(COUNT * d);
  for (let i = 0; i < COUNT; i++) {
    const picture = rgb.slice(i * inputPx ** 2 * 3, (i + 1) * inputPx ** 2 * 3);
    vectors.set(await network.look(picture, 1), i * d);
  }
  await network.close();
  const path = written(new Uint8Array(vectors.buffer));

  const [k, m, random] = [16, 60, randomStream(11)];
  const normal = (size: number, deviation = 1) => {
    const values = new Float32Array(size);
    fillNormal(values, random, deviation);
    return values;
  };
  const unit = (values: Float32Array, length: number) => {
    for (let from = 0; from < values.length; from += length) {
      const norm = Math.hypot(...values.subarray(from, from + length));
      for (let i = from; i < from + length; i++) values[i]! /= norm;
    }
    return values;
  };
  const scores = normal(m * CLASSES).map(Math.abs);
  for (let from = 0; from < scores.length; from += CLASSES) {
    const sum = scores.subarray(from, from + CLASSES).reduce((a, b) => a + b, 0);
    for (let i = from; i < from + CLASSES; i++) scores[i]! /= sum;
  }
  const { size } = featureNetworksLayout(k, CLASSES);
  const model: FeatureModel = {
    ...{ backbone: sha256, classes: CLASSES, active, temperature, trust: {} },
    space: {
      mean: tf.tensor1d(normal(d, 0.05)) as Tensor1D,
      basis: tf.tensor2d(normal(d * k, 0.5), [d, k]) as Tensor2D,
      scale: 6,
    },
    labelsOnly: normal(size),
    ssgan: normal(size),
    logistic: {
      weights: tf.tensor2d(normal(k * CLASSES, 0.5), [k, CLASSES]),
      bias: tf.tensor2d(normal(CLASSES), [1, CLASSES]),
    },
    propagation: { points: unit(normal(m * k), k), scores },
  };
  const modelDir = place();
  await saveFeatureModel(modelDir, model);
  const features = { path, length: d, rows: Int32Array.from({ length: COUNT }, (_, i) => i), backbone: sha256 };
  const { probabilities } = await predictFeatures(modelDir, features);
  return { modelDir, probabilities };
}
