// How the typed arrays of a message travel: beside its structure, as they are. A reference stands in their place.

import { addExtension } from 'msgpackr/pack';

/** In the order of their numbers on the wire. */
const kinds: readonly Kind[] = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];
interface Kind {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): ArrayBufferView;
  readonly BYTES_PER_ELEMENT: number;
}

/** Enough for every kind, so that what is received can be looked at where it lies. */
const ALIGNMENT = 8;
export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** MessagePack extension types 1 to 100 are an application's own. */
const REFERENCE = 1;

// An extension belongs to all of msgpackr, and its functions get the value alone. Both are set for the length of one
// call, which nothing interrupts.
let outgoing: ArrayBufferView[] = [];
let outgoingBytes = 0;
let incoming = new Uint8Array();

addExtension({
  Class: Object.getPrototypeOf(Uint8Array),
  type: REFERENCE,
  write(array: ArrayBufferView) {
    const kind = kinds.findIndex((one) => array instanceof one);
    if (kind < 0) throw new TypeError(`A message can't carry ${array.constructor.name}.`);
    const reference = [kind, outgoingBytes, array.byteLength];
    outgoing.push(array);
    outgoingBytes += aligned(array.byteLength);
    return reference;
  },
  read(reference: unknown) {
    const [kind, offset, bytes] = numbersOf(reference);
    const Kind = kinds[kind];
    if (!Kind || offset % ALIGNMENT || bytes % Kind.BYTES_PER_ELEMENT || offset + bytes > incoming.byteLength)
      throw new RangeError('A reference leads to no array.');
    return new Kind(incoming.buffer, incoming.byteOffset + offset, bytes / Kind.BYTES_PER_ELEMENT);
  },
});

function numbersOf(reference: unknown): [number, number, number] {
  const [kind, offset, bytes]: unknown[] = Array.isArray(reference) ? reference : [];
  if (!isCount(kind) || !isCount(offset) || !isCount(bytes)) throw new TypeError('A reference is three numbers.');
  return [kind, offset, bytes];
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0;

/** Runs `write` and returns, besides what it returns, the arrays it met and the room they take behind each other. */
export function collectArrays<T>(write: () => T): { result: T; arrays: ArrayBufferView[]; arrayBytes: number } {
  outgoing = [];
  outgoingBytes = 0;
  try {
    const result = write();
    return { result, arrays: outgoing, arrayBytes: outgoingBytes };
  } finally {
    outgoing = [];
  }
}

/** Runs `read`, in which references lead into `bytes`; those must begin at a multiple of 8 of their buffer. */
export function withArrays<T>(bytes: Uint8Array<ArrayBuffer>, read: () => T): T {
  incoming = bytes;
  try {
    return read();
  } finally {
    incoming = new Uint8Array();
  }
}
