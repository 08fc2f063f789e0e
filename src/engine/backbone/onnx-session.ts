// One session of ONNX Runtime over an image network: which of its inputs is the picture, how that lies in memory, and
// which of its outputs is taken. A run keeps the thread that asks for it.

import { env, InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import type { Device, InputRange } from '../../shared/training.ts';
import type { PoolingKind } from '../messages.ts';
import { cannotServe, CUSTOMARY_SIDES, everyByte, MAX_INPUT_PX, MIN_INPUT_PX } from './network.ts';
import { scaleTable } from './input-range.ts';
import { pooling, type Pooling } from './onnx-output.ts';

export interface SessionOrder {
  path: string;
  device: Device;
  /** Threads that work on one batch. */
  threads: number;
  /** What its pixels are scaled to; null: what networks of its kind are used to. */
  inputRange: InputRange | null;
}

export interface OnnxSession {
  readonly inputPx: number;
  readonly inputRange: InputRange;
  readonly features: number;
  /** Name of the output. */
  readonly takenFrom: string;
  /** What it computes on: 'cpu', 'cuda', 'coreml' or 'dml'. */
  readonly provider: string;
  /** pixels: [count, inputPx, inputPx, 3] bytes. [count, features]. */
  run(pixels: Uint8Array, count: number): Promise<Float32Array<ArrayBuffer>>;
}

// That a provider's library is not there is an everyday thing, and each error comes as an error too.
env.logLevel = 'fatal';

/** What GPUs and neural processors are reached through, where this build of the runtime has them. */
const ACCELERATORS = ['cuda', 'coreml', 'dml'];

/** How the network is fed, and what is taken of it. */
export interface Wiring {
  input: Pick<PictureInput, 'name' | 'type' | 'photos'>;
  layout: Layout;
  inputPx: number;
  inputRange: InputRange;
  output: { name: string; features: number; kind: PoolingKind; dims: readonly number[] };
}

/** Throws as `openOnnxSession` does. */
export async function findWiring(order: SessionOrder): Promise<Wiring> {
  const { session, picture, inputRange, layout, inputPx, output } = await open(order);
  await session.release();
  return { input: picture, layout, inputPx, inputRange, output };
}

async function open(order: SessionOrder) {
  const { session, provider } = await start(order);
  const picture = pictureInput(session);
  const inputRange = order.inputRange ?? customary(picture);
  const table = scaleTable(inputRange);
  return { session, provider, picture, inputRange, table, ...(await findOutput(session, picture, table)) };
}

/** Throws 'bad-input' with the reason when it can't serve as an image network. */
export async function openOnnxSession(order: SessionOrder): Promise<OnnxSession> {
  const { session, provider, picture, inputRange, table, layout, inputPx, output } = await open(order);

  async function run(pixels: Uint8Array, count: number): Promise<Float32Array<ArrayBuffer>> {
    const vectors = new Float32Array(count * output.features);
    // Where the file fixes the number of photos, those that are missing are left black.
    const together = picture.photos ?? count;
    for (let from = 0; from < count; from += together) {
      const some = pixels.subarray(from * inputPx ** 2 * 3, Math.min(count, from + together) * inputPx ** 2 * 3);
      const fed = feed(some, { ...picture, layout, inputPx, photos: together, table });
      const found = (await session.run({ [picture.name]: fed }, [output.name]))[output.name];
      if (!found) throw cannotServe(`it gave nothing for its output "${output.name}"`);
      vectors.set(output.pool(found).subarray(0, (count - from) * output.features), from * output.features);
    }
    return vectors;
  }
  return { inputPx, inputRange, features: output.features, takenFrom: output.name, provider, run };
}

/** A provider that is there and can't run this network, or has no device, is passed over; the processor can always. */
async function start({
  path,
  device,
  threads,
}: SessionOrder): Promise<{ session: InferenceSession; provider: string }> {
  const there = new Set(listSupportedBackends().map(({ name }) => name));
  const options = {
    intraOpNumThreads: threads,
    // Threads that wait for each other in a loop would take the decoder's time.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    logSeverityLevel: 4,
  } as const;
  for (const provider of device === 'cpu' ? [] : ACCELERATORS.filter((name) => there.has(name))) {
    const executionProviders = [provider, 'cpu'];
    const session = await InferenceSession.create(path, { ...options, executionProviders }).catch(() => null);
    if (session) return { session, provider };
  }
  try {
    return { session: await InferenceSession.create(path, options), provider: 'cpu' };
  } catch (error) {
    throw cannotServe(`ONNX Runtime can't run it (${wordsOf(error)})`);
  }
}

const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').replace(/\.$/, '').slice(0, 300);

type Layout = 'nchw' | 'nhwc';

interface PictureInput {
  name: string;
  /** Which of them it can be: both where the file leaves the shape open. */
  layouts: Layout[];
  /** Null where any will do. */
  sidePx: number | null;
  /** How many photos it takes at once; null where any number will do. */
  photos: number | null;
  type: 'float32' | 'uint8';
}

/** The one square colour picture that a network takes. */
function pictureInput({ inputMetadata }: InferenceSession): PictureInput {
  const [input] = inputMetadata;
  if (!input || inputMetadata.length > 1) {
    const names = inputMetadata.map(({ name }) => name).join(', ');
    throw cannotServe(`it takes ${inputMetadata.length} inputs (${names}) where a picture is one`);
  }
  const shape = input.isTensor ? input.shape : [];
  const fixed = (side: number | string | undefined): number | null => (typeof side === 'number' ? side : null);
  const layouts = layoutsOf(shape.map(fixed));
  if (!input.isTensor || layouts.length === 0) {
    throw cannotServe(
      `its input "${input.name}" has the shape [${shape.join(', ')}], and a picture's is ` +
        '[photos, 3, height, width] or [photos, height, width, 3]',
    );
  }
  if (input.type !== 'float32' && input.type !== 'uint8') {
    throw cannotServe(`it takes pixels as ${input.type}, and Whisker gives float32 or uint8`);
  }
  const [height, width] = (layouts[0] === 'nchw' ? shape.slice(2) : shape.slice(1, 3)).map(fixed);
  const side = height ?? width ?? null;
  if (side !== null && ((width ?? side) !== side || side < MIN_INPUT_PX || side > MAX_INPUT_PX)) {
    throw cannotServe(
      `its pictures are ${height} × ${width}; they must be square, ${MIN_INPUT_PX} to ${MAX_INPUT_PX} pixels`,
    );
  }
  return { name: input.name, layouts, sidePx: side, photos: fixed(shape[0]), type: input.type };
}

function layoutsOf(shape: (number | null)[]): Layout[] {
  if (shape.length !== 4) return [];
  const may = (axis: number) => shape[axis] === 3 || shape[axis] === null;
  if (shape[1] === 3) return ['nchw'];
  if (shape[3] === 3) return ['nhwc'];
  return may(1) && may(3) ? ['nchw', 'nhwc'] : may(1) ? ['nchw'] : may(3) ? ['nhwc'] : [];
}

/** Bytes are bytes; PyTorch's networks have colours first and ImageNet's scale, others mostly scale inside. */
function customary({ type, layouts }: PictureInput): InputRange {
  return type === 'float32' && layouts[0] === 'nchw' ? 'imagenet' : 'zero-to-255';
}

interface Output extends Pooling {
  name: string;
  /** Of its tensor of one picture, or of as many as it takes at once. */
  dims: readonly number[];
}

/** Looks at one picture in each way that is open, until one works, and picks the output that is most of a vector. */
async function findOutput(
  session: InferenceSession,
  picture: PictureInput,
  table: Float32Array,
): Promise<{ layout: Layout; inputPx: number; output: Output }> {
  let trouble: unknown;
  for (const layout of picture.layouts) {
    for (const inputPx of picture.sidePx === null ? CUSTOMARY_SIDES : [picture.sidePx]) {
      const fed = feed(everyByte(inputPx), { ...picture, layout, inputPx, photos: picture.photos ?? 1, table });
      const found = await session.run({ [picture.name]: fed }).catch((error: unknown) => void (trouble ??= error));
      if (found) return { layout, inputPx, output: bestOf(found, session.outputNames, layout) };
    }
  }
  throw cannotServe(`it can't look at a picture (${wordsOf(trouble)})`);
}

function bestOf(found: InferenceSession.ReturnType, names: readonly string[], layout: Layout): Output {
  const outputs = names.flatMap((name) => {
    const value = found[name];
    const way = value && pooling(value, layout);
    return way ? [{ name, dims: value.dims, ...way }] : [];
  });
  const best = outputs.toSorted((a, b) => a.rank - b.rank)[0];
  if (!best) throw cannotServe('none of its outputs is a feature vector or a map of features');
  const probe = found[best.name];
  if (probe && best.pool(probe).every(Number.isFinite)) return best;
  throw cannotServe('it gives values that are no numbers');
}

interface Feed extends Pick<PictureInput, 'type'> {
  layout: Layout;
  inputPx: number;
  photos: number;
  table: Float32Array;
}

/** Bytes as the network wants them; what is missing of `photos` is black. */
function feed(pixels: Uint8Array, { type, layout, inputPx, photos, table }: Feed): Tensor {
  const area = inputPx * inputPx;
  const dims = layout === 'nchw' ? [photos, 3, inputPx, inputPx] : [photos, inputPx, inputPx, 3];
  const length = photos * area * 3;
  if (type === 'uint8' && layout === 'nhwc' && pixels.length === length) return new Tensor('uint8', pixels, dims);
  const values = type === 'uint8' ? new Uint8Array(length) : new Float32Array(length);
  const [step, stride] = layout === 'nchw' ? [area, 1] : [1, 3];
  for (let photo = 0; photo * area * 3 < pixels.length; photo++) {
    for (let colour = 0; colour < 3; colour++) {
      let from = photo * area * 3 + colour;
      let to = photo * area * 3 + colour * step;
      const row = colour << 8;
      if (type === 'uint8') for (let i = 0; i < area; i++, from += 3, to += stride) values[to] = pixels[from] ?? 0;
      else for (let i = 0; i < area; i++, from += 3, to += stride) values[to] = table[row | (pixels[from] ?? 0)] ?? 0;
    }
  }
  return values instanceof Uint8Array ? new Tensor('uint8', values, dims) : new Tensor('float32', values, dims);
}
