// A trainer on another computer as the engine host sees every engine: a duplex of messages. It is reached through the
// person's own ssh; paths become blobs on the way there, and blobs files on the way back.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineRequest, ToEngine, TrainOnFeaturesRequest, TrainRequest } from '../../engine/messages.ts';
import type { Computer } from '../../shared/computers.ts';
import { toFailure, WhiskerError } from '../../shared/errors.ts';
import type { ErrorCode, Failure } from '../../shared/errors.ts';
import { openChannel } from '../../wire/channel.ts';
import type { Channel } from '../../wire/channel.ts';
import { FrameReader } from '../../wire/frame-reader.ts';
import { WireFault } from '../../wire/frame.ts';
import type { EngineProcess, Listener } from '../engine-host/engine-process.ts';
import { createWatchdog } from '../engine-host/watchdog.ts';
import {
  acceptDescribed,
  acceptEvent,
  acceptFailure,
  acceptReply,
  MOST_FILE_BYTES,
  MOST_MESSAGE_BYTES,
  mostReplyBytes,
} from './accepted.ts';
import { openBlobFolder } from './blob-folder.ts';
import { isFileRef } from './blobs.ts';
import type { FileRef } from './blobs.ts';
import { createExchange } from './exchange.ts';
import { NoHello, ourHello, readHello } from './hello.ts';
import type { Hello } from './hello.ts';
import { fileNames, isFromFar } from './messages.ts';
import type { FromFar, ToFar } from './messages.ts';
import { packLesson } from './pack-lesson.ts';
import { connectionLost, explainSsh, lastLine, noSsh, sshArguments, sshProgram } from './ssh.ts';

export interface RemoteRun {
  computer: Computer;
  /** 32 hex digits under which the other computer keeps the run. */
  key: string;
  /** Where what comes home waits until it is whole. */
  arrivals: string;
  /** Nothing of the run is to be kept there when this ends. */
  isDiscarded?: boolean;
  /** What it said of itself. */
  onHello?: (hello: Hello) => void;
  /** How long it may be silent, in all: a line that is slow is busy with a piece of a file for a while. */
  silenceMs?: number | undefined;
}

type Asked = TrainRequest | TrainOnFeaturesRequest;
type OfRequest = Extract<FromFar, { id: number }>;

const SILENCE_MS = 60_000;
/** To log in, and to start Whisker there. */
const HELLO_WITHIN_MS = 60_000;
const FAREWELL_MS = 2000;
const ENDING_MS = 1000;
const STDERR_TAIL = 4000;

/** Throws 'bad-input' for a destination or a command that is none. */
export function startRemoteTrainer(remote: RemoteRun, listener: Listener): EngineProcess {
  const { computer, key, arrivals, onHello, silenceMs = SILENCE_MS } = remote;
  const { destination } = computer;
  const child = spawn(sshProgram(), sshArguments(computer), { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  const asked = new Map<number, Asked>();
  /** Told to stop before they were sent. */
  const cancelled = new Set<number>();
  const told = new Set<number>();
  let stderr = '';
  let isOver = false;
  let channel: Channel<ToFar> | null = null;
  /** What comes of a request is taken in order, also where files must come home first. */
  let taking = Promise.resolve();
  let checkpoint: Promise<void> | null = null;
  let hasResult = false;
  const forgotten = Promise.withResolvers<void>();
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
  const exchange = createExchange((message) => channel?.send(message));
  const watchdog = createWatchdog(silenceMs, {
    ask: () => channel?.send({ ping: true }),
    onSilent: () => lose(connectionLost(destination, 'it gives no sign of life')),
  });

  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-STDERR_TAIL)));
  // The pipes of a process that could not be started, or has ended.
  child.stdin.on('error', () => {});
  child.on('error', (error: NodeJS.ErrnoException) =>
    lose(error.code === 'ENOENT' ? noSsh() : connectionLost(destination, error.message)),
  );
  void connect();

  async function connect(): Promise<void> {
    const patience = new AbortController();
    try {
      const late = sleep(HELLO_WITHIN_MS, null, { signal: patience.signal, ref: false }).catch(() => null);
      const hello = await Promise.race([readHello(child.stdout), late]);
      if (isOver) return;
      if (hello === null) return lose(noHelloInTime(destination));
      onHello?.(hello);
      const difference = differs(destination, hello);
      if (difference) return lose(difference);
      open();
    } catch (error) {
      const said = error instanceof NoHello ? error.said : '';
      // How it ended is known a little later; one that talks nonsense may never end.
      const code = await Promise.race([exited, sleep(ENDING_MS, null, { ref: false })]);
      lose(explainSsh(destination, { code, stderr, said }));
    } finally {
      patience.abort();
    }
  }

  function open(): void {
    channel = openChannel<FromFar, ToFar>(Duplex.from({ readable: child.stdout, writable: child.stdin }), {
      mostBytes: MOST_MESSAGE_BYTES,
      accepts: isFromFar,
      onMessage(message) {
        watchdog.heard();
        receive(message);
      },
      onClosed: () => void exited.then(() => lose(connectionLost(destination, lastLine(stderr)))),
      onFault: (fault) => lose(connectionLost(destination, `it ${fault.message}`)),
    });
    // A process that is killed closes its pipes, and one that is stopped is noticed by its silence.
    void exited.then(() => lose(connectionLost(destination, lastLine(stderr))));
    watchdog.watch();
    listener.onMessage({ ready: true, pid: child.pid ?? 0 });
  }

  function receive(message: FromFar): void {
    if ('pong' in message) return listener.onMessage(message);
    if ('forgotten' in message) return forgotten.resolve();
    if ('want' in message || 'blob' in message) return exchange.receive(message);
    taking = taking
      .then(() => take(message))
      .catch((error: unknown) => {
        if (error instanceof WireFault) lose(connectionLost(destination, `it ${error.message}`));
        else if (!isOver) fail(message.id, toFailure(error));
      });
  }

  async function take(message: OfRequest): Promise<void> {
    const { id } = message;
    if (isOver) return;
    if ('described' in message) return listener.onMessage({ id, value: acceptDescribed(message.described) });
    if ('error' in message) return fail(id, fromThere(destination, acceptFailure(message.error)));
    const request = asked.get(id);
    // Of a request that nobody waits for any more.
    if (!request) return;
    const expected = { count: request.labels.length, classes: request.classes };
    if ('event' in message) {
      const event = acceptEvent(message.event, expected);
      if (event.event === 'saved') told.add(id);
      return listener.onMessage({ id, event });
    }
    if ('reply' in message) {
      const file = join(arrivals, 'reply');
      await bringHome(message.reply, file, mostReplyBytes(expected));
      const { saved, value } = acceptReply(readReply(file), expected);
      if (saved && !told.has(id)) listener.onMessage({ id, event: saved });
      rmSync(arrivals, { recursive: true, force: true });
      rmSync(join(request.modelDir, fileNames.checkpoint), { force: true });
      hasResult = true;
      return listener.onMessage({ id, value });
    }
    const path = join(request.modelDir, fileNames[message.file]);
    if (message.file === 'model') return bringHome(message.ref, path, MOST_FILE_BYTES);
    // Learning goes on meanwhile; one that does not arrive is followed by another.
    checkpoint ??= bringHome(message.ref, path, MOST_FILE_BYTES)
      .catch(() => {})
      .finally(() => (checkpoint = null));
  }

  async function bringHome(ref: FileRef, path: string, mostBytes: number): Promise<void> {
    if (!isFileRef(ref, mostBytes)) throw new WireFault('offered a file that is larger than any it was asked for');
    // Each file has a folder of its own: others come at the same time.
    const folder = openBlobFolder(join(arrivals, `${basename(path)}-pieces`));
    await exchange.fetch(ref.blobs, folder);
    if (isOver) return;
    mkdirSync(join(path, '..'), { recursive: true });
    folder.assemble(ref, path);
    await folder.prune(0);
  }

  async function ask(id: number, request: EngineRequest): Promise<void> {
    try {
      if (request.kind === 'describe') {
        channel?.send({ id, run: key, request: { kind: 'describe', device: request.device } });
      } else if (request.kind === 'train' || request.kind === 'train-on-features') {
        const lesson = await packLesson(request, exchange.offers);
        if (cancelled.delete(id)) return;
        asked.set(id, request);
        channel?.send({ id, run: key, request: lesson });
      } else throw new WhiskerError('internal', `Another computer is not asked for '${request.kind}'.`);
    } catch (error) {
      if (!isOver) fail(id, toFailure(error));
    }
  }

  const fail = (id: number, error: Failure): void => listener.onMessage({ id, error });

  function tell({ id, tell: signal }: Extract<ToEngine, { tell: unknown }>): void {
    if (asked.has(id)) return channel?.send({ id, tell: signal });
    if (signal !== 'stop') return;
    cancelled.add(id);
    fail(id, { code: 'cancelled', message: 'The run was stopped before it began.' });
  }

  function conclude(): void {
    isOver = true;
    watchdog.rest();
    exchange.end();
    channel?.close();
  }

  function lose(error: WhiskerError): void {
    if (isOver) return;
    conclude();
    child.kill('SIGKILL');
    listener.onLost(error);
  }

  return {
    pid: child.pid ?? null,
    send(message) {
      if ('ping' in message) channel?.send(message);
      else if ('tell' in message) tell(message);
      else void ask(message.id, message.request);
    },
    async kill() {
      if (isOver) return;
      if (hasResult || remote.isDiscarded) {
        channel?.send({ forget: key });
        await Promise.race([forgotten.promise, exited, sleep(FAREWELL_MS, undefined, { ref: false })]);
      }
      conclude();
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Null when both ends are the same Whisker. */
function differs(destination: string, { whisker, protocol }: Hello): WhiskerError | null {
  const ours = ourHello();
  if (whisker === ours.whisker && protocol === ours.protocol) return null;
  const [there, here] =
    whisker === ours.whisker
      ? [`${whisker} with protocol ${protocol}`, `${ours.whisker} with protocol ${ours.protocol}`]
      : [whisker, ours.whisker];
  return new WhiskerError(
    'training-unavailable',
    `${destination} has Whisker ${there} and this computer ${here}; both must be the same.`,
    'Install the same version on both.',
  );
}

const noHelloInTime = (destination: string): WhiskerError =>
  new WhiskerError(
    'connection-lost',
    `Whisker on ${destination} did not start within ${HELLO_WITHIN_MS / 1000} seconds.`,
    'Try its command there by hand.',
  );

/** What is wrong with that machine, not with the lesson, is said to be there. */
const ofTheMachine = new Set<ErrorCode>([
  'training-unavailable',
  'training-running',
  'engine-crashed',
  'storage-failed',
  'internal',
]);

const fromThere = (destination: string, failure: Failure): Failure =>
  ofTheMachine.has(failure.code) ? { ...failure, message: `On ${destination}: ${failure.message}` } : failure;

function readReply(file: string): unknown {
  const [reply] = new FrameReader().read(readFileSync(file));
  return reply;
}
