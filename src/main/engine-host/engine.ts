// Owns one engine: starts its process when first needed, matches replies to requests, and turns every way it can end
// into an error. Knows nothing of photos or training; whoever sends a request decides whether to send it again.

import type {
  EngineReply,
  EngineRequest,
  EngineRole,
  FromEngine,
  ToEngine,
  TrainerEvent,
  TrainerSignal,
} from '../../engine/messages.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { Log } from '../log.ts';
import { startEngineProcess, type EngineProcess, type EngineProgram, type Listener } from './engine-process.ts';
import { createWatchdog } from './watchdog.ts';

export type EngineOptions = EngineProgram & HostOptions;

interface HostOptions {
  /** Told how the process ended when nobody asked it to, with the end of what it said. */
  log?: Log;
  /** A process that has work and gives no sign of life for so long is ended. */
  silenceMs?: number;
}

export interface RequestOptions {
  onEvent?: (event: TrainerEvent) => void;
  /** Rejects with 'cancelled'; the process is killed when nothing else is running in it. */
  signal?: AbortSignal;
  /** Past it the process is killed and the request rejects with an `EngineTimeout`. */
  timeoutMs?: number;
}

export interface Engine {
  /**
   * One request, one reply. Rejects with the engine's own error, 'cancelled', 'engine-crashed', or 'internal' when the
   * process never got ready.
   */
  request<R extends EngineRequest>(request: R, options?: RequestOptions): Promise<EngineReply<R>>;
  /** Tells a running training to stop, pause or go on, and an extraction to stop; nothing happens when none runs. */
  tell(signal: TrainerSignal): void;
  /** Kills the process; it starts again on the next request. */
  kill(): Promise<void>;
  readonly pid: number | null;
}

/**
 * Far over what keeps each from listening: a step of the largest preset on a processor, 70 s; a HEIC picture, which is
 * decoded in one go, a few seconds; a batch of a large TensorFlow.js network on a processor, half a minute.
 */
const SILENCE_MS = { trainer: 10 * 60_000, extractor: 5 * 60_000, imaging: 45_000 } as const satisfies Record<
  EngineRole,
  number
>;

/** The request that ran out of time; others that died with the process get a plain 'engine-crashed'. */
export class EngineTimeout extends WhiskerError {
  constructor(role: EngineRole, timeoutMs: number) {
    super('engine-crashed', `The ${role} process did not answer within ${timeoutMs / 1000} seconds.`);
  }
}

interface Pending {
  request: EngineRequest;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
  onEvent: ((event: TrainerEvent) => void) | undefined;
}

/** An engine on this computer. */
export const createEngine = ({ role, node, entry, ...options }: EngineOptions): Engine =>
  createEngineOver(role, (listener) => startEngineProcess({ role, node, entry }, listener), options);

/** An engine whose process `begin` starts, here or elsewhere. */
export function createEngineOver(
  role: EngineRole,
  begin: (listener: Listener) => EngineProcess,
  { log, silenceMs = SILENCE_MS[role] }: HostOptions,
): Engine {
  const pending = new Map<number, Pending>();
  let child: EngineProcess | null = null;
  let ready = false;
  let nextId = 1;
  const watchdog = createWatchdog(silenceMs, {
    ask: () => send({ ping: true }),
    onSilent() {
      const why = `gave no sign of life for ${silenceMs / 1000} seconds`;
      log?.('error', `The ${role} process ${why}.`);
      void kill(why);
    },
  });

  function start(): EngineProcess {
    ready = false;
    return begin({
      onMessage: receive,
      onExit({ how, lastWords }, stderr) {
        log?.('error', `The ${role} process ended: ${how}.`, stderr);
        ended(`The ${role} process ${ready ? 'ended unexpectedly' : "can't be started"}: ${how}${lastWords}.`);
      },
      onFault({ message, remedy }, stderr) {
        log?.('error', `The ${role} process ${message}.`, stderr);
        ended(`The ${role} process ${message}.`, remedy);
      },
      onLost(error) {
        log?.('error', `The ${role} on another computer was lost: ${error.code}.`, error.message);
        child = null;
        rejectAll(error);
      },
    });
  }

  function receive(message: FromEngine): void {
    watchdog.heard();
    if ('pong' in message) return;
    if ('ready' in message) {
      ready = true;
      for (const [id, { request }] of pending) sendRequest(id, request);
      return;
    }
    const waiting = pending.get(message.id);
    if (!waiting) return;
    if ('event' in message) {
      try {
        waiting.onEvent?.(message.event);
      } catch (error) {
        // Whoever listens has failed, and with it what was asked for; the process and its other work go on.
        pending.delete(message.id);
        waiting.reject(error);
      }
      return;
    }
    pending.delete(message.id);
    if ('error' in message) {
      const { code, message: sentence, remedy } = message.error;
      waiting.reject(new WhiskerError(code, sentence, remedy));
    } else {
      // entry.ts answers each id with the reply type of its own request.
      waiting.resolve(message.value as never);
    }
  }

  /** A process that never got ready, or is of another version, would end again. */
  function ended(sentence: string, remedy = ready ? undefined : 'Set Whisker up again, or install it again.'): void {
    child = null;
    rejectAll(new WhiskerError(remedy ? 'internal' : 'engine-crashed', sentence, remedy));
  }

  function rejectAll(error: WhiskerError): void {
    const lost = [...pending.values()];
    pending.clear();
    for (const { reject } of lost) reject(error);
  }

  function send(message: ToEngine): void {
    child?.send(message);
  }

  /** A request that can't be sent is refused; the process has not heard of it. */
  function sendRequest(id: number, request: EngineRequest): void {
    try {
      send({ id, request });
    } catch (error) {
      const waiting = pending.get(id);
      pending.delete(id);
      waiting?.reject(error);
    }
  }

  async function kill(why = 'was ended while it was still working'): Promise<void> {
    const doomed = child;
    if (!doomed) return;
    child = null;
    rejectAll(new WhiskerError('engine-crashed', `The ${role} process ${why}.`));
    await doomed.kill();
  }

  return {
    request(request, { onEvent, signal, timeoutMs } = {}) {
      if (signal?.aborted) return Promise.reject(cancelled());
      const id = nextId++;
      return new Promise<never>((resolve, reject) => {
        const timer = timeoutMs === undefined ? undefined : setTimeout(() => giveUp(timeout()), timeoutMs);
        const onAbort = () => giveUp(cancelled());
        const settle = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          if (pending.size === 0) watchdog.rest();
        };
        const timeout = () => new EngineTimeout(role, timeoutMs ?? 0);
        function giveUp(error: WhiskerError): void {
          pending.delete(id);
          settle();
          reject(error);
          if (error instanceof EngineTimeout || pending.size === 0) void kill();
        }
        signal?.addEventListener('abort', onAbort);
        pending.set(id, {
          request,
          onEvent,
          resolve: (value) => (settle(), resolve(value)),
          reject: (error) => (settle(), reject(error)),
        });
        watchdog.watch();
        if (!child) child = start();
        else if (ready) sendRequest(id, request);
      });
    },
    tell(signal) {
      for (const [id, { request }] of pending) if (listens(request)) send({ id, tell: signal });
    },
    kill: () => kill(),
    get pid() {
      return child?.pid ?? null;
    },
  };
}

const listens = ({ kind }: EngineRequest): boolean =>
  kind === 'train' || kind === 'train-on-features' || kind === 'extract';
const cancelled = () => new WhiskerError('cancelled', 'The work was cancelled.');
