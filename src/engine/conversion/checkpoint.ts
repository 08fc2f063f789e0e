// A checkpoint as PyTorch wrote it before 1.6: five pickles (a magic number, a version, the machine's sizes, the named
// tensors, the keys of their storages), then the numbers of each storage. Tensors are read, and nothing else.

import { UnreadableFile } from '../../files/regular-file.ts';
import { type Pickled, type PickleRules, readPickle } from './pickle.ts';

export interface Weights {
  shape: readonly number[];
  /** Row-major. */
  values: Float32Array;
}

const MAGIC = 0x1950a86a20f9469cfc6cn;
const VERSION = 1001;
const MOST_AXES = 8;

/** Bytes of a number of each type. */
const storageTypes = { FloatStorage: 4, LongStorage: 8 } as const;
type StorageType = keyof typeof storageTypes;
const isStorageType = (name: unknown): name is StorageType =>
  typeof name === 'string' && Object.hasOwn(storageTypes, name);

class Storage {
  readonly type: StorageType;
  readonly key: string;
  readonly count: number;

  constructor(type: StorageType, key: string, count: number) {
    this.type = type;
    this.key = key;
    this.count = count;
  }
}

class TensorOfStorage {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  /** Per axis, how many numbers of the storage one step is. */
  readonly strides: readonly number[];

  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/**
 * The tensors of 32-bit numbers by their names, in the order of the file; those of integers count batches and are left
 * out. Throws `UnreadableFile` for anything that is not a whole file of tensors.
 */
export function readCheckpoint(bytes: Buffer): Map<string, Weights> {
  let at = 0;
  const next = (): Pickled => {
    const { value, end } = readPickle(bytes, at, rules);
    at = end;
    return value;
  };
  if (next() !== MAGIC || next() !== VERSION) throw new UnreadableFile('is no checkpoint of PyTorch as it was known');
  const machine = next();
  if (!(machine instanceof Map) || machine.get('little_endian') !== true) throw damaged();
  const [named, keys] = [next(), next()];
  if (!(named instanceof Map) || !Array.isArray(keys)) throw damaged();
  const tensors = [...named].map(([name, tensor]) => {
    if (typeof name !== 'string' || !(tensor instanceof TensorOfStorage)) throw damaged();
    return { name, tensor };
  });
  const storages = new Map(tensors.map(({ tensor: { storage } }) => [storage.key, storage]));
  const data = new Map<string, Buffer>();
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (!storage || at + 8 > bytes.length || bytes.readBigInt64LE(at) !== BigInt(storage.count)) throw damaged();
    const from = at + 8;
    at = from + storage.count * storageTypes[storage.type];
    if (at > bytes.length) throw damaged();
    data.set(storage.key, bytes.subarray(from, at));
  }
  if (at !== bytes.length) throw damaged();
  return new Map(
    tensors
      .filter(({ tensor }) => tensor.storage.type === 'FloatStorage')
      .map(({ name, tensor }) => [name, weightsOf(tensor, data.get(tensor.storage.key))]),
  );
}

function weightsOf({ offset, shape, strides }: TensorOfStorage, data: Buffer | undefined): Weights {
  if (!data) throw damaged();
  // A copy: the numbers lie at any byte of the file, and a Float32Array begins at a multiple of four.
  const stored = new Float32Array(Uint8Array.from(data).buffer);
  const count = countOf(shape);
  const last = shape.reduce((place, side, axis) => place + (side - 1) * (strides[axis] ?? 0), offset);
  // Never larger than what is in the file, whatever its strides are.
  if (count === 0 || count > stored.length || last >= stored.length) throw damaged();
  const values = new Float32Array(count);
  let next = 0;
  (function copy(axis: number, place: number): void {
    const [side = 1, stride = 0] = [shape[axis], strides[axis]];
    if (axis < shape.length - 1) for (let i = 0; i < side; i++) copy(axis + 1, place + i * stride);
    else for (let i = 0; i < side; i++) values[next++] = stored[place + i * stride]!;
  })(0, offset);
  return { shape, values };
}

const countOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

const rules: PickleRules = {
  globals: new Map<string, Pickled>([
    ['collections OrderedDict', emptyDictionary],
    ['torch._utils _rebuild_tensor_v2', rebuildTensor],
    ...Object.keys(storageTypes).map((name): [string, string] => [`torch ${name}`, name]),
  ]),
  load(id) {
    const [kind, type, key, , count, view] = Array.isArray(id) ? (id as unknown[]) : [];
    if (kind !== 'storage' || !isStorageType(type) || typeof key !== 'string' || !isSize(count) || view !== null) {
      throw damaged();
    }
    return new Storage(type, key, count);
  },
};

function emptyDictionary(args: readonly Pickled[]): Pickled {
  if (args.length > 0) throw damaged();
  return new Map();
}

/** Of (storage, offset, shape, strides, …). */
function rebuildTensor([storage, offset, shape, strides]: readonly Pickled[]): Pickled {
  if (!(storage instanceof Storage) || !isSize(offset) || !isSizes(shape) || !isSizes(strides)) throw damaged();
  if (shape.length !== strides.length || shape.length > MOST_AXES) throw damaged();
  return new TensorOfStorage(storage, offset, shape, strides);
}

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isSizes = (value: unknown): value is number[] => Array.isArray(value) && value.every(isSize);

const damaged = () => new UnreadableFile('holds a checkpoint that is cut short or damaged');
