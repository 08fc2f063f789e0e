// The computers that the person trains on beside this one: the list of them, whether one can be reached, and the
// trainer there for a run.

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { writeWhole } from '../../files/whole-file.ts';
import { DEFAULT_COMMAND, isCommand, isDestination, MOST_COMPUTERS } from '../../shared/computers.ts';
import type { Computer, ComputerReport } from '../../shared/computers.ts';
import { toFailure, WhiskerError } from '../../shared/errors.ts';
import { pixelsNeedNative } from '../../shared/training.ts';
import { inRegistry } from '../db/open-registry.ts';
import { setStoredComputers, storedComputers } from '../db/registry.ts';
import { createEngineOver } from '../engine-host/engine.ts';
import type { Engine } from '../engine-host/engine.ts';
import type { Log } from '../log.ts';
import { DESCRIBE_TIMEOUT_MS } from '../runtime/probe.ts';
import type { Hello } from './hello.ts';
import { startRemoteTrainer } from './remote-trainer.ts';
import { requireComputer } from './ssh.ts';

export interface ComputerService {
  list(): Computer[];
  /** Adds a computer, or changes the command of one that is there. Throws 'bad-input'. */
  save(computer: Computer): Computer[];
  remove(destination: string): Computer[];
  /** Reaches it and asks what it is; why that did not go well is part of the report. */
  test(computer: Computer): Promise<ComputerReport>;
  /** The trainer there for the run in that folder, now and whenever it goes on. Throws 'bad-input'. */
  trainer(destination: string, runFolder: string): RemoteEngine;
  /** The run goes on elsewhere from what has come home: what is kept of it there is not to be gone on from. */
  leave(runFolder: string): void;
  /** Waits between attempts to reach a computer again, in milliseconds. */
  readonly retryAfterMs: readonly number[];
}

export interface RemoteEngine extends Engine {
  /** Nothing of the run is to be kept there when the engine is killed. */
  discard(): void;
}

export interface ComputerParts {
  dataDir: string;
  log: Log;
  retryAfterMs?: readonly number[] | undefined;
  silenceMs?: number | undefined;
}

/** Ten minutes in all. */
const RETRY_AFTER_MS = [1, 2, 4, 8, 15, 30, 60, 60, 60, 60, 60, 60, 60, 60, 60].map((seconds) => 1000 * seconds);
const TEST_WITHIN_MS = 60_000 + DESCRIBE_TIMEOUT_MS;

const stored = v.array(
  v.object({
    destination: v.pipe(v.string(), v.check(isDestination)),
    command: v.pipe(v.string(), v.check(isCommand)),
  }),
);
const storedKey = v.object({ key: v.pipe(v.string(), v.regex(/^[\da-f]{32}$/)) });

export function createComputerService(parts: ComputerParts): ComputerService {
  const { dataDir, log, retryAfterMs = RETRY_AFTER_MS, silenceMs } = parts;

  /** What can't be understood of what is stored counts as nothing. */
  function list(): Computer[] {
    const parsed = v.safeParse(stored, inRegistry(dataDir, storedComputers));
    return parsed.success ? parsed.output : [];
  }

  function keep(computers: Computer[]): Computer[] {
    const text = JSON.stringify(computers);
    inRegistry(dataDir, (db) => setStoredComputers(db, text));
    return computers;
  }

  return {
    list,
    retryAfterMs,
    save({ destination, command }) {
      requireComputer({ destination, command });
      const others = list().filter((one) => one.destination !== destination);
      if (others.length >= MOST_COMPUTERS) {
        throw new WhiskerError('bad-input', `${MOST_COMPUTERS} computers are the most.`, 'Remove one first.');
      }
      return keep([...others, { destination, command }]);
    },
    remove: (destination) => keep(list().filter((one) => one.destination !== destination)),
    async test(computer) {
      const arrivals = join(dataDir, 'no-arrivals');
      let hello: Hello | null = null;
      const engine = createEngineOver(
        'trainer',
        (listener) =>
          startRemoteTrainer(
            { computer, key: newKey(), arrivals, onHello: (said) => (hello = said), silenceMs },
            listener,
          ),
        {},
      );
      try {
        requireComputer(computer);
        const described = await engine.request({ kind: 'describe', device: 'auto' }, { timeoutMs: TEST_WITHIN_MS });
        const { kind, name, tensorflow, memoryMb, whyNotNative, gpuProblem } = described;
        const { whisker, node }: Hello = hello ?? unknownHello;
        const lacks = whyNotNative === null ? null : `${pixelsNeedNative} ${whyNotNative}`;
        const device = { kind, name, tensorflow, memoryMb };
        return { reachable: true, whisker, node, device, problem: lacks ?? gpuProblem?.reason ?? null };
      } catch (error) {
        const { message, remedy = null } = toFailure(error);
        return { reachable: false, reason: message, remedy };
      } finally {
        await engine.kill();
      }
    },
    trainer(destination, runFolder) {
      const command = list().find((one) => one.destination === destination)?.command ?? DEFAULT_COMMAND;
      const computer = { destination, command };
      requireComputer(computer);
      const remote = {
        computer,
        key: keyOf(runFolder),
        arrivals: join(runFolder, 'arrivals'),
        isDiscarded: false,
        silenceMs,
      };
      const engine = createEngineOver('trainer', (listener) => startRemoteTrainer(remote, listener), { log });
      return {
        request: engine.request,
        tell: engine.tell,
        kill: engine.kill,
        get pid() {
          return engine.pid;
        },
        discard: () => void (remote.isDiscarded = true),
      };
    },
    leave: (runFolder) => rmSync(keyFile(runFolder), { force: true }),
  };
}

const unknownHello: Hello = { whisker: '', protocol: 0, node: '' };
const newKey = (): string => randomBytes(16).toString('hex');
const keyFile = (runFolder: string): string => join(runFolder, 'remote.json');

/** The key of a run is its own from its first connection to its last. */
function keyOf(runFolder: string): string {
  const file = keyFile(runFolder);
  try {
    return v.parse(storedKey, JSON.parse(readFileSync(file, 'utf8'))).key;
  } catch {
    // None yet, or one that is damaged: what is kept there under it is then not gone on from.
    const key = newKey();
    mkdirSync(runFolder, { recursive: true });
    writeWhole(file, [Buffer.from(JSON.stringify({ key }))]);
    return key;
  }
}
