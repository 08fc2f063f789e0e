// Call name -> service, and the events that a change announces. No logic: inputs are valid when they arrive here.

import type { Handlers, LibraryState } from '../../shared/contract.ts';
import type { Diagnostics } from '../../shared/diagnostics.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { AppInfo, UndoState } from '../../shared/types.ts';
import type { BackboneService } from '../backbone/backbone.ts';
import { listClasses } from '../db/classes.ts';
import { countPhotos } from '../db/counts.ts';
import { labelCodes } from '../db/labels.ts';
import { getPhoto, listPhotos } from '../db/photos.ts';
import { activeRun } from '../db/runs.ts';
import type { EventBus } from '../events.ts';
import { createClass, deleteClass, mergeClass, updateClass } from '../labels/classes.ts';
import { redo, undo, undoState } from '../labels/undo.ts';
import type { Touched } from '../labels/undo.ts';
import { setLabels } from '../labels/set-labels.ts';
import type { LibraryService } from '../library/library.ts';
import { listReview, skipReview } from '../review/review.ts';
import type { TrainingService } from '../runs/service.ts';
import { libraryState } from './library-state.ts';

export interface Services {
  info: AppInfo;
  library: LibraryService;
  training: TrainingService;
  backbones: BackboneService;
  events: EventBus;
  diagnose(options: { names: boolean }): Promise<Diagnostics>;
}

export function createHandlers({ info, library, training, backbones, events, diagnose }: Services): Handlers {
  const db = () => library.require().db;

  function announceLibrary(): void {
    events.emit('library.changed', libraryState(library, training));
  }

  function stateNow(): LibraryState {
    const state = libraryState(library, training);
    if (!state) throw new WhiskerError('no-library', 'No folder is open.', 'Open a folder of photos first.');
    events.emit('library.changed', state);
    return state;
  }

  function announce({ photoIds, classes }: Touched): UndoState {
    const counts = countPhotos(db(), activeRun(db()));
    const undo = undoState(db());
    if (classes) events.emit('classes.changed', { classes: listClasses(db()), counts, undo });
    if (photoIds.length > 0 || !classes) {
      events.emit('labels.changed', { ids: photoIds, labels: labelCodes(db(), photoIds), counts, undo });
    }
    return undo;
  }
  const announceClasses = () => announce({ photoIds: [], classes: true, skips: false });

  return {
    'app.info': () => info,
    'app.diagnostics': diagnose,
    'folders.list': ({ path }) => library.listFolders(path),

    'libraries.recent': () => library.recent(),
    'libraries.forget': ({ folder }) => library.forget(folder),
    async 'library.open'({ folder }) {
      if (library.current?.folder !== folder) training.refuseWhileBusy();
      await library.open(folder);
      return stateNow();
    },
    async 'library.openSample'() {
      training.refuseWhileBusy();
      await library.openSample();
      return stateNow();
    },
    'library.state': () => libraryState(library, training),
    async 'library.close'() {
      training.refuseWhileBusy();
      await library.close();
      announceLibrary();
    },
    'library.rescan': () => library.rescan(),
    'library.cancelScan': () => library.cancelScan(),

    'photos.list': ({ filter }) => listPhotos(db(), filter, activeRun(db())),
    'photos.get': ({ id }) => getPhoto(db(), id, activeRun(db())),
    'problems.list': () => library.problems(),

    'classes.create'(look) {
      const created = createClass(db(), look);
      announceClasses();
      return created;
    },
    'classes.update'(change) {
      const updated = updateClass(db(), change);
      announceClasses();
      return updated;
    },
    'classes.merge': (classes) => void announce(mergeClass(db(), classes)),
    'classes.delete': (which) => void announce(deleteClass(db(), which)),

    'labels.set': ({ photoIds, label, ...how }) => announce(setLabels(db(), photoIds, label, how)),
    'history.undo': () => announce(undo(db())),
    'history.redo': () => announce(redo(db())),

    'training.presets': () => training.presets(),
    'training.runtime': () => training.runtime(),
    'training.start': (options) => training.start(options),
    'training.stop': ({ keep }) => (keep ? training.stop() : training.discard()),
    'training.pause': () => training.pause(),
    'training.resume': () => training.resume(),
    'backbone.state': () => backbones.state(),
    'backbone.offers': () => backbones.offers(),
    'backbone.choose': ({ folder, inputRange }) => backbones.choose(folder, inputRange),
    'backbone.download': ({ id }) => backbones.download(id),
    'backbone.cancelDownload': () => backbones.cancelDownload(),
    'backbone.remove': () => backbones.remove(),
    'runs.list': () => training.runs(),
    'runs.get': ({ id }) => training.run(id),
    'runs.resume': ({ id }) => training.goOn(id),
    async 'runs.use'({ id }) {
      await training.use(id);
      announceLibrary();
    },
    'runs.delete'({ id }) {
      training.delete(id);
      announceLibrary();
    },
    'runs.restore'({ id }) {
      training.restore(id);
      announceLibrary();
    },

    'review.list': (order) => listReview(db(), activeRun(db()), order),
    'review.skip': ({ photoId }) => announce(skipReview(db(), activeRun(db()), photoId)),
  };
}
