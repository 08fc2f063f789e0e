// Rows of equal length in a flat file.

import { readAt } from './whole-file.ts';

/** Fills `target` with the rows, in the order asked for; neighbours in the file are read together. */
export function readRows(file: number, target: Uint8Array, rowBytes: number, rows: Int32Array): void {
  for (let from = 0; from < rows.length;) {
    const first = rows[from] ?? 0;
    let to = from + 1;
    while (to < rows.length && rows[to] === first + to - from) to++;
    readAt(file, target.subarray(from * rowBytes, to * rowBytes), first * rowBytes);
    from = to;
  }
}

/** How long a file must be to hold all of these rows. */
export const bytesUpTo = (rows: Int32Array, rowBytes: number): number =>
  (rows.reduce((last, row) => Math.max(last, row), -1) + 1) * rowBytes;
