// Cuts what comes through a pipe into messages, however it was split on the way.

import { bodyBytes, decodeBody, HEADER_BYTES, MAX_FRAME_BYTES, readHeader } from './frame.ts';

/** What is being filled: the header, or with one the body it announced. */
interface Part {
  header: ReturnType<typeof readHeader> | null;
  bytes: Buffer<ArrayBuffer>;
  filled: number;
}

export class FrameReader {
  readonly #mostBytes: number;
  #part = beginning();

  /** A frame of more than `mostBytes` is a fault. */
  constructor(mostBytes = MAX_FRAME_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** The messages that are whole with this chunk, one by one. Throws a WireFault; nothing can be read after that. */
  *read(chunk: Buffer): Generator<unknown, void> {
    for (let at = 0; at < chunk.byteLength;) {
      const part = this.#part;
      const copied = chunk.copy(part.bytes, part.filled, at);
      at += copied;
      part.filled += copied;
      if (part.filled < part.bytes.byteLength) return;
      if (part.header) {
        this.#part = beginning();
        yield decodeBody(part.header, part.bytes);
      } else {
        const header = readHeader(part.bytes, this.#mostBytes);
        this.#part = { header, bytes: Buffer.allocUnsafeSlow(bodyBytes(header)), filled: 0 };
      }
    }
  }

  /** No message is there in part. */
  get isBetweenMessages(): boolean {
    return !this.#part.header && this.#part.filled === 0;
  }
}

const beginning = (): Part => ({ header: null, bytes: Buffer.allocUnsafeSlow(HEADER_BYTES), filled: 0 });
