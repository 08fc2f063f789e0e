// The first line that an engine on another computer says: what it is. It is text, so that any version can read that of
// any other, and whatever a login shell prints before it does no harm.

import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import * as v from 'valibot';
import manifest from '../../../package.json' with { type: 'json' };
import { PROTOCOL } from '../../wire/frame.ts';

export interface Hello {
  whisker: string;
  /** Of src/wire and src/engine/messages.ts. */
  protocol: number;
  node: string;
}

const MARK = 'whisker-engine ';
/** What a login shell may print before. */
const MOST_BEFORE_BYTES = 64 * 1024;
const LONGEST_WORD = 40;

const word = v.pipe(v.string(), v.maxLength(LONGEST_WORD), v.regex(/^[\w.+-]+$/));
const schema = v.object({ whisker: word, protocol: v.pipe(v.number(), v.integer()), node: word });

export const ourHello = (): Hello => ({
  whisker: manifest.version,
  protocol: PROTOCOL,
  node: process.versions.node,
});

export const helloLine = (hello: Hello): string => `${MARK}${JSON.stringify(hello)}\n`;

/** What came was no hello: `said` is its first line, cut short. */
export class NoHello extends Error {
  readonly said: string;

  constructor(said: string) {
    super('no hello came');
    this.said = said;
  }
}

/** Reads up to and with the hello; what follows it stays in the stream. Rejects with `NoHello`. */
export function readHello(stream: Readable): Promise<Hello> {
  return new Promise((resolve, reject) => {
    let read = Buffer.alloc(0);
    const settle = () => {
      stream.pause();
      stream.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onEnd);
    };
    const fail = () => {
      settle();
      reject(new NoHello(firstLine(read)));
    };
    const onEnd = () => fail();
    const onData = (chunk: Buffer) => {
      read = Buffer.concat([read, chunk]);
      const found = findHello(read);
      if (found) {
        settle();
        if (found.end < read.length) stream.unshift(read.subarray(found.end));
        resolve(found.hello);
      } else if (read.length > MOST_BEFORE_BYTES) fail();
    };
    stream.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onEnd);
  });
}

function findHello(read: Buffer): { hello: Hello; end: number } | null {
  for (let at = read.indexOf(MARK); at >= 0; at = read.indexOf(MARK, at + 1)) {
    const end = read.indexOf('\n', at);
    if (end < 0) return null;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), read.toString('utf8', at + MARK.length, end));
    if (parsed.success) return { hello: parsed.output, end: end + 1 };
  }
  return null;
}

function firstLine(read: Buffer): string {
  const text = new StringDecoder('utf8').write(read.subarray(0, 200));
  const line = text.split('\n').find((one) => one.trim() !== '') ?? '';
  // Nothing that a terminal would act on.
  return line
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 80);
}
