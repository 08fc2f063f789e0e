// The keys that the person has given to commands, for all libraries of this machine's user.

import { readOwnKeys } from '../../shared/own-keys.ts';
import type { OwnKeys } from '../../shared/own-keys.ts';
import { inRegistry } from '../db/open-registry.ts';
import { setStoredKeys, storedKeys } from '../db/registry.ts';
import type { EventBus } from '../events.ts';

export interface OwnKeysService {
  /** What can't be understood of the stored ones is left out: those commands have the keys of the table. */
  state(): OwnKeys;
  change(own: OwnKeys): OwnKeys;
}

export function createOwnKeysService({ dataDir, events }: { dataDir: string; events: EventBus }): OwnKeysService {
  let known: OwnKeys | null = null;
  return {
    state: () => (known ??= readOwnKeys(inRegistry(dataDir, storedKeys))),
    change(own) {
      known = readOwnKeys(own);
      const text = JSON.stringify(known);
      inRegistry(dataDir, (db) => setStoredKeys(db, text));
      events.emit('keys.changed', known);
      return known;
    },
  };
}
