// Reads an ONNX file as far as it must be known before it is run: that it is one, whole, with its weights inside, and
// what it says of its pixels. Knows nothing of running it.

import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import protobuf from 'protobufjs/light.js';
import { array, number, object, optional, parse, pipe, safeParse, string, parseJson, type InferOutput } from 'valibot';
import { readRegularFile, UnreadableFile } from '../../files/regular-file.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { InputRange } from '../../shared/training.ts';
import { cannotServe } from './network.ts';
import { scales } from './input-range.ts';

export interface OnnxFile {
  /** Of the file's name, without its ending. */
  name: string;
  /** Of the file, in hex. */
  sha256: string;
  bytes: number;
  /** What the file says that its pixels are scaled to; null when it says nothing. */
  inputRange: InputRange | null;
}

/** Several times what the largest image networks have that make sense on one machine. */
const MOST_BYTES = 2 ** 30;

/**
 * Of ONNX's own description (onnx.proto) what is looked at here; numbers and names are the format's. Weights stay
 * views of the file's bytes.
 */
const { nested } = {
  nested: {
    Model: {
      fields: {
        irVersion: { id: 1, type: 'int64' },
        graph: { id: 7, type: 'Graph' },
        metadataProps: { rule: 'repeated', id: 14, type: 'Entry' },
      },
    },
    Graph: {
      fields: {
        node: { rule: 'repeated', id: 1, type: 'Node' },
        initializer: { rule: 'repeated', id: 5, type: 'Tensor' },
      },
    },
    Node: { fields: { attribute: { rule: 'repeated', id: 5, type: 'Attribute' } } },
    Attribute: { fields: { t: { id: 5, type: 'Tensor' }, g: { id: 6, type: 'Graph' } } },
    Tensor: { fields: { externalData: { rule: 'repeated', id: 13, type: 'Entry' } } },
    Entry: { fields: { key: { id: 1, type: 'string' }, value: { id: 2, type: 'string' } } },
  },
};
const Model = protobuf.Root.fromJSON({ nested }).lookupType('Model');

const entries = optional(array(object({ key: optional(string(), ''), value: optional(string(), '') })), []);
const tensor = object({ externalData: entries });
const model = object({
  graph: object({
    node: optional(array(object({ attribute: optional(array(object({ t: optional(tensor) })), []) })), []),
    initializer: optional(array(tensor), []),
  }),
  metadataProps: entries,
});

/** Throws 'bad-input' with the reason when it is no ONNX file, or not one that can be read by itself. */
export async function readOnnxFile(path: string): Promise<OnnxFile> {
  const bytes = await readRegularFile(path, MOST_BYTES).catch((error: unknown) => {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new WhiskerError('bad-input', `The network ${basename(path)} ${error.how}.`, 'Choose another file.');
  });
  const { graph, metadataProps } = decoded(bytes);
  const tensors = [
    ...graph.initializer,
    ...graph.node.flatMap(({ attribute }) => attribute.flatMap(({ t }) => t ?? [])),
  ];
  const elsewhere = tensors.flatMap(({ externalData }) => externalData).find(({ key }) => key === 'location');
  if (elsewhere) {
    throw new WhiskerError(
      'bad-input',
      `The weights of ${basename(path)} lie in another file, ${elsewhere.value}.`,
      'Save the network as one file (in Python: onnx.save(onnx.load(path), one_file)), then choose that.',
    );
  }
  return {
    name: basename(path).replace(/\.onnx$/i, ''),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    inputRange: rangeSaid(new Map(metadataProps.map(({ key, value }) => [key, value]))),
  };
}

function decoded(bytes: Uint8Array): InferOutput<typeof model> {
  try {
    return parse(model, Model.toObject(Model.decode(bytes)));
  } catch {
    throw cannotServe('the file is damaged, or of another kind than ONNX');
  }
}

/** As ONNX's own conventions have it (docs/MetadataProps.md of its repository). */
const nominalRanges: Record<string, InputRange> = {
  NominalRange_0_255: 'zero-to-255',
  Normalized_0_1: 'zero-to-one',
  Normalized_1_1: 'minus-one-to-one',
};

const threeNumbers = pipe(string(), parseJson(), array(number()));
const SAME = 0.02;

/** What the file says of its pixels: by ONNX's own key, or as a mean and a spread in the customary unit, 0 to 1. */
function rangeSaid(said: ReadonlyMap<string, string>): InputRange | null {
  if (said.get('Image.BitmapPixelFormat')?.startsWith('Bgr')) {
    throw cannotServe('it takes blue before red, and pictures here have red first');
  }
  const nominal = nominalRanges[said.get('Image.NominalPixelRange') ?? ''];
  if (nominal) return nominal;
  const numbers = (...keys: string[]) => {
    const found = safeParse(
      threeNumbers,
      keys.map((key) => said.get(key)).find((value) => value !== undefined),
    );
    return found.success ? found.output : null;
  };
  const [mean, spread] = [numbers('mean', 'image_mean'), numbers('std', 'image_std')];
  if (!mean || !spread) return null;
  const near = (values: readonly number[], to: readonly number[]) =>
    to.every((value, i) => Math.abs((values[i] ?? values[0] ?? NaN) - value / 255) < SAME);
  const ranges: InputRange[] = ['minus-one-to-one', 'zero-to-one', 'imagenet'];
  return ranges.find((range) => near(mean, scales[range].mean) && near(spread, scales[range].spread)) ?? null;
}
