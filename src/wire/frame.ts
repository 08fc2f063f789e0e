// One message as bytes, and back. A frame is a header of 12 bytes, the message's structure as MessagePack, and the
// bytes of its typed arrays, each part padded to 8 bytes:
//
//   'WSK'  protocol: u8  structure bytes: u32  array bytes: u32     numbers big-endian, arrays as they lie in memory
//
// The protocol's version stands in every header, so in the first one, and before anything that depends on it.

import { Packr } from 'msgpackr/pack';
import { WhiskerError } from '../shared/errors.ts';
import { aligned, collectArrays, withArrays } from './typed-arrays.ts';

/** To be raised when frames or src/engine/messages.ts change so that the other side would not understand. */
export const PROTOCOL = 2;

/**
 * The largest frame, in bytes: what a model says of a million photos in 130 classes, with both its heads. More is a
 * sign that the bytes are no header, and would be better sent as a file.
 */
export const MAX_FRAME_BYTES = 2 ** 30;

export const HEADER_BYTES = 12;
const MARK = 'WSK';

/** Why the other side can't be understood, as what it did: "sent bytes that are no message". */
export class WireFault extends Error {
  /** What to do about it, where there is something to do. */
  readonly remedy: string | undefined;

  constructor(deed: string, remedy?: string) {
    super(deed);
    this.name = 'WireFault';
    this.remedy = remedy;
  }
}

const packr = new Packr({ useRecords: false });

/**
 * A frame of its own memory: the message may change afterwards. Messages are plain objects, arrays, strings, numbers,
 * booleans, null, undefined and typed arrays. They arrive as they were, but for three things: -0 outside a typed array
 * arrives as 0, a Buffer as a Uint8Array, and half a surrogate pair as U+FFFD.
 *
 * Throws 'bad-input' when it would be larger than MAX_FRAME_BYTES.
 */
export function encodeFrame(message: unknown): Buffer {
  const { result: structure, arrays, arrayBytes } = collectArrays(() => packr.pack(message));
  const bytes = HEADER_BYTES + bodyBytes({ structureBytes: structure.byteLength, arrayBytes });
  if (bytes > MAX_FRAME_BYTES)
    throw new WhiskerError('bad-input', `A message of ${inMiB(bytes)} is too large; ${inMiB(MAX_FRAME_BYTES)} fit.`);
  const frame = Buffer.allocUnsafeSlow(bytes);
  frame.write(MARK, 'latin1');
  frame.writeUInt8(PROTOCOL, MARK.length);
  frame.writeUInt32BE(structure.byteLength, 4);
  frame.writeUInt32BE(arrayBytes, 8);
  frame.set(structure, HEADER_BYTES);
  let at = HEADER_BYTES + aligned(structure.byteLength);
  for (const array of arrays) {
    frame.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += aligned(array.byteLength);
  }
  return frame;
}

interface Header {
  structureBytes: number;
  arrayBytes: number;
}

/** Throws a WireFault when these bytes begin no frame of ours, or one larger than `mostBytes`. */
export function readHeader(header: Buffer, mostBytes = MAX_FRAME_BYTES): Header {
  if (header.toString('latin1', 0, MARK.length) !== MARK) throw noMessage();
  const protocol = header.readUInt8(MARK.length);
  if (protocol !== PROTOCOL)
    throw new WireFault(
      `is of another version of Whisker (it speaks protocol ${protocol}, and this one ${PROTOCOL})`,
      'Build Whisker again, or install it again.',
    );
  const structureBytes = header.readUInt32BE(4);
  const arrayBytes = header.readUInt32BE(8);
  if (structureBytes === 0) throw noMessage();
  const bytes = HEADER_BYTES + bodyBytes({ structureBytes, arrayBytes });
  if (bytes > mostBytes)
    throw new WireFault(`announced a message of ${inMiB(bytes)}, where ${inMiB(mostBytes)} is the most`);
  return { structureBytes, arrayBytes };
}

export const bodyBytes = ({ structureBytes, arrayBytes }: Header): number => aligned(structureBytes) + arrayBytes;

/**
 * The message in a frame's body; its arrays are views of `body`, which must have a buffer of its own. Throws a
 * WireFault when it can't be read.
 */
export function decodeBody({ structureBytes }: Header, body: Buffer<ArrayBuffer>): unknown {
  try {
    return withArrays(body.subarray(aligned(structureBytes)), () => packr.unpack(body.subarray(0, structureBytes)));
  } catch {
    throw noMessage();
  }
}

export const noMessage = (): WireFault => new WireFault('sent bytes that are no message');

const inMiB = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`;
