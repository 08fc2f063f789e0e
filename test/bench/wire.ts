// npm run bench:wire [-- --beside FOLDER] [--json]: what a message costs between main and an engine, in milliseconds,
// the best of 15 times: ours, beside V8's own serialisation and Node's IPC, which uses it. With --beside also msgpackr
// and cbor-x by themselves, from a folder in which `npm install msgpackr cbor-x` has run.

import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { openChannel, PIPE_FD } from '../../src/wire/channel.ts';
import { FrameReader } from '../../src/wire/frame-reader.ts';
import { encodeFrame } from '../../src/wire/frame.ts';

interface Format {
  encode(message: unknown): Uint8Array;
  decode(bytes: Buffer): unknown;
}

const messages = {
  '100,000 ids': { id: 1, value: Array.from({ length: 100_000 }, (_, i) => 1_000_000 + i) },
  '50 MB of features': { id: 1, value: { features: Float32Array.from({ length: 12_500_000 }, Math.random) } },
};

const ROUNDS = 15;

/** The best time is the one that other work on the machine disturbed least. */
async function best(once: () => unknown): Promise<string> {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await once();
    least = Math.min(least, performance.now() - began);
  }
  return least.toFixed(1);
}

function formats(beside: string | undefined): Record<string, Format> {
  const ours: Format = {
    encode: encodeFrame,
    decode: (bytes) => new FrameReader().read(bytes).next().value,
  };
  const v8: Format = { encode: serialize, decode: deserialize };
  if (!beside) return { ours, v8 };
  const require = createRequire(join(resolve(beside), 'package.json'));
  const { Packr } = require('msgpackr');
  const { Encoder } = require('cbor-x');
  const packr = new Packr({ useRecords: false, moreTypes: true });
  const cbor = new Encoder({ useRecords: false, tagUint8Array: true });
  return {
    ours,
    v8,
    msgpackr: { encode: (message) => packr.pack(message), decode: (bytes) => packr.unpack(bytes) },
    'cbor-x': { encode: (message) => cbor.encode(message), decode: (bytes) => cbor.decode(bytes) },
  };
}

/** A child that sends back whatever it gets, and how to have it do that once. */
interface Echo {
  child: ChildProcess;
  there(message: unknown): Promise<unknown>;
}

function echoOverPipe(): Echo {
  const child = spawn(process.execPath, [import.meta.filename, '--echo=pipe'], {
    stdio: ['ignore', 'ignore', 'inherit', 'overlapped'],
  });
  const pipe = child.stdio[PIPE_FD];
  if (!(pipe instanceof Socket)) throw new Error('The child has no pipe.');
  let answered: (message: unknown) => void = () => {};
  const { send } = openChannel<unknown, unknown>(pipe, { ...listener, onMessage: (message) => answered(message) });
  return {
    child,
    there: (message) =>
      new Promise((resolved) => {
        answered = resolved;
        send(message);
      }),
  };
}

function echoOverIpc(): Echo {
  const child = fork(import.meta.filename, ['--echo=ipc'], { serialization: 'advanced' });
  return {
    child,
    there(message) {
      child.send(Object(message));
      return once(child, 'message');
    },
  };
}

const listener = {
  accepts: (message: unknown): message is unknown => message !== undefined,
  onClosed: () => {},
  onFault(fault: Error) {
    throw fault;
  },
};

function echoPipe(): void {
  const pipe = new Socket({ fd: PIPE_FD, readable: true, writable: true });
  const { send } = openChannel<unknown, unknown>(pipe, { ...listener, onMessage: (message) => send(message) });
}

async function main(beside: string | undefined, asJson: boolean): Promise<void> {
  const rows: Record<string, Record<string, string>> = {};
  for (const [what, message] of Object.entries(messages)) {
    for (const [name, { encode, decode }] of Object.entries(formats(beside))) {
      const bytes = Buffer.from(encode(message));
      rows[`${what}, ${name}`] = {
        bytes: bytes.byteLength.toLocaleString('en'),
        encode: await best(() => encode(message)),
        decode: await best(() => decode(bytes)),
      };
    }
    for (const [name, start] of [
      ['ours', echoOverPipe],
      ['v8', echoOverIpc],
    ] as const) {
      const { child, there } = start();
      await there('ready');
      Object.assign(rows[`${what}, ${name}`] ?? {}, {
        'there and back': await best(() => there(message)),
      });
      child.kill();
    }
  }
  if (asJson) console.log(JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, rows }));
  else console.table(rows);
}

const has = (option: string): boolean => process.argv.includes(option);
const valueOf = (option: string): string | undefined => process.argv[process.argv.indexOf(option) + 1];
if (has('--echo=pipe')) echoPipe();
else if (has('--echo=ipc')) process.on('message', (message) => process.send?.(message));
else await main(has('--beside') ? valueOf('--beside') : undefined, has('--json'));
