// One engine process from its start to its end: its pipe, its last words, and how it ended. What is asked of it is the
// business of engine.ts.

import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import type { WhiskerError } from '../../shared/errors.ts';
import { isFromEngine, type EngineRole, type FromEngine, type ToEngine } from '../../engine/messages.ts';
import { openChannel, PIPE_FD } from '../../wire/channel.ts';
import { WireFault } from '../../wire/frame.ts';

export interface EngineProgram {
  role: EngineRole;
  /** The plain-Node binary. */
  node: string;
  /** The engine's entry file: out/main/engine.js in the app, src/engine/entry.ts in tests. */
  entry: string;
}

export interface ProcessEnd {
  /** "exit code 7" */
  how: string;
  /** The last line that it said, as " (line)", or nothing. May name a photo. */
  lastWords: string;
}

/** Whoever hears of one process. Once it has ended, in one of three ways, nothing comes any more. */
export interface Listener {
  onMessage(message: FromEngine): void;
  /** It ended by itself, or could not be started. `stderr` is the end of what it said. */
  onExit(end: ProcessEnd, stderr: string): void;
  /** It was ended because it could not be understood, did not read, or closed its pipe. */
  onFault(fault: WireFault, stderr: string): void;
  /** It can't be reached, or no longer; the error says why. Of a process on another computer alone. */
  onLost(error: WhiskerError): void;
}

/** One engine as a duplex of messages, wherever it runs. */
export interface EngineProcess {
  readonly pid: number | null;
  send(message: ToEngine): void;
  /** Resolves when the process is gone. The listener hears nothing any more. */
  kill(): Promise<void>;
}

const STDERR_TAIL = 4000;

/** A process that ends closes its pipe first; how it ended is known a little later. */
const ENDING_MS = 1000;

export function startEngineProcess(
  { role, node, entry }: EngineProgram,
  { onMessage, onExit, onFault }: Omit<Listener, 'onLost'>,
): EngineProcess {
  const child = spawn(node, [entry, role], {
    // Nobody reads its stdout, so that what a native library says there is in nobody's way. 'overlapped' is a pipe for
    // both directions at once, on Windows too.
    stdio: ['ignore', 'ignore', 'pipe', 'overlapped'],
    windowsHide: true,
  });
  let stderr = '';
  let isOver = false;
  let ending: NodeJS.Timeout | undefined;

  const pipe = child.stdio?.[PIPE_FD];
  // Without a pipe the process has not started either, and 'error' tells why.
  const channel =
    pipe instanceof Socket
      ? openChannel<FromEngine, ToEngine>(pipe, {
          accepts: isFromEngine,
          onMessage,
          onClosed(isWhole) {
            const deed = isWhole ? 'closed its pipe' : 'closed its pipe in the middle of a message';
            ending = setTimeout(() => fail(new WireFault(deed)), ENDING_MS);
          },
          onFault: fail,
        })
      : null;

  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-STDERR_TAIL)));
  child.on('error', (error) => ended({ how: error.message, lastWords: '' }));
  // After 'exit', when what it last said has been read too.
  child.on('close', (code, signal) => ended(describeEnd(code, signal, stderr)));
  lowerPriority(role, child.pid);

  function conclude(): void {
    isOver = true;
    clearTimeout(ending);
    channel?.close();
  }

  function ended(end: ProcessEnd): void {
    if (isOver) return;
    conclude();
    onExit(end, stderr);
  }

  function fail(fault: WireFault): void {
    if (isOver) return;
    void kill();
    onFault(fault, stderr);
  }

  async function kill(): Promise<void> {
    conclude();
    if (child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
      child.kill('SIGKILL');
    });
  }

  return {
    pid: child.pid ?? null,
    send: (message) => channel?.send(message),
    kill,
  };
}

/** What takes long gives way to the window and to the thumbnails being looked at. */
function lowerPriority(role: EngineRole, pid: number | undefined): void {
  if (role === 'imaging' || pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed on some systems; it then merely competes as an equal.
  }
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null, stderr: string): ProcessEnd {
  // TensorFlow's log speaks of everyday things on lines that begin with I or W and four digits, and of itself.
  const lastWords = stderr
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '' && !/^([IW]\d{4} |WARNING: All log messages before absl::)/.test(line));
  return {
    how: signal ? `killed by ${signal}` : `exit code ${code}`,
    lastWords: lastWords ? ` (${lastWords})` : '',
  };
}
