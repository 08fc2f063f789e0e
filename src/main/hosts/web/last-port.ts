// The port of the last start, kept in a file: a page that was left open finds a Whisker that was started again.

import { readFileSync, writeFileSync } from 'node:fs';

/** 0, which stands for any free port, when none is known. */
export function lastPort(file: string): number {
  try {
    const port = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0;
  } catch {
    return 0;
  }
}

export function keepPort(file: string, port: number): void {
  try {
    writeFileSync(file, `${port}\n`);
  } catch {
    // The next start takes another port, and the address that it prints is the way in as ever.
  }
}
