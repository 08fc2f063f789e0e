// Writes a run's model into a folder, in one of the formats.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { writeWhole } from '../../files/whole-file.ts';
import type { ExportedModel, ExportModelRequest } from '../messages.ts';
import { writeGraphModel, writeSavedModel } from './graph-files.ts';
import { modelGraph, onnxBytes, wholeGraph, type ModelGraph } from './model-graph.ts';
import { toTensorflow } from './to-tensorflow.ts';

const { resolve } = createRequire(import.meta.url);

/** Names of the files within the folder. */
export const MODEL_FILES = { onnx: 'model.onnx', tfjs: 'model', savedmodel: 'saved_model' } as const;
/** TensorFlow.js for browsers, beside the model. */
const BROWSER_LIBRARY = 'tf.min.js';

/**
 * Throws 'bad-input' with what can't be written, 'not-found' where the model is gone, 'storage-failed'. What it has
 * written by then stays: the folder is for that.
 */
export async function exportModel(request: ExportModelRequest): Promise<ExportedModel> {
  const { format, folder, metadata } = request;
  const graph = await modelGraph(request);
  const [photos, sizePx] = graph.input.shape;
  const asked = { sizePx: Number(sizePx), together: typeof photos === 'number' ? photos : null };
  const path = join(folder, MODEL_FILES[format]);
  if (format === 'onnx') {
    writeWhole(path, [onnxBytes(graph, { whisker: JSON.stringify({ ...metadata, ...asked }) })]);
    return asked;
  }
  const nodes = toTensorflow(wholeGraph(graph), { name: graph.input.name, sidePx: asked.sizePx }, graph.output.name);
  const sides = { sidePx: asked.sizePx, classes: classesOf(graph) };
  if (format === 'savedmodel') writeSavedModel(path, nodes, sides);
  else {
    writeGraphModel(path, nodes, sides, { whisker: { ...metadata, ...asked } });
    writeWhole(join(folder, BROWSER_LIBRARY), [await readFile(resolve('@tensorflow/tfjs/dist/tf.min.js'))]);
  }
  return asked;
}

const classesOf = ({ output }: ModelGraph): number => Number(output.shape[1]);
