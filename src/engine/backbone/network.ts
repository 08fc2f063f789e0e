// A frozen image network as a function from pictures to one feature vector each: the one interface behind which ONNX
// and TensorFlow.js look alike. Never trains and never changes the model.

import { WhiskerError } from '../../shared/errors.ts';
import type { BackboneInfo, Device } from '../../shared/training.ts';
import type { BackboneSource } from '../messages.ts';

export interface Network {
  readonly info: BackboneInfo;
  /** Pictures that are best handed over together. */
  readonly batch: number;
  /** How many batches are worked on side by side. */
  readonly lanes: number;
  /**
   * pixels: [count, inputPx, inputPx, 3] bytes, which are the network's from here on. Resolves with [count, features]
   * row-major. Rejects with 'bad-input' when a value is no number.
   */
  look(pixels: Uint8Array<ArrayBuffer>, count: number): Promise<Float32Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** A model that takes pictures of any size is handed the first of these that it can work with. */
export const CUSTOMARY_SIDES = [224, 256, 384, 336, 448, 512] as const;
export const FREE_INPUT_PX = CUSTOMARY_SIDES[0];
/** Maps of features are pooled over the whole picture; smaller pictures are none any more. */
export const MIN_INPUT_PX = 16;
export const MAX_INPUT_PX = 1024;

/**
 * Opens the model at `path`: an ONNX file, or the folder of a TensorFlow.js model. `lanes`: 'one' where it is only
 * asked what it is. Throws 'bad-input' with the reason when it can't serve.
 */
export async function openNetwork(source: BackboneSource, device: Device, lanes: 'one' | 'many'): Promise<Network> {
  if (source.path.toLowerCase().endsWith('.onnx')) {
    const { openOnnxNetwork } = await import('./onnx-network.ts');
    return openOnnxNetwork(source, device, lanes);
  }
  // TensorFlow is hundreds of megabytes, and not on every machine.
  const { openTensorflowNetwork } = await import('./tensorflow-network.ts');
  return openTensorflowNetwork(source, device);
}

export const cannotServe = (why: string): WhiskerError =>
  new WhiskerError(
    'bad-input',
    `This model can't serve as a pretrained network: ${why}.`,
    'Choose an image network as an ONNX file or in TensorFlow.js format, for example a MobileNet feature extractor.',
  );

export const noNumbers = ({ name }: Pick<BackboneInfo, 'name'>): WhiskerError =>
  new WhiskerError(
    'bad-input',
    `The network ${name} gives values that are no numbers, so nothing can be learned on it.`,
    'Choose another network, or learn from the photos alone.',
  );

/** A picture whose bytes take every value: [sidePx, sidePx, 3]. */
export const everyByte = (sidePx: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: sidePx * sidePx * 3 }, (_, i) => i % 256);
