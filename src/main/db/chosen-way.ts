// How the person wants this library's photos to be learned from.

import type { Features } from '../../shared/training.ts';
import { prepare } from './open.ts';
import type { Db } from './open.ts';

/** Null as long as they follow what is recommended. */
export function readChosenWay(db: Db): Features | null {
  const value = prepare<{ value: string }>(db, `SELECT value FROM meta WHERE key = 'features'`).get()?.value;
  return value === 'pixels' || value === 'backbone' ? value : null;
}

export function writeChosenWay(db: Db, features: Features | null): void {
  if (features === null) prepare(db, `DELETE FROM meta WHERE key = 'features'`).run();
  else prepare(db, `INSERT OR REPLACE INTO meta (key, value) VALUES ('features', ?)`).run(features);
}
