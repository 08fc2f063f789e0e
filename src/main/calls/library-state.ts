// Puts together what every service knows of the open library: what a screen needs on opening.

import type { LibraryState } from '../../shared/contract.ts';
import { listClasses } from '../db/classes.ts';
import { countPhotos } from '../db/counts.ts';
import { undoState } from '../labels/undo.ts';
import type { LibraryService } from '../library/library.ts';
import type { TrainingService } from '../runs/service.ts';

export function libraryState(library: LibraryService, training: TrainingService): LibraryState | null {
  const open = library.current;
  if (!open) return null;
  const { db, name, folder } = open;
  const activeRun = training.active();
  return {
    library: { name, folder },
    classes: listClasses(db),
    counts: countPhotos(db, activeRun?.id ?? null),
    scan: library.scanProgress(),
    training: training.state(),
    activeRun,
    undo: undoState(db),
  };
}
