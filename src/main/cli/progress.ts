// Progress on stderr: one line that changes on a terminal, a line now and then in a log.

import type { WriteStream } from 'node:tty';
import { visible, writeLines } from './terminal.ts';

export interface Progress {
  /** Shows where the work is; drops what comes too fast to be read. */
  show(line: string): void;
  /** A line that stays. */
  say(line: string): void;
  /** Clears the changing line. */
  end(): void;
}

const TERMINAL_EVERY_MS = 100;
const LOG_EVERY_MS = 5000;

export function createProgress(stream: Pick<WriteStream, 'write'> & { isTTY?: boolean; columns?: number }): Progress {
  const terminal = stream.isTTY === true;
  let last = terminal ? -Infinity : performance.now();
  let shown = false;
  const clear = () => {
    if (shown) stream.write('\r\x1b[2K');
    shown = false;
  };
  return {
    show(line) {
      const now = performance.now();
      if (now - last < (terminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS)) return;
      last = now;
      if (!terminal) return writeLines(stream, line);
      clear();
      stream.write(visible(line).slice(0, (stream.columns || 80) - 1));
      shown = true;
    },
    say(line) {
      clear();
      writeLines(stream, line);
    },
    end: clear,
  };
}
