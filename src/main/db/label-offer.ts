// Whether somebody has said that labels found beside the photos are not to be offered.

import { prepare } from './open.ts';
import type { Db } from './open.ts';

export const isImportDeclined = (db: Db): boolean =>
  prepare(db, `SELECT 1 FROM meta WHERE key = 'imports' AND value = 'declined'`).get() !== undefined;

export function declineImports(db: Db): void {
  prepare(db, `INSERT OR REPLACE INTO meta (key, value) VALUES ('imports', 'declined')`).run();
}
