// Writes that a person waits for, while another process may be writing: SQLite's own waiting stops everything in this
// process, so it is kept short, and between two tries everything else goes on.

import { setTimeout } from 'node:timers/promises';
import { BUSY_MS, type Db } from './open.ts';
import { DatabaseBusy } from './storage-error.ts';

const TRY_MS = 100;
const PAUSE_MS = 50;

/**
 * Runs `write`, one transaction, as soon as no other process writes; `open` is asked anew for each try. Throws
 * `DatabaseBusy` when that takes longer than BUSY_MS; nothing is written then.
 */
export async function whenFree<T>(open: () => Db, write: (db: Db) => T): Promise<T> {
  for (const until = performance.now() + BUSY_MS; ; await setTimeout(PAUSE_MS)) {
    const db = open();
    db.pragma(`busy_timeout = ${TRY_MS}`);
    try {
      return write(db);
    } catch (error) {
      if (!(error instanceof DatabaseBusy) || performance.now() > until) throw error;
    } finally {
      db.pragma(`busy_timeout = ${BUSY_MS}`);
    }
  }
}
