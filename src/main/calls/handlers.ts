// Call name -> service, and what announces its changes. No logic: inputs are valid when they arrive here.

import type { Handlers } from '../../shared/contract.ts';
import type { Diagnostics } from '../../shared/diagnostics.ts';
import type { AppInfo } from '../../shared/types.ts';
import type { ArchiveService } from '../archive/archive-service.ts';
import type { BackboneService } from '../backbone/backbone.ts';
import type { BurstService } from '../bursts/burst-service.ts';
import { writeChosenWay } from '../db/chosen-way.ts';
import type { Db } from '../db/open.ts';
import { declineImports } from '../db/label-offer.ts';
import { findPhotos, searchChoices } from '../db/find.ts';
import { historyPage } from '../db/history.ts';
import { getPhoto, listPhotos } from '../db/photos.ts';
import { deleteView, listViews, renameView, saveView } from '../db/saved-views.ts';
import { compareRuns } from '../db/compare-runs.ts';
import { measuredPhotos } from '../db/measured.ts';
import { activeRun, editRun } from '../db/runs.ts';
import { whenFree } from '../db/when-free.ts';
import type { DrawingService } from '../drawings/drawings.ts';
import type { EventBus } from '../events.ts';
import type { ExportService } from '../export/export-service.ts';
import type { ModelExporter } from '../export/model/service.ts';
import type { PictureShelf } from '../export/picture-shelf.ts';
import type { FeatureService } from '../features/feature-service.ts';
import { createClass, deleteClass, mergeClass, moveClass, updateClass } from '../labels/classes.ts';
import type { ImportService } from '../labels/import-service.ts';
import { jumpTo, redo, undo, untouched } from '../labels/undo.ts';
import { setLabels } from '../labels/set-labels.ts';
import { takeBack } from '../labels/take-back.ts';
import type { FolderFollower } from '../library/folder-follower.ts';
import type { LibraryService } from '../library/library.ts';
import type { LiveService } from '../live/live.ts';
import type { Suggester } from '../live/suggestions.ts';
import type { OwnKeysService } from '../keys/own-keys.ts';
import type { MapService } from '../map/map.ts';
import type { PilesService } from '../piles/piles.ts';
import type { HandedInService } from '../predictions/handed-in.ts';
import type { Predictor } from '../predictions/predictor.ts';
import type { FolderSorter } from '../predictions/sort-folder.ts';
import { keepLabel, type LabelChecker } from '../review/doubtful-labels.ts';
import { acceptTop, surestOfClass } from '../review/accept-top.ts';
import { listChecks } from '../review/checks.ts';
import { countErrorsLeft, endOfReview, listReview, listWithChecks, refuseClass } from '../review/review.ts';
import type { BurstFinder } from '../review/bursts.ts';
import type { ComputerService } from '../remote/computers.ts';
import { correctionReceipt, receiptPhotos } from '../runs/correction-receipt.ts';
import type { CurveService } from '../runs/learning-curve.ts';
import type { TrainingService } from '../runs/service.ts';
import type { WayService } from '../runs/way-to-learn.ts';
import type { RuntimeService } from '../runtime/runtime.ts';
import type { Announcer } from './announce.ts';
import { libraryState } from './library-state.ts';

export interface Services {
  info: AppInfo;
  library: LibraryService;
  follower: FolderFollower;
  training: TrainingService;
  runtime: RuntimeService;
  backbones: BackboneService;
  features: FeatureService;
  ways: WayService;
  live: LiveService;
  suggester: Suggester;
  labelChecker: LabelChecker;
  bursts: BurstService;
  imports: ImportService;
  burstFinder: BurstFinder;
  curve: CurveService;
  piles: PilesService;
  drawings: DrawingService;
  pictures: PictureShelf;
  exports: ExportService;
  map: MapService;
  ownKeys: OwnKeysService;
  archives: ArchiveService;
  predictor: Predictor;
  handedIn: HandedInService;
  sorter: FolderSorter;
  models: ModelExporter;
  computers: ComputerService;
  events: EventBus;
  announce: Announcer;
  diagnose(options: { names: boolean }): Promise<Diagnostics>;
}

const classesChanged = { ...untouched, classes: true };

export function createHandlers({
  info,
  library,
  follower,
  training,
  runtime,
  backbones,
  features,
  ways,
  live,
  suggester,
  labelChecker,
  bursts,
  imports,
  burstFinder,
  curve,
  piles,
  drawings,
  pictures,
  exports,
  map,
  ownKeys,
  archives,
  handedIn,
  sorter,
  models,
  computers,
  events,
  announce,
  diagnose,
}: Services): Handlers {
  const db = () => library.require().db;
  /** Writes what a person has asked for. */
  const write = <T>(body: (open: Db) => T): Promise<T> => whenFree(db, body);

  async function changeViews(change: (open: Db) => void) {
    await write(change);
    events.emit('views.changed', null);
    return listViews(db(), live.newest());
  }

  return {
    'app.info': () => info,
    'app.diagnostics': diagnose,
    'folders.list': ({ path }) => library.listFolders(path),

    'libraries.recent': () => library.recent(),
    'libraries.forget'({ folder }) {
      library.forget(folder);
      events.emit('libraries.changed', null);
    },
    async 'library.open'({ folder }) {
      await library.open(folder, training.refuseWhileBusy);
      return announce.openLibrary();
    },
    async 'library.locate'({ from, folder }) {
      training.refuseWhileBusy();
      await library.locate(from, folder);
      return announce.openLibrary();
    },
    async 'library.restore'({ folder }) {
      training.refuseWhileBusy();
      await library.restore(folder);
      return announce.openLibrary();
    },
    async 'library.openSample'() {
      training.refuseWhileBusy();
      await library.openSample();
      return announce.openLibrary();
    },
    'library.state': () => libraryState(library, training),
    async 'library.close'() {
      training.refuseWhileBusy();
      await library.close();
      announce.library();
    },
    'library.rescan': () => library.rescan(),
    'library.lookAgain': () => follower.atFront(),
    'library.findMoved': async () => ({ folder: await library.findMoved() }),
    'library.cancelScan': () => library.cancelScan(),

    'photos.list': ({ filter, span }) => listPhotos(db(), filter, live.newest(), span),
    'photos.get': ({ id }) => getPhoto(db(), id, live.newest()),
    'problems.list': () => library.problems(),

    async 'classes.create'(look) {
      const created = await write((open) => createClass(open, look));
      announce.outcome(classesChanged);
      return created;
    },
    async 'classes.update'(change) {
      const updated = await write((open) => updateClass(open, change));
      announce.outcome(classesChanged);
      return updated;
    },
    'classes.merge': async (classes) => announce.outcome(await write((open) => mergeClass(open, classes))),
    'classes.delete': async (which) => announce.outcome(await write((open) => deleteClass(open, which))),

    'labels.set': async ({ photoIds, label, audited, alike, ...how }) =>
      announce.outcome(await write((open) => setLabels(open, photoIds, label, how, { audited, alike }))),
    'history.undo': async () => announce.outcome(await write(undo)),
    'history.redo': async () => announce.outcome(await write(redo)),
    'history.list': ({ from, count }) => historyPage(db(), from, count),
    'history.jump': async ({ to }) => announce.outcome(await write((open) => jumpTo(open, to))),
    'history.takeBack': async ({ id }) => announce.outcome(await write((open) => takeBack(open, id))),

    'piles.state': () => piles.state(),
    'piles.arrange': (wish) => piles.arrange(wish.piles),
    'piles.keep': () => piles.keep(),
    'piles.split': ({ pile }) => piles.split(pile),
    'piles.merge': (both) => piles.merge(both),
    'piles.setAside': ({ pile }) => piles.setAside(pile),
    'piles.putBack': () => piles.putBack(),
    'piles.undo': () => piles.undo(),
    'piles.photos': ({ pile }) => piles.photosOf(pile),
    'piles.name': async (wish) => announce.outcome(await write(() => piles.name(wish))),

    'training.presets': () => training.presets(),
    'training.runtime': () => runtime.current(),
    'runtime.state': () => runtime.state(),
    'runtime.download': () => runtime.download(),
    'runtime.cancelDownload': () => runtime.cancelDownload(),
    'training.way': () => ways.way(),
    async 'training.chooseWay'({ features: wanted }) {
      await write((open) => writeChosenWay(open, wanted));
      return ways.way();
    },
    'computers.list': () => computers.list(),
    'computers.save': (one) => computers.save(one),
    'computers.remove': ({ destination }) => computers.remove(destination),
    'computers.test': (one) => computers.test(one),
    'training.reconnect': () => training.reconnect(),
    'training.start': (options) => training.start(options),
    'training.stop': ({ keep }) => (keep ? training.stop() : training.discard()),
    'training.pause': () => training.pause(),
    'training.resume': () => training.resume(),
    'backbone.state': () => backbones.state(),
    'backbone.offers': () => backbones.offers(),
    'backbone.choose': ({ path, inputRange }) => backbones.choose(path, inputRange),
    'backbone.download': ({ id }) => backbones.download(id),
    'backbone.cancelDownload': () => backbones.cancelDownload(),
    'backbone.remove': () => backbones.remove(),
    'features.state': () => features.state(),
    'features.pause': () => features.pause(),
    'features.resume': () => features.resume(),
    'runs.list': () => training.runs(),
    'runs.get': ({ id }) => training.run(id),
    'runs.compare': ({ earlier, later }) => compareRuns(db(), earlier, later),
    'runs.receipt': ({ id }) => correctionReceipt(library.require(), id),
    'runs.receiptPhotos': ({ id, part }) => receiptPhotos(library.require(), id, part),
    'runs.resume': ({ id, here = false }) => training.goOn(id, { here }),
    async 'runs.use'({ id }) {
      await training.use(id);
      announce.library();
    },
    'runs.edit'({ id, ...edit }) {
      const edited = editRun(db(), id, edit);
      announce.library();
      return edited;
    },
    'runs.delete'({ id }) {
      training.delete(id);
      announce.library();
    },
    'runs.restore'({ id }) {
      training.restore(id);
      announce.library();
    },
    'runs.drawings': ({ id }) => drawings.moments(id),
    'drawings.walk': (asked) => drawings.walk(asked),
    'drawings.nearest': (asked) => drawings.nearest(asked),
    'export.picture': (picture) => pictures.put(picture),

    'runs.measured': ({ id }) => measuredPhotos(db(), id),
    'runs.repeat': ({ id }) => training.repeat(id),

    'review.list': (order) =>
      order.order === 'class'
        ? listReview(db(), activeRun(db()), order)
        : listWithChecks(db(), activeRun(db()), burstFinder.firstOf),
    'review.errorsLeft': () => countErrorsLeft(db(), activeRun(db())),
    'review.doubtfulLabels': () => labelChecker.check(),
    'review.keepLabel': async (kept) => announce.outcome(await write((open) => keepLabel(open, kept))),
    'review.refuse': async (refusal) => announce.outcome(await write((open) => refuseClass(open, refusal))),
    'review.alike': ({ photoId }) => suggester.alikeLabelled(photoId),
    'review.end': () => endOfReview(db(), activeRun(db())),
    'review.surest': ({ classId }) => surestOfClass(db(), activeRun(db()), classId),
    'review.acceptTop': async (wish) => announce.outcome(await write((open) => acceptTop(open, activeRun(open), wish))),
    'review.checks': () => listChecks(db(), activeRun(db())),

    'live.state': () => live.state(),
    'live.set': ({ on }) => live.set(on),
    'suggestions.list': ({ count }) => suggester.suggest(count),
    'photos.alike': ({ id, count }) => suggester.alike(id, count),
    'labels.curve': () => curve.measure(),

    'map.state': () => map.state(),
    'map.suspicions': () => map.suspicions(),

    'photos.find': async ({ search, sort }) => {
      const alike = sort.by === 'alike' ? (await suggester.alike(sort.id, Infinity)).ids : [];
      return findPhotos(db(), { search, sort, by: live.newest(), alike });
    },
    'photos.searchChoices': () => searchChoices(db()),
    'views.list': () => listViews(db(), live.newest()),
    'views.save': (view) => changeViews((open) => saveView(open, view)),
    'views.rename': (view) => changeViews((open) => renameView(open, view)),
    'views.delete': (view) => changeViews((open) => deleteView(open, view)),
    'bursts.list': () => bursts.list(),
    'classes.move': async (wish) => announce.outcome(await write((open) => moveClass(open, wish))),
    'keys.state': () => ownKeys.state(),
    'keys.change': ({ own }) => ownKeys.change(own),
    'photos.exif': ({ id }) => library.exifOf(id),

    'imports.found': () => imports.found(),
    'imports.decline': () => write(declineImports),
    'imports.handIn': (table) => imports.handIn(table),
    'imports.preview': (wish) => imports.preview(wish),
    'imports.carryOut': async (wish) => announce.outcome(await imports.carryOut(wish)),
    'imports.end': () => imports.end(),
    'watch.state': () => follower.state(),
    'watch.set': ({ on }) => follower.set(on),
    'archive.sizes': () => archives.sizes(),
    'archive.preview': ({ path, folder }) => archives.preview(path, folder),
    async 'archive.open'(order) {
      const touched = await archives.open(order);
      if (touched) {
        announce.outcome(touched);
        events.emit('views.changed', null);
      }
      return announce.openLibrary();
    },

    'pictures.handIn': (piece) => handedIn.take(piece),
    'pictures.predict': ({ number }) => handedIn.predict(number),
    'pictures.add': async (wish) => announce.outcome(await handedIn.add(wish)),
    'sorting.start': ({ folder }) => sorter.start(folder),
    'sorting.state': () => sorter.state(),
    'sorting.page': (asked) => sorter.page(asked),
    'sorting.problems': ({ job }) => sorter.problems(job),
    'sorting.stop': () => sorter.stop(),

    'export.formats': () => exports.formats(),
    'export.preview': ({ wish, folder }) => exports.preview(wish, folder),
    'export.start': ({ wish, folder, name }) => exports.start(wish, exports.place(wish, folder, name)),
    'export.state': () => exports.state(),
    'export.cancel': () => exports.cancel(),
    'export.link': (wish) => exports.link(wish),
    'export.moves': () => exports.moves(),
    'export.revert': ({ id }) => exports.revert(id),

    'models.takeAway': (wish) => models.exportInto(wish),
    'models.cancel': () => models.cancel(),
  };
}
