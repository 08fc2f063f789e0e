// What another program must know to look at pictures with an ONNX network just as the extractor does.

import { basename } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';
import type { BackboneSource, DescribedNetwork } from '../messages.ts';
import { scales } from './input-range.ts';
import { readOnnxFile } from './onnx-file.ts';
import { findWiring } from './onnx-session.ts';

/** Throws 'bad-input' when the file can't serve as an image network, or is no ONNX file. */
export async function describeOnnx({ path, inputRange }: BackboneSource): Promise<DescribedNetwork> {
  if (!path.toLowerCase().endsWith('.onnx')) {
    throw new WhiskerError(
      'bad-input',
      `The network ${basename(path)} is in TensorFlow.js format, and only ONNX networks run on other machines.`,
      'Choose an ONNX network, for example EfficientNet-Lite2 (whisker backbone download efficientnet-lite2).',
    );
  }
  const file = await readOnnxFile(path);
  const order = { path, device: 'cpu', threads: 1, inputRange: inputRange ?? file.inputRange } as const;
  const { input, layout, inputPx, inputRange: range, output } = await findWiring(order);
  const { name, type, photos } = input;
  const { mean, spread } = scales[range];
  return {
    input: { name, type, photos, layout, sidePx: inputPx, mean, spread },
    output: { name: output.name, pooling: output.kind, features: output.features },
  };
}
