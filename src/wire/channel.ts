// Messages over a pipe, the same at both of its ends. Knows how they travel, not what they say.

import type { Duplex } from 'node:stream';
import { encodeFrame, noMessage, WireFault } from './frame.ts';
import { FrameReader } from './frame-reader.ts';

/** The pipe's number in the engine process, after stdin, stdout and stderr. */
export const PIPE_FD = 3;

/**
 * What may wait, in bytes, while the other side does not read; a message that comes on top is one too many. Events of
 * an hour of training are a few megabytes.
 */
const MAX_WAITING_BYTES = 256 * 2 ** 20;

interface ChannelOptions<In> {
  /** The largest message that may come, in bytes; `MAX_FRAME_BYTES` unless given. */
  mostBytes?: number | undefined;
  /** Whether what arrived is a message at all. */
  accepts: (message: unknown) => message is In;
  onMessage: (message: In) => void;
  /** The other side has closed the pipe or is gone; `isWhole`: not in the middle of a message. Nothing comes after. */
  onClosed: (isWhole: boolean) => void;
  /** The other side can't be understood, or does not read. Nothing comes after. */
  onFault: (fault: WireFault) => void;
}

export interface Channel<Out> {
  /**
   * Sends a message, after those before it. It may change afterwards. While the pipe is full it waits here, up to a
   * limit; past that the channel ends. Once it has ended nothing is sent. Throws 'bad-input' when it is too large.
   */
  send(message: Out): void;
  /** Ends the channel without a word to anybody. */
  close(): void;
}

export function openChannel<In, Out>(
  pipe: Duplex,
  { mostBytes, accepts, onMessage, onClosed, onFault }: ChannelOptions<In>,
): Channel<Out> {
  const reader = new FrameReader(mostBytes);
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let isFull = false;
  let isOpen = true;

  function close(): void {
    isOpen = false;
    waiting.length = 0;
    pipe.destroy();
  }

  function fail(fault: WireFault): void {
    if (!isOpen) return;
    close();
    onFault(fault);
  }

  function endOfPipe(): void {
    if (!isOpen) return;
    close();
    onClosed(reader.isBetweenMessages);
  }

  function receive(chunk: Buffer): void {
    try {
      for (const message of reader.read(chunk)) {
        if (!isOpen) return;
        if (!accepts(message)) throw noMessage();
        onMessage(message);
      }
    } catch (error) {
      if (!(error instanceof WireFault)) throw error;
      fail(error);
    }
  }

  function writeWaiting(): void {
    for (let frame; !isFull && (frame = waiting.shift());) {
      waitingBytes -= frame.byteLength;
      isFull = !pipe.write(frame);
    }
  }

  pipe.on('data', receive);
  pipe.on('drain', () => {
    isFull = false;
    writeWaiting();
  });
  pipe.on('end', endOfPipe);
  // A pipe that breaks is one whose other end is gone; so is one that closes without an end.
  pipe.on('error', endOfPipe);
  pipe.on('close', endOfPipe);

  return {
    send(message) {
      if (!isOpen) return;
      const frame = encodeFrame(message);
      if (waitingBytes > MAX_WAITING_BYTES) return fail(new WireFault('has not read for long what was sent to it'));
      waiting.push(frame);
      waitingBytes += frame.byteLength;
      writeWaiting();
    },
    close,
  };
}
