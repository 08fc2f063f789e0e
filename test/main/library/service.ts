// A real library service over real engine processes, in a temporary place, with every event kept.

import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { createEngine } from '../../../src/main/engine-host/engine.ts';
import { createEventBus } from '../../../src/main/events.ts';
import { createLibraryService, type LibraryService } from '../../../src/main/library/library.ts';
import type { EventMessage, EventName, Events } from '../../../src/shared/contract.ts';
import type { ScanProgress } from '../../../src/shared/types.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

const realEntry = resolve(import.meta.dirname, '../../../src/engine/entry.ts');

export function startLibrary({ dataDir = temporaryFolder(), entry = realEntry, libraryDir = '' } = {}) {
  const engine = { node: process.execPath, entry };
  const events = createEventBus();
  const log: EventMessage[] = [];
  events.subscribe((event) => log.push(event));
  const imaging = createEngine({ role: 'imaging', ...engine });
  const options = { dataDir, engine, ...(libraryDir ? { libraryDir } : {}) };
  const library: LibraryService = createLibraryService({ options, events, imaging });
  onTestFinished(async () => {
    await library.close();
    await imaging.kill();
  });
  return {
    library,
    events,
    imaging,
    dataDir,
    /** Opens the folder and waits for the whole scan. */
    async scan(folder: string): Promise<ScanProgress> {
      await library.open(folder);
      return library.scanFinished();
    },
    payloads: <K extends EventName>(name: K): Events[K][] =>
      log.filter((event) => event.name === name).map((event) => event.payload as Events[K]),
  };
}
