// `whisker engine`: trains for a Whisker on another computer, which speaks through stdin and stdout. What it is sent
// lies in a folder of the cache, by hash and by the key of the run, so that a lost connection loses nothing.

import { existsSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  DescribedDevice,
  DescribeRequest,
  TrainerEvent,
  TrainerSignal,
  TrainOnFeaturesRequest,
  TrainRequest,
} from '../../engine/messages.ts';
import { cacheFolder } from '../../files/cache-folder.ts';
import { writeWhole } from '../../files/whole-file.ts';
import { toFailure, WhiskerError } from '../../shared/errors.ts';
import { pixelsNeedNative } from '../../shared/training.ts';
import { openChannel } from '../../wire/channel.ts';
import { encodeFrame } from '../../wire/frame.ts';
import { createEngine } from '../engine-host/engine.ts';
import type { EngineOptions } from '../engine-host/engine.ts';
import { createWatchdog } from '../engine-host/watchdog.ts';
import { DESCRIBE_TIMEOUT_MS } from '../runtime/probe.ts';
import { openBlobFolder } from './blob-folder.ts';
import { offerFile } from './blobs.ts';
import type { FileRef } from './blobs.ts';
import { createExchange } from './exchange.ts';
import { forgetOldRuns, forgetRun, takeRun } from './far-run.ts';
import type { FarRun } from './far-run.ts';
import { helloLine, ourHello } from './hello.ts';
import { fileNames, isToFar } from './messages.ts';
import type { FarLesson, FarReply, FarRequest, FromFar, RunFile, ToFar } from './messages.ts';

export interface FarEnd {
  input: Readable;
  output: Writable;
  engine: Omit<EngineOptions, 'role'>;
  /** Aborted when this process is to end. */
  ending: AbortSignal;
  /** What blobs may take on the disk beyond the run at hand. */
  mostCacheBytes?: number | undefined;
  /** How long the other side may be silent. */
  silenceMs?: number | undefined;
}

const MOST_CACHE_BYTES = 20 * 2 ** 30;
const SILENCE_MS = 3 * 60_000;
/** For a last checkpoint, or for the end of a run that is about to have its result. */
const GRACE_MS = 2 * 60_000;
const LOOK_FOR_CHECKPOINT_MS = 5000;
const CHECKPOINT_HOME_EVERY_MS = 60_000;

/** The run at hand. */
interface Work {
  id: number;
  run: FarRun;
  told: TrainerSignal | null;
  /** When its last checkpoint is written or its result there, or it has failed. */
  rested: PromiseWithResolvers<void>;
  saved: FarReply['saved'];
  checkpointSent: { writtenAt: number; sentAt: number; ref: FileRef } | null;
}

/** Resolves when the other side is gone and what can go on another time is on the disk. */
export async function serveEngine(end: FarEnd): Promise<void> {
  const { input, output, engine, ending, mostCacheBytes = MOST_CACHE_BYTES, silenceMs = SILENCE_MS } = end;
  const root = join(cacheFolder(), 'engine');
  const runs = join(root, 'runs');
  const blobs = openBlobFolder(join(root, 'blobs'));
  const trainer = createEngine({ role: 'trainer', ...engine });
  const gone = Promise.withResolvers<void>();
  let work: Work | null = null;
  /** What is said of a request is said in order, also where files must be read first. */
  let saying = Promise.resolve();

  output.write(helloLine(ourHello()));
  const channel = openChannel<ToFar, FromFar>(Duplex.from({ readable: input, writable: output }), {
    accepts: isToFar,
    onMessage(message) {
      watchdog.heard();
      receive(message);
    },
    onClosed: () => gone.resolve(),
    onFault(fault) {
      process.stderr.write(`The other computer ${fault.message}.\n`);
      gone.resolve();
    },
  });
  const exchange = createExchange((message) => channel.send(message));
  const watchdog = createWatchdog(silenceMs, {
    ask: () => channel.send({ pong: true }),
    onSilent: () => gone.resolve(),
  });
  watchdog.watch();
  ending.addEventListener('abort', () => gone.resolve());

  function receive(message: ToFar): void {
    if ('ping' in message) return channel.send({ pong: true });
    if ('want' in message || 'blob' in message) return exchange.receive(message);
    if ('tell' in message) return tell(message.tell);
    if ('forget' in message) return void forget(message.forget);
    void answer(message.id, message.run, message.request);
  }

  function say(id: number, prepare: () => Promise<FromFar | null> | FromFar): void {
    saying = saying.then(async () => {
      try {
        const message = await prepare();
        if (message) channel.send(message);
      } catch (error) {
        channel.send({ id, error: toFailure(error) });
      }
    });
  }

  async function answer(id: number, key: string, request: FarRequest): Promise<void> {
    try {
      if (request.kind === 'lesson') return await learn(id, key, request);
      const described = await describe(request);
      say(id, () => ({ id, described }));
    } catch (error) {
      say(id, () => ({ id, error: toFailure(error) }));
    }
  }

  const describe = ({ device }: Pick<DescribeRequest, 'device'>): Promise<DescribedDevice> =>
    trainer.request({ kind: 'describe', device }, { timeoutMs: DESCRIBE_TIMEOUT_MS });

  function tell(signal: TrainerSignal): void {
    if (!work) return;
    work.told = signal;
    trainer.tell(signal);
  }

  async function forget(key: string): Promise<void> {
    await trainer.kill();
    work?.run.release();
    await forgetRun(runs, key);
    channel.send({ forgotten: true });
  }

  async function learn(id: number, key: string, lesson: FarLesson): Promise<void> {
    if (work) throw new WhiskerError('training-running', 'That computer already trains for this one.');
    const run = await takeRun(runs, key);
    const now: Work = { id, run, told: null, rested: Promise.withResolvers(), saved: null, checkpointSent: null };
    work = now;
    const looking = setInterval(() => sendCheckpoint(now), LOOK_FOR_CHECKPOINT_MS);
    try {
      if (!existsSync(run.reply)) {
        await refuseWithoutRuntime(lesson);
        await fetchFiles(now, lesson);
        if (now.told === 'stop') throw new WhiskerError('cancelled', 'The run was stopped before it began.');
        const value = await trainer.request(requestOf(lesson, run), { onEvent: (event) => onEvent(now, event) });
        const reply: FarReply = { saved: now.saved, value };
        writeWhole(run.reply, [encodeFrame(reply)]);
      } else say(id, () => fileOf(now, 'model'));
      say(id, async () => ({ id, reply: await offerFile(exchange.offers, run.reply) }));
    } finally {
      clearInterval(looking);
      now.rested.resolve();
      work = null;
      run.release();
    }
  }

  async function fetchFiles({ id, run }: Work, { data, startFrom, resume, checkpoint }: FarLesson): Promise<void> {
    const ours = join(run.modelDir, fileNames.checkpoint);
    if (!resume) rmSync(ours, { force: true });
    const wanted: [FileRef | null, string][] = [
      [data, run.data],
      [startFrom, join(run.startFrom, fileNames.model)],
      [resume && !existsSync(ours) ? checkpoint : null, ours],
    ];
    const lacking = wanted.flatMap(([ref, path]) => (ref && !isThere(ref, path) ? [{ ref, path }] : []));
    const hashes = lacking.flatMap(({ ref }) => ref.blobs);
    await exchange.fetch(hashes, blobs, (fraction) => say(id, () => ({ id, event: { event: 'sent', fraction } })));
    for (const { ref, path } of lacking) {
      blobs.assemble(ref, path);
      writeFileSync(`${path}.ref`, JSON.stringify(ref));
    }
    await blobs.prune(mostCacheBytes);
    await forgetOldRuns(runs);
  }

  async function refuseWithoutRuntime({ asked }: FarLesson): Promise<void> {
    const { whyNotNative, kind } = await describe(asked);
    if (whyNotNative !== null && asked.kind === 'train') {
      throw new WhiskerError('training-unavailable', `${pixelsNeedNative} ${whyNotNative}`, 'Set Whisker up there.');
    }
    if (asked.device === 'gpu' && kind === 'cpu') {
      throw new WhiskerError('training-unavailable', 'TensorFlow sees no GPU there.', 'Choose the CPU.');
    }
  }

  function onEvent(now: Work, event: TrainerEvent): void {
    const { id } = now;
    // What it was told before it had begun was lost.
    if (now.told !== null) trainer.tell(now.told);
    if (event.event === 'saved') {
      now.saved = event;
      say(id, () => fileOf(now, 'model'));
    }
    if (event.event === 'paused') {
      now.rested.resolve();
      sendCheckpoint(now, true);
    }
    say(id, () => ({ id, event }));
  }

  const fileOf = async ({ id, run }: Work, file: RunFile): Promise<FromFar> => ({
    id,
    file,
    ref: await offerFile(exchange.offers, join(run.modelDir, fileNames[file])),
  });

  /** Sends a new checkpoint home, at most one a minute or at once. One that can't be sent ends no run. */
  function sendCheckpoint(now: Work, atOnce = false): void {
    const { id, run, checkpointSent: last } = now;
    const path = join(run.modelDir, fileNames.checkpoint);
    const writtenAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    const isDue = atOnce || last === null || Date.now() - last.sentAt >= CHECKPOINT_HOME_EVERY_MS;
    if (writtenAt === undefined || writtenAt === last?.writtenAt || !isDue) return;
    const sentAt = Date.now();
    say(id, async () => {
      try {
        for (const hash of last?.ref.blobs ?? []) exchange.offers.delete(hash);
        rmSync(run.sentCheckpoint, { force: true });
        linkSync(path, run.sentCheckpoint);
        const ref = await offerFile(exchange.offers, run.sentCheckpoint);
        now.checkpointSent = { writtenAt, sentAt, ref };
        return { id, file: 'checkpoint', ref };
      } catch (error) {
        process.stderr.write(`A checkpoint could not be sent: ${toFailure(error).message}\n`);
        return null;
      }
    });
  }

  await gone.promise;
  watchdog.rest();
  exchange.end();
  if (work) {
    const { rested }: Work = work;
    trainer.tell('pause');
    await Promise.race([rested.promise, sleep(GRACE_MS, undefined, { ref: false })]);
  }
  await trainer.kill();
  channel.close();
}

/** Whether the file of an earlier connection is this one. */
function isThere(ref: FileRef, path: string): boolean {
  try {
    return statSync(path).size === ref.bytes && readFileSync(`${path}.ref`, 'utf8') === JSON.stringify(ref);
  } catch {
    return false;
  }
}

function requestOf({ asked, startFrom, resume }: FarLesson, run: FarRun): TrainRequest | TrainOnFeaturesRequest {
  const { modelDir } = run;
  const files = { modelDir, startFrom: startFrom && run.startFrom };
  return asked.kind === 'train'
    ? { ...asked, ...files, pixels: { ...asked.pixels, path: run.data }, resume }
    : { ...asked, ...files, features: { ...asked.features, path: run.data } };
}
